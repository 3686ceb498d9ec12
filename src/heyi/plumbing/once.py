"""What a page has read once it does not read again: a memory that lives as long as one read-only request.

A case page is put together by a dozen rooms that each ask for the same few rows. Marked reads answer from memory inside
``page()``, and nowhere else: jobs, commands and acts always read anew. Whatever writes ends the memory (``forget``,
called by the journal, because every act is journaled), so a page that writes on its way shows what it wrote.
What may be a moment old is kept a little longer (``moments``).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from time import monotonic
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_kept: ContextVar[dict[Any, Any] | None] = ContextVar("heyi_once", default=None)
_MISSING: Final = object()
_moments: dict[Any, tuple[float, str, Any]] = {}
"""Question → when it was asked, the acts that end the answer, the answer."""
MOMENTS_MOST: Final = 4_096


@contextmanager
def page() -> Iterator[None]:
    """Remember marked reads until the end of the block."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def forget(act: str = "") -> None:
    """Something was written, by this act: read anew what it may have changed."""
    kept = _kept.get()
    if kept:
        kept.clear()
    for key in [key for key, (_, by, _) in _moments.items() if not act or act.startswith(by)]:
        _moments.pop(key, None)


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


def moments(*, seconds: float, changed_by: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a read that a page may show a moment old: a count beside the menu, the sum of a book.

    Asked again after ``seconds``, and at once after any act of this process whose name begins with ``changed_by``.
    Outside of ``page()`` always asked: nothing is decided by an old figure. ``at`` is no part of the question.
    """

    def marked(read: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(read)
        def asked(*args: P.args, **kwargs: P.kwargs) -> R:
            if _kept.get() is None:
                return read(*args, **kwargs)
            plain = [one for one in args if not isinstance(one, datetime)]
            key = (read, *plain, *sorted((name, value) for name, value in kwargs.items() if name != "at"))
            now = monotonic()
            known = _moments.get(key)
            if known is None or now - known[0] >= seconds:
                if len(_moments) >= MOMENTS_MOST:
                    _moments.clear()
                known = _moments[key] = (now, changed_by, read(*args, **kwargs))
            found: R = known[2]
            return found

        return asked

    return marked
