"""The only way out of the house. Three short transactions around one call to a provider:

1. lock the message and the person's line, ask the gate with fresh facts, count the attempt, mark ``sending``: commit;
2. hand the parcel over with the message's own key (no transaction is open while the network is slow);
3. write down what became of it.

A crash between 1 and 3 leaves ``sending`` with a lease; when it runs out the gate is asked again and the parcel goes
out with the same key, which the provider has either never seen or answers without acting twice.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import OperationalError, transaction
from django.db.models import Q, QuerySet

from heyi.capabilities.compliance.domain import CLOCK_SLACK, Allowed, Verdict
from heyi.capabilities.contact import gate, leave, marks, ports, sealed
from heyi.capabilities.contact.adapters import egress
from heyi.capabilities.contact.domain import LEASE, NEXT, SET_ASIDE, DeliveryRound, backoff
from heyi.capabilities.contact.models import LedgerEntry, Message
from heyi.capabilities.contact.refusing import write_refusal
from heyi.capabilities.journal import api as journal
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM
from heyi.kit.problems import NotFound
from heyi.plumbing import clock_trust, sealing
from heyi.plumbing.clock import bank_day, stopwatch

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Ready:
    """A message that the gate let through and the ledger counted."""

    message_id: UUID
    entry_id: UUID
    attempt: int
    parcel: ports.Parcel


def deliver_due(at: datetime, *, limit: int = 100) -> DeliveryRound:
    """One tick: try up to ``limit`` due messages, people at the door first. Safe with any number of workers.

    A channel whose carrier is away is left alone for the rest of the tick. The time that the tick itself takes is
    added to ``at``, so that a slow provider never carries a message over the edge of the night.
    """
    passed = stopwatch()
    ids = list(_due(at).order_by("priority", "next_attempt_at", "id").values_list("id", "channel")[:limit])
    away: set[str] = set()
    done: Counter[str] = Counter()
    for message_id, channel in ids:
        if channel not in away:
            outcome = _deliver_one(message_id, at + passed())
            done[outcome] += 1
            if outcome == "away":
                away.add(channel)
    return DeliveryRound(
        sent=done["sent"], refused=done["refused"], waiting=done["waiting"] + done["away"], failed=done["failed"]
    )


def deliver_in_turn(at: datetime) -> DeliveryRound:
    """The worker's tick: as ``deliver_due``, but nothing leaves while the clock is not believed."""
    doubt = clock_trust.doubt() or _behind_ledger(at)
    if doubt:
        log.error("contact.nothing_leaves", why=doubt, next_step="set the clock, then restart the worker")
        return DeliveryRound()
    return deliver_due(at)


def _behind_ledger(at: datetime) -> str:
    """The ledger is written by every process: what it holds already cannot lie ahead."""
    newest = LedgerEntry.objects.order_by("-id").values_list("created_at", flat=True).first()
    return "clock_behind_ledger" if newest is not None and newest > at + CLOCK_SLACK else ""


def _due(at: datetime) -> QuerySet[Message]:
    return Message.objects.filter(
        Q(status="queued", next_attempt_at__lte=at) | Q(status="sending", lease_until__lte=at)
    )


def _deliver_one(message_id: UUID, at: datetime) -> str:
    """One message that cannot be handled does not hold up the others. A database that is away holds up all."""
    try:
        return _deliver(message_id, at)
    except OperationalError:
        raise
    except Exception as error:
        log.exception("contact.set_aside", message=str(message_id))
        later = {"next_attempt_at": at + SET_ASIDE, "last_error": type(error).__name__}
        Message.objects.filter(id=message_id, status="queued").update(**later)
        return "waiting"


def _deliver(message_id: UUID, at: datetime) -> str:
    """What became of one message: sent, refused, waiting, away, failed, or gone when another worker has it."""
    ready = _make_ready(message_id, at)
    if isinstance(ready, str):
        return ready
    try:
        with leave.leave_for(ready.parcel.key) as granted, egress.wire():
            receipt = ports.carrier(ready.parcel.channel).carry(ready.parcel, leave=granted)
    except ports.CarrierAway as error:
        return _try_later(ready, "not_sent", str(error), at, outcome="away")
    except ports.CarrierRefused as error:
        return _close(ready, str(error), at)
    except ports.CarrierUnsure as error:
        return _try_later(ready, "unsure", str(error), at, outcome="away")
    except Exception as error:
        log.exception("contact.carrier_broke", message=str(message_id))
        return _try_later(ready, "unsure", type(error).__name__, at, outcome="waiting")
    return _sent(ready, receipt, at)


