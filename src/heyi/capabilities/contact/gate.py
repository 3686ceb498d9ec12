"""Asks compliance with fresh facts: the ledger's counts, the holds, the hours, what the person is to the debt.

Only what a rule of this purpose and channel asks is read; what nobody can tell yet stays None and closes the gate if a
rule asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain import (
    BORROWER_INITIATED,
    BadPack,
    ClauseHit,
    ContactFacts,
    Pack,
    PackMissing,
    Verdict,
    Wants,
    decide_together,
    plan_of,
    time_of_day,
)
from heyi.capabilities.contact import standing
from heyi.capabilities.contact.domain import THIRD, ClauseNote
from heyi.capabilities.contact.models import LedgerEntry, Line
from heyi.kit.dates import SHANGHAI

DISTURBS = Q(direction="out") & ~Q(outcome__in=("not_sent", "unanswered", "invalid")) & ~Q(channel="portal")
"""Entries that reached, or may have reached, the person. What is in doubt counts; a portal message rings nowhere."""

ANSWERED: Final = ("connected", "reserved")
"""A call under way counts as answered until somebody says how it ended."""
UNANSWERED: Final = ("unanswered", "invalid", "reserved")
"""And as one more try, because it may end so."""


@dataclass(frozen=True, slots=True)
class Question:
    """One contact that somebody wants to make. ``own_message`` leaves the message's own earlier attempts uncounted.

    What follows ``wording`` is known only to whoever is about to dial or knock; None where nobody said.
    ``made_by`` is the label of who calls, knocks or had the message written: their certificate is looked up unless
    ``certificate_valid`` tells it. ``agency_id`` is the agency that asks, ``debtor_id`` who owes, where the contact is
    with somebody else.
    """

    party_id: UUID
    contract_id: UUID | None
    channel: str
    purpose: str
    discloses_debt: bool
    relation: str | None
    point_index: str
    own_message: UUID | None = None
    actor_kind: str | None = "bank"
    wording: str | None = None
    certificate_valid: bool | None = None
    recorder_active: bool | None = None
    staff_count: int | None = None
    planned_end: datetime | None = None
    agency_id: UUID | None = None
    debtor_id: UUID | None = None
    made_by: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict and what it was based on, as far as no count of the ledger gives it back."""

    verdict: Verdict
    facts: Mapping[str, Any]


def judge(question: Question, at: datetime) -> Judged:
    """The verdict at ``at``. Before an attempt: ``lock`` first, and the ledger entry in the same transaction."""
    packs = _packs(at)
    if not packs:
        known = facts(question, at, _wants(None, question, at), SHANGHAI)
        return Judged(compliance.decide(known, None, at), noted(known, None))
    asked = [(facts(question, at, _wants(pack, question, at), pack.timezone), pack) for pack in packs]
    return Judged(decide_together(asked, at), noted(*asked[0]))


def ask(question: Question, at: datetime) -> Verdict:
    """The verdict at ``at``, for whoever only wants to know."""
    return judge(question, at).verdict


def lock(party_id: UUID) -> None:
    """Hold this person's line until the transaction ends: counting and adding become one step."""
    Line.objects.get_or_create(party_id=party_id)
    Line.objects.select_for_update().get(party_id=party_id)


def facts(question: Question, at: datetime, wants: Wants, zone: ZoneInfo) -> ContactFacts:
    """What the rules ask, read now; a day is the calendar day of ``zone``, the pack's own."""
    past = LedgerEntry.objects.filter(party_id=question.party_id)
    midnight = datetime.combine(at.astimezone(zone).date(), time(0))
    day = (midnight.replace(tzinfo=zone), (midnight + timedelta(days=1)).replace(tzinfo=zone))
    today = past.filter(created_at__gte=day[0], created_at__lt=day[1], direction="out")
    if question.own_message is not None:
        today = today.exclude(message_id=question.own_message)
    calls = today.filter(channel="call").exclude(purpose__in=BORROWER_INITIATED)
    counts: Mapping[str, QuerySet[LedgerEntry]] = {
        "connected_today": calls.filter(outcome__in=ANSWERED),
        "effective_today": calls.filter(effective=True),
        "unanswered_today": calls.filter(outcome__in=UNANSWERED, point_index=question.point_index),
        "same_purpose_today": today.filter(DISTURBS, purpose=question.purpose),
    }
    counted = {name: rows.count() if name in wants.facts else None for name, rows in counts.items()}
    holds = standing.holds(
        party_id=question.party_id,
        contract_id=question.contract_id,
        relation=question.relation,
        debtor_id=question.debtor_id,
        at=at,
    )
    return ContactFacts(
        purpose=question.purpose,
        channel=question.channel,
        recipient=question.relation,
        discloses_debt=question.discloses_debt,
        holds=holds,
        connected_today=counted["connected_today"],
        effective_today=counted["effective_today"],
        unanswered_today=counted["unanswered_today"],
        same_purpose_today=counted["same_purpose_today"],
        agreed_window=compliance.agreed_window(party_id=question.party_id) if "agreed" in wants.facts else None,
        last_contact_at=past.order_by("-created_at").values_list("created_at", flat=True).first(),
        actor_kind=question.actor_kind,
        agency_announced=_announced(question, wants, at),
        agency_reporting=_reporting(question, wants, at),
        **_third(question, wants, at),
        stopped_channels=standing.stopped_channels(question.party_id) if "stopped_channels" in wants.facts else None,
        certificate_valid=_certified(question, at) if "certificate_valid" in wants.facts else None,
        recorder_active=question.recorder_active,
        staff_count=question.staff_count,
        approvals=_approved(question, wants, at) if "approvals" in wants.facts else None,
        wording=question.wording,
        planned_end=question.planned_end,
        time_barred=_time_barred(question, at) if "time_barred" in wants.facts else None,
        history=_history(question, past.filter(direction="out"), wants.series),
        day_kinds=compliance.working_calendar().kinds,
    )


