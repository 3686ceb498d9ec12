"""Replays of a pack over the ledger: who asked, over which time, how far it is, what it found."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from heyi.capabilities.contact.domain.dry_runs import DRY_RUN_STATES
from heyi.plumbing.records import DataClasses, Record


class DryRun(Record):
    """One replay. ``figures`` hold counts by clause, branch, agency and day, and nothing about any person."""

    data = DataClasses(
        c1=("asked_by", "error"),
        none=(
            *("pack_version", "since", "until", "state", "stage", "done", "total", "lease_until", "tries", "figures"),
            "took",
        ),
    )

    asked_by = models.CharField(max_length=60)
    pack_version = models.CharField(max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=8, default="queued")
    stage = models.CharField(max_length=10, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    figures = models.JSONField(null=True, blank=True)
    took = models.DurationField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "contact_dry_run"
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state__in=["queued", "running"]), name="dry_run_waiting")
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=sorted(DRY_RUN_STATES)), name="dry_run_state"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="dry_run_time"),
            models.CheckConstraint(condition=~Q(state="done") | Q(figures__isnull=False), name="dry_run_has_figures"),
        ]
