"""What must be known before a person is contacted. None means «could not be found out» and closes the gate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Final, Literal, get_args
from uuid import UUID

Purpose = Literal["code", "service", "reminder", "collection", "negotiation"]
Channel = Literal["sms", "email", "portal", "letter", "call", "visit"]
Recipient = Literal["debtor", "guarantor", "designated_contact", "contact_person", "third_person"]
HoldKind = Literal["agreement_active", "dispute", "complaint", "no_contact", "deceased", "incapacity", "vulnerability"]

PURPOSES: Final = frozenset(get_args(Purpose))
CHANNELS: Final = frozenset(get_args(Channel))
RECIPIENTS: Final = frozenset(get_args(Recipient))
HOLD_KINDS: Final = frozenset(get_args(HoldKind))

BORROWER_INITIATED: Final = frozenset({"code", "service"})
"""Purposes that answer something the borrower has just done."""
BANK_INITIATED: Final = PURPOSES - BORROWER_INITIATED


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of the day (local time of the pack) that the debtor agreed to; ``evidence`` says where the consent lies."""

    start: time
    end: time
    evidence: str


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """Everything a rule may ask about one contact.

    The counts are of the pack's calendar day, over every channel, colleague and agency: ``connected_today`` calls that
    were answered, ``effective_today`` talks with the debtor identified, ``unanswered_today`` attempts at this very
    contact point, ``same_purpose_today`` messages sent and calls answered for this purpose.
    ``last_contact_at`` is the newest entry of the ledger: a clock that stands before it is wrong.
    """

    purpose: str
    channel: str
    recipient: str | None
    discloses_debt: bool | None
    holds: frozenset[str] | None
    connected_today: int | None
    effective_today: int | None
    unanswered_today: int | None
    same_purpose_today: int | None
    agreed_window: Window | None = None
    last_contact_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """A recorded reason to leave somebody alone, or to treat them with care."""

    id: UUID
    kind: str
    party_id: UUID
    contract_id: UUID | None
    placed_at: datetime
    placed_by: str
    until: datetime | None
    lifted_at: datetime | None
    lifted_by: str
