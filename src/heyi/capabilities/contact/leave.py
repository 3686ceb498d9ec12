"""The leave to send one parcel once. Only ``actions/deliver.py`` issues it, after the gate said yes and counted.

A guard against mistakes in our own house, not against hostile code in the same process: an adapter that is called from
anywhere else has no leave to show and refuses.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from heyi.capabilities.contact.domain import NotThroughContact

_open: set[Leave] = set()
_lock = Lock()


class Leave:
    """One use, for one parcel key."""

    __slots__ = ("key",)

    def __init__(self, key: str) -> None:
        self.key = key

    def spend(self, key: str) -> None:
        """Use it up. Raises NotThroughContact when it was not issued, was used before, or is for another parcel."""
        with _lock:
            if self not in _open or self.key != key:
                raise NotThroughContact(key=key)
            _open.discard(self)


@contextmanager
def leave_for(key: str) -> Iterator[Leave]:
    """A leave that is good within this block."""
    leave = Leave(key)
    with _lock:
        _open.add(leave)
    try:
        yield leave
    finally:
        with _lock:
            _open.discard(leave)
