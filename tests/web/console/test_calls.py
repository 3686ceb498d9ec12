"""Dialling from the case page without script: the gate, the number, the opening line, the result."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.test import Client

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact.models import LedgerEntry, Refusal
from heyi.capabilities.journal import api as journal
from heyi.kit.actors import SYSTEM
from heyi.plumbing import clock, clock_trust
from tests import cast
from tests.capabilities.negotiation import steps
from tests.web.console.conftest import Login

pytestmark = [pytest.mark.django_db, pytest.mark.req("B9", "B10", "E3")]
NOON = cast.AT.replace(hour=4, minute=0)
"""Twelve o'clock in Shanghai: within every hour that there is."""


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    """A clock that stands still and is moved by hand is one that nobody should trust; here it is meant."""
    monkeypatch.setattr(clock_trust, "look", lambda: "")
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def case_id(now: time_machine.Traveller, people: cast.Cast) -> UUID:
    return steps.negotiating(people, clock.now() - timedelta(hours=1))


def dial(client: Client, case_id: UUID, **data: object) -> tuple[int, str, str]:
    """Status, page, and where it leads."""
    answer = client.post(f"/console/cases/{case_id}/call/", {"who": "", "purpose": "negotiation", **data})
    return answer.status_code, answer.content.decode(), answer.get("Location", "")


def test_the_number_comes_after_the_gate_and_the_result_stands_on_its_place(
    people: cast.Cast, login: Login, case_id: UUID
) -> None:
    zhou = login(people.zhou)
    mobile = people.lin.mobile
    page = zhou.get(f"/console/cases/{case_id}/call/").content.decode()
    assert mobile not in page, "masked until the gate said yes"
    assert mobile[-4:] in page
    status, _, there = dial(zhou, case_id)
    assert status == 302
    shown = zhou.get(there).content.decode()
    assert f"tel:{mobile}" in shown
    assert "我是本行的客户经理" in shown, "the approved opening line"
    newest = journal.entries(party_id=people.lin.party_id, limit=2)
    assert "contact.leave_destination" in {one.act for one in newest}, "both acts bear the same instant here"
    assert zhou.post(there, {"outcome": "unanswered", "minutes": "3"}).status_code == 422
    done = zhou.post(there, {"outcome": "connected", "minutes": "0", "effective": "on", "words": "说了 48 期。"})
    assert done.status_code == 302
    (entry,) = LedgerEntry.objects.filter(case_id=case_id, channel="call")
    assert (entry.outcome, entry.effective, bool(entry.note_sealed), entry.clauses) == ("connected", True, True, [])
    assert "说了 48 期" in zhou.get(f"/console/cases/{case_id}/").content.decode()
    assert zhou.get(there).status_code == 302, "told once"


def test_a_refusal_names_clause_facts_what_instead_and_when(
    people: cast.Cast, login: Login, case_id: UUID, now: time_machine.Traveller
) -> None:
    zhou = login(people.zhou)
    now.shift(timedelta(hours=11))
    zhou = login(people.zhou)
    status, page, _ = dial(zhou, case_id)
    assert status == 409
    for told in ("HEYI-HOURS-AGREED", "9:00", "可以怎么做"):
        assert told in page or told == "HEYI-HOURS-AGREED"
    assert "现在 23:00" in page
    assert people.lin.mobile not in page
    assert not LedgerEntry.objects.filter(channel="call").exists()
    assert Refusal.objects.filter(case_id=case_id, channel="call").exists()


def test_what_was_not_written_down_in_time_closes_the_gate_for_who_called(
    people: cast.Cast, login: Login, case_id: UUID, now: time_machine.Traveller
) -> None:
    _, _, there = dial(login(people.zhou), case_id)
    now.shift(timedelta(days=2))
    zhou = login(people.zhou)
    status, page, _ = dial(zhou, case_id)
    assert status == 409
    assert "HEYI-CALLER-REPORTS" in page
    assert there in page, "the way to write it down"
    assert "号码收起来了" in zhou.get(there).content.decode()
    zhou.post(there, {"outcome": "not_sent"})
    assert dial(zhou, case_id)[0] == 302
    asked = contact.may_contact(
        party_id=people.lin.party_id, channel="call", purpose="negotiation", at=clock.now(), actor=people.he
    )
    assert asked.allowed, "a colleague is not held back"


def test_a_hold_since_takes_the_number_back(people: cast.Cast, login: Login, case_id: UUID) -> None:
    zhou = login(people.zhou)
    _, _, there = dial(zhou, case_id)
    compliance.place_hold(
        kind="no_contact", party_id=people.lin.party_id, reason="本人说的", actor=SYSTEM, at=clock.now()
    )
    page = zhou.get(there).content.decode()
    assert people.lin.mobile not in page
    assert "号码收起来了" in page


def test_a_leave_ends_where_the_gate_closes(people: cast.Cast, case_id: UUID, now: time_machine.Traveller) -> None:
    """Lin agreed to be called until seven in the evening."""
    from heyi.capabilities.negotiation import api as negotiation

    now.shift(timedelta(hours=6, minutes=55))
    asked = negotiation.dial(case_id=case_id, actor=people.zhou, at=clock.now())
    assert asked.leave is not None
    closing = NOON + timedelta(hours=7)
    assert timedelta() <= asked.leave.valid_until - closing < timedelta(seconds=2)


def test_who_may_only_look_cannot_dial(people: cast.Cast, login: Login, case_id: UUID) -> None:
    assert dial(login(people.auditor), case_id)[0] == 403
    assert dial(login(people.stranger), case_id)[0] == 404
    status, _, there = dial(login(people.zhou), case_id)
    assert status == 302
    assert login(people.he).get(there).status_code == 404, "another's leave"


def test_collection_needs_a_running_recorder(people: cast.Cast, login: Login, case_id: UUID) -> None:
    zhou = login(people.zhou)
    status, page, _ = dial(zhou, case_id, purpose="collection")
    assert status == 409
    assert "CN-CC-68c" in page
    assert dial(zhou, case_id, purpose="collection", recorded="on")[0] == 302
