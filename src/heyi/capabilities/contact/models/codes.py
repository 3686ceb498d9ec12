"""One-time codes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heyi.capabilities.contact.domain import CODE_PURPOSES
from heyi.plumbing.records import DataClasses, Record


class CodeRecord(Record):
    """A one-time code: its keyed digest, its tries, its end. ``subject`` is a keyed digest of whom it is for."""

    data = DataClasses(
        c3=("code_digest",), c1=("subject",), none=("purpose", "expires_at", "tries", "used_at", "replaced_at")
    )

    subject = models.CharField(max_length=32)
    purpose = models.CharField(max_length=8)
    code_digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "contact_code"
        indexes = [
            models.Index(
                fields=["subject", "purpose"],
                condition=Q(used_at__isnull=True, replaced_at__isnull=True),
                name="code_standing",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=sorted(CODE_PURPOSES)), name="code_purpose"),
        ]
