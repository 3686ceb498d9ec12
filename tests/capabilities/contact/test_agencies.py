"""One ledger for the bank and its agencies: leaves before dialling, reports after, and what closes an agency."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact.models import LedgerEntry, Message, Refusal
from heyi.capabilities.journal import api as journal
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM
from heyi.kit.problems import NotAllowed
from tests import cast
from tests.capabilities.contact.agencies import (
    DAY,
    MINUTE,
    NOON,
    approve,
    ask,
    clauses,
    handed_over,
    place,
    report,
    settle,
    take,
    tell,
)

pytestmark = [pytest.mark.django_db, pytest.mark.req("B10", "B9")]


@pytest.fixture
def people() -> cast.Cast:
    return cast.build()


@pytest.mark.req("C3")
def test_without_the_committees_yes_nothing_goes_to_an_agency(people: cast.Cast) -> None:
    with pytest.raises(contact.PlacementWrong) as refused:
        place(people)
    assert refused.value.facts["needs"] == "agency_placement"


def test_the_debtor_is_told_before_the_agency_begins(people: cast.Cast) -> None:
    approve(people)
    placed = place(people)
    assert {row.channel for row in Message.objects.filter(template="agency_notice")} == {"sms", "email", "portal"}
    assert contact.placements(actor=people.agency, at=NOON) == [], "an agency sees nothing before the debtor was told"
    assert "CN-CP-COL" in clauses(take(people))
    tell()
    assert "CN-CP-COL" in clauses(take(people, at=cast.AT + DAY - MINUTE)), "and not before the waiting time is over"
    assert [one.id for one in contact.placements(actor=people.agency, at=NOON)] == [placed.id]
    assert take(people).leave is not None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"until": cast.AT + 900 * DAY}, "until"),
        ({"until": cast.AT - DAY}, "until"),
    ],
)
def test_a_placement_stays_within_the_contract(people: cast.Cast, wrong: dict, field: str) -> None:  # type: ignore[type-arg]
    approve(people)
    with pytest.raises(contact.PlacementWrong) as refused:
        place(people, **wrong)
    assert field in refused.value.facts["fields"]


def test_a_contract_lies_with_one_agency_and_not_against_a_hold(people: cast.Cast) -> None:
    approve(people)
    place(people)
    with pytest.raises(contact.PlacementWrong):
        place(people)
    compliance.place_hold(kind="dispute", party_id=people.chen.party_id, reason="账目", actor=people.lead, at=cast.AT)
    with pytest.raises(contact.PlacementWrong) as refused:
        place(people, contract_id=people.chen.contract_id)
    assert refused.value.facts["holds"] == ["dispute"]
    with pytest.raises(NotAllowed):
        place(people, actor=people.zhou)


@pytest.mark.req("B10")
def test_what_the_bank_and_the_agency_do_counts_together(people: cast.Cast) -> None:
    handed_over(people)
    for _ in range(2):
        call = {"party_id": people.lin.party_id, "contract_id": people.lin.contract_id, "purpose": "collection"}
        contact.log_call(actor=people.zhou, at=NOON, outcome="connected", **call)
    first = take(people)
    assert first.leave is not None
    second = take(people)
    assert second.leave is None, "a leave that nobody reported counts, in doubt"
    assert "CN-STD-FREQ-N" in clauses(second)
    contact.report_contacts(reports=[report(first.leave, "not_sent")], actor=people.agency, at=NOON)
    assert take(people).leave is not None, "what was not made after all frees its place"
    told = contact.counts(at=NOON, party_id=people.lin.party_id)
    assert (told.attempts, told.connections) == (3, 3)
    assert contact.counts(at=NOON, point=people.lin.mobile) == told


def test_the_number_is_given_out_with_a_leave_and_not_without(people: cast.Cast) -> None:
    handed_over(people)
    leave = take(people).leave
    assert leave is not None
    assert people.lin.mobile not in str(leave)
    read = {"leave_id": leave.id, "at": NOON}
    assert contact.leave_destination(actor=people.agency, **read) == people.lin.mobile
    assert journal.entries(party_id=people.lin.party_id, limit=1)[0].act == "contact.leave_destination"
    for wrong in (
        {"actor": people.zhou},
        {"actor": people.agency, "at": leave.valid_until},
    ):
        with pytest.raises(contact.LeaveGone):
            contact.leave_destination(**read | wrong)
    contact.report_contacts(reports=[report(leave)], actor=people.agency, at=NOON)
    with pytest.raises(contact.LeaveGone):
        contact.leave_destination(actor=people.agency, **read)


def test_an_agency_asks_about_its_own_placements_only(people: cast.Cast) -> None:
    handed_over(people)
    with pytest.raises(contact.PlacementNotFound):
        take(people, contract_id=people.chen.contract_id)
    with pytest.raises(contact.PlacementNotFound):
        take(people, party_id=people.chen.party_id)
    other = staff.register_agency(entry=cast.agency_entry(code="other"), actor=SYSTEM, at=cast.AT)
    stranger = replace(people.agency, agency_id=other.id)
    with pytest.raises(contact.PlacementNotFound):
        take(people, actor=stranger)
    assert contact.placements(actor=stranger, at=NOON) == []


def test_a_suspended_agency_is_closed(people: cast.Cast) -> None:
    handed_over(people)
    staff.set_agency_status(
        agency_id=people.agency_id, status="suspended", reason="投诉", actor=people.compliance, at=NOON
    )
    with pytest.raises(contact.AgencyNotReady):
        take(people)
    staff.set_agency_status(
        agency_id=people.agency_id, status="active", reason="整改", actor=people.compliance, at=NOON
    )
    assert take(people).leave is not None


def test_who_does_not_report_is_closed_until_the_report_is_in(people: cast.Cast) -> None:
    handed_over(people)
    leave = take(people).leave
    assert leave is not None
    due = leave.report_by
    assert due - leave.valid_until == timedelta(hours=24)
    assert "HEYI-AGENCY-REPORTS" not in clauses(take(people, at=due - MINUTE))
    late = take(people, at=due)
    assert "HEYI-AGENCY-REPORTS" in clauses(late)
    assert [one.id for one in contact.overdue(agency_id=people.agency_id, at=due)][:1] == [leave.id]
    rows = LedgerEntry.objects.filter(outcome="reserved", report_by__lte=due)
    for row in list(rows):
        told = contact.Report(leave_id=row.id, outcome="unanswered", started_at=row.created_at + MINUTE)
        assert contact.report_contacts(reports=[told], actor=people.agency, at=due)[0].result == "kept"
    assert take(people, at=due).leave is not None


def test_the_same_report_twice_is_one_and_another_is_refused(people: cast.Cast) -> None:
    handed_over(people)
    leave = take(people).leave
    told = report(leave, effective=True, minutes=4)
    first = contact.report_contacts(reports=[told, told], actor=people.agency, at=NOON)
    assert [one.result for one in first] == ["kept", "again"]
    (other,) = contact.report_contacts(reports=[replace(told, minutes=9)], actor=people.agency, at=NOON)
    assert (other.result, other.code) == ("refused", "contact.report_contradicts")
    assert LedgerEntry.objects.filter(contract_id=people.lin.contract_id, channel="call").count() == 1


def test_a_call_made_without_asking_is_written_down_against_the_agency(people: cast.Cast) -> None:
    handed_over(people)
    night = NOON.replace(hour=15)
    told = contact.Report(
        outcome="connected", started_at=night, reference="A-1", ask=ask(people, purpose="collection"), minutes=2
    )
    kept, again = contact.report_contacts(reports=[told, told], actor=people.agency, at=night + MINUTE)
    assert (kept.result, again.result) == ("kept", "again")
    assert {"HEYI-NO-LEAVE", "CN-STD-TIME"} <= set(kept.breached)
    assert contact.counts(at=night, party_id=people.lin.party_id).connections == 1
    assert contact.agency_figures(agency_id=people.agency_id, at=night + MINUTE).without_leave == 1


def test_a_bad_report_does_not_hold_up_a_good_one(people: cast.Cast) -> None:
    handed_over(people)
    leave = take(people).leave
    bad = contact.Report(outcome="shouted", started_at=NOON, leave_id=leave.id if leave else None)
    results = contact.report_contacts(reports=[bad, report(leave)], actor=people.agency, at=NOON)
    assert [one.result for one in results] == ["refused", "kept"]
    assert results[0].facts == {"fields": {"outcome": "does_not_fit"}}


@pytest.mark.req("E7")
def test_an_agreement_takes_the_contract_back_at_once(people: cast.Cast) -> None:
    placed = handed_over(people)
    leave = take(people).leave
    assert leave is not None
    held = {"kind": "agreement_active", "party_id": people.lin.party_id, "contract_id": people.lin.contract_id}
    compliance.place_hold(**held, reason="签好了", actor=SYSTEM, at=NOON)
    assert "CN-CC-70c" in clauses(take(people)), "the hold closes before the event has arrived"
    settle(NOON)
    with pytest.raises(contact.PlacementNotFound):
        take(people)
    with pytest.raises(contact.LeaveGone):
        contact.leave_destination(leave_id=leave.id, actor=people.agency, at=NOON)
    view = contact.placement(placement_id=placed.id, actor=people.lead, at=NOON)
    assert view.recall_reason == "hold: agreement_active"
    assert contact.report_contacts(reports=[report(leave)], actor=people.agency, at=NOON)[0].result == "kept"
    assert contact.confirm_purge(placement_id=placed.id, actor=people.agency, at=NOON).purged_at == NOON


def test_refusals_are_kept_by_clause_branch_and_agency(people: cast.Cast) -> None:
    approve(people)
    place(people)
    take(people)
    row = Refusal.objects.get(rule_id="CN-CP-COL")
    assert (row.branch, row.agency_id, row.actor_kind) == (cast.HOME, people.agency_id, "agency")


@pytest.mark.req("C7")
def test_an_agent_without_a_certificate_gets_no_leave(people: cast.Cast) -> None:
    handed_over(people)
    assert take(people, agent_no="W-99").leave is None
    assert take(people).leave is not None
