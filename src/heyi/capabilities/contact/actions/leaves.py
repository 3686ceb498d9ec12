"""Leaves to dial or knock: the gate is asked and the place counted in one step, whoever it is that dials."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain import PURPOSES, Allowed
from heyi.capabilities.contact import gate, ports, sealed
from heyi.capabilities.contact.domain import (
    LEAVE_CHANNELS,
    THIRD,
    AgencyNotReady,
    Ask,
    Asked,
    LeaveGone,
    LeaveUnclear,
    LeaveView,
    NoDestination,
    PlacementNotFound,
    mask,
)
from heyi.capabilities.contact.models import LedgerEntry, Placement
from heyi.capabilities.contact.policy import contact_policy
from heyi.capabilities.contact.refusing import write_refusal
from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.problems import NotAllowed
from heyi.plumbing import clock_trust
from heyi.plumbing.clock import bank_day

_CUSTOMER: Final = "客户"  # i18n:off what a salutation ends in; a third person need not hear it
SECOND: Final = timedelta(seconds=1)
ASKERS: Final = ("manager", "reviewer", "lead", "compliance", "system", "integration", "agency")


def take_leave(*, ask: Ask, actor: Actor, at: datetime) -> Asked:
    """Ask the gate before dialling or knocking. When it says yes, one place is counted until somebody reports.

    The leave ends where the gate would close: nobody dials at 22:03 on what was taken at 21:58. An agency asks about
    what was placed with it only. Raises NotAllowed, LeaveUnclear, PlacementNotFound,
    AgencyNotReady, NoDestination, loans.UnknownContract (also for «not yours»).
    """
    if not actor.has(*ASKERS):
        raise NotAllowed(act="contact.take_leave")
    if ask.channel not in LEAVE_CHANNELS or ask.purpose not in PURPOSES - {"code"}:
        raise LeaveUnclear(fields={"channel" if ask.channel not in LEAVE_CHANNELS else "purpose": "does_not_fit"})
    party_id = authorise(ask.contract_id, ask.party_id, actor, at)
    place = ports.reach(party_id=party_id, contract_id=ask.contract_id)
    destination = place.mobile if ask.channel == "call" else place.address
    if place.relation is None:
        raise PlacementNotFound(contract=str(ask.contract_id))
    if not destination:
        raise NoDestination(channel=ask.channel)
    clock_trust.look()
    question = question_of(ask, party_id, place, sealed.point(destination), actor, at)
    with transaction.atomic():
        gate.lock(party_id)
        judged = gate.judge(question, at)
        verdict = judged.verdict
        if not isinstance(verdict, Allowed):
            write_refusal(question, verdict, place.branch, actor.label, at, case_id=ask.case_id)
            _tell(None, ask, party_id, actor, at, [hit.rule_id for hit in verdict.clauses])
            return Asked(verdict, None)
        row = _reserve(question, ask, destination, place, judged, actor, at, _good_until(question, at))
        _tell(row.id, ask, party_id, actor, at, [])
    return Asked(verdict, leave_view(row, at, language=ask.language))


def leave_destination(*, leave_id: UUID, actor: Actor, at: datetime) -> str:
    """The number to dial or the address to go to, in full, while the leave stands; journaled. The gate is asked again.

    Raises LeaveGone for one that is another's, ran out, was used, or that the gate no longer lets through: a hold, a
    recall, a refusal since, a number that is no longer the one that was judged.
    """
    clock_trust.look()
    with transaction.atomic():
        row = LedgerEntry.objects.filter(id=leave_id, actor=actor.label, reported_at__isnull=True).first()
        if row is None or row.leave_until is None or row.leave_until <= at or not _placed_still(row, at):
            raise LeaveGone(leave=str(leave_id))
        place = ports.reach(party_id=row.party_id, contract_id=row.contract_id)
        if not _opens_still(row, place, actor, at):
            raise LeaveGone(leave=str(leave_id))
        journal.record(
            actor=actor,
            act="contact.leave_destination",
            at=at,
            party_id=row.party_id,
            case_id=row.case_id,
            subject=f"contact_ledger:{row.id}",
            facts={"channel": row.channel},
        )
    return place.mobile if row.channel == "call" else place.address


def authorise(contract_id: UUID, party_id: UUID | None, actor: Actor, at: datetime) -> UUID:
    """Whom the contact is with, if the actor may ask about this contract. Raises as ``take_leave`` says."""
    if actor.kind != "agency":
        debtor = loans.contract(contract_id=contract_id, actor=actor).party_id
        return party_id or debtor
    if actor.agency_id is None:
        raise PlacementNotFound(contract=str(contract_id))
    placed = Placement.objects.filter(agency_id=actor.agency_id, contract_id=contract_id, recalled_at__isnull=True)
    row = placed.filter(until__gt=at).first()
    if row is None:
        raise PlacementNotFound(contract=str(contract_id))
    agency = staff.agency(agency_id=actor.agency_id, day=bank_day(at))
    if not agency.may_work:
        raise AgencyNotReady(lacks=list(agency.lacks))
    return party_id or row.party_id


def question_of(
    ask: Ask, party_id: UUID, place: ports.Reachable, point: str, actor: Actor, at: datetime
) -> gate.Question:
    """The question to the gate; an agency's agent is certified or not by the register."""
    certified = None
    if actor.kind == "agency" and actor.agency_id is not None:
        certified = staff.agent_certified(agency_id=actor.agency_id, number=ask.agent_no, day=bank_day(at))
    return gate.Question(
        party_id=party_id,
        contract_id=ask.contract_id,
        channel=ask.channel,
        purpose=ask.purpose,
        discloses_debt=place.relation not in THIRD,
        relation=place.relation,
        point_index=point,
        actor_kind="agency" if actor.kind == "agency" else "robot" if actor.kind == "integration" else "bank",
        wording="neutral" if place.relation in THIRD else None,
        certificate_valid=certified,
        recorder_active=ask.recorder_active,
        staff_count=ask.staff_count,
        planned_end=ask.planned_end,
        agency_id=actor.agency_id,
        debtor_id=place.debtor_id,
        made_by=actor.label,
    )


