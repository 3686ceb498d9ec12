"""What a page has read once it does not read again: a memory that lives as long as one read-only request.

A case page is put together by a dozen rooms that each ask for the same few rows. Marked reads answer from memory inside
``page()``, and nowhere else: jobs, commands and acts always read anew. Whatever writes ends the memory (``forget``,
called by the journal, because every act is journaled), so a page that writes on its way shows what it wrote.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_kept: ContextVar[dict[Any, Any] | None] = ContextVar("heyi_once", default=None)
_MISSING: Final = object()


@contextmanager
def page() -> Iterator[None]:
    """Remember marked reads until the end of the block."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def forget() -> None:
    """Something was written: read everything anew."""
    kept = _kept.get()
    if kept:
        kept.clear()


def once(read: Callable[P, R]) -> Callable[P, R]:
    """Mark a read whose arguments are plain values. Refusals are not remembered; unhashable arguments just pass."""

    @functools.wraps(read)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        kept = _kept.get()
        if kept is None:
            return read(*args, **kwargs)
        key = (read, args, tuple(sorted(kwargs.items())))
        try:
            found = kept.get(key, _MISSING)
        except TypeError:
            return read(*args, **kwargs)
        if found is _MISSING:
            found = kept[key] = read(*args, **kwargs)
        return found  # type: ignore[no-any-return]

    return asked
