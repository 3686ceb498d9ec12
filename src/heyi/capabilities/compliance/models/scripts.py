"""Changes of scripts: asked for, voted on, dated, kept. The row of an adopted change is the version itself."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heyi.capabilities.compliance.models.packs import STATES
from heyi.plumbing.records import DataClasses, Record


class ScriptChange(Record):
    """Other words for one sentence of the library: what they are, from which day, and how the vote went."""

    data = DataClasses(
        c1=("reason", "proposed_by"),
        none=("script", "zh", "en", "holds_from", "approval_id", "state", "ended_at", "note"),
    )

    script = models.CharField(max_length=40)
    zh = models.CharField(max_length=300)
    en = models.CharField(max_length=600)
    reason = models.TextField()
    proposed_by = models.CharField(max_length=60)
    holds_from = models.DateTimeField()
    approval_id = models.UUIDField(null=True, blank=True, unique=True)
    state = models.CharField(max_length=12, default="waiting")
    ended_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "compliance_script_change"
        indexes = [models.Index(fields=["script", "state", "holds_from"], name="script_change_in_force")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="script_change_state"),
            models.CheckConstraint(condition=~Q(reason=""), name="script_change_has_reason"),
            models.UniqueConstraint(
                fields=["script"], condition=Q(state="waiting"), name="script_change_one_at_a_time"
            ),
        ]
