"""The outbox of messages."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heyi.capabilities.contact.domain import MESSAGE_CHANNELS, STATUSES
from heyi.plumbing.records import DataClasses, Record


class Message(Record):
    """One thing to tell one person. Words and destination are snapshots, sealed with the person's own key."""

    data = DataClasses(
        c2=("destination_sealed", "body_sealed"),
        c1=("destination_masked", "point_index", "queued_by"),
        none=(
            "party_id",
            "case_id",
            "contract_id",
            "purpose",
            "channel",
            "template",
            "language",
            "discloses_debt",
            "recipient",
            "priority",
            "status",
            "attempts",
            "next_attempt_at",
            "lease_until",
            "expires_at",
            "dedupe_key",
            "provider_id",
            "stored_object_id",
            "pack_version",
            "clauses",
            "last_error",
            "sent_at",
            "delivered_at",
            "read_at",
        ),
    )

    party_id = models.UUIDField()
    case_id = models.UUIDField(null=True, blank=True)
    contract_id = models.UUIDField(null=True, blank=True)
    purpose = models.CharField(max_length=16)
    channel = models.CharField(max_length=8)
    template = models.CharField(max_length=60)
    language = models.CharField(max_length=2)
    discloses_debt = models.BooleanField()
    recipient = models.CharField(max_length=20, blank=True)
    destination_sealed = models.BinaryField()
    destination_masked = models.CharField(max_length=120)
    point_index = models.CharField(max_length=32)
    body_sealed = models.BinaryField()
    queued_by = models.CharField(max_length=60)
    priority = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, default="queued")
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    dedupe_key = models.CharField(max_length=160, unique=True, null=True, blank=True)
    provider_id = models.CharField(max_length=200, blank=True)
    stored_object_id = models.UUIDField(null=True, blank=True)
    pack_version = models.CharField(max_length=40, blank=True)
    clauses = models.JSONField(default=list)
    last_error = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "contact_message"
        indexes = [
            models.Index(fields=["priority", "next_attempt_at"], condition=Q(status="queued"), name="message_due"),
            models.Index(fields=["lease_until"], condition=Q(status="sending"), name="message_under_way"),
            models.Index(fields=["party_id", "-created_at"], name="message_of_party"),
            models.Index(fields=["case_id", "-created_at"], name="message_of_case"),
            models.Index(fields=["-created_at"], condition=Q(status="refused"), name="message_refused"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=sorted(STATUSES)), name="message_status"),
            models.CheckConstraint(condition=Q(channel__in=sorted(MESSAGE_CHANNELS)), name="message_channel"),
            models.CheckConstraint(
                condition=~Q(status="sending") | Q(lease_until__isnull=False), name="message_sending_has_lease"
            ),
        ]
