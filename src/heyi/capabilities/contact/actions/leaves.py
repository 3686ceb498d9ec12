"""Leaves to dial or knock: the gate is asked and the place counted in one step, whoever it is that dials."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from heyi.capabilities.compliance.domain import PURPOSES, Allowed
from heyi.capabilities.contact import gate, ports, sealed, standing
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
from heyi.kit.actors import Actor
from heyi.kit.problems import NotAllowed
from heyi.plumbing.clock import bank_day

_CUSTOMER: Final = "客户"  # i18n:off what a salutation ends in; a third person need not hear it
ASKERS: Final = ("manager", "reviewer", "lead", "compliance", "system", "integration", "agency")


def take_leave(*, ask: Ask, actor: Actor, at: datetime) -> Asked:
    """Ask the gate before dialling or knocking. When it says yes, one place is counted until somebody reports.

    An agency asks about what was placed with it only. Raises NotAllowed, LeaveUnclear, PlacementNotFound,
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
    question = question_of(ask, party_id, place, sealed.point(destination), actor, at)
    with transaction.atomic():
        gate.lock(party_id)
        judged = gate.judge(question, at)
        verdict = judged.verdict
        if not isinstance(verdict, Allowed):
            write_refusal(question, verdict, place.branch, actor.label, at)
            _tell(None, ask, party_id, actor, at, [hit.rule_id for hit in verdict.clauses])
            return Asked(verdict, None)
        row = _reserve(question, ask, destination, place, judged, actor, at)
        _tell(row.id, ask, party_id, actor, at, [])
    return Asked(verdict, leave_view(row, at, language=ask.language))


def leave_destination(*, leave_id: UUID, actor: Actor, at: datetime) -> str:
    """The number to dial or the address to go to, in full, while the leave stands; journaled.

    Raises LeaveGone for one that is another's, ran out, was used, or whose contact point said no in the meantime.
    """
    with transaction.atomic():
        row = LedgerEntry.objects.filter(id=leave_id, actor=actor.label, reported_at__isnull=True).first()
        if row is None or row.leave_until is None or row.leave_until <= at or not _still_open(row, at):
            raise LeaveGone(leave=str(leave_id))
        place = ports.reach(party_id=row.party_id, contract_id=row.contract_id)
        journal.record(
            actor=actor,
            act="contact.leave_destination",
            at=at,
            party_id=row.party_id,
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
        row.leave_until, row.report_by, row.outcome,
        script(row.contract_id, language) if row.recipient in THIRD else "",
    )  # fmt: skip


def script(contract_id: UUID, language: str) -> str:
    """The fixed words to a third person: who asks for whom to call back, and nothing of a debt."""
    debtor_id, _ = loans.owed_by(contract_id=contract_id)
    name = loans.salutation(debtor_id) if debtor_id else None
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
) -> LedgerEntry:
    policy = contact_policy()
    until = at + policy.leave
    return LedgerEntry.objects.create(
        created_at=at,
        party_id=question.party_id,
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
        report_by=until + policy.report_within,
    )


def _still_open(row: LedgerEntry, at: datetime) -> bool:
    """Recalled since, or the person said no since: the number is not given out any more."""
    if row.recipient in THIRD and standing.opted_out(row.point_index):
        return False
    if row.agency_id is None or row.contract_id is None:
        return True
    return Placement.objects.filter(
        agency_id=row.agency_id, contract_id=row.contract_id, recalled_at__isnull=True, until__gt=at
    ).exists()


def _tell(entry_id: UUID | None, ask: Ask, party_id: UUID, actor: Actor, at: datetime, refused: list[str]) -> None:
    journal.record(
        actor=actor,
        act="contact.take_leave",
        at=at,
        party_id=party_id,
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
