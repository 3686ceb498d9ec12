"""What happened to a debt's limitation is written down here, each event once, with its proof."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from heyi.capabilities.compliance.adapters import clock_files
from heyi.capabilities.compliance.domain.clocks import KINDS, LASTING, limitation
from heyi.capabilities.compliance.models import LimitationEventRecord, LimitationStanding
from heyi.capabilities.compliance.problems import ClockEnded, ClockNotFound, ClockUnclear, NotYourClock, ReasonMissing
from heyi.capabilities.compliance.queries.clocks import LimitationView, limitation_events, limitation_of
from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.domain import LastDue, PaymentReceived, PaymentReversed
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM, Actor
from heyi.plumbing import sealing
from heyi.plumbing.clock import bank_day

RECORDERS: Final = ("manager", "lead", "compliance", "system", "integration")
WITHDRAWERS: Final = ("lead", "compliance", "system")
EVIDENCE_LENGTH: Final = 160
REASON_LENGTH: Final = 2000
REASON_CONTEXT: Final = "compliance.limitation.reason"
CHUNK: Final = 5000
CARD: Final = "credit_card"
KEPT: Final = ("branch", "due_on", "starts_on", "expires_on", "stopped", "provisional", "doubtful")


def record_limitation_event(
    *,
    contract_id: UUID,
    kind: str,
    on: date,
    evidence: str,
    actor: Actor,
    at: datetime,
    until: date | None = None,
) -> LimitationView | None:
    """Write down what happened to a debt on ``on``; ``evidence`` says where its proof lies (``contact_message:…``).

    The same kind with the same proof is one event, however often it is told. ``acknowledged`` is told by the house
    alone, after the borrower signed a paper that says that they may refuse (article 192; never a trick).
    Returns where the debt stands now, None when nothing is owed. Raises NotYourClock, ClockUnclear, ClockNotFound.
    """
    _may(actor, kind)
    _check(kind, on, until, evidence, at)
    with transaction.atomic():
        party_id = _party_of(contract_id, actor)
        row, new = LimitationEventRecord.objects.get_or_create(
            contract_id=contract_id,
            kind=kind,
            evidence=evidence.strip(),
            withdraws=None,
            defaults={
                "created_at": at,
                "party_id": party_id,
                "on": on,
                "until": until,
                "recorded_by": actor.label,
            },
        )
        if new:
            _tell("record_limitation_event", row, actor, at)
            _keep_standing(loans.last_dues(contract_ids=[contract_id]).rows, at)
    return limitation_of(contract_id=contract_id, actor=actor, at=at)


def record_delivered_demand(*, contract_id: UUID, channel: str, evidence: str, actor: Actor, at: datetime) -> None:
    """A demand arrived today. What that is to the limitation depends on the channel and on the loan: the pack says.

    Raises NotYourClock, ClockUnclear, ClockNotFound.
    """
    try:
        card = loans.contract(contract_id=contract_id, actor=actor).product == CARD
    except loans.UnknownContract as error:
        raise ClockNotFound(contract=str(contract_id)) from error
    kind = clock_files.limitation_pack("cn").demand(channel=channel, card=card)
    record_limitation_event(contract_id=contract_id, kind=kind, on=bank_day(at), evidence=evidence, actor=actor, at=at)


def withdraw_limitation_event(*, event_id: UUID, reason: str, actor: Actor, at: datetime) -> LimitationView | None:
    """Take back an event that was wrong; the row stays, and so does who withdrew it and why.

    Raises NotYourClock, ReasonMissing, ClockNotFound, ClockEnded.
    """
    if not actor.has(*WITHDRAWERS):
        raise NotYourClock(act="withdraw_limitation_event")
    if not reason.strip():
        raise ReasonMissing(fields={"reason": "missing"})
    with transaction.atomic():
        event = LimitationEventRecord.objects.select_for_update().filter(id=event_id, withdraws__isnull=True).first()
        if event is None:
            raise ClockNotFound(event=str(event_id))
        _party_of(event.contract_id, actor)
        if LimitationEventRecord.objects.filter(withdraws=event_id).exists():
            raise ClockEnded(event=str(event_id))
        key = vault.subject_key(subject_id=event.party_id, at=at)
        row = LimitationEventRecord.objects.create(
            created_at=at,
            contract_id=event.contract_id,
            party_id=event.party_id,
            kind="withdrawn",
            on=bank_day(at),
            evidence=f"withdraws:{event_id}",
            recorded_by=actor.label,
            withdraws=event_id,
            reason_sealed=sealing.seal(key, reason.strip()[:REASON_LENGTH], context=REASON_CONTEXT),
        )
        _tell("withdraw_limitation_event", row, actor, at)
        _keep_standing(loans.last_dues(contract_ids=[event.contract_id]).rows, at)
    return limitation_of(contract_id=event.contract_id, actor=actor, at=at)


def hear_payment(event: PaymentReceived, at: datetime) -> None:
    """A payment shows consent to perform (limitation provisions 2020, article 14)."""
    record_limitation_event(
        contract_id=event.contract_id,
        kind="part_payment",
        on=event.received_on,
        evidence=f"loans_payment:{event.payment_id}",
        actor=SYSTEM,
        at=at,
    )


def hear_reversal(event: PaymentReversed, at: datetime) -> None:
    """A payment that was taken back never interrupted anything."""
    row = LimitationEventRecord.objects.filter(
        contract_id=event.contract_id, kind="part_payment", evidence=f"loans_payment:{event.payment_id}"
    ).first()
    if row is not None and not LimitationEventRecord.objects.filter(withdraws=row.id).exists():
        withdraw_limitation_event(event_id=row.id, reason="payment reversed", actor=SYSTEM, at=at)


def refresh_limitation(at: datetime) -> int:
    """One tick: compare every debt of the book with what is kept for lists. Returns how many changed."""
    changed, after = 0, None
    while True:
        page = loans.last_dues(after=after)
        changed += _keep_standing(page.rows, at)
        if page.last_id is None:
            break
        after = page.last_id
    return changed + _forget_settled()


def _forget_settled() -> int:
    """Debts that are kept for lists but no longer owed."""
    gone, ids = 0, list(LimitationStanding.objects.values_list("contract_id", flat=True))
    for start in range(0, len(ids), CHUNK):
        chunk = set(ids[start : start + CHUNK])
        settled = chunk - {row.contract_id for row in loans.last_dues(contract_ids=chunk).rows}
        gone += LimitationStanding.objects.filter(contract_id__in=settled).delete()[0]
    return gone


def _keep_standing(debts: Iterable[LastDue], at: datetime) -> int:
    """Compute these debts and write the rows that changed."""
    debts = list(debts)
    pack, calendar, today = clock_files.limitation_pack("cn"), clock_files.calendar("cn"), bank_day(at)
    events = limitation_events([debt.contract_id for debt in debts])
    kept = LimitationStanding.objects.in_bulk([debt.contract_id for debt in debts])
    fresh = []
    for debt in debts:
        now = limitation(
            due_on=debt.due_on, events=events[debt.contract_id], as_of=today, rules=pack.rules, calendar=calendar
        )
        row = LimitationStanding(
            contract_id=debt.contract_id,
            contract_no=debt.contract_no,
            party_id=debt.party_id,
            branch=debt.branch,
            due_on=debt.due_on,
            starts_on=now.starts_on,
            expires_on=now.expires_on,
            stopped=now.state if now.expires_on is None else "",
            provisional=now.provisional,
            doubtful=bool(now.doubts),
            computed_at=at,
        )
        if debt.contract_id not in kept or _differ(kept[debt.contract_id], row):
            fresh.append(row)
    LimitationStanding.objects.bulk_create(
        fresh,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["contract_id"],
        update_fields=[*KEPT, "computed_at"],
    )
    return len(fresh)


def _differ(old: LimitationStanding, new: LimitationStanding) -> bool:
    return any(getattr(old, name) != getattr(new, name) for name in KEPT)


def _may(actor: Actor, kind: str) -> None:
    allowed = ("system",) if kind == "acknowledged" else RECORDERS
    if not actor.has(*allowed):
        raise NotYourClock(act="record_limitation_event", kind=kind)


def _check(kind: str, on: date, until: date | None, evidence: str, at: datetime) -> None:
    wrong = {
        "kind": kind not in KINDS,
        "on": on > bank_day(at),
        "until": until is not None and (kind not in LASTING or until < on),
        "evidence": not 0 < len(evidence.strip()) <= EVIDENCE_LENGTH,
    }
    if fields := {name: "does_not_fit" for name, bad in wrong.items() if bad}:
        raise ClockUnclear(fields=fields)


def _party_of(contract_id: UUID, actor: Actor) -> UUID:
    """Who owes. Raises ClockNotFound when the contract is unknown or not the actor's to see."""
    try:
        return loans.contract(contract_id=contract_id, actor=actor).party_id
    except loans.UnknownContract as error:
        raise ClockNotFound(contract=str(contract_id)) from error


def _tell(verb: str, row: LimitationEventRecord, actor: Actor, at: datetime) -> None:
    journal.record(
        actor=actor,
        act=f"compliance.{verb}",
        at=at,
        party_id=row.party_id,
        subject=f"loans_contract:{row.contract_id}",
        facts={
            "kind": row.kind,
            "on": row.on.isoformat(),
            "until": row.until.isoformat() if row.until else None,
            "withdraws": str(row.withdraws) if row.withdraws else None,
        },
        digests={"evidence": journal.salted(row.evidence, salt=str(row.id).encode())},
    )
