"""A clock that jumps while the worker runs, or stands apart from the database's: nothing leaves until a restart."""

from __future__ import annotations

from datetime import timedelta

import pytest

from heyi.capabilities.contact import api as contact
from heyi.plumbing import clock, clock_trust
from tests.capabilities.contact.conftest import AFTERNOON

pytestmark = [pytest.mark.django_db, pytest.mark.req("B9")]


@pytest.fixture(autouse=True)
def fresh():
    clock_trust.forget()
    yield
    clock_trust.forget()


def set_clock(monkeypatch, by: timedelta) -> None:
    honest = clock.now
    monkeypatch.setattr(clock_trust.clock, "now", lambda: honest() + by)


@pytest.mark.parametrize("by", [timedelta(days=1), -timedelta(days=1), timedelta(minutes=5), -timedelta(minutes=5)])
def test_a_jump_stops_everything_until_the_worker_is_restarted(tell, outside, monkeypatch, by):
    tell()
    assert clock_trust.look() == ""
    with monkeypatch.context() as patch:
        set_clock(patch, by)
        assert clock_trust.look() == "clock_jumped"
    assert clock_trust.look() == "clock_jumped", "nobody can tell which of the two times was right"
    contact.deliver_in_turn(AFTERNOON)
    assert outside.arrived() == []
    clock_trust.forget()
    contact.deliver_in_turn(AFTERNOON)
    assert len(outside.arrived()) == 1


def test_a_worker_that_stands_before_the_ledger_sends_nothing_to_anybody(tell, book, outside):
    """What left already was written down by a clock that others believe; also for people who were never contacted."""
    tell()
    contact.deliver_in_turn(AFTERNOON)
    tell(party_id=book.add(), at=AFTERNOON - timedelta(hours=1))
    contact.deliver_in_turn(AFTERNOON - timedelta(minutes=6))
    assert len(outside.arrived()) == 1
    contact.deliver_in_turn(AFTERNOON + timedelta(minutes=6))
    assert len(outside.arrived()) == 2


def test_seconds_are_no_jump(monkeypatch):
    clock_trust.look()
    set_clock(monkeypatch, timedelta(seconds=20))
    assert clock_trust.look() == ""


def test_a_clock_apart_from_the_databases_is_doubted(monkeypatch):
    monkeypatch.setattr(clock_trust, "_apart_from_database", lambda: timedelta(minutes=2))
    assert clock_trust.look() == "clock_apart_from_database"


def test_the_worker_looks_before_every_round(monkeypatch):
    from heyi.plumbing import jobs

    looked = []
    monkeypatch.setattr(clock_trust, "look", lambda: looked.append(1))
    monkeypatch.setattr(jobs, "run_once", lambda **_: 1)
    jobs.run_forever(stop=lambda: len(looked) >= 3)
    assert len(looked) == 3


def test_a_worker_that_stands_before_the_ledger_sends_nothing(tell, outside):
    tell()
    contact.deliver_in_turn(AFTERNOON)
    tell()
    contact.deliver_in_turn(AFTERNOON - timedelta(hours=1))
    assert len(outside.arrived()) == 1