def _make_ready(message_id: UUID, at: datetime) -> _Ready | str:
    with transaction.atomic():
        row = _due(at).select_for_update(skip_locked=True, of=("self",)).filter(id=message_id).first()
        if row is None:
            return "gone"
        if row.expires_at <= at:
            return _expire(row, at)
        gate.lock(row.party_id)
        judged = gate.judge(_question(row), at)
        verdict = judged.verdict
        if not isinstance(verdict, Allowed):
            return _refuse(row, verdict, at)
        entry = _count(row, judged, at)
        _move(row, "sending")
        row.attempts, row.lease_until = row.attempts + 1, at + LEASE
        row.pack_version, row.clauses = verdict.pack_version, []
        row.save(update_fields=["status", "attempts", "lease_until", "pack_version", "clauses"])
        return _Ready(row.id, entry.id, row.attempts, _parcel(row, at))


def _question(row: Message) -> gate.Question:
    place = _place(row)
    relation = row.recipient or (place.relation if place else None)
    return gate.Question(
        party_id=row.party_id,
        contract_id=row.contract_id,
        channel=row.channel,
        purpose=row.purpose,
        discloses_debt=row.discloses_debt,
        relation=relation,
        point_index=row.point_index,
        own_message=row.id,
        debtor_id=place.debtor_id if place else None,
        made_by=row.queued_by,
    )


def _place(row: Message) -> ports.Reachable | None:
    try:
        return ports.reach(party_id=row.party_id, contract_id=row.contract_id)
    except NotFound:
        return None


def _count(row: Message, judged: gate.Judged, at: datetime) -> LedgerEntry:
    """One entry a message and day: further attempts with the same key reach the person at most once."""
    entry, _ = LedgerEntry.objects.update_or_create(
        message=row,
        bank_day=bank_day(at),
        defaults={"outcome": "reserved", "pack_version": judged.verdict.pack_version, "facts": judged.facts},
        create_defaults={
            "created_at": at,
            "party_id": row.party_id,
            "case_id": row.case_id,
            "contract_id": row.contract_id,
            "channel": row.channel,
            "purpose": row.purpose,
            "outcome": "reserved",
            "point_index": row.point_index,
            "destination_masked": row.destination_masked,
            "actor": row.queued_by,
            "pack_version": judged.verdict.pack_version,
            "facts": judged.facts,
        },
    )
    return entry


def _parcel(row: Message, at: datetime) -> ports.Parcel:
    key = vault.subject_key(subject_id=row.party_id, at=at)
    wording = sealed.unseal_wording(key, bytes(row.body_sealed))
    text = "\n".join(part for part in (wording.text, marks.line_for(row, at)) if part)
    return ports.Parcel(
        key=f"heyi-{row.id}",
        channel=row.channel,
        to=sealing.unseal_text(key, bytes(row.destination_sealed), context=sealed.DESTINATION),
        title=wording.title,
        text=text,
        language=row.language,
        at=row.created_at,
        blocks=wording.blocks,
    )


def _refuse(row: Message, verdict: Verdict, at: datetime) -> str:
    """Keep the clauses where people see them; wait when they give a time, otherwise close."""
    notes = gate.stored(gate.notes(verdict))
    retry_at = verdict.retry_at
    place = _place(row)
    fresh = [note["rule"] for note in notes] != [note["rule"] for note in row.clauses]
    row.entries.filter(outcome="reserved").update(outcome="unsure")
    row.pack_version, row.clauses, row.lease_until = verdict.pack_version, notes, None
    _move(row, "queued" if retry_at else "refused")
    row.next_attempt_at = retry_at or row.next_attempt_at
    row.save(update_fields=["pack_version", "clauses", "lease_until", "status", "next_attempt_at"])
    if row.status == "refused":
        _forget_code(row)
    if fresh or not retry_at:
        branch = place.branch if place else ""
        write_refusal(_question(row), verdict, branch, row.queued_by, at, case_id=row.case_id)
        _tell(row, "refused" if not retry_at else "waits", at, clauses=[note["rule"] for note in notes])
    return "waiting" if retry_at else "refused"