def leave_view(row: LedgerEntry, at: datetime, *, language: str = "zh") -> LeaveView:
    """The row as a value; third persons come with the words to be said and no others."""
    assert row.leave_until is not None
    assert row.report_by is not None
    assert row.contract_id is not None
    return LeaveView(
        row.id, row.party_id, row.contract_id, row.channel, row.purpose, row.recipient, row.destination_masked,
        row.leave_until, row.report_by, row.outcome, row.created_at, row.case_id, row.reported_at,
        script(row.contract_id, language) if row.recipient in THIRD else "",
    )  # fmt: skip


def script(contract_id: UUID, language: str) -> str:
    """The fixed words to a third person: who asks for whom to call back, and nothing of a debt."""
    debtor_id, _ = loans.owed_by(contract_id=contract_id)
    name = loans.salutation(debtor_id, actor=SYSTEM) if debtor_id else None
    spoken = "" if name is None else (name.en if language == "en" else name.zh).removesuffix(_CUSTOMER)
    house = {"bank": settings.HEYI.bank_name, "hotline": settings.HEYI.bank_hotline, "name": spoken}
    return contact_policy().script["en" if language == "en" else "zh"].format(**house)


def _reserve(
    question: gate.Question,
    ask: Ask,
    destination: str,
    place: ports.Reachable,
    judged: gate.Judged,
    actor: Actor,
    at: datetime,
    until: datetime,
) -> LedgerEntry:
    return LedgerEntry.objects.create(
        created_at=at,
        party_id=question.party_id,
        case_id=ask.case_id,
        contract_id=ask.contract_id,
        channel=ask.channel,
        purpose=ask.purpose,
        outcome="reserved",
        bank_day=bank_day(at),
        point_index=question.point_index,
        destination_masked=mask("call" if ask.channel == "call" else "letter", destination),
        actor=actor.label,
        pack_version=judged.verdict.pack_version,
        facts=judged.facts,
        actor_kind=question.actor_kind or "bank",
        agency_id=actor.agency_id,
        agent_no=ask.agent_no,
        recipient=question.relation or "",
        branch=place.branch,
        leave_until=until,
        report_by=until + contact_policy().report_within,
    )


def _good_until(question: gate.Question, at: datetime) -> datetime:
    """How long the leave is good: its full time, or up to the second at which the gate would no longer open."""
    opens, closed = at, at + contact_policy().leave
    if gate.ask(question, closed).allowed:
        return closed
    while closed - opens > SECOND:
        middle = opens + (closed - opens) / 2
        opens, closed = (middle, closed) if gate.ask(question, middle).allowed else (opens, middle)
    return closed


def _placed_still(row: LedgerEntry, at: datetime) -> bool:
    """An agency's contract may have been recalled since."""
    if row.agency_id is None or row.contract_id is None:
        return True
    return Placement.objects.filter(
        agency_id=row.agency_id, contract_id=row.contract_id, recalled_at__isnull=True, until__gt=at
    ).exists()


def _opens_still(row: LedgerEntry, place: ports.Reachable, actor: Actor, at: datetime) -> bool:
    """The same question at this instant, the leave itself not counted."""
    assert row.contract_id is not None
    destination = place.mobile if row.channel == "call" else place.address
    if not destination or sealed.point(destination) != row.point_index:
        return False
    asked = Ask(
        contract_id=row.contract_id, channel=row.channel, purpose=row.purpose, agent_no=row.agent_no,
        recorder_active=row.facts.get("recorder_active"), staff_count=row.facts.get("staff_count"),
        planned_end=_planned_end(row),
    )  # fmt: skip
    question = question_of(asked, row.party_id, place, row.point_index, actor, at)
    return gate.ask(replace(question, own_entry=row.id), at).allowed


def _planned_end(row: LedgerEntry) -> datetime | None:
    """The instant behind the time of day that was noted when the leave was taken."""
    noted = row.facts.get("end_time")
    if noted is None:
        return None
    taken = row.created_at.astimezone(compliance.pack(at=row.created_at).timezone)
    end = datetime.combine(taken.date(), time(0), tzinfo=taken.tzinfo) + timedelta(microseconds=noted)
    return end if end >= taken else end + timedelta(days=1)


def _tell(entry_id: UUID | None, ask: Ask, party_id: UUID, actor: Actor, at: datetime, refused: list[str]) -> None:
    journal.record(
        actor=actor,
        act="contact.take_leave",
        at=at,
        party_id=party_id,
        case_id=ask.case_id,
        subject=f"contact_ledger:{entry_id}" if entry_id else "",
        result="refused" if refused else "reserved",
        facts={
            "channel": ask.channel,
            "purpose": ask.purpose,
            "contract": str(ask.contract_id),
            "clauses": refused,
            "agency": str(actor.agency_id or ""),
        },
    )
