"""Clocks in the running house: payments and plans restart limitation, lists say what runs out, limits end by an act."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.models import LimitationEventRecord, LimitationStanding
from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.kit.actors import SYSTEM
from heyi.kit.money import Money
from heyi.plumbing import jobs
from heyi.plumbing.clock import bank_day
from tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.req("C2", "B22")]

AT = cast.AT
TODAY = bank_day(AT)


@pytest.fixture
def people():
    return cast.build()


def told(contract_id, kind="demand", days_ago=10, **different):
    return compliance.record_limitation_event(
        **{
            "contract_id": contract_id,
            "kind": kind,
            "on": TODAY - timedelta(days=days_ago),
            "evidence": "contact_message:1",
            "actor": SYSTEM,
            "at": AT,
            **different,
        }
    )


def pay(borrower, amount="100.00", reference="p1"):
    contract = loans.contract(contract_id=borrower.contract_id, actor=SYSTEM)
    return loans.record_payment(
        source="counter",
        reference=reference,
        contract_no=contract.contract_no,
        amount=Money.from_decimal(Decimal(amount)),
        received_on=TODAY,
        actor=SYSTEM,
        at=AT,
    )


def test_each_event_moves_the_last_day_and_the_explanation_names_its_rule(people):
    before = compliance.limitation_of(contract_id=people.lin.contract_id, actor=people.zhou, at=AT)
    after = told(people.lin.contract_id, days_ago=0, kind="demand")
    assert after.standing.expires_on > before.standing.starts_on
    assert [step.step.what for step in after.steps][:1] == ["starts"]
    assert all(step.says.zh and step.says.en and step.source for step in after.steps)


def test_the_same_proof_counts_once(people):
    told(people.lin.contract_id)
    told(people.lin.contract_id)
    assert LimitationEventRecord.objects.count() == 1


def test_a_withdrawn_event_counts_no_longer_and_stays_readable(people):
    told(people.lin.contract_id)
    event = LimitationEventRecord.objects.get()
    view = compliance.withdraw_limitation_event(event_id=event.id, reason="没有送达", actor=people.lead, at=AT)
    assert "demand" not in {step.step.what for step in view.steps}
    assert LimitationEventRecord.objects.count() == 2
    with pytest.raises(compliance.ClockEnded):
        compliance.withdraw_limitation_event(event_id=event.id, reason="again", actor=people.lead, at=AT)
    told(people.lin.contract_id, evidence="contact_message:2")


def test_the_database_refuses_to_change_an_event(people):
    told(people.lin.contract_id)
    with pytest.raises(DatabaseError), transaction.atomic():
        LimitationEventRecord.objects.update(on=TODAY)


def test_a_payment_interrupts_and_its_reversal_takes_that_back(people):
    payment = pay(people.lin)
    jobs.drain(at=AT)
    assert LimitationEventRecord.objects.filter(kind="part_payment").count() == 1
    loans.reverse_payment(payment_id=payment.id, actor=SYSTEM, at=AT)
    jobs.drain(at=AT)
    view = compliance.limitation_of(contract_id=people.lin.contract_id, actor=SYSTEM, at=AT)
    assert "part_payment" not in {step.step.what.rpartition(".")[2] for step in view.steps}


@pytest.mark.parametrize(
    ("different", "field"),
    [
        ({"kind": "wish"}, "kind"),
        ({"on": TODAY + timedelta(days=1)}, "on"),
        ({"until": TODAY}, "until"),
        ({"evidence": " "}, "evidence"),
    ],
)
def test_what_does_not_fit_is_said_by_field(people, different, field):
    with pytest.raises(compliance.ClockUnclear) as refused:
        told(people.lin.contract_id, **different)
    assert refused.value.facts["fields"] == {field: "does_not_fit"}


def test_nobody_but_the_house_writes_an_acknowledgement(people):
    for actor in (people.zhou, people.lead, people.compliance, people.integration):
        with pytest.raises(compliance.NotYourClock):
            told(people.lin.contract_id, kind="acknowledged", actor=actor)


def test_another_branch_neither_reads_nor_writes(people):
    assert compliance.limitation_of(contract_id=people.lin.contract_id, actor=people.stranger, at=AT) is None
    with pytest.raises(compliance.ClockNotFound):
        told(people.lin.contract_id, actor=people.stranger)


def test_the_borrower_reads_their_own_and_nobody_elses(people):
    mine = compliance.limitation_of(contract_id=people.lin.contract_id, actor=people.lin.actor, at=AT)
    assert mine is not None
    assert compliance.limitation_of(contract_id=people.lin.contract_id, actor=people.chen.actor, at=AT) is None


def test_the_tick_fills_the_lists_and_a_second_one_changes_nothing(people):
    assert compliance.refresh_limitation(AT) > 0
    assert compliance.refresh_limitation(AT) == 0
    row = LimitationStanding.objects.get(contract_id=people.lin.contract_id)
    last_day = AT + timedelta(days=(row.expires_on - TODAY).days)
    assert row.contract_id in {
        each.contract_id for each in compliance.expiring(actor=people.lead, at=last_day, within_days=7)
    }
    assert row.contract_id not in {
        each.contract_id for each in compliance.expiring(actor=people.stranger, at=last_day, within_days=7)
    }
    assert compliance.time_barred(contract_id=row.contract_id, at=last_day) is False
    assert compliance.time_barred(contract_id=row.contract_id, at=last_day + timedelta(days=1)) is True
    barred = {each.contract_id for each in compliance.barred(actor=people.lead, at=last_day + timedelta(days=1))}
    assert row.contract_id in barred


def test_an_unknown_debt_is_neither_barred_nor_free(people):
    assert compliance.time_barred(contract_id=people.lin.party_id, at=AT) is None


def start(people, kind="complaint_answer", **different):
    return compliance.start_clock(
        **{"kind": kind, "subject": "complaint:1", "starts_on": TODAY, "actor": people.lead, "at": AT, **different}
    )


@pytest.mark.req("C6")
def test_a_complaint_has_15_days_then_30_and_60_only_with_leave(people):
    clock = start(people)
    assert clock.due_on == TODAY + timedelta(days=15)
    assert start(people).id == clock.id, "a second start is the same clock"
    extended = compliance.extend_clock(clock_id=clock.id, reason="案情复杂", actor=people.lead, at=AT)
    assert extended.due_on == TODAY + timedelta(days=30)
    with pytest.raises(compliance.NoMoreExtension):
        compliance.extend_clock(clock_id=clock.id, reason="特别复杂", actor=people.lead, at=AT)
    request = compliance.ask_extension(clock_id=clock.id, reason="特别复杂", actor=people.lead, at=AT)
    approvals.vote(approval_id=request, vote="yes", reason="情况属实", actor=people.compliance, at=AT)
    jobs.drain(at=AT)
    longest = compliance.clocks_of(subject="complaint:1")[0]
    assert longest.due_on == TODAY + timedelta(days=60), "the approval extends it by itself"
    with pytest.raises(compliance.NoMoreExtension):
        compliance.extend_clock(clock_id=clock.id, reason="再延", actor=people.lead, at=AT)
    with pytest.raises(compliance.NoMoreExtension):
        compliance.ask_extension(clock_id=clock.id, reason="再延", actor=people.lead, at=AT)


@pytest.mark.req("C6")
def test_an_approval_that_comes_after_the_answer_changes_nothing(people):
    clock = start(people)
    compliance.extend_clock(clock_id=clock.id, reason="案情复杂", actor=people.lead, at=AT)
    request = compliance.ask_extension(clock_id=clock.id, reason="特别复杂", actor=people.lead, at=AT)
    compliance.end_clock(clock_id=clock.id, outcome="已书面答复", actor=people.lead, at=AT)
    approvals.vote(approval_id=request, vote="yes", reason="情况属实", actor=people.compliance, at=AT)
    jobs.drain(at=AT)
    assert compliance.clocks_of(subject="complaint:1")[0].due_on == TODAY + timedelta(days=30)


@pytest.mark.parametrize(
    ("different", "problem"),
    [
        ({"branch": cast.AWAY}, "ClockNotFound"),
        ({"starts_on": TODAY + timedelta(days=1)}, "ClockUnclear"),
        ({"evidence": "13800138000"}, "ClockUnclear"),
        ({"kind": "authorisation_letter"}, "ClockUnclear"),
    ],
)
def test_a_limit_that_does_not_fit_is_not_started(people, different, problem):
    with pytest.raises(getattr(compliance, problem)):
        start(people, **different)


def test_two_events_with_one_proof_are_withdrawn_each_for_itself(people):
    told(people.lin.contract_id, kind="demand")
    view = told(people.lin.contract_id, kind="suit")
    suit = next(step.step for step in view.steps if step.step.what.endswith("suit"))
    assert LimitationEventRecord.objects.get(id=suit.event_id).kind == "suit"


def test_a_limit_ends_by_an_act_and_a_missed_one_stays_in_the_list(people):
    clock = start(people)
    late = TODAY + timedelta(days=40)
    assert clock.id in {each.id for each in compliance.clocks_due(actor=people.lead, at=AT, until=late)}
    compliance.end_clock(clock_id=clock.id, outcome="已书面答复", actor=people.lead, at=AT)
    assert clock.id not in {each.id for each in compliance.clocks_due(actor=people.lead, at=AT, until=late)}
    with pytest.raises(compliance.ClockEnded):
        compliance.end_clock(clock_id=clock.id, outcome="again", actor=people.lead, at=AT)
    acts = {entry.act for entry in journal.entries(limit=50)}
    assert acts >= {"compliance.start_clock", "compliance.end_clock"}


def test_another_branch_sees_and_ends_no_limit_of_ours(people):
    clock = start(people, branch=cast.HOME)
    theirs = compliance.clocks_due(actor=people.stranger, at=AT, until=date(2027, 1, 1))
    assert clock.id not in {each.id for each in theirs}
    with pytest.raises(compliance.ClockNotFound):
        compliance.end_clock(clock_id=clock.id, outcome="x", actor=people.stranger, at=AT)


def test_a_personal_number_does_not_belong_in_an_outcome(people):
    clock = start(people)
    with pytest.raises(compliance.ClockUnclear):
        compliance.end_clock(clock_id=clock.id, outcome="已致电13800138000", actor=people.lead, at=AT)
