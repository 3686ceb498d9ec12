"""What must be known before a person is contacted.

None means «could not be found out» and closes the gate wherever a rule asks for it; a fact that no rule asks costs
nothing and may stay None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Literal, get_args
from uuid import UUID

Purpose = Literal["code", "service", "reminder", "collection", "negotiation"]
Channel = Literal["sms", "email", "portal", "letter", "call", "visit"]
Recipient = Literal["debtor", "guarantor", "designated_contact", "contact_person", "third_person"]
HoldKind = Literal[
    "agreement_active",
    "dispute",
    "complaint",
    "no_contact",
    "police_no_contact",
    "moratorium",
    "deceased",
    "incapacity",
    "bankruptcy",
    "vulnerability",
    "agency_not_announced",
    "certificate_expired",
]
ActorKind = Literal["bank", "agency", "robot"]
Unlock = Literal["three_failures", "number_invalid", "deceased", "incapacity"]
Wording = Literal["neutral", "demand", "suit"]
Series = Literal[
    "calls",
    "calls_of_contract",
    "connected",
    "connected_of_contract",
    "effective",
    "effective_of_contract",
    "visits",
    "visits_of_contract",
]

PURPOSES: Final = frozenset(get_args(Purpose))
CHANNELS: Final = frozenset(get_args(Channel))
RECIPIENTS: Final = frozenset(get_args(Recipient))
HOLD_KINDS: Final = frozenset(get_args(HoldKind))
ACTOR_KINDS: Final = frozenset(get_args(ActorKind))
UNLOCKS: Final = frozenset(get_args(Unlock))
WORDINGS: Final = frozenset(get_args(Wording))
SERIES: Final = frozenset(get_args(Series))
"""Past contacts in the order of their times: attempts by phone, answered calls, talks with the debtor identified, and
visits; of the person, or of one debt (what named no debt may have been about it and counts)."""

BORROWER_INITIATED: Final = frozenset({"code", "service"})
"""Purposes that answer something the borrower has just done."""
BANK_INITIATED: Final = PURPOSES - BORROWER_INITIATED

Days = Callable[[date], frozenset[str] | None]
"""The kinds of a calendar day (``public_holiday``, ``rest_day`` …); None where the calendar does not reach."""


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

    ``actor_kind`` is who makes the contact; ``agency_announced``: the debtor was told of this agency;
    ``agency_reporting``: it hands in its contacts in time; ``caller_reporting``: so does who calls for the bank;
    ``certificate_valid`` and ``recorder_active`` are those of
    whoever dials or knocks; ``unlock``: why a third person may be asked at all; ``opted_out``: this contact point
    wants no contact, for ever; ``stopped_channels``: media that the person stopped; ``wording``: what the words ask
    for; ``planned_end``: when a visit is meant to end; ``history``: newest first, for every series that is known;
    ``day_kinds``: what the calendar says of a day; ``clock_doubt``: why the clock of whoever asks is not believed.
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
    actor_kind: str | None = None
    agency_announced: bool | None = None
    agency_reporting: bool | None = None
    caller_reporting: bool | None = None
    certificate_valid: bool | None = None
    recorder_active: bool | None = None
    unlock: frozenset[str] | None = None
    opted_out: bool | None = None
    stopped_channels: frozenset[str] | None = None
    staff_count: int | None = None
    consents: frozenset[str] | None = None
    notices: frozenset[str] | None = None
    approvals: frozenset[str] | None = None
    time_barred: bool | None = None
    wording: str | None = None
    planned_end: datetime | None = None
    history: Mapping[str, tuple[datetime, ...]] | None = None
    day_kinds: Days | None = None
    clock_doubt: str = ""


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
