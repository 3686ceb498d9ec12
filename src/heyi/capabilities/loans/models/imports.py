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


STAGES = ("checked", "running", "done")


class StagedFile(Record):
    """A file that somebody looked at before importing it: kept sealed in the vault, with the report of its dry run.

    ``report_sealed`` holds the newest report: of the dry run until the import, then of the import. ``errors_id`` is the
    vault object with the rows that were refused in it.
    """

    data = DataClasses(
        c2=("report_sealed",),
        c1=("file_name", "actor"),
        none=("kind", "object_id", "errors_id", "size", "stage", "run"),
    )

    kind = models.CharField(max_length=12)
    file_name = models.CharField(max_length=200, blank=True)
    object_id = models.UUIDField()
    errors_id = models.UUIDField(null=True, blank=True)
    size = models.PositiveIntegerField()
    actor = models.CharField(max_length=60)
    stage = models.CharField(max_length=10, default="checked")
    run = models.ForeignKey(ImportRun, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    report_sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=STAGES), name="loans_staged_file_stage_known"),
        ]
