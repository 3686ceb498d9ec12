"""Consents that a person gave and notices that they were given: what, with which proof, until when, ended by whom."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from heyi.capabilities.compliance.domain.permissions import SORTS
from heyi.plumbing.records import DataClasses, Record


class PermissionRecord(Record):
    """One consent or one notice. Without ``contract_id`` it is about all debts. Ended by an act, never deleted."""

    data = DataClasses(
        c2=("evidence_sealed",),
        c1=("recorded_by", "ended_by"),
        none=("sort", "about", "party_id", "contract_id", "given_at", "until", "ended_at"),
    )

    sort = models.CharField(max_length=8)
    about = models.CharField(max_length=40)
    party_id = models.UUIDField()
    contract_id = models.UUIDField(null=True, blank=True)
    given_at = models.DateTimeField()
    until = models.DateTimeField()
    evidence_sealed = models.BinaryField()
    recorded_by = models.CharField(max_length=60)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=60, blank=True)

    class Meta:
        db_table = "compliance_permission"
        indexes = [models.Index(fields=["party_id"], condition=Q(ended_at__isnull=True), name="permission_standing")]
        constraints = [
            models.CheckConstraint(condition=Q(sort__in=sorted(SORTS)), name="permission_sort"),
            models.CheckConstraint(condition=Q(until__gt=F("given_at")), name="permission_until_after_given"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="permission_ended_by_somebody",
            ),
        ]
