"""Holds are placed and lifted here, and agreed hours recorded; each act is in the journal with its reason's digest."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from heyi.capabilities.compliance.adapters import hold_files
from heyi.capabilities.compliance.domain import Hold, HoldPlaced, HoldPolicy, Reasons, Window
from heyi.capabilities.compliance.models import AgreedHours, HoldRecord
from heyi.capabilities.compliance.problems import (
    HoldAlreadyLifted,
    HoldEndUnfit,
    HoldKindUnknown,
    HoldNotFound,
    NoHoursAgreed,
    NotYourHold,
    ReasonMissing,
    WindowUnusable,
)
from heyi.capabilities.compliance.queries import hold_of
from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.plumbing import outbox, sealing

REASON_CONTEXT: Final = "compliance.hold.reason"
LIFT_CONTEXT: Final = "compliance.hold.lift_reason"
REASON_LENGTH: Final = 2000
HOURS_AGREERS: Final = ("manager", "lead", "system", "integration")
"""Who writes down what the debtor chose; the debtor does so themselves."""


def place_hold(
    *,
    kind: str,
    party_id: UUID,
    reason: str,
    actor: Actor,
    at: datetime,
    contract_id: UUID | None = None,
    until: datetime | None = None,
    case_id: UUID | None = None,
) -> Hold:
    """Leave this person alone from now on. Placing the same standing hold again returns the first one.

    The person must be of the actor's branches, or of a case for which the actor holds a pass. Raises HoldKindUnknown,
    NotYourHold, loans.UnknownParty (also for «not yours»), ReasonMissing, HoldEndUnfit.
    """
    policy = _policy(kind)
    if not policy.may_place(actor, party_id):
        raise NotYourHold(kind=kind)
    if not loans.may_act_for(actor=actor, party_id=party_id, case_id=case_id, at=at):
        raise loans.UnknownParty(party_id=str(party_id))
    if not policy.end_fits(until) or (until is not None and until <= at):
        raise HoldEndUnfit(fields={"until": policy.until if not policy.end_fits(until) else "past"})
    reason = _reason(reason)
    with transaction.atomic():
        key = vault.subject_key(subject_id=party_id, at=at)
        standing = _standing(kind, party_id, contract_id, at)
        if standing is not None:
            return hold_of(standing)
        row, new = _create(
            {"kind": kind, "party_id": party_id, "contract_id": contract_id, "until": until},
            {
                "created_at": at,
                "reason_sealed": sealing.seal(key, reason, context=REASON_CONTEXT),
                "placed_by": actor.label,
            },
        )
        if not new:
            return hold_of(row)
        _tell("place_hold", row, journal.salted(reason, salt=key), actor, at)
        outbox.emit(HoldPlaced(row.id, kind, party_id, contract_id, policy.recalls), at=at)
    return hold_of(row)


def lift_hold(*, hold_id: UUID, reason: str, actor: Actor, at: datetime, case_id: UUID | None = None) -> Hold:
    """End a hold. Raises HoldNotFound (also for «not yours»), HoldAlreadyLifted, NotYourHold."""
    reason = _reason(reason)
    with transaction.atomic():
        row = HoldRecord.objects.select_for_update().filter(id=hold_id).first()
        if row is None or not loans.may_act_for(actor=actor, party_id=row.party_id, case_id=case_id, at=at):
            raise HoldNotFound(hold=str(hold_id))
        if not _policy(row.kind).may_lift(actor, row.party_id) or not _own_wish(actor, row):
            raise NotYourHold(kind=row.kind)
        if row.lifted_at is not None:
            raise HoldAlreadyLifted(hold=str(hold_id), at=row.lifted_at.isoformat())
        key = vault.subject_key(subject_id=row.party_id, at=at)
        row.lifted_at, row.lifted_by = at, actor.label
        row.lift_reason_sealed = sealing.seal(key, reason, context=LIFT_CONTEXT)
        row.save(update_fields=["lifted_at", "lifted_by", "lift_reason_sealed"])
        _tell("lift_hold", row, journal.salted(reason, salt=key), actor, at)
    return hold_of(row)


def agree_hours(
    *,
    party_id: UUID,
    start: time,
    end: time,
    evidence: str,
    actor: Actor,
    at: datetime,
    case_id: UUID | None = None,
) -> Window:
    """Record the hours that the debtor chose; earlier ones end. ``evidence`` says where the consent can be seen.

    They relax the night: only the debtor, or a colleague who works with them, says so. Raises loans.UnknownParty (also
    for «not yours»), WindowUnusable.
    """
    works = actor.kind == "borrower" or actor.has(*HOURS_AGREERS)
    if not works or not loans.may_act_for(actor=actor, party_id=party_id, case_id=case_id, at=at):
        raise loans.UnknownParty(party_id=str(party_id))
    if start == end or not evidence.strip():
        raise WindowUnusable(fields={"start": "same_as_end"} if start == end else {"evidence": "missing"})
    with transaction.atomic():
        AgreedHours.objects.filter(party_id=party_id, ended_at__isnull=True).update(ended_at=at, ended_by=actor.label)
        row = AgreedHours.objects.create(
            created_at=at, party_id=party_id, start=start, end=end, evidence=evidence[:120], agreed_by=actor.label
        )
        journal.record(
            actor=actor,
            act="compliance.agree_hours",
            at=at,
            party_id=party_id,
            subject=f"compliance_agreed_hours:{row.id}",
            facts={"start": start.isoformat("minutes"), "end": end.isoformat("minutes")},
        )
    return Window(start=start, end=end, evidence=row.evidence)


def end_hours(*, party_id: UUID, evidence: str, actor: Actor, at: datetime, case_id: UUID | None = None) -> Window:
    """The debtor takes the chosen hours back: the usual ones hold again. Returns those that ended.

    ``evidence`` as for ``agree_hours``.

    For the debtor, and for staff who may act for them. Raises NoHoursAgreed (also for «not yours»), WindowUnusable.
    """
    if not evidence.strip():
        raise WindowUnusable(fields={"evidence": "missing"})
    with transaction.atomic():
        row = AgreedHours.objects.select_for_update().filter(party_id=party_id, ended_at__isnull=True).first()
        if row is None or not loans.may_act_for(actor=actor, party_id=party_id, case_id=case_id, at=at):
            raise NoHoursAgreed(party=str(party_id))
        row.ended_at, row.ended_by, row.end_evidence = at, actor.label, evidence.strip()[:120]
        row.save(update_fields=["ended_at", "ended_by", "end_evidence"])
        journal.record(
            actor=actor,
            act="compliance.end_hours",
            at=at,
            party_id=party_id,
            case_id=case_id,
            subject=f"compliance_agreed_hours:{row.id}",
            facts={"start": row.start.isoformat("minutes"), "end": row.end.isoformat("minutes")},
        )
    return Window(start=row.start, end=row.end, evidence=row.evidence)


def read_reason(*, hold_id: UUID, actor: Actor, at: datetime, case_id: UUID | None = None) -> Reasons:
    """Why a hold was placed and why it was lifted, in full; the reading is journaled. Raises HoldNotFound."""
    with transaction.atomic():
        row = HoldRecord.objects.filter(id=hold_id).first()
        if row is None or not loans.may_act_for(actor=actor, party_id=row.party_id, case_id=case_id, at=at):
            raise HoldNotFound(hold=str(hold_id))
        journal.record(
            actor=actor,
            act="compliance.read_reason",
            at=at,
            party_id=row.party_id,
            subject=f"compliance_hold:{row.id}",
            facts={"kind": row.kind},
        )
    key = vault.subject_key(subject_id=row.party_id, at=at)
    return Reasons(
        placed=sealing.unseal_text(key, bytes(row.reason_sealed), context=REASON_CONTEXT),
        lifted=sealing.unseal_text(key, bytes(row.lift_reason_sealed), context=LIFT_CONTEXT)
        if row.lift_reason_sealed
        else "",
    )


def _policy(kind: str) -> HoldPolicy:
    found = hold_files.load().get(kind)
    if found is None:
        raise HoldKindUnknown(fields={"kind": "unknown"})
    return found


def _own_wish(actor: Actor, row: HoldRecord) -> bool:
    """A borrower takes back what they asked for themselves, not what the bank recorded about them."""
    return actor.kind != "borrower" or row.placed_by == actor.label


def _reason(text: str) -> str:
    if not text.strip():
        raise ReasonMissing(fields={"reason": "missing"})
    return text.strip()[:REASON_LENGTH]


def _create(what: dict[str, Any], how: dict[str, Any]) -> tuple[HoldRecord, bool]:
    """A row for an open-ended hold exists once, whoever places it at the same moment; a dated one is its own."""
    if what["until"] is not None:
        return HoldRecord.objects.create(**what, **how), True
    return HoldRecord.objects.get_or_create(**what, lifted_at=None, defaults=how)


def _standing(kind: str, party_id: UUID, contract_id: UUID | None, at: datetime) -> HoldRecord | None:
    rows = HoldRecord.objects.select_for_update().filter(
        kind=kind, party_id=party_id, contract_id=contract_id, lifted_at__isnull=True
    )
    return next((row for row in rows if row.until is None or row.until > at), None)


def _tell(verb: str, row: HoldRecord, reason_digest: str, actor: Actor, at: datetime) -> None:
    journal.record(
        actor=actor,
        act=f"compliance.{verb}",
        at=at,
        party_id=row.party_id,
        subject=f"compliance_hold:{row.id}",
        facts={
            "kind": row.kind,
            "contract": str(row.contract_id) if row.contract_id else None,
            "until": row.until.isoformat() if row.until else None,
        },
        digests={"reason": reason_digest},
    )