def _third(question: Question, wants: Wants, at: datetime) -> dict[str, Any]:
    """Why somebody who does not owe may be asked, and whether they said no; nobody asks that about who owes."""
    if question.relation not in THIRD:
        return {}
    known: dict[str, Any] = {}
    if "unlock" in wants.facts:
        known["unlock"] = standing.unlocked(debtor_id=question.debtor_id, at=at)
    if "opted_out" in wants.facts:
        known["opted_out"] = standing.opted_out(question.point_index)
    return known


def _announced(question: Question, wants: Wants, at: datetime) -> bool | None:
    """Was the debtor told of the agency? Nobody asks that of the bank itself."""
    if question.agency_id is None or "agency_announced" not in wants.facts:
        return None
    return standing.announced(agency_id=question.agency_id, contract_id=question.contract_id, at=at)


def _reporting(question: Question, wants: Wants, at: datetime) -> bool | None:
    """Does the agency report in time?"""
    if question.agency_id is None or "agency_reporting" not in wants.facts:
        return None
    return standing.reporting(agency_id=question.agency_id, at=at)


def _approved(question: Question, wants: Wants, at: datetime) -> frozenset[str]:
    """The kinds of approval that stand for the contract and could open a rule; without a contract none can."""
    subject = f"loans_contract:{question.contract_id}"
    kinds = wants.approvals if question.contract_id else ()
    return frozenset(kind for kind in kinds if approvals.standing(kind=kind, subject=subject, at=at))


def _time_barred(question: Question, at: datetime) -> bool | None:
    """Of the debt that the contact is about; without one nobody can say."""
    return compliance.time_barred(contract_id=question.contract_id, at=at) if question.contract_id else None


def _certified(question: Question, at: datetime) -> bool | None:
    told = question.certificate_valid
    return standing.certified(question.made_by, at=at) if told is None else told


OF_CONTRACT: Final = "_of_contract"
SERIES: Final[Mapping[str, Q]] = {
    "calls": Q(channel="call"),
    "connected": Q(channel="call", outcome__in=ANSWERED),
    "effective": Q(channel="call", effective=True),
    "visits": Q(channel="visit"),
}
"""Past contacts by series; ``_of_contract`` narrows to one debt, and what named no debt may have been about it."""


def _history(
    question: Question, past: QuerySet[LedgerEntry], series: Mapping[str, int]
) -> Mapping[str, tuple[datetime, ...]]:
    """The newest of each series that a rule asks, newest first."""
    rows = past.exclude(purpose__in=BORROWER_INITIATED)
    if question.own_message is not None:
        rows = rows.exclude(message_id=question.own_message)
    found: dict[str, tuple[datetime, ...]] = {}
    for name, most in series.items():
        narrowed = rows.filter(SERIES[name.removesuffix(OF_CONTRACT)])
        if name.endswith(OF_CONTRACT) and question.contract_id is not None:
            narrowed = narrowed.filter(Q(contract_id=question.contract_id) | Q(contract_id__isnull=True))
        found[name] = tuple(narrowed.order_by("-created_at").values_list("created_at", flat=True)[:most])
    return found


_TOLD: Final = (
    *("recipient", "discloses_debt", "actor_kind", "agency_announced", "agency_reporting", "certificate_valid"),
    *("recorder_active", "unlock", "opted_out", "stopped_channels", "staff_count", "consents", "notices", "approvals"),
    *("time_barred", "wording"),
)


def noted(known: ContactFacts, pack: Pack | None) -> dict[str, Any]:
    """What was told about this contact, for replays; what is unknown is not noted."""
    told = {name: getattr(known, name) for name in _TOLD}
    noted = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in told.items()}
    if known.recipient in THIRD and known.holds is not None:
        noted["holds"] = sorted(known.holds)
    if known.planned_end is not None and pack is not None:
        noted["end_time"] = time_of_day(known.planned_end.astimezone(pack.timezone))
    return {name: value for name, value in noted.items() if value is not None}


def notes(verdict: Verdict) -> tuple[ClauseNote, ...]:
    """The refusing clauses as they are kept, the strictest first; with the approval that would open them."""
    return tuple(ClauseNote(hit.rule_id, _why(hit), hit.retry_at) for hit in verdict.clauses)


def _why(hit: ClauseHit) -> tuple[tuple[str, str], ...]:
    return (*hit.why, ("approval", hit.approval)) if hit.approval else hit.why


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


def _wants(pack: Pack | None, question: Question, at: datetime) -> Wants:
    if pack is None:
        return Wants(frozenset(), {})
    return plan_of(pack, at.astimezone(pack.timezone).date()).wants(question.purpose, question.channel)


def _packs(at: datetime) -> tuple[Pack, ...]:
    """The packs in force, the bank's home first; none closes the gate: a broken pack is no leave."""
    try:
        return compliance.packs(at=at)
    except (PackMissing, BadPack, compliance.PackNotTrusted):
        return ()
