"""The operators' desk of agencies, in Wagtail's admin."""
