"""What became of a contact: reported once, for a leave or for a contact that was made without asking."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from heyi.capabilities.compliance.domain import PURPOSES
from heyi.capabilities.contact import gate, ports, sealed
from heyi.capabilities.contact.actions.leaves import ASKERS, authorise, question_of
from heyi.capabilities.contact.actions.stops import write_stop
from heyi.capabilities.contact.domain import (
    LEAVE_CHANNELS,
    REPORTED,
    THIRD,
    Ask,
    ClauseNote,
    LeaveGone,
    Report,
    ReportContradicts,
    Reported,
    ReportUnclear,
    mask,
)
from heyi.capabilities.contact.models import LedgerEntry
from heyi.capabilities.contact.policy import contact_policy
from heyi.capabilities.journal import api as journal
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.kit.problems import NotAllowed, Problem
from heyi.plumbing import sealing
from heyi.plumbing.clock import bank_day

NOT_ASKED: Final = "HEYI-NO-LEAVE"
"""The note on a contact that was made without a leave, or after it had run out."""
AHEAD: Final = timedelta(minutes=5)
LONGEST_MINUTES: Final = 600
NOTE_LENGTH: Final = 4000
DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def report_contacts(*, reports: Iterable[Report], actor: Actor, at: datetime) -> tuple[Reported, ...]:
    """Take in what became of contacts, each on its own: a bad one does not hold up the others.

    What was made without a leave is written down all the same, with the clauses that stood against it then. Raises
    NotAllowed, ReportUnclear (too many at once).
    """
    if not actor.has(*ASKERS):
        raise NotAllowed(act="contact.report_contacts")
    told = list(reports)
    if len(told) > contact_policy().report_batch:
        raise ReportUnclear(fields={"reports": "too_many"}, most=contact_policy().report_batch)
    return tuple(_one(report, actor, at) for report in told)


def report_contact(*, report: Report, actor: Actor, at: datetime) -> Reported:
    """What became of one contact, for whoever wants to hear of a fault at once. Raises what a report is refused for."""
    if not actor.has(*ASKERS):
        raise NotAllowed(act="contact.report_contacts")
    _check(report, at)
    with transaction.atomic():
        return _settle(report, actor, at) if report.leave_id else _unasked(report, actor, at)


def _one(report: Report, actor: Actor, at: datetime) -> Reported:
    try:
        return report_contact(report=report, actor=actor, at=at)
    except Problem as fault:
        return Reported("refused", code=fault.code, facts=fault.facts)


def _check(report: Report, at: datetime) -> None:
    oldest = at - contact_policy().report_oldest
    answered = report.outcome == "connected"
    ask = report.ask
    wrong = {
        "outcome": report.outcome not in REPORTED,
        "effective": report.effective and not answered,
        "minutes": not 0 <= report.minutes <= LONGEST_MINUTES or (report.minutes > 0 and not answered),
        "started_at": not oldest <= report.started_at <= at + AHEAD,
        "recording_digest": bool(report.recording_digest) and not DIGEST.fullmatch(report.recording_digest),
        "reference": not report.leave_id and not report.reference,
        "contract_no": not report.leave_id and ask is None,
        "channel": ask is not None and not report.leave_id and ask.channel not in LEAVE_CHANNELS,
        "purpose": ask is not None and not report.leave_id and ask.purpose not in PURPOSES - {"code"},
    }
    if fields := {name: "does_not_fit" for name, bad in wrong.items() if bad}:
        raise ReportUnclear(fields=fields)


def _settle(report: Report, actor: Actor, at: datetime) -> Reported:
    leave_id = report.leave_id
    assert leave_id is not None
    party_id = _own(leave_id, actor).values_list("party_id", flat=True).first()
    if party_id is None:
        raise LeaveGone(leave=str(leave_id))
    gate.lock(party_id)
    row = LedgerEntry.objects.select_for_update().get(id=leave_id)
    if row.reported_at is not None:
        return _again(row, report)
    assert row.leave_until is not None
    late = report.outcome != "not_sent" and not row.created_at - AHEAD <= report.started_at <= row.leave_until + AHEAD
    notes = gate.read(row.clauses) + ((ClauseNote(NOT_ASKED, (("leave", "ran_out"),), None),) if late else ())
    _write(row, report, notes, at)
    _tell(row, report, actor, at, notes)
    return Reported("kept", row.id, breached=tuple(note.rule_id for note in notes))


def _unasked(report: Report, actor: Actor, at: datetime) -> Reported:
    ask = report.ask
    assert ask is not None
    party_id = authorise(ask.contract_id, ask.party_id, actor, at)
    place = ports.reach(party_id=party_id, contract_id=ask.contract_id)
    gate.lock(party_id)
    known = LedgerEntry.objects.filter(agency_id=actor.agency_id, reference=report.reference).first()
    if known is not None:
        return _again(known, report)
    row = _entry(replace(ask, party_id=party_id), place, actor, report)
    question = question_of(ask, party_id, place, row.point_index, actor, report.started_at)
    judged = gate.judge(question, report.started_at)
    notes = (ClauseNote(NOT_ASKED, (("leave", "none"),), None), *gate.notes(judged.verdict))
    row.pack_version, row.facts = judged.verdict.pack_version, judged.facts
    row.save(force_insert=True)
    _write(row, report, notes, at)
    _tell(row, report, actor, at, notes)
    return Reported("kept", row.id, breached=tuple(note.rule_id for note in notes))


def _entry(ask: Ask, place: ports.Reachable, actor: Actor, report: Report) -> LedgerEntry:
    assert ask.party_id is not None
    destination = place.mobile if ask.channel == "call" else place.address
    return LedgerEntry(
        created_at=report.started_at,
        party_id=ask.party_id,
        contract_id=ask.contract_id,
        channel=ask.channel,
        purpose=ask.purpose,
        outcome="unsure",
        bank_day=bank_day(report.started_at),
        point_index=sealed.point(destination),
        destination_masked=mask("call" if ask.channel == "call" else "letter", destination),
        actor=actor.label,
        actor_kind="agency" if actor.kind == "agency" else "bank",
        agency_id=actor.agency_id,
        agent_no=ask.agent_no,
        recipient=place.relation or "",
        branch=place.branch,
    )


def _write(row: LedgerEntry, report: Report, notes: tuple[ClauseNote, ...], at: datetime) -> None:
    row.outcome, row.effective, row.minutes = report.outcome, report.effective, report.minutes
    row.started_at, row.reported_at = report.started_at, at
    row.reference, row.recording_digest = report.reference, report.recording_digest
    row.clauses = gate.stored(notes)
    row.note_sealed = _sealed_note(row, report, at)
    row.save(
        update_fields=[
            *(
                "outcome",
                "effective",
                "minutes",
                "started_at",
                "reported_at",
                "reference",
                "recording_digest",
                "clauses",
                "note_sealed",
            )
        ]
    )


def _sealed_note(row: LedgerEntry, report: Report, at: datetime) -> bytes:
    note = report.note.strip()[:NOTE_LENGTH]
    if not note:
        return b""
    return sealing.seal(vault.subject_key(subject_id=row.party_id, at=at), note, context=sealed.NOTE)


def _own(leave_id: UUID, actor: Actor) -> QuerySet[LedgerEntry]:
    """An agency's machines report for each other; everybody else for themselves."""
    rows = LedgerEntry.objects.filter(id=leave_id, leave_until__isnull=False)
    return rows.filter(agency_id=actor.agency_id) if actor.agency_id else rows.filter(actor=actor.label)


