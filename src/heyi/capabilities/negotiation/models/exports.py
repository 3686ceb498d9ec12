"""Lists that somebody takes out of the house."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from heyi.plumbing.queued import Queued
from heyi.plumbing.records import DataClasses

EXPORT_STAGES = ("waiting", "working", "done", "stopped", "expired")


class CaseExport(Queued):
    """A list of cases as a file that the worker writes: who asked, for what, and where the file lies until it expires.

    ``asked_sealed`` holds filter and purpose, because a filter may name somebody. ``branches`` are those that the
    member saw when asking: who sees less by now does not get the file.
    """

    data = DataClasses(
        c2=("asked_sealed",),
        c1=("member",),
        none=(
            *("branches", "form", "language", "object_id", "size", "expires_at"),
            *("stage", "attempts", "beat_at", "done_rows", "total_rows"),
        ),
    )

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    branches = models.JSONField()
    form = models.CharField(max_length=8)
    language = models.CharField(max_length=10)
    asked_sealed = models.BinaryField()
    object_id = models.UUIDField(null=True, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(stage__in=EXPORT_STAGES), name="case_export_stage_known")]
        indexes = [
            models.Index(fields=["member", "-created_at"], name="case_export_of_member"),
            models.Index(fields=["created_at"], name="case_export_open", condition=Q(stage__in=("waiting", "working"))),
            models.Index(fields=["expires_at"], name="case_export_expiring", condition=Q(stage="done")),
        ]
