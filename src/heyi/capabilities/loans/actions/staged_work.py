"""What the worker does with files sent by hand: check, import, and take up what a killed worker left behind.

Rows that say nothing new change nothing, so a file that was half in is simply imported again.
"""

from __future__ import annotations

import tempfile
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

import structlog
from django.db import transaction

from heyi.capabilities.loans import pieces, reports
from heyi.capabilities.loans.actions.importing import close_dead_runs
from heyi.capabilities.loans.actions.staging import IMPORTERS, media_type
from heyi.capabilities.loans.domain.faults import WrongFile
from heyi.capabilities.loans.domain.report import ImportReport
from heyi.capabilities.loans.models import ImportRun, StagedFile
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.plumbing import queued

log = structlog.get_logger()


def work_staged(at: datetime) -> int:
    """Check or import every file that waits. For one worker at a time a file; returns how many were worked on."""
    queued.revive(StagedFile, at)
    close_dead_runs(at=at)
    worked = 0
    while (row := queued.take(StagedFile)) is not None:
        _work(row, at)
        worked += 1
    return worked


def _work(row: StagedFile, at: datetime) -> None:
    try:
        actor = staff.actor_by_id(staff_id=UUID(row.actor.partition(":")[2]), at=at)
        _import(row, actor, at)
    except WrongFile as wrong:
        told = {
            "reason": wrong.reason,
            "facts": {name: str(value) for name, value in wrong.facts.items() if name != "reason"},
        }
        StagedFile.objects.filter(id=row.id).update(stage="refused", refusal=told)
    except Exception:
        log.exception("staged_file.stopped", staged=str(row.id))
        StagedFile.objects.filter(id=row.id).update(stage="stopped")


def _import(row: StagedFile, actor: Actor, at: datetime) -> None:
    with (
        tempfile.TemporaryFile() as refused,
        pieces.whole(row.pieces, actor=actor, at=at, purpose="import") as source,
    ):
        report = IMPORTERS[row.kind](
            source=source,
            dry_run=row.wanted == "check",
            actor=actor,
            at=at,
            errors=refused,
            progress=lambda done, total: _beat(row.id, done, total),
        )
        _finish(row, report, refused, actor, at)


def _beat(staged_id: UUID, done: int, total: int) -> None:
    queued.beat(StagedFile, staged_id, done, total)


def _finish(row: StagedFile, report: ImportReport, refused: BinaryIO, actor: Actor, at: datetime) -> None:
    kept = pieces.keep(
        refused, media_type=media_type(report.form), file_name=f"errors-{row.file_name}", actor=actor, at=at
    )
    with transaction.atomic():
        if report.run_id is not None:
            ImportRun.objects.filter(id=report.run_id).update(file_name=row.file_name)
        StagedFile.objects.filter(id=row.id).update(
            stage="checked" if row.wanted == "check" else "done",
            run=report.run_id,
            report_sealed=reports.close(report),
            error_pieces=kept,
        )