def _again(row: LedgerEntry, report: Report) -> Reported:
    if (row.outcome, row.effective, row.minutes) != (report.outcome, report.effective, report.minutes):
        raise ReportContradicts(contact=str(row.id), outcome=row.outcome)
    return Reported("again", row.id, breached=tuple(note["rule"] for note in row.clauses))


def _tell(row: LedgerEntry, report: Report, actor: Actor, at: datetime, notes: tuple[ClauseNote, ...]) -> None:
    if report.opted_out and row.recipient in THIRD:
        write_stop(row.point_index, row.destination_masked, way=row.channel, relation="", by=actor, at=at)
    journal.record(
        actor=actor,
        act="contact.report_contact",
        at=at,
        party_id=row.party_id,
        case_id=row.case_id,
        subject=f"contact_ledger:{row.id}",
        result=row.outcome,
        facts={
            "channel": row.channel,
            "purpose": row.purpose,
            "effective": row.effective,
            "minutes": row.minutes,
            "agency": str(row.agency_id or ""),
            "breached": [note.rule_id for note in notes],
            "opted_out": report.opted_out,
        },
        digests=_digests(row, report, at),
    )


def _digests(row: LedgerEntry, report: Report, at: datetime) -> dict[str, str] | None:
    note = report.note.strip()
    return {"note": journal.salted(note, salt=vault.subject_key(subject_id=row.party_id, at=at))} if note else None
