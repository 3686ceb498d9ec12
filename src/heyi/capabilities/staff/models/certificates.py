"""Certificates of members."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from heyi.plumbing.records import DataClasses, Record


class Certificate(Record):
    """A member has shown what they need to know: by which evidence, until when. Taken back, never deleted."""

    data = DataClasses(
        c1=("evidence", "revoke_reason"), none=("member", "kind", "issued_by", "until", "revoked_at", "revoked_by")
    )

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="certificates")
    kind = models.CharField(max_length=20)
    issued_by = models.CharField(max_length=60)
    until = models.DateTimeField()
    evidence = models.CharField(max_length=300)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=60, blank=True)
    revoke_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["member", "kind", "until"], condition=Q(revoked_at__isnull=True), name="certificate_in_force"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("created_at")), name="certificate_ends_after_issue"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by="") | Q(revoked_at__isnull=False) & ~Q(revoked_by=""),
                name="certificate_revoked_by_someone",
            ),
        ]
