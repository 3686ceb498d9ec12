"""The register of agencies: who keeps it, what closes an agency, and that its machines see nothing of the bank."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.staff import api as staff
from heyi.capabilities.staff.models import Agency
from heyi.kit.problems import Invalid, NotAllowed
from tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.req("B10", "C3")]

AT, DAY = cast.AT, cast.AT.date()


@pytest.fixture
def people() -> cast.Cast:
    return cast.build()


def agency(people: cast.Cast, day: date = DAY) -> staff.AgencyView:
    return staff.agency(agency_id=people.agency_id, day=day)


def test_a_sound_agency_may_work(people: cast.Cast) -> None:
    assert agency(people).may_work
    assert agency(people).evaluation_due == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("day", "lacking"),
    [
        (date(2025, 12, 31), {"contract_not_begun", "not_published"}),
        (date(2026, 1, 4), {"not_published"}),
        (date(2026, 1, 5), set()),
        (date(2027, 1, 1), set()),
        (date(2027, 1, 2), {"evaluation_overdue"}),
        (date(2028, 1, 1), {"evaluation_overdue", "contract_over"}),
    ],
)
def test_what_an_agency_lacks_on_a_day(people: cast.Cast, day: date, lacking: set[str]) -> None:
    assert set(agency(people, day).lacks) == lacking


def test_a_failed_evaluation_closes_and_the_next_good_one_opens(people: cast.Cast) -> None:
    told = {"agency_id": people.agency_id, "words": "抽查录音 50 段", "actor": people.compliance, "at": AT}
    staff.evaluate_agency(on=DAY - timedelta(days=1), outcome="failed", **told)
    assert agency(people).lacks == ("evaluation_failed",)
    staff.evaluate_agency(on=DAY, outcome="passed", **told)
    assert agency(people).may_work
    assert agency(people).evaluation_due == DAY + timedelta(days=365)
    with pytest.raises(staff.AgencyDates):
        staff.evaluate_agency(on=DAY + timedelta(days=1), outcome="passed", **told)


def test_a_contract_is_not_prolonged_past_an_evaluation_that_is_due(people: cast.Cast) -> None:
    longer = replace(cast.agency_entry(), contract_until=date(2028, 12, 31))
    given = {"agency_id": people.agency_id, "entry": longer, "actor": people.compliance, "at": AT}
    with pytest.raises(staff.AgencyState):
        staff.change_agency(**given)
    staff.change_agency(**{**given, "entry": replace(cast.agency_entry(), contract_until=date(2026, 12, 31))})
    longer_within = replace(cast.agency_entry(), contract_until=date(2027, 6, 30))
    assert staff.change_agency(**{**given, "entry": longer_within}).entry.contract_until == date(2027, 6, 30)


def test_suspended_is_closed_and_ended_is_for_good(people: cast.Cast) -> None:
    told = {"agency_id": people.agency_id, "reason": "投诉集中", "actor": people.compliance, "at": AT}
    assert staff.set_agency_status(status="suspended", **told).lacks == ("not_active",)
    assert staff.set_agency_status(status="active", **told).may_work
    staff.set_agency_status(status="ended", **told)
    with pytest.raises(staff.AgencyState):
        staff.set_agency_status(status="active", **told)
    assert "staff.set_agency_status" in {entry.act for entry in journal.entries(limit=5)}


def test_an_agent_is_certified_until_the_day_and_only_while_working_there(people: cast.Cast) -> None:
    until = DAY + timedelta(days=300)
    given = {"agency_id": people.agency_id, "number": "W-01"}
    assert staff.agent_certified(day=until, **given)
    assert not staff.agent_certified(day=until + timedelta(days=1), **given)
    assert not staff.agent_certified(agency_id=people.agency_id, number="W-02", day=DAY)
    (agent,) = staff.agents(agency_id=people.agency_id)
    staff.end_agent(agent_id=agent.id, reason="离职", actor=people.compliance, at=AT)
    assert not staff.agent_certified(day=DAY, **given)


def test_a_certificate_runs_no_longer_than_the_yearly_training(people: cast.Cast) -> None:
    with pytest.raises(staff.AgencyDates):
        staff.add_agent(
            agency_id=people.agency_id, number="W-09", name="甲", certificate_no="C", actor=people.compliance, at=AT,
            certificate_until=DAY + timedelta(days=366),
        )  # fmt: skip


def test_who_keeps_the_register_and_who_sees_it(people: cast.Cast) -> None:
    for actor in (people.zhou, people.lead, people.auditor, people.agency):
        with pytest.raises(NotAllowed):
            staff.register_agency(entry=cast.agency_entry(code="other"), actor=actor, at=AT)
    for actor, sees in ((people.lead, True), (people.stranger, False), (people.auditor, True), (people.agency, True)):
        assert bool(staff.agencies(actor=actor, day=DAY)) is sees
    with pytest.raises(staff.UnknownAgency):
        staff.agency(agency_id=people.agency_id, actor=people.stranger, day=DAY)


def test_the_machine_of_an_agency_sees_no_loan_and_no_branch(people: cast.Cast) -> None:
    assert (people.agency.kind, people.agency.branches) == ("agency", frozenset())
    with pytest.raises(loans.UnknownContract):
        loans.contract(contract_id=people.lin.contract_id, actor=people.agency)
    with pytest.raises(Invalid):
        staff.create_client(
            name="both", branches=[cast.HOME], agency_id=people.agency_id, actor=people.administrator, at=AT
        )
    assert [client.name for client in staff.clients()] == ["mobile bank"]
    assert [client.name for client in staff.agency_clients(agency_id=people.agency_id)] == ["agency system"]


def test_nonsense_is_refused_here_and_by_the_database(people: cast.Cast) -> None:
    for wrong in ({"name": " "}, {"contract_until": date(2025, 1, 1)}, {"branches": frozenset()}, {"phone": "1" * 31}):
        with pytest.raises(Invalid):
            staff.register_agency(entry=cast.agency_entry(code="x", **wrong), actor=people.compliance, at=AT)
    with pytest.raises(staff.NameTaken):
        staff.register_agency(entry=cast.agency_entry(), actor=people.compliance, at=AT)
    for change in ({"status": "asleep"}, {"contract_until": date(2020, 1, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Agency.objects.update(**change)
