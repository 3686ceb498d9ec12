"""Files that came in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heyi.plumbing.records import DataClasses, Record

RUN_STATES = ("running", "done", "stopped")


class ImportRun(Record):
    """One run over one file: who, which file by digest, what became of its rows. Long «running»: it was killed."""

    data = DataClasses(
        c1=("file_name", "actor"),
        none=(
            *("kind", "form", "file_digest", "state", "finished_at", "rows", "created", "updated", "unchanged"),
            *("refused", "warned", "passed_over"),
        ),
    )

    kind = models.CharField(max_length=12)
    file_name = models.CharField(max_length=200, blank=True)
    form = models.CharField(max_length=40)
    file_digest = models.CharField(max_length=64)
    actor = models.CharField(max_length=60)
    state = models.CharField(max_length=10)
    finished_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    warned = models.PositiveIntegerField(default=0)
    passed_over = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["-created_at"], name="loans_import_run_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RUN_STATES), name="loans_import_run_state_known"),
        ]
