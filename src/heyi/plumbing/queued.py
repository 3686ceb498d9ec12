"""Long work that waits in a table: one worker takes it, says how far it is, and another takes it up when that one dies.

The work itself must be safe to repeat: whatever a killed worker left half done is begun again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import F

from heyi.plumbing import clock
from heyi.plumbing.records import Record

SILENT_AFTER: Final = timedelta(minutes=2)
"""A worker gives a sign of life with each piece of its work, a few seconds apart."""
ATTEMPTS: Final = 3
LOOKED_AT: Final = 10


class Queued(Record):
    """A row of work. ``stage`` begins with «waiting»; while somebody is at it it is «working», and ``beat_at`` the last
    sign of life; «stopped» is given up until somebody asks again. What follows «working» is each table's own.
    """

    stage = models.CharField(max_length=10, default="waiting")
    attempts = models.PositiveSmallIntegerField(default=0)
    beat_at = models.DateTimeField(null=True, blank=True)
    done_rows = models.PositiveIntegerField(default=0)
    total_rows = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


Work = TypeVar("Work", bound=Queued)


def revive(table: type[Work], at: datetime) -> None:
    """Work whose worker fell silent: taken up again, or given up after some attempts; never «working» for ever."""
    silent = table._default_manager.filter(stage="working", beat_at__lt=at - SILENT_AFTER)
    silent.filter(attempts__gte=ATTEMPTS).update(stage="stopped")
    silent.update(stage="waiting")


def take(table: type[Work]) -> Work | None:
    """The work that waits longest, now the caller's; None when nothing waits. Two workers never get the same."""
    for row in table._default_manager.filter(stage="waiting").order_by("created_at", "id")[:LOOKED_AT]:
        taken: dict[str, Any] = {"stage": "working", "beat_at": clock.now(), "attempts": F("attempts") + 1}
        if table._default_manager.filter(id=row.id, stage="waiting").update(**taken):
            return row
    return None


def beat(table: type[Work], work_id: UUID, done: int, total: int) -> None:
    """A sign of life, and how far the work is. It is of now, not of the order."""
    table._default_manager.filter(id=work_id).update(beat_at=clock.now(), done_rows=done, total_rows=total)


def order_again(table: type[Work], work_id: UUID, *, from_stage: str, **changed: object) -> bool:
    """Let the work wait for a worker anew. False when it does not stand at ``from_stage``: somebody was faster."""
    fresh: dict[str, Any] = {"stage": "waiting", "attempts": 0, "done_rows": 0, **changed}
    return bool(table._default_manager.filter(id=work_id, stage=from_stage).update(**fresh))
