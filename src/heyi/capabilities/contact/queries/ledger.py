"""The ledger, the portal inbox, and the post room's pile."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, QuerySet

from heyi.capabilities.contact import gate, sealed
from heyi.capabilities.contact.adapters import word_files
from heyi.capabilities.contact.domain import ContactView, LetterToPost, PortalMessage, Template
from heyi.capabilities.contact.models import LedgerEntry, Message
from heyi.capabilities.vault import api as vault
from heyi.plumbing.clock import bank_day

MOST: Final = 500


def ledger(*, party_id: UUID | None = None, case_id: UUID | None = None, limit: int = 100) -> list[ContactView]:
    """Messages in any status and calls, newest first; of one person, one case, or both together narrowed."""
    limit = min(limit, MOST)
    narrow = {name: value for name, value in (("party_id", party_id), ("case_id", case_id)) if value is not None}
    messages: QuerySet[Message] = Message.objects.filter(**narrow).defer("body_sealed", "destination_sealed")
    calls: QuerySet[LedgerEntry] = LedgerEntry.objects.filter(message__isnull=True, **narrow)
    lines = [_of_message(row) for row in messages.order_by("-created_at", "-id")[:limit]]
    lines += [_of_call(row) for row in calls.order_by("-created_at", "-id")[:limit]]
    return sorted(lines, key=lambda line: (line.at, line.id), reverse=True)[:limit]


def refusals(*, limit: int = 100, before: datetime | None = None) -> list[ContactView]:
    """Messages that the gate did not let out, of everybody, newest first; for those who oversee the whole bank."""
    rows: QuerySet[Message] = Message.objects.filter(status="refused").defer("body_sealed", "destination_sealed")
    if before is not None:
        rows = rows.filter(created_at__lt=before)
    return [_of_message(row) for row in rows.order_by("-created_at", "-id")[: min(limit, MOST)]]


def counted_today(*, party_ids: Iterable[UUID], at: datetime) -> dict[UUID, int]:
    """How often each person was reached on the bank's calendar day, by all ways that ring; 0 for the others."""
    wanted = set(party_ids)
    rows = LedgerEntry.objects.filter(gate.DISTURBS, party_id__in=wanted, bank_day=bank_day(at))
    counts = dict(rows.values_list("party_id").annotate(number=Count("id")))
    return {party_id: counts.get(party_id, 0) for party_id in wanted}


def portal_messages(*, party_id: UUID, at: datetime, limit: int = 50) -> list[PortalMessage]:
    """The person's own inbox, newest first."""
    rows = list(
        Message.objects.filter(party_id=party_id, channel="portal", status="delivered").order_by("-sent_at", "-id")[
            : min(limit, MOST)
        ]
    )
    key = vault.subject_key(subject_id=party_id, at=at) if rows else b""
    return [_of_inbox(row, key) for row in rows]


def unread_portal_messages(*, party_id: UUID) -> int:
    """How many messages in the inbox nobody opened yet."""
    return Message.objects.filter(party_id=party_id, channel="portal", status="delivered", read_at__isnull=True).count()


def letters_to_post(*, limit: int = 100) -> list[LetterToPost]:
    """Letters in the vault that nobody has posted yet, oldest first."""
    rows = Message.objects.filter(channel="letter", status="sent", stored_object_id__isnull=False)
    return [
        LetterToPost(message_id=row.id, object_id=row.stored_object_id, party_id=row.party_id, at=row.sent_at)
        for row in rows.order_by("sent_at", "id")[: min(limit, MOST)]
        if row.stored_object_id and row.sent_at
    ]


def waiting(*, at: datetime) -> int:
    """How many messages are due and have not left: the figure that an operator watches."""
    return Message.objects.filter(status__in=("queued", "sending"), next_attempt_at__lte=at).count()


def _of_message(row: Message) -> ContactView:
    template = _template(row.template)
    return ContactView(
        id=row.id,
        at=row.sent_at or row.created_at,
        kind="message",
        channel=row.channel,
        purpose=row.purpose,
        direction="out",
        status=row.status,
        template=row.template,
        title_zh=template.title.zh if template else row.template,
        title_en=template.title.en if template else row.template,
        destination_masked=row.destination_masked,
        party_id=row.party_id,
        case_id=row.case_id,
        contract_id=row.contract_id,
        actor=row.queued_by,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at if row.status == "queued" else None,
        clauses=gate.read(row.clauses),
        minutes=0,
        effective=False,
        stored_object_id=row.stored_object_id,
        last_error=row.last_error,
    )


def _of_call(row: LedgerEntry) -> ContactView:
    return ContactView(
        id=row.id,
        at=row.created_at,
        kind="call",
        channel=row.channel,
        purpose=row.purpose,
        direction=row.direction,
        status=row.outcome,
        template="",
        title_zh="电话",
        title_en="Phone call",
        destination_masked=row.destination_masked,
        party_id=row.party_id,
        case_id=row.case_id,
        contract_id=row.contract_id,
        actor=row.actor,
        attempts=1,
        next_attempt_at=None,
        clauses=gate.read(row.clauses),
        minutes=row.minutes,
        effective=row.effective,
        stored_object_id=None,
        last_error="",
    )


def _of_inbox(row: Message, key: bytes) -> PortalMessage:
    wording = sealed.unseal_wording(key, bytes(row.body_sealed))
    return PortalMessage(
        id=row.id,
        at=row.sent_at or row.created_at,
        title=wording.title,
        text=wording.text,
        read_at=row.read_at,
        case_id=row.case_id,
    )


def _template(name: str) -> Template | None:
    return word_files.load().get(name)
