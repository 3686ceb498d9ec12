"""Clocks: what happened to a debt's limitation, where it stands, and every other time limit that runs."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from heyi.capabilities.compliance.domain.clocks import KINDS
from heyi.plumbing.records import DataClasses, Record


class LimitationEventRecord(Record):
    """One event with its proof. Rows are only added; a wrong one is withdrawn by a later row that names it."""

    data = DataClasses(
        c2=("reason_sealed",),
        c1=("recorded_by", "evidence"),
        none=("contract_id", "party_id", "kind", "on", "until", "withdraws"),
    )

    contract_id = models.UUIDField()
    party_id = models.UUIDField()
    kind = models.CharField(max_length=20)
    on = models.DateField()
    until = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=160)
    recorded_by = models.CharField(max_length=60)
    withdraws = models.UUIDField(null=True, blank=True, unique=True)
    reason_sealed = models.BinaryField(default=bytes, blank=True)

    class Meta:
        db_table = "compliance_limitation_event"
        indexes = [models.Index(fields=["contract_id", "on"], name="limitation_event_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["contract_id", "kind", "evidence"],
                condition=Q(withdraws__isnull=True),
                name="limitation_event_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=sorted(KINDS | {"withdrawn"})), name="limitation_event_kind"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("on")), name="limitation_event_in_order"
            ),
            models.CheckConstraint(condition=~Q(evidence=""), name="limitation_event_proved"),
        ]


class LimitationStanding(models.Model):
    """Where each debt of the book stands, kept for lists; recomputed from the events, never a truth of its own."""

    data = DataClasses(
        c1=("contract_no",),
        none=(
            *("contract_id", "party_id", "branch", "due_on", "starts_on", "expires_on", "stopped", "provisional"),
            *("doubtful", "computed_at"),
        ),
    )

    contract_id = models.UUIDField(primary_key=True)
    contract_no = models.CharField(max_length=40)
    party_id = models.UUIDField()
    branch = models.CharField(max_length=20)
    due_on = models.DateField()
    starts_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    stopped = models.CharField(max_length=16, blank=True)
    provisional = models.BooleanField(default=False)
    doubtful = models.BooleanField(default=False)
    computed_at = models.DateTimeField()

    class Meta:
        db_table = "compliance_limitation_standing"
        indexes = [
            models.Index(fields=["expires_on", "contract_id"], name="limitation_expires"),
            models.Index(fields=["branch", "expires_on"], name="limitation_branch_expires"),
        ]


class ClockRecord(Record):
    """One running time limit of any kind. It ends by an act with an outcome; a missed one stays visible."""

    data = DataClasses(
        c1=("started_by", "ended_by", "evidence", "outcome", "branch"),
        none=(
            *("kind", "subject", "party_id", "contract_id", "case_id", "starts_on", "due_on", "provisional"),
            *("extended", "ended_at"),
        ),
    )

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)
    party_id = models.UUIDField(null=True, blank=True)
    contract_id = models.UUIDField(null=True, blank=True)
    case_id = models.UUIDField(null=True, blank=True)
    branch = models.CharField(max_length=20, blank=True)
    starts_on = models.DateField()
    due_on = models.DateField()
    provisional = models.BooleanField(default=False)
    extended = models.PositiveSmallIntegerField(default=0)
    evidence = models.CharField(max_length=160, blank=True)
    started_by = models.CharField(max_length=60)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(max_length=160, blank=True)

    class Meta:
        db_table = "compliance_clock"
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(ended_at__isnull=True), name="clock_due"),
            models.Index(fields=["party_id"], condition=Q(ended_at__isnull=True), name="clock_of_party"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(ended_at__isnull=True), name="clock_once_a_subject"
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("starts_on")), name="clock_ends_after_start"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="clock_ended_by_somebody",
            ),
        ]
