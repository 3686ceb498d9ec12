"""Files that came in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heyi.plumbing.queued import Queued
from heyi.plumbing.records import DataClasses, Record

RUN_STATES = ("running", "done", "stopped")


class ImportRun(Record):
    """One run over one file: who, which file by digest, what became of its rows.

    ``beat_at`` is its last sign of life: long ago while «running» means that it was killed.
    """

    data = DataClasses(
        c1=("file_name", "actor"),
        none=(
            *("kind", "form", "file_digest", "state", "finished_at", "rows", "created", "updated", "unchanged"),
            *("refused", "warned", "passed_over", "beat_at"),
        ),
    )

    kind = models.CharField(max_length=12)
    file_name = models.CharField(max_length=200, blank=True)
    form = models.CharField(max_length=40)
    file_digest = models.CharField(max_length=64)
    actor = models.CharField(max_length=60)
    state = models.CharField(max_length=10)
    finished_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
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


STAGES = ("waiting", "working", "checked", "done", "refused", "stopped")


class StagedFile(Queued):
    """A file that was sent by hand: kept sealed in the vault, checked by the worker, then imported by it on a word.

    ``wanted`` is what the worker is to do (check or import), ``refusal`` why the whole file cannot be used.
    ``report_sealed`` holds the newest report: of the dry run until the import, then of the import. ``pieces`` are the
    vault objects that make up the file, in order; ``error_pieces`` those with the rows that were refused in it.
    """

    data = DataClasses(
        c2=("report_sealed",),
        c1=("file_name", "actor"),
        none=(
            *("kind", "pieces", "error_pieces", "size", "stage", "run", "wanted", "attempts", "beat_at"),
            *("done_rows", "total_rows", "refusal"),
        ),
    )

    kind = models.CharField(max_length=12)
    file_name = models.CharField(max_length=200, blank=True)
    pieces = models.JSONField(default=list)
    error_pieces = models.JSONField(default=list, blank=True)
    size = models.PositiveIntegerField()
    actor = models.CharField(max_length=60)
    wanted = models.CharField(max_length=10, default="check")
    refusal = models.JSONField(default=dict, blank=True)
    run = models.ForeignKey(ImportRun, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    report_sealed = models.BinaryField(default=b"")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=STAGES), name="loans_staged_file_stage_known"),
        ]
        indexes = [
            models.Index(
                fields=["created_at"], name="loans_staged_file_open", condition=Q(stage__in=("waiting", "working"))
            )
        ]
