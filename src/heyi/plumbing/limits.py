"""Counting tries in a window, atomically, shared by all processes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F

from heyi.kit.problems import Problem
from heyi.plumbing.models import Attempt


class TooMany(Problem):
    """The limit of tries is reached. ``retry_at`` says when to come back."""

    code = "plumbing.too_many"
    status = 429


def spend(purpose: str, subject: str, *, limit: int, window: timedelta, at: datetime) -> int:
    """Count one try. Returns the tries left; raises TooMany from try ``limit + 1`` on."""
    seconds = int(window.total_seconds())
    start = datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, tz=UTC)
    with transaction.atomic():
        row, _ = Attempt.objects.get_or_create(purpose=purpose, subject=subject, window_start=start)
        Attempt.objects.filter(pk=row.pk).update(count=F("count") + 1)
        row.refresh_from_db(fields=["count"])
    if row.count > limit:
        raise TooMany(purpose=purpose, retry_at=(start + window).isoformat())
    return limit - row.count


def forgive(purpose: str, subject: str) -> None:
    """Forget the tries of ``subject``: it has just shown that it is who it says."""
    Attempt.objects.filter(purpose=purpose, subject=subject).delete()
