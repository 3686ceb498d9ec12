"""Asks compliance with fresh facts: the ledger's counts, the holds, the hours, what the person is to the debt.

Only what a rule of this purpose and channel asks is read; what nobody can tell yet stays None and closes the gate if a
rule asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, ExpressionWrapper, Q

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
from heyi.plumbing import clock_trust
from heyi.plumbing.once import once

DISTURBS = Q(direction="out") & ~Q(outcome__in=("not_sent", "unanswered", "invalid")) & ~Q(channel="portal")
"""Entries that reached, or may have reached, the person. What is in doubt counts; a portal message rings nowhere."""

COUNTS: Final = frozenset(["connected_today", "effective_today", "unanswered_today", "same_purpose_today"])
ANSWERED: Final = ("connected", "reserved")
"""A call under way counts as answered until somebody says how it ended."""
UNANSWERED: Final = ("unanswered", "invalid", "reserved")
"""And as one more try, because it may end so."""


@dataclass(frozen=True, slots=True)
class Question:
    """One contact that somebody wants to make. ``own_message`` leaves the message's own earlier attempts uncounted,
    ``own_entry`` the place that a leave already holds.

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
    own_entry: UUID | None = None
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
    counted = _counted(question, wants, at.astimezone(zone).date(), zone)
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
        connected_today=counted.get("connected_today"),
        effective_today=counted.get("effective_today"),
        unanswered_today=counted.get("unanswered_today"),
        same_purpose_today=counted.get("same_purpose_today"),
        agreed_window=compliance.agreed_window(party_id=question.party_id) if "agreed" in wants.facts else None,
        last_contact_at=_last_contact(question.party_id),
        actor_kind=question.actor_kind,
        agency_announced=_announced(question, wants, at),
        agency_reporting=_reporting(question, wants, at),
        caller_reporting=_caller(question, at) if "caller_reporting" in wants.facts else None,
        **_third(question, wants, at),
        stopped_channels=standing.stopped_channels(question.party_id) if "stopped_channels" in wants.facts else None,
        certificate_valid=_certified(question, at) if "certificate_valid" in wants.facts else None,
        recorder_active=question.recorder_active,
        staff_count=question.staff_count,
        consents=_permitted("consent", question, at) if "consents" in wants.facts else None,
        notices=_permitted("notice", question, at) if "notices" in wants.facts else None,
        approvals=_approved(question, wants, at) if "approvals" in wants.facts else None,
        wording=_wording(question),
        planned_end=question.planned_end,
        time_barred=_time_barred(question, at) if "time_barred" in wants.facts else None,
        history=_history(question, wants.series),
        day_kinds=compliance.working_calendar().kinds,
        clock_doubt=clock_trust.doubt(),
    )


def _counted(question: Question, wants: Wants, day: date, zone: ZoneInfo) -> dict[str, int]:
    """The counts of the day that a rule asks: calls by how they ended, and what else reached the person."""
    if wants.facts.isdisjoint(COUNTS):
        return {}
    own, held = question.own_message, question.own_entry
    rows = [row for row in _out_on(question.party_id, day, zone) if held is None or row.id != held]
    today = [row for row in rows if own is None or row.message_id != own]
    calls = [row for row in today if row.channel == "call" and row.purpose not in BORROWER_INITIATED]
    tried = [row for row in calls if row.point_index == question.point_index]
    alike = [row for row in today if row.purpose == question.purpose]
    counts = {
        "connected_today": sum(row.outcome in ANSWERED for row in calls),
        "effective_today": sum(row.effective for row in calls),
        "unanswered_today": sum(row.outcome in UNANSWERED for row in tried),
        "same_purpose_today": sum(row.disturbs for row in alike),
    }
    return {name: number for name, number in counts.items() if name in wants.facts}


@once
def _out_on(party_id: UUID, day: date, zone: ZoneInfo) -> tuple[Any, ...]:
    """The attempts of one day to reach a person, read once for all counts: a handful, because the limits hold."""
    begin = datetime.combine(day, time(0), zone)
    end = datetime.combine(day + timedelta(days=1), time(0), zone)
    rows = LedgerEntry.objects.filter(party_id=party_id, direction="out", created_at__gte=begin, created_at__lt=end)
    rows = rows.annotate(disturbs=ExpressionWrapper(DISTURBS, output_field=BooleanField()))
    told = ("id", "channel", "purpose", "outcome", "effective", "point_index", "message_id", "disturbs")
    return tuple(rows.values_list(*told, named=True))


@once
def _last_contact(party_id: UUID) -> datetime | None:
    past = LedgerEntry.objects.filter(party_id=party_id)
    return past.order_by("-created_at").values_list("created_at", flat=True).first()


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
    """Of the debt that the contact is about; where none is named, of any that the person owes."""
    return standing.time_barred(question.debtor_id or question.party_id, question.contract_id, at=at)


def _permitted(sort: str, question: Question, at: datetime) -> frozenset[str]:
    return standing.permitted(sort, question.party_id, question.contract_id, at=at)


def _caller(question: Question, at: datetime) -> bool | None:
    """Of whoever calls or knocks for the bank; agencies have a fact of their own."""
    if question.agency_id is not None or not question.made_by:
        return None
    return standing.caller_reporting(question.made_by, at=at)


DEMANDING: Final = "collection"
"""The one purpose that asks for payment; whoever says nothing of the words says so by choosing it."""


def _wording(question: Question) -> str:
    return question.wording or ("demand" if question.purpose == DEMANDING else "neutral")


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


def _history(question: Question, series: Mapping[str, int]) -> Mapping[str, tuple[datetime, ...]]:
    """The newest of each series that a rule asks, newest first."""
    asked = (question.party_id, question.contract_id, question.own_message, question.own_entry)
    return {name: _newest(*asked, name, most) for name, most in series.items()}


@once
def _newest(
    party_id: UUID, contract_id: UUID | None, own_message: UUID | None, own_entry: UUID | None, name: str, most: int
) -> tuple[datetime, ...]:
    rows = LedgerEntry.objects.filter(SERIES[name.removesuffix(OF_CONTRACT)], party_id=party_id, direction="out")
    rows = rows.exclude(purpose__in=BORROWER_INITIATED).exclude(outcome="not_sent")
    if own_entry is not None:
        rows = rows.exclude(id=own_entry)
    if own_message is not None:
        rows = rows.exclude(message_id=own_message)
    if name.endswith(OF_CONTRACT) and contract_id is not None:
        rows = rows.filter(Q(contract_id=contract_id) | Q(contract_id__isnull=True))
    return tuple(rows.order_by("-created_at").values_list("created_at", flat=True)[:most])


_TOLD: Final = (
    *("recipient", "discloses_debt", "actor_kind", "agency_announced", "agency_reporting", "certificate_valid"),
    *("recorder_active", "unlock", "opted_out", "stopped_channels", "staff_count", "consents", "notices", "approvals"),
    *("time_barred", "wording", "caller_reporting"),
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
