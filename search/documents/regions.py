"""Regions as rows: a document stands in its region and in every one around it."""

from collections.abc import Iterator

from marketplace.catalogue.models import Region
from search.documents import Row

WITH_PARENTS = ("", "__parent", "__parent__parent", "__parent__parent__parent")


def region_rows(region: Region | None) -> list[Row]:
    """The region and those around it."""
    return [Row("region", each.code) for each in around(region)]


def around(region: Region | None) -> Iterator[Region]:
    """The region, its parent, and so on."""
    while region is not None:
        yield region
        region = region.parent
