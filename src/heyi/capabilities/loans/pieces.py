"""A long file as pieces in the vault, so that none is ever held in memory as a whole.

While somebody reads it, the whole lies in a temporary file that has no name and vanishes when it is closed.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO, Final
from uuid import UUID

from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor

PIECE_BYTES: Final = 16 << 20
KIND: Final = "import_file"


def keep(stream: BinaryIO, *, media_type: str, file_name: str, actor: Actor, at: datetime) -> list[str]:
    """The ids of the pieces, in order; none for an empty stream. Raises vault.StoreAway; then no piece is left."""
    kept: list[UUID] = []
    stream.seek(0)
    try:
        for piece in iter(lambda: stream.read(PIECE_BYTES), b""):
            put = vault.put(
                data=piece, media_type=media_type, kind=KIND, subject_id=None, actor=actor, at=at, file_name=file_name
            )
            kept.append(put.id)
    except Exception:
        for one in kept:
            vault.discard(object_id=one, reason="half_kept", actor=actor, at=at)
        raise
    return [str(one) for one in kept]


def read(ids: Sequence[str], *, actor: Actor, at: datetime, purpose: str) -> Iterator[bytes]:
    """Piece by piece; each reading is journaled. Raises vault.Damaged, vault.StoreAway."""
    for one in ids:
        yield vault.get(object_id=UUID(one), actor=actor, at=at, purpose=purpose)


@contextmanager
def whole(ids: Sequence[str], *, actor: Actor, at: datetime, purpose: str) -> Iterator[BinaryIO]:
    """The file put together again, to be read and sought in."""
    with tempfile.TemporaryFile() as stream:
        for piece in read(ids, actor=actor, at=at, purpose=purpose):
            stream.write(piece)
        stream.seek(0)
        yield stream


def size_of(stream: BinaryIO) -> int:
    """In bytes."""
    return stream.seek(0, os.SEEK_END)
