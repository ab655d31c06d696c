"""Tables to take away: what people typed stays text when a spreadsheet opens it."""

from typing import Any

from wagtail.admin.views.mixins import SpreadsheetExportMixin

BEGIN_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: Any) -> Any:
    """A cell of a CSV file; a text that a spreadsheet would take for a formula gets an apostrophe before it.

    Source: OWASP, CSV Injection. Workbooks (XLSX) say of each cell that it is text and need none of it.
    """
    if not isinstance(value, str) or not value.lstrip(" ").startswith(BEGIN_FORMULAS) or _is_number(value):
        return value
    return f"'{value}"


def install() -> None:
    """Let every list of Wagtail's admin write its CSV files that way, whoever made the list."""
    original = SpreadsheetExportMixin.write_csv_row
    if getattr(original, "is_harmless", False):
        return

    def write_csv_row(self: Any, writer: Any, row_dict: dict[str, Any]) -> Any:
        class Harmless:
            def writerow(self, row: dict[str, Any]) -> Any:
                return writer.writerow({name: harmless(value) for name, value in row.items()})

        return original(self, Harmless(), row_dict)

    write_csv_row.is_harmless = True  # type: ignore[attr-defined]
    SpreadsheetExportMixin.write_csv_row = write_csv_row


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
