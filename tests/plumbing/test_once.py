"""A page reads a row once; an act, a job and a command always read anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from heyi.capabilities.journal import api as journal
from heyi.kit.actors import SYSTEM
from heyi.kit.problems import NotFound
from heyi.plumbing import clock, once

asked: list[str] = []


@once.once
def read(name: str, *, more: object = None) -> int:
    asked.append(name)
    if name == "missing":
        raise NotFound
    return len(asked)


@pytest.fixture(autouse=True)
def _nothing_asked() -> None:
    asked.clear()


def test_a_page_reads_once_for_each_question() -> None:
    with once.page():
        assert read("a") == read("a") == 1
        assert read("a", more=1) == 2
    assert asked == ["a", "a"]


def test_outside_a_page_and_on_the_next_page_everything_is_read_anew() -> None:
    with once.page():
        read("a")
    assert [read("a"), read("a")] == [2, 3]
    with once.page():
        assert read("a") == 4


def test_a_refusal_is_not_remembered_and_odd_arguments_just_pass() -> None:
    with once.page():
        for _ in range(2):
            with pytest.raises(NotFound):
                read("missing")
        assert read("a", more=[1]) != read("a", more=[1])


@pytest.mark.django_db
def test_whatever_writes_ends_the_memory() -> None:
    with once.page():
        before = read("a")
        journal.record(actor=SYSTEM, act="tests.act", at=clock.now(), subject="test:1")
        assert read("a") != before


def test_a_page_may_show_a_figure_a_moment_old_but_no_act_decides_by_it() -> None:
    @once.moments(seconds=60)
    def book(*, branch: str, at: datetime) -> int:
        asked.append(branch)
        return len(asked)

    noon = datetime(2026, 1, 3, 12, tzinfo=UTC)
    with once.page():
        assert [book(branch="a", at=noon), book(branch="a", at=noon + timedelta(seconds=1))] == [1, 1]
        assert book(branch="b", at=noon) == 2
    with once.page():
        assert book(branch="a", at=noon) == 1, "the next page, too"
    assert book(branch="a", at=noon) == 3, "an act asks anew"
    once.forget()
    with once.page():
        assert book(branch="a", at=noon) == 4, "after an act everybody does"


def test_a_figure_outlives_acts_that_cannot_change_it() -> None:
    @once.moments(seconds=60, changed_by="loans.")
    def book(branch: str) -> int:
        asked.append(branch)
        return len(asked)

    with once.page():
        before = book("a")
        once.forget("negotiation.say")
        assert book("a") == before
        once.forget("loans.record_payment")
        assert book("a") != before
