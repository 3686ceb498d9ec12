"""Where encrypted copies lie."""

from __future__ import annotations

from typing import Protocol


class Store(Protocol):
    """One place for one copy of every object.

    Trusted with nothing: contents are encrypted and every read is compared with a digest in the database. Whoever owns
    a store can only destroy; two stores must not share one disk where that matters.
    """

    def put(self, path: str, data: bytes) -> None:
        """Keep ``data`` under ``path``, on stable storage before returning. Raises StoreAway."""

    def get(self, path: str) -> bytes | None:
        """The bytes under ``path``; None when there are none. Raises StoreAway."""

    def remove(self, path: str) -> None:
        """Forget what lies under ``path``, if anything does. Raises StoreAway."""
