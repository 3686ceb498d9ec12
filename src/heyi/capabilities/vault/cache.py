"""A few unwrapped keys, kept in this process for moments.

Only keys that are committed come in, so that a rolled-back transaction never leaves a key that nobody has stored.
Shredding empties the place here at once and in other processes after ``SECONDS``.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from typing import Final
from uuid import UUID

SIZE: Final = 512
SECONDS: Final = timedelta(seconds=5)

_keys: OrderedDict[UUID, tuple[datetime, bytes]] = OrderedDict()
_lock = Lock()


def remembered(subject_id: UUID, at: datetime) -> bytes | None:
    """The key, when it was kept less than five seconds before or after ``at``."""
    with _lock:
        kept = _keys.get(subject_id)
        if kept is None:
            return None
        if abs(at - kept[0]) >= SECONDS:
            del _keys[subject_id]
            return None
        _keys.move_to_end(subject_id)
        return kept[1]


def remember(subject_id: UUID, key: bytes, at: datetime) -> None:
    """Keep a committed key; the one that was not used for longest makes room."""
    with _lock:
        _keys[subject_id] = (at, key)
        _keys.move_to_end(subject_id)
        while len(_keys) > SIZE:
            _keys.popitem(last=False)


def forget(subject_id: UUID) -> None:
    """This person's key goes now."""
    with _lock:
        _keys.pop(subject_id, None)


def forget_all() -> None:
    """Every key goes now."""
    with _lock:
        _keys.clear()
