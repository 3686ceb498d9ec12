"""Asks compliance with fresh facts: the ledger's counts, the holds, the hours, what the person is to the debt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain import (
    BORROWER_INITIATED,
    BadPack,
    ClauseHit,
    ContactFacts,
    Pack,
    PackMissing,
    Refused,
    Verdict,
)
from heyi.capabilities.contact.domain import ClauseNote
from heyi.capabilities.contact.models import LedgerEntry, Line
from heyi.plumbing.clock import bank_day

DISTURBS = Q(direction="out") & ~Q(outcome__in=("not_sent", "unanswered")) & ~Q(channel="portal")
"""Entries that reached, or may have reached, the person. What is in doubt counts; a portal message rings nowhere."""


@dataclass(frozen=True, slots=True)
class Question:
    """One contact that somebody wants to make. ``own_message`` leaves the message's own earlier attempts uncounted."""

    party_id: UUID
    contract_id: UUID | None
    channel: str
    purpose: str
    discloses_debt: bool
    relation: str | None
    point_index: str
    own_message: UUID | None = None


def ask(question: Question, at: datetime) -> Verdict:
    """The verdict at ``at``. Before an attempt: ``lock`` first, and the ledger entry in the same transaction."""
    return compliance.decide(facts(question, at), _pack(at), at)


def lock(party_id: UUID) -> None:
    """Hold this person's line until the transaction ends: counting and adding become one step."""
    Line.objects.get_or_create(party_id=party_id)
    Line.objects.select_for_update().get(party_id=party_id)


def facts(question: Question, at: datetime) -> ContactFacts:
    """Everything that the rules may ask, read now."""
    entries = LedgerEntry.objects.filter(party_id=question.party_id)
    latest = entries.order_by("-created_at").values_list("created_at", flat=True).first()
    today = entries.filter(bank_day=bank_day(at), direction="out")
    if question.own_message is not None:
        today = today.exclude(message_id=question.own_message)
    calls = today.filter(channel="call").exclude(purpose__in=BORROWER_INITIATED)
    holds = compliance.holds(party_id=question.party_id, contract_id=question.contract_id, at=at)
    return ContactFacts(
        purpose=question.purpose,
        channel=question.channel,
        recipient=question.relation,
        discloses_debt=question.discloses_debt,
        holds=frozenset(hold.kind for hold in holds),
        connected_today=calls.filter(outcome="connected").count(),
        effective_today=calls.filter(effective=True).count(),
        unanswered_today=calls.filter(outcome="unanswered", point_index=question.point_index).count(),
        same_purpose_today=today.filter(DISTURBS, purpose=question.purpose).count(),
        agreed_window=compliance.agreed_window(party_id=question.party_id),
        last_contact_at=latest,
    )


def notes(verdict: Verdict) -> tuple[ClauseNote, ...]:
    """The refusing clauses as they are kept."""
    hits: tuple[ClauseHit, ...] = verdict.clauses if isinstance(verdict, Refused) else ()
    return tuple(ClauseNote(hit.rule_id, hit.why, hit.retry_at) for hit in hits)


def stored(clauses: tuple[ClauseNote, ...]) -> list[dict[str, Any]]:
    """Clause notes as JSON for a row."""
    return [
        {
            "rule": note.rule_id,
            "why": [list(pair) for pair in note.why],
            "retry_at": note.retry_at.isoformat() if note.retry_at else None,
        }
        for note in clauses
    ]


def read(raw: list[dict[str, Any]]) -> tuple[ClauseNote, ...]:
    """Clause notes from a row's JSON."""
    return tuple(
        ClauseNote(
            rule_id=item["rule"],
            why=tuple((str(name), str(value)) for name, value in item["why"]),
            retry_at=datetime.fromisoformat(item["retry_at"]) if item["retry_at"] else None,
        )
        for item in raw
    )


def _pack(at: datetime) -> Pack | None:
    """The pack in force, or None, which closes the gate: a broken pack is no leave."""
    try:
        return compliance.pack(at=at)
    except (PackMissing, BadPack):
        return None
