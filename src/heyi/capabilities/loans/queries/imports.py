"""Reads about files that came in."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from heyi.capabilities.loans import reports
from heyi.capabilities.loans.actions.importing import MAY_IMPORT
from heyi.capabilities.loans.adapters import words
from heyi.capabilities.loans.domain.faults import UnknownFile, WrongFile
from heyi.capabilities.loans.domain.views import Heading, RunView, StagedView
from heyi.capabilities.loans.models import ImportRun, StagedFile
from heyi.kit.actors import Actor

RUNS_MOST: Final = 200


def staged_file(*, staged_id: UUID, actor: Actor) -> StagedView:
    """A file that waits for its import, or had it, with its newest report. Raises UnknownFile."""
    row = StagedFile.objects.filter(id=staged_id).first() if actor.has(*MAY_IMPORT) else None
    if row is None:
        raise UnknownFile(file=str(staged_id))
    return _view(row)


def staged_files(*, actor: Actor, limit: int = 20) -> tuple[StagedView, ...]:
    """Files that were sent and are not imported yet, newest first, without their reports."""
    if not actor.has(*MAY_IMPORT):
        return ()
    rows = StagedFile.objects.exclude(stage="done").defer("report_sealed").order_by("-created_at", "-id")
    return tuple(_view(row, with_report=False) for row in rows[: min(limit, RUNS_MOST)])


def _view(row: StagedFile, *, with_report: bool = True) -> StagedView:
    return StagedView(
        id=row.id,
        kind=row.kind,
        file_name=row.file_name,
        size=row.size,
        at=row.created_at,
        wanted=row.wanted,  # type: ignore[arg-type]  # written by this room only
        stage=row.stage,  # type: ignore[arg-type]  # constrained by the database
        done_rows=row.done_rows,
        total_rows=row.total_rows,
        refusal=WrongFile(row.refusal["reason"], **row.refusal["facts"]) if row.refusal else None,
        report=reports.reopen(bytes(row.report_sealed)) if with_report and row.report_sealed else None,
        has_refused=bool(row.error_pieces),
    )


def import_runs(*, actor: Actor, limit: int = 50) -> tuple[RunView, ...]:
    """What was imported by whatever way, newest first; nothing for who may not import."""
    if not actor.has(*MAY_IMPORT):
        return ()
    rows = list(ImportRun.objects.order_by("-created_at", "-id")[: min(limit, RUNS_MOST)])
    staged = dict(StagedFile.objects.filter(run__in=rows).values_list("run_id", "id"))
    return tuple(
        RunView(
            id=row.id,
            kind=row.kind,
            file_name=row.file_name,
            at=row.created_at,
            actor=row.actor,
            state=row.state,  # type: ignore[arg-type]  # constrained by the database
            rows=row.rows,
            created=row.created,
            updated=row.updated,
            unchanged=row.unchanged,
            refused=row.refused,
            staged_id=staged.get(row.id),
        )
        for row in rows
    )


def import_headings(*, kind: str, language: str) -> tuple[Heading, ...]:
    """The columns of a template for ``kind``, in the order of the catalogue."""
    return tuple(
        Heading((spec.zh if language == "zh" else spec.en)[0], spec.required) for spec in words.catalogue(kind).fields
    )
