"""A list as plain values: columns, rows, cells and pages that ``ui/table.html`` and ``ui/pagination.html`` draw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from django.http import QueryDict

Sorted = Literal["", "ascending", "descending"]
Density = Literal["compact", "normal", "loose"]


@dataclass(frozen=True, slots=True)
class Column:
    """A heading. ``sort_href`` makes it a link; ``right`` sets figures flush right."""

    name: str
    right: bool = False
    sort_href: str = ""
    sorted: Sorted = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value, formatted. ``kind`` draws a turn, dot or tag whose look is ``state``; ``small`` is a second line.

    ``peek`` opens ``href`` in the drawer when the script runs.
    """

    text: str
    kind: Literal["", "turn", "dot", "tag"] = ""
    state: str = ""
    href: str = ""
    small: str = ""
    right: bool = False
    strong: bool = False
    nowrap: bool = False
    peek: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line; ``key`` is what its tick box sends, ``name`` what a screen reader says for it."""

    key: str
    name: str
    cells: tuple[Cell, ...]
    picked: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A whole list. ``pick`` names the tick boxes' field ("" for none), ``pick_form`` their form."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: str
    foot: tuple[Cell, ...] = ()
    pick: str = ""
    pick_form: str = ""
    density: Density = "normal"

    @property
    def width(self) -> int:
        return len(self.columns) + (1 if self.pick else 0)


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page number; without ``href`` it stands for the pages left out."""

    number: int
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Pages:
    """Where in a long list one is. Counts start at 1; an empty list reads 0–0 of 0."""

    first: int
    last: int
    total: int
    links: tuple[PageLink, ...] = field(default=())
    previous_href: str = ""
    next_href: str = ""


def pages(*, number: int, size: int, total: int, query: QueryDict, name: str = "page") -> Pages:
    """The pager for page ``number`` of ``total`` rows, each link keeping the other parameters of ``query``."""
    count = max(1, -(-total // size))
    number = min(max(1, number), count)
    return Pages(
        first=min(total, (number - 1) * size + 1),
        last=min(total, number * size),
        total=total,
        links=tuple(_link(at, number, query, name) for at in _shown(number, count)),
        previous_href=with_query(query, **{name: number - 1}) if number > 1 else "",
        next_href=with_query(query, **{name: number + 1}) if number < count else "",
    )


def with_query(query: QueryDict, **changes: object) -> str:
    """``?…`` with some parameters set anew, or taken off by None."""
    changed = query.copy()
    for name, value in changes.items():
        if value is None:
            changed.pop(name, None)
        else:
            changed[name] = str(value)
    return "?" + changed.urlencode()


def sorted_column(name: str, key: str, *, query: QueryDict, default: str = "", right: bool = False) -> Column:
    """A heading that sorts by ``key``: first upwards, then downwards; the state stands in the address as ``sort``."""
    now = query.get("sort", default)
    state: Sorted = "ascending" if now == key else "descending" if now == f"-{key}" else ""
    following = f"-{key}" if now == key else key
    return Column(name=name, right=right, sorted=state, sort_href=with_query(query, sort=following, page=None))


def _shown(number: int, count: int) -> list[int]:
    """The first, the last and those around this one; 0 stands for a gap."""
    near = sorted({1, count, *range(max(1, number - 2), min(count, number + 2) + 1)})
    shown: list[int] = []
    for at in near:
        if shown and at > shown[-1] + 1:
            shown.append(0)
        shown.append(at)
    return shown


def _link(at: int, number: int, query: QueryDict, name: str) -> PageLink:
    return PageLink(number=at, href=with_query(query, **{name: at}) if at else "", current=at == number)
