"""Measuring how well a search answers what people mean, on a site of its own."""
