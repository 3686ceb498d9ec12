"""The menu shows what one may open, and nothing else; counts are asked for only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from heyi.kit.actors import Actor
from heyi.web.ui import menu

AT = datetime(2026, 11, 20, tzinfo=UTC)
MANAGER = Actor(kind="staff", id=None, roles=frozenset({"manager"}))
BORROWER = Actor(kind="borrower", id=None, roles=frozenset({"borrower"}))


@pytest.fixture(autouse=True)
def only_these(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(menu, "_entries", [])


def entry(url_name: str = "ui:components", count: menu.Count | None = None) -> menu.Entry:
    return menu.Entry(group="work", url_name=url_name, icon="home", text="Guide", count=count)


def test_a_line_with_its_count_and_mark() -> None:
    menu.add(entry(count=lambda actor, at: 7))
    (line,) = menu.lines("work", actor=MANAGER, path="/ui/components/drawer/", at=AT)
    assert (line.href, line.badge, line.current) == ("/ui/components/", 7, True)


def test_the_longest_address_is_the_current_one() -> None:
    menu.add(entry())
    menu.add(entry("ui:guide_drawer"))
    found = menu.lines("work", actor=MANAGER, path="/ui/components/drawer/", at=AT)
    assert [line.current for line in found] == [False, True]


def test_one_line_is_current_over_all_groups() -> None:
    menu.add(entry())
    menu.add(replace(entry("ui:guide_drawer"), group="business"))
    path = "/ui/components/drawer/"
    marked = [
        line.href
        for group in ("work", "business")
        for line in menu.lines(group, actor=MANAGER, path=path, at=AT)
        if line.current
    ]
    assert marked == [path]


@pytest.mark.parametrize("actor", [None, BORROWER], ids=["nobody", "borrower"])
def test_others_see_no_line_and_nothing_is_counted(actor: Actor | None) -> None:
    menu.add(entry(count=lambda actor, at: pytest.fail("counted for somebody who may not open it")))
    assert menu.lines("work", actor=actor, path="/", at=AT) == ()


def test_an_entry_is_added_once() -> None:
    menu.add(entry())
    menu.add(entry())
    assert len(menu.lines("work", actor=MANAGER, path="/", at=AT)) == 1