def _expire(row: Message, at: datetime) -> str:
    row.entries.filter(outcome="reserved").update(outcome="unsure")
    _move(row, "failed")
    row.last_error, row.lease_until = row.last_error or "expired", None
    row.save(update_fields=["status", "last_error", "lease_until"])
    _forget_code(row)
    _tell(row, "failed", at, reason="expired")
    return "failed"


def _sent(ready: _Ready, receipt: ports.Receipt, at: datetime) -> str:
    with transaction.atomic():
        row = _taken(ready, latest=False)
        if row is None:
            return "gone"
        _move(row, "delivered" if receipt.arrived else "sent")
        row.sent_at, row.lease_until = at, None
        row.delivered_at = at if receipt.arrived else None
        row.provider_id, row.last_error = receipt.provider_id, ""
        if receipt.document:
            row.stored_object_id = _keep(row, receipt.document, at)
        row.save()
        LedgerEntry.objects.filter(id=ready.entry_id).update(outcome="sent")
        _forget_code(row)
        _tell(row, row.status, at, attempts=row.attempts)
    return "sent"


def _keep(row: Message, document: bytes, at: datetime) -> UUID:
    kept = vault.put(
        data=document,
        media_type="application/pdf",
        kind="letter",
        subject_id=row.party_id,
        actor=SYSTEM,
        at=at,
        case_id=row.case_id,
        file_name=f"{row.template}.pdf",
    )
    return kept.id


def _try_later(ready: _Ready, entry_outcome: str, reason: str, at: datetime, *, outcome: str) -> str:
    with transaction.atomic():
        row = _taken(ready)
        if row is None:
            return "gone"
        _move(row, "queued")
        row.lease_until = None
        row.next_attempt_at, row.last_error = at + backoff(row.attempts), reason[:200]
        row.save(update_fields=["status", "lease_until", "next_attempt_at", "last_error"])
        LedgerEntry.objects.filter(id=ready.entry_id).update(outcome=entry_outcome)
    log.warning("contact.try_later", message=str(ready.message_id), channel=ready.parcel.channel, reason=reason)
    return outcome


def _close(ready: _Ready, reason: str, at: datetime) -> str:
    with transaction.atomic():
        row = _taken(ready)
        if row is None:
            return "gone"
        _move(row, "failed")
        row.lease_until, row.last_error = None, reason[:200]
        row.save(update_fields=["status", "lease_until", "last_error"])
        LedgerEntry.objects.filter(id=ready.entry_id).update(outcome="not_sent")
        _forget_code(row)
        _tell(row, "failed", at, reason=reason[:80])
    return "failed"


def _taken(ready: _Ready, *, latest: bool = True) -> Message | None:
    """The row, locked, while it is still ours. When our lease ran out, a later attempt may have it: then only a
    success is still news."""
    row = Message.objects.select_for_update().filter(id=ready.message_id, status="sending").first()
    return row if row is not None and (not latest or row.attempts == ready.attempt) else None


def _move(row: Message, status: str) -> None:
    """The table in ``domain`` says which status may follow which."""
    if status not in NEXT[row.status]:
        raise AssertionError(f"a message does not go from {row.status} to {status}")
    row.status = status


def _forget_code(row: Message) -> None:
    """The words of a code message are a secret (C3): once it left, or never will, they are gone."""
    if row.purpose == "code":
        row.body_sealed = b""
        row.save(update_fields=["body_sealed"])


def _tell(row: Message, result: str, at: datetime, **facts: object) -> None:
    journal.record(
        actor=SYSTEM,
        act="contact.deliver",
        at=at,
        party_id=row.party_id,
        case_id=row.case_id,
        subject=f"contact_message:{row.id}",
        result=result,
        facts={"channel": row.channel, "purpose": row.purpose, "pack": row.pack_version, **facts},
    )
