"""No upload fills the disk: what is longer than the longest file that any page takes is read to its end and dropped."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest


class Bounded(FileUploadHandler):
    """Stands before the handlers that keep a file. Each page has its own limit; this one guards the house."""

    received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Pass a piece on. Raises StopUpload for the first piece that is too much."""
        self.received += len(raw_data)
        if self.received > settings.HEYI.import_file_mib << 20:
            assert self.request is not None
            self.request.upload_cut = True  # type: ignore[attr-defined]
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Nothing is kept here: the handlers behind keep it."""


def was_cut(request: HttpRequest) -> bool:
    """True when a file of this request was dropped because it was too long. Only after the body was read."""
    cut: Any = getattr(request, "upload_cut", False)
    return bool(cut)
