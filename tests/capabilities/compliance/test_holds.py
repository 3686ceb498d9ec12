"""Holds and agreed hours as records: who, why, when, until, lifted by an act."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.models import HoldRecord
from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM, Actor
from heyi.plumbing.ids import new_id
from tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.req("B9")]

AT = datetime(2026, 3, 2, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
HOUR = timedelta(hours=1)
PARTY, CONTRACT = new_id(), new_id()
ALL = frozenset({"*"})
MANAGER = Actor(kind="staff", id=new_id(), roles=frozenset({"manager"}), branches=ALL)
COMPLIANCE = Actor(kind="staff", id=new_id(), roles=frozenset({"compliance"}), branches=ALL)
AUDITOR = Actor(kind="staff", id=new_id(), roles=frozenset({"auditor"}), branches=ALL)
BORROWER = Actor(kind="borrower", id=PARTY)


def place(kind="dispute", actor=MANAGER, at=AT, **different):
    return compliance.place_hold(
        **{"kind": kind, "party_id": PARTY, "reason": "账单有一笔不是本人", "actor": actor, "at": at, **different}
    )


def kinds(at=AT, **of):
    return [hold.kind for hold in compliance.holds(party_id=PARTY, at=at, **of)]


def test_a_hold_stands_from_its_placing_until_it_is_lifted():
    hold = place()
    assert kinds(AT - HOUR) == []
    assert kinds() == ["dispute"]
    lifted = compliance.lift_hold(hold_id=hold.id, reason="核实完毕", actor=COMPLIANCE, at=AT + HOUR)
    assert (lifted.lifted_at, lifted.lifted_by) == (AT + HOUR, COMPLIANCE.label)
    assert kinds(AT + HOUR) == []
    assert kinds(AT + HOUR / 2) == ["dispute"], "the past stays as it was"


def test_a_hold_with_a_date_ends_by_itself():
    place(until=AT + HOUR)
    assert kinds(AT + HOUR - timedelta(seconds=1)) == ["dispute"]
    assert kinds(AT + HOUR) == []
    assert place(at=AT + HOUR).placed_at == AT + HOUR, "an ended hold does not stand in the way of a new one"


def test_placing_a_standing_hold_again_changes_nothing():
    assert place().id == place(at=AT + HOUR).id
    assert HoldRecord.objects.count() == 1


def test_holds_on_a_contract_and_on_the_person():
    place(contract_id=CONTRACT)
    place("complaint")
    assert kinds(contract_id=CONTRACT) == ["dispute", "complaint"]
    assert kinds(contract_id=new_id()) == ["complaint"]
    assert kinds() == ["dispute", "complaint"]
    assert compliance.holds(party_id=new_id(), at=AT) == ()


@pytest.mark.parametrize(
    ("actor", "kind", "allowed"),
    [
        (MANAGER, "deceased", True),
        (SYSTEM, "agreement_active", True),
        (BORROWER, "complaint", True),
        (BORROWER, "deceased", False),
        (BORROWER, "agreement_active", False),
        (Actor(kind="borrower", id=new_id()), "dispute", False),
        (AUDITOR, "dispute", False),
    ],
)
def test_who_may_place_what(actor, kind, allowed):
    if allowed:
        assert place(kind, actor=actor).placed_by == actor.label
    else:
        with pytest.raises(compliance.NotYourHold):
            place(kind, actor=actor)


@pytest.mark.parametrize("actor", [MANAGER, BORROWER, AUDITOR])
def test_who_placed_a_hold_cannot_simply_lift_it(actor):
    hold = place()
    with pytest.raises(compliance.NotYourHold):
        compliance.lift_hold(hold_id=hold.id, reason="…", actor=actor, at=AT)
    assert kinds() == ["dispute"]


def test_lifting_twice_or_nothing_is_told():
    hold = place()
    compliance.lift_hold(hold_id=hold.id, reason="ok", actor=COMPLIANCE, at=AT)
    with pytest.raises(compliance.HoldAlreadyLifted):
        compliance.lift_hold(hold_id=hold.id, reason="ok", actor=COMPLIANCE, at=AT)
    with pytest.raises(compliance.HoldNotFound):
        compliance.lift_hold(hold_id=new_id(), reason="ok", actor=COMPLIANCE, at=AT)


def test_no_reason_or_no_such_kind_is_no_hold():
    with pytest.raises(compliance.ReasonMissing):
        place(reason="  ")
    with pytest.raises(compliance.HoldKindUnknown):
        place("bad_mood")


def test_the_reason_is_sealed_and_the_act_journaled():
    hold = place()
    assert "账单".encode() not in bytes(HoldRecord.objects.get().reason_sealed)
    entry = journal.entries(party_id=PARTY, limit=1)[0]
    assert (entry.act, entry.subject) == ("compliance.place_hold", f"compliance_hold:{hold.id}")
    assert set(entry.digests) == {"reason"}


@pytest.mark.parametrize(
    "change", [{"kind": "bad_mood"}, {"lifted_at": AT}, {"lifted_by": "x"}, {"until": AT - timedelta(days=1)}]
)
def test_the_database_refuses_what_makes_no_sense(change):
    place()
    with pytest.raises(IntegrityError), transaction.atomic():
        HoldRecord.objects.update(**change)


def test_agreed_hours_follow_one_another():
    assert compliance.agreed_window(party_id=PARTY) is None
    compliance.agree_hours(party_id=PARTY, start=time(19), end=time(21), evidence="message:1", actor=BORROWER, at=AT)
    new = compliance.agree_hours(
        party_id=PARTY, start=time(12), end=time(13), evidence="message:2", actor=BORROWER, at=AT
    )
    assert compliance.agreed_window(party_id=PARTY) == new
    for start, evidence in ((time(13), "message:3"), (time(12), " ")):
        with pytest.raises(compliance.WindowUnusable):
            compliance.agree_hours(party_id=PARTY, start=start, end=time(13), evidence=evidence, actor=BORROWER, at=AT)


def test_a_kind_says_whether_it_needs_an_end():
    with pytest.raises(compliance.HoldEndUnfit):
        place("deceased", until=AT + HOUR)
    with pytest.raises(compliance.HoldEndUnfit):
        place(until=AT)


def test_a_borrower_takes_back_their_own_wish_and_nothing_else():
    wish = place("no_contact", actor=BORROWER)
    compliance.lift_hold(hold_id=wish.id, reason="可以联系了", actor=BORROWER, at=AT + HOUR)
    for hold in (place("no_contact"), place("complaint", actor=BORROWER)):
        with pytest.raises(compliance.NotYourHold):
            compliance.lift_hold(hold_id=hold.id, reason="…", actor=BORROWER, at=AT + HOUR)


def test_the_reason_is_read_in_full_and_the_reading_is_journaled():
    hold = place()
    compliance.lift_hold(hold_id=hold.id, reason="核实完毕", actor=COMPLIANCE, at=AT + HOUR)
    told = compliance.read_reason(hold_id=hold.id, actor=AUDITOR, at=AT + HOUR)
    assert (told.placed, told.lifted) == ("账单有一笔不是本人", "核实完毕")
    assert "compliance.read_reason" in {entry.act for entry in journal.entries(party_id=PARTY, limit=3)}


def test_the_history_keeps_what_stood_and_how_it_ended():
    first, dated = place(), place("vulnerability", until=AT + HOUR)
    compliance.lift_hold(hold_id=first.id, reason="核实完毕", actor=COMPLIANCE, at=AT + HOUR / 2)
    lines = {line.kind: line for line in compliance.hold_lines(actor=AUDITOR, at=AT + HOUR, party_id=PARTY)}
    assert lines["dispute"].ended_by == COMPLIANCE.label
    assert (lines["vulnerability"].ended_by, lines["vulnerability"].ended_at) == ("date", dated.until)
    assert compliance.hold_lines(actor=AUDITOR, at=AT + HOUR, standing=True) == []
    assert len(compliance.hold_lines(actor=AUDITOR, at=AT, standing=True)) == 1
    assert [line.kind for line in compliance.hold_lines(actor=AUDITOR, at=AT, kind="dispute")] == ["dispute"]


@pytest.mark.req("C9")
def test_the_room_itself_keeps_other_branches_out():
    people = cast.build()
    held = {"kind": "dispute", "party_id": people.lin.party_id, "reason": "账单有疑问", "at": cast.AT}
    with pytest.raises(loans.UnknownParty):
        compliance.place_hold(**held, actor=people.stranger)
    hold = compliance.place_hold(**held, actor=people.zhou)
    lift = {"hold_id": hold.id, "reason": "核实完毕", "at": cast.AT + HOUR}
    with pytest.raises(compliance.HoldNotFound):
        compliance.lift_hold(**lift, actor=people.stranger)
    for read in (compliance.read_reason, compliance.hold_line):
        with pytest.raises(compliance.HoldNotFound):
            read(hold_id=hold.id, actor=people.stranger, at=cast.AT)
    assert compliance.hold_lines(actor=people.stranger, at=cast.AT) == []
    assert [line.id for line in compliance.hold_lines(actor=people.zhou, at=cast.AT)] == [hold.id]
    case_id = new_id()
    staff.look_beyond_branch(actor=people.stranger, case_id=case_id, branch=cast.HOME, reason="协助", at=cast.AT)
    assert compliance.lift_hold(**lift, actor=people.stranger, case_id=case_id).lifted_by == people.stranger.label
