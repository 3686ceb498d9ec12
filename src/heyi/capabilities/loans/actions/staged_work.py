"""What the worker does with files sent by hand: check, import, and take up what a killed worker left behind.

Rows that say nothing new change nothing, so a file that was half in is simply imported again.
"""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F

from heyi.capabilities.loans import reports
from heyi.capabilities.loans.actions.importing import close_dead_runs
from heyi.capabilities.loans.actions.staging import IMPORTERS, KIND, media_type
from heyi.capabilities.loans.domain.faults import WrongFile
from heyi.capabilities.loans.domain.report import ImportReport
from heyi.capabilities.loans.models import ImportRun, StagedFile
from heyi.capabilities.staff import api as staff
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.plumbing import clock

log = structlog.get_logger()

SILENT_AFTER: Final = timedelta(minutes=2)
"""A worker gives a sign of life with each chunk, a few seconds apart."""
ATTEMPTS: Final = 3


def work_staged(at: datetime) -> int:
    """Check or import every file that waits. For one worker at a time a file; returns how many were worked on."""
    _revive(at)
    close_dead_runs(at=at)
    worked = 0
    while (row := _take()) is not None:
        _work(row, at)
        worked += 1
    return worked


def _revive(at: datetime) -> None:
    """Files whose worker fell silent: taken up again, or given up after some attempts; never «working» for ever."""
    silent = StagedFile.objects.filter(stage="working", beat_at__lt=at - SILENT_AFTER)
    silent.filter(attempts__gte=ATTEMPTS).update(stage="stopped")
    silent.update(stage="waiting")


def _take() -> StagedFile | None:
    for row in StagedFile.objects.filter(stage="waiting").order_by("created_at", "id")[:10]:
        taken = {"stage": "working", "beat_at": clock.now(), "attempts": F("attempts") + 1}
        if StagedFile.objects.filter(id=row.id, stage="waiting").update(**taken):
            return row
    return None


def _work(row: StagedFile, at: datetime) -> None:
    refused = io.BytesIO()
    try:
        actor = staff.actor_by_id(staff_id=UUID(row.actor.partition(":")[2]), at=at)
        data = vault.get(object_id=row.object_id, actor=actor, at=at, purpose="import")
        report = IMPORTERS[row.kind](
            source=data,
            dry_run=row.wanted == "check",
            actor=actor,
            at=at,
            errors=refused,
            progress=lambda done, total: _beat(row.id, done, total),
        )
    except WrongFile as wrong:
        told = {
            "reason": wrong.reason,
            "facts": {name: str(value) for name, value in wrong.facts.items() if name != "reason"},
        }
        StagedFile.objects.filter(id=row.id).update(stage="refused", refusal=told)
    except Exception:
        log.exception("staged_file.stopped", staged=str(row.id))
        StagedFile.objects.filter(id=row.id).update(stage="stopped")
    else:
        _finish(row, report, refused, actor, at)


def _beat(staged_id: UUID, done: int, total: int) -> None:
    StagedFile.objects.filter(id=staged_id).update(beat_at=clock.now(), done_rows=done, total_rows=total)


def _finish(row: StagedFile, report: ImportReport, refused: io.BytesIO, actor: Actor, at: datetime) -> None:
    with transaction.atomic():
        if report.run_id is not None:
            ImportRun.objects.filter(id=report.run_id).update(file_name=row.file_name)
        StagedFile.objects.filter(id=row.id).update(
            stage="checked" if row.wanted == "check" else "done",
            run=report.run_id,
            report_sealed=reports.close(report),
            errors_id=_keep_errors(refused, report, row.file_name, actor, at),
        )


def _keep_errors(refused: io.BytesIO, report: ImportReport, file_name: str, actor: Actor, at: datetime) -> UUID | None:
    data = refused.getvalue()
    if not data:
        return None
    kept = vault.put(
        data=data, media_type=media_type(report.form), kind=KIND, subject_id=None, actor=actor, at=at,
        file_name=f"errors-{file_name}",
    )  # fmt: skip
    return kept.id
