"""Contracts that lie with an agency: noticed, handed over, recalled."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from heyi.capabilities.contact.models.messages import Message
from heyi.plumbing.records import DataClasses, Record


class Placement(Record):
    """One contract with one agency. The agency may begin when the debtor was told (``noticed_at``) and has waited."""

    data = DataClasses(
        c1=("placed_by", "recalled_by", "recall_reason"),
        none=(
            *("agency_id", "contract_id", "party_id", "branch", "until", "notice", "noticed_at", "recalled_at"),
            *("approval_id", "purged_at"),
        ),
    )

    agency_id = models.UUIDField()
    contract_id = models.UUIDField()
    party_id = models.UUIDField()
    branch = models.CharField(max_length=20)
    placed_by = models.CharField(max_length=60)
    until = models.DateTimeField()
    approval_id = models.UUIDField(null=True, blank=True)
    notice = models.ForeignKey(Message, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    noticed_at = models.DateTimeField(null=True, blank=True)
    recalled_at = models.DateTimeField(null=True, blank=True)
    recalled_by = models.CharField(max_length=60, blank=True)
    recall_reason = models.CharField(max_length=200, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "contact_placement"
        indexes = [
            models.Index(fields=["agency_id", "-id"], name="placement_of_agency"),
            models.Index(fields=["party_id"], condition=Q(recalled_at__isnull=True), name="placement_standing"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["contract_id"], condition=Q(recalled_at__isnull=True), name="placement_once_a_contract"
            ),
            models.CheckConstraint(condition=Q(until__gt=F("created_at")), name="placement_ends_after_start"),
        ]
