"""Replays that were asked for, and what they found."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from heyi.capabilities.contact.domain import DryRunNotFound, DryRunView
from heyi.capabilities.contact.domain.dry_runs import read_figures
from heyi.capabilities.contact.models import DryRun

MOST: Final = 100


def dry_run(*, run_id: UUID) -> DryRunView:
    """One replay with its figures. Raises DryRunNotFound."""
    row = DryRun.objects.filter(id=run_id).first()
    if row is None:
        raise DryRunNotFound(run=str(run_id))
    return _view(row)


def dry_runs(*, limit: int = 30) -> list[DryRunView]:
    """The newest replays first."""
    return [_view(row) for row in DryRun.objects.order_by("-created_at", "-id")[: min(limit, MOST)]]


def _view(row: DryRun) -> DryRunView:
    return DryRunView(
        id=row.id,
        at=row.created_at,
        asked_by=row.asked_by,
        pack_version=row.pack_version,
        since=row.since,
        until=row.until,
        state=row.state,
        stage=row.stage,
        done=row.done,
        total=row.total,
        took=row.took,
        error=row.error,
        figures=read_figures(row.figures) if row.figures else None,
    )
