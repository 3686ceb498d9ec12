"""Pagers and sortable headings keep the rest of the address, so that a list can be sent to a colleague."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from heyi.web.ui import tables
from heyi.web.ui.templatetags.heyi_ui import table_cells


def shown(number: int, total: int) -> list[int]:
    return [link.number for link in tables.pages(number=number, size=10, total=total, query=QueryDict()).links]


@pytest.mark.parametrize(
    ("number", "total", "links"),
    [
        (1, 0, [1]),
        (1, 10, [1]),
        (1, 11, [1, 2]),
        (1, 200, [1, 2, 3, 0, 20]),
        (10, 200, [1, 0, 8, 9, 10, 11, 12, 0, 20]),
        (20, 200, [1, 0, 18, 19, 20]),
    ],
)
def test_a_pager_shows_the_ends_and_the_near_ones(number: int, total: int, links: list[int]) -> None:
    assert shown(number, total) == links


def test_the_counts_are_right_at_the_ends() -> None:
    last = tables.pages(number=99, size=10, total=23, query=QueryDict("status=open&page=99"))
    assert (last.first, last.last, last.total) == (21, 23, 23)
    assert last.next_href == ""
    assert last.previous_href == "?status=open&page=2"
    empty = tables.pages(number=1, size=10, total=0, query=QueryDict())
    assert (empty.first, empty.last) == (0, 0)


def test_a_heading_sorts_up_then_down_and_starts_at_page_one() -> None:
    column = tables.sorted_column("Due", "due", query=QueryDict("sort=due&page=4&status=open"))
    assert column.sorted == "ascending"
    assert column.sort_href == "?sort=-due&status=open"
    other = tables.sorted_column("Days", "days", query=QueryDict("sort=due"))
    assert (other.sorted, other.sort_href) == ("", "?sort=days")


@pytest.mark.parametrize(
    ("cell", "drawn"),
    [
        (tables.Cell("5,184.60", right=True), '<td class="r" data-name="N">5,184.60</td>'),
        (tables.Cell("a", kind="dot", state="note"), '<td data-name="N"><span class="dot dot--note">a</span></td>'),
        (tables.Cell("b", kind="turn", state="bank"), '<td data-name="N"><span class="turn turn--bank">b</span></td>'),
        (
            tables.Cell("c", href="/x/", small="d"),
            '<td class="table__two" data-name="N"><a href="/x/">c</a><small>d</small></td>',
        ),
        (tables.Cell("–", right=True), '<td class="r table__dash" data-name="N">–</td>'),
        (tables.Cell("<b>"), '<td data-name="N">&lt;b&gt;</td>'),
        (
            tables.Cell("e", href='/"', peek=True),
            '<td data-name="N"><a href="/&quot;" hx-get="/&quot;" hx-target="#drawer-slot">e</a></td>',
        ),
    ],
)
def test_a_cell_is_drawn_and_escaped(cell: tables.Cell, drawn: str) -> None:
    assert table_cells((cell,), (tables.Column("N"),)) == drawn
