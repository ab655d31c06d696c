"""The operators' desk of the catalogue, in Wagtail's admin."""
