"""Take in a report about an impostor with its files, follow it up, and tell where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from heyi.capabilities.journal import api as journal
from heyi.capabilities.staff import domain
from heyi.capabilities.staff.actions import checks
from heyi.capabilities.staff.models import ImpostorReport, ImpostorStep
from heyi.capabilities.staff.policy import report_answer_within
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.problems import Invalid, NotAllowed
from heyi.plumbing.clock import bank_day
from heyi.plumbing.ids import new_code
from heyi.plumbing.sealing import seal, unseal_text

WORDS, REACH = "staff_impostorreport.words", "staff_impostorreport.reach"
ANSWER, NOTE = "staff_impostorstep.words", "staff_impostorstep.note"
WORDS_LONGEST: Final = 2_000
ANSWER_LONGEST: Final = 1_000
READERS: Final = ("compliance", "auditor")
FILE_KIND: Final = "impostor_report"


def report_impostor(*, words: str, reach: str, at: datetime, files: Sequence[tuple[str, bytes]] = ()) -> str:
    """Keep what somebody tells, without a login. ``files``: name and content. Returns the number of the report.

    The number is the only key to its state: ten digits drawn by chance. Nothing is kept when a file is refused.
    Raises Invalid, vault.UnsafeFile.
    """
    told = checks.text("words", words, longest=WORDS_LONGEST)
    if len(files) > domain.REPORT_FILES_MOST:
        raise Invalid(fields={"files": "too_many"}, most=domain.REPORT_FILES_MOST)
    key = vault.system_key("staff")
    with transaction.atomic():
        row = ImpostorReport.objects.create(
            created_at=at,
            number=new_code(10),
            words_sealed=seal(key, told, context=WORDS),
            reach_sealed=seal(key, reach.strip()[:100], context=REACH) if reach.strip() else b"",
        )
        kept = [
            vault.accept_upload(data=data, file_name=name, kind=FILE_KIND, subject_id=row.id, actor=SYSTEM, at=at).id
            for name, data in files
        ]
        if kept:
            row.files = [str(object_id) for object_id in kept]
            row.save(update_fields=["files"])
        journal.record(
            actor=SYSTEM,
            act="staff.report_impostor",
            at=at,
            subject=f"impostorreport:{row.id}",
            facts={"files": len(kept)},
            digests={"words": journal.salted(told, salt=key)},
        )
    return row.number


def handle_report(
    *, number: str, state: str, outcome: str = "", words: str = "", note: str = "", actor: Actor, at: datetime
) -> domain.ImpostorView:
    """Take a report on: to ``looking``, or to ``closed`` with an outcome and words for the reporter.

    Raises NotAllowed, UnknownReport, ReportState, Invalid.
    """
    if not actor.has("compliance"):
        raise NotAllowed(needs=["compliance"])
    words, note = words.strip(), note.strip()
    if max(len(words), len(note)) > ANSWER_LONGEST:
        raise Invalid(fields={"words": "too_long"}, longest=ANSWER_LONGEST)
    with transaction.atomic():
        row = ImpostorReport.objects.select_for_update().filter(number=number).first()
        if row is None:
            raise domain.UnknownReport
        domain.check_step(standing=_standing(row).state, state=state, outcome=outcome, words=words)
        outcome = outcome if state == "closed" else ""
        key = vault.system_key("staff")
        ImpostorStep.objects.create(
            created_at=at,
            report=row,
            state=state,
            outcome=outcome,
            words_sealed=seal(key, words, context=ANSWER) if words else b"",
            note_sealed=seal(key, note, context=NOTE) if note else b"",
            by=actor.label,
        )
        journal.record(
            actor=actor,
            act="staff.handle_report",
            at=at,
            subject=f"impostorreport:{row.id}",
            facts={"state": state, "outcome": outcome},
            digests={"words": journal.salted(words, salt=key)},
        )
    return _view(row)


def impostor_reports(*, actor: Actor, at: datetime, limit: int = 100) -> list[domain.ImpostorView]:
    """The newest reports, opened, those without an answer first; the reading is journaled. Raises NotAllowed."""
    _reader(actor)
    rows = list(ImpostorReport.objects.prefetch_related("steps").order_by("-created_at")[:limit])
    checks.note(actor, "read_impostor_reports", "impostorreport:list", at, count=len(rows))
    return sorted((_view(row) for row in rows), key=lambda one: one.state == "closed")


def impostor_report(*, number: str, actor: Actor, at: datetime) -> domain.ImpostorView:
    """One report, opened; the reading is journaled. Raises NotAllowed, UnknownReport."""
    _reader(actor)
    row = _row(number)
    checks.note(actor, "read_impostor_report", f"impostorreport:{row.id}", at)
    return _view(row)


def impostor_file(*, number: str, object_id: UUID, actor: Actor, at: datetime) -> tuple[domain.ReportFile, bytes]:
    """A file of a report; the reading is journaled. Raises NotAllowed, UnknownReport, and what the vault raises."""
    _reader(actor)
    row = _row(number)
    if str(object_id) not in row.files:
        raise domain.UnknownReport
    return _file(object_id), vault.get(object_id=object_id, actor=actor, at=at, purpose="impostor_report")


def report_standing(*, number: str) -> domain.ReportStanding | None:
    """Where a report stands, for whoever holds its number; None when there is no such report."""
    row = ImpostorReport.objects.filter(number=number.strip()).first()
    return _standing(row) if row else None


def _reader(actor: Actor) -> None:
    if not actor.has(*READERS):
        raise NotAllowed(needs=list(READERS))


def _row(number: str) -> ImpostorReport:
    row = ImpostorReport.objects.filter(number=number).first()
    if row is None:
        raise domain.UnknownReport
    return row


def _steps(row: ImpostorReport) -> list[ImpostorStep]:
    return sorted(row.steps.all(), key=lambda step: (step.created_at, step.id))


def _standing(row: ImpostorReport) -> domain.ReportStanding:
    steps = _steps(row)
    last = steps[-1] if steps else None
    return domain.ReportStanding(
        number=row.number,
        received_at=row.created_at,
        state=last.state if last else "received",
        since=last.created_at if last else row.created_at,
        outcome=last.outcome if last else "",
        words=_opened(last.words_sealed, ANSWER) if last else "",
        by_day=domain.answer_day(bank_day(row.created_at), report_answer_within()),
    )


def _view(row: ImpostorReport) -> domain.ImpostorView:
    standing = _standing(row)
    return domain.ImpostorView(
        number=row.number,
        at=row.created_at,
        words=_opened(row.words_sealed, WORDS),
        reach=_opened(row.reach_sealed, REACH),
        state=standing.state,
        outcome=standing.outcome,
        by_day=standing.by_day,
        files=tuple(_file(UUID(one)) for one in row.files),
        steps=tuple(
            domain.ReportStep(
                state=step.state,
                at=step.created_at,
                by=step.by,
                outcome=step.outcome,
                words=_opened(step.words_sealed, ANSWER),
                note=_opened(step.note_sealed, NOTE),
            )
            for step in _steps(row)
        ),
    )


def _opened(sealed: bytes | memoryview, context: str) -> str:
    return unseal_text(vault.system_key("staff"), bytes(sealed), context=context) if sealed else ""


def _file(object_id: UUID) -> domain.ReportFile:
    known = vault.describe(object_id=object_id)
    return domain.ReportFile(known.id, known.file_name, known.media_type, known.size)
