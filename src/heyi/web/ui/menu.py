"""The console's menu: each surface adds its entries when it is ready; the view's own declaration says who sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

from django.urls import resolve, reverse
from django.utils.functional import Promise

from heyi.kit.actors import Actor
from heyi.plumbing.access import Access
from heyi.web.ui import routes

Group = Literal["work", "business", "law", "control"]
Count = Callable[[Actor, datetime], int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. ``url_name`` is reversed without arguments; ``text`` is a lazy translation."""

    group: Group
    url_name: str
    icon: str
    text: str | Promise
    count: Count | None = None
    hot: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is drawn for one member of staff on one page. ``badge`` is 0 when there is nothing to count."""

    href: str
    icon: str
    text: str | Promise
    current: bool
    badge: int
    hot: bool


_entries: list[Entry] = []


def add(entry: Entry) -> None:
    """Add a line; called from ``AppConfig.ready`` of a surface, in the order of the menu."""
    if entry not in _entries:
        _entries.append(entry)


def lines(group: Group, *, actor: Actor | None, path: str, at: datetime) -> tuple[Line, ...]:
    """The lines of one group that ``actor`` may open, with their counts."""
    if actor is None:
        return ()
    open_ones = [(entry, href) for entry, href in _hrefs() if _may_open(actor, href)]
    current = _current([href for _, href in open_ones], path)
    return tuple(
        Line(
            href=href,
            icon=entry.icon,
            text=entry.text,
            current=href == current,
            badge=entry.count(actor, at) if entry.count else 0,
            hot=entry.hot,
        )
        for entry, href in open_ones
        if entry.group == group
    )


def _hrefs() -> list[tuple[Entry, str]]:
    return [(entry, _href(entry.url_name)) for entry in _entries]


@lru_cache(maxsize=256)
def _href(url_name: str) -> str:
    return reverse(url_name)


def _may_open(actor: Actor, href: str) -> bool:
    access = _access(href)
    return access is not None and access.admits(actor)


@lru_cache(maxsize=256)
def _access(href: str) -> Access | None:
    """Who may open an address: the routes stand as long as the process runs."""
    match = resolve(href)
    return routes.access_for(match.func, match, "GET")


def _current(hrefs: list[str], path: str) -> str:
    """The longest address that the path starts with, so that a case page marks its list."""
    return max((href for href in hrefs if path.startswith(href)), key=len, default="")
