"""Uploads that must not touch a disk before they are encrypted."""

from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler

from marketplace.tenders import documents

ROOM = 256 * 1024  # for the form's other fields and the multipart frame


class InMemory(MemoryFileUploadHandler):
    """Takes whole uploads into memory, up to what a documents envelope holds; drops, and says so, what is more."""

    is_too_much = False

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: str, encoding: str | None = None
    ) -> None:
        """Decide by the length of the whole body, before anything is read."""
        self.is_too_much = content_length > documents.MOST_STORED + ROOM
        self.activated = not self.is_too_much
