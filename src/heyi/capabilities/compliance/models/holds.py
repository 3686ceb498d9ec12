"""Holds and agreed hours: who, why, when, until when, ended by whom. Rows are ended, never deleted."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from heyi.capabilities.compliance.domain import HOLD_KINDS
from heyi.plumbing.records import DataClasses, Record


class HoldRecord(Record):
    """One reason to leave a person alone. Without ``contract_id`` it covers everything about them."""

    data = DataClasses(
        c2=("reason_sealed", "lift_reason_sealed"),
        c1=("placed_by", "lifted_by"),
        none=("kind", "party_id", "contract_id", "until", "lifted_at"),
    )

    kind = models.CharField(max_length=20)
    party_id = models.UUIDField()
    contract_id = models.UUIDField(null=True, blank=True)
    reason_sealed = models.BinaryField()
    placed_by = models.CharField(max_length=60)
    until = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=60, blank=True)
    lift_reason_sealed = models.BinaryField(default=bytes, blank=True)

    class Meta:
        db_table = "compliance_hold"
        indexes = [models.Index(fields=["party_id"], condition=Q(lifted_at__isnull=True), name="hold_standing")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "party_id", "contract_id"],
                condition=Q(lifted_at__isnull=True, until__isnull=True, contract_id__isnull=False),
                name="hold_once_a_contract",
            ),
            models.UniqueConstraint(
                fields=["kind", "party_id"],
                condition=Q(lifted_at__isnull=True, until__isnull=True, contract_id__isnull=True),
                name="hold_once_a_person",
            ),
            models.CheckConstraint(condition=Q(kind__in=sorted(HOLD_KINDS)), name="hold_kind"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by="") | (Q(lifted_at__isnull=False) & ~Q(lifted_by="")),
                name="hold_lifted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("created_at")), name="hold_until_after_start"
            ),
        ]


class AgreedHours(Record):
    """Hours that a debtor chose for being contacted; the newest row that has not ended counts."""

    data = DataClasses(
        c1=("agreed_by", "ended_by"), none=("party_id", "start", "end", "evidence", "ended_at", "end_evidence")
    )

    party_id = models.UUIDField(db_index=True)
    start = models.TimeField()
    end = models.TimeField()
    evidence = models.CharField(max_length=120)
    agreed_by = models.CharField(max_length=60)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=60, blank=True)
    end_evidence = models.CharField(max_length=120, blank=True)

    class Meta:
        db_table = "compliance_agreed_hours"
        constraints = [
            models.UniqueConstraint(
                fields=["party_id"], condition=Q(ended_at__isnull=True), name="one_agreed_window_a_party"
            ),
            models.CheckConstraint(condition=~Q(start=F("end")), name="agreed_hours_not_empty"),
        ]
