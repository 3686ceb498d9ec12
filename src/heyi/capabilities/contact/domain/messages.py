"""What crosses the door of this room, and the life of a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

MESSAGE_CHANNELS: Final = frozenset({"sms", "email", "portal", "letter"})
LANGUAGES: Final = frozenset({"zh", "en"})

NEXT: Final[Mapping[str, frozenset[str]]] = {
    "queued": frozenset({"queued", "sending", "refused", "failed"}),
    "sending": frozenset({"sending", "queued", "sent", "delivered", "refused", "failed"}),
    "sent": frozenset({"delivered", "failed"}),
    "delivered": frozenset(),
    "refused": frozenset(),
    "failed": frozenset(),
}
"""The life of a message: from each status, those that may follow."""
STATUSES: Final = frozenset(NEXT)
GONE: Final = frozenset({"sent", "delivered"})

PRIORITY: Final[Mapping[str, int]] = {"code": 0, "service": 1, "negotiation": 2, "reminder": 3, "collection": 4}
"""Who goes first: somebody who waits at the door for a code does not wait behind a night's reminders."""

OUTCOMES: Final = frozenset({"reserved", "sent", "not_sent", "unsure", "connected", "unanswered", "invalid"})
"""What became of one attempt. ``invalid``: the number is dead. ``reserved`` and ``unsure`` count: in doubt the person
was disturbed."""

LEASE: Final = timedelta(seconds=90)
"""How long one worker may hold a message in ``sending``; several times the longest answer of a provider."""
SET_ASIDE: Final = timedelta(minutes=1)
"""How long a message rests after an error that nobody foresaw."""
KEEP_TRYING: Final = timedelta(days=7)
"""A message that could not leave within this time is closed as failed: it would no longer be true."""
LONGEST: Final[Mapping[str, int]] = {"sms": 500, "email": 20_000, "portal": 5_000, "letter": 40_000}


def backoff(attempts: int) -> timedelta:
    """5, 10, 20 … seconds, at most two minutes: a component that is back is noticed soon."""
    return timedelta(seconds=min(5 * 2 ** max(attempts - 1, 0), 120))


@dataclass(frozen=True, slots=True)
class Queued:
    """The message stands in the outbox. ``again`` is true when the same dedupe key was there before."""

    id: UUID
    again: bool = False


@dataclass(frozen=True, slots=True)
class ClauseNote:
    """A clause that refused, as kept with a message or a call."""

    rule_id: str
    why: tuple[tuple[str, str], ...]
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class ContactView:
    """One line of the ledger: a message in any status, or a call. Never the words themselves."""

    id: UUID
    at: datetime
    kind: str
    channel: str
    purpose: str
    direction: str
    status: str
    template: str
    title_zh: str
    title_en: str
    destination_masked: str
    party_id: UUID
    case_id: UUID | None
    contract_id: UUID | None
    actor: str
    attempts: int
    next_attempt_at: datetime | None
    clauses: tuple[ClauseNote, ...]
    minutes: int
    effective: bool
    stored_object_id: UUID | None
    last_error: str


@dataclass(frozen=True, slots=True)
class PortalMessage:
    """A message in the borrower's own inbox."""

    id: UUID
    at: datetime
    title: str
    text: str
    read_at: datetime | None
    case_id: UUID | None


@dataclass(frozen=True, slots=True)
class CallLogged:
    """The call is in the ledger. ``breached`` are clauses that stood against it when it was made."""

    id: UUID
    breached: tuple[ClauseNote, ...]


@dataclass(frozen=True, slots=True)
class DeliveryRound:
    """What one tick did."""

    sent: int = 0
    refused: int = 0
    waiting: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class LetterToPost:
    """A letter that lies in the vault and waits for printing and posting."""

    message_id: UUID
    object_id: UUID
    party_id: UUID
    at: datetime


def mask(channel: str, destination: str) -> str:
    """Enough to recognise one's own, too little to use: ``138****5678``, ``l***@example.com``."""
    if channel == "email" and "@" in destination:
        name, _, domain = destination.partition("@")
        return f"{name[:1]}***@{domain}"
    if channel == "letter":
        return f"{destination[:3]}…" if len(destination) > 6 else "…"
    if channel == "portal":
        return "portal"
    return f"{destination[:3]}****{destination[-4:]}" if len(destination) >= 8 else "****"
