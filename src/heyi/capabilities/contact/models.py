"""The outbox of messages, the ledger of attempts and calls, one lock a person, and one-time codes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heyi.capabilities.contact.domain import CODE_PURPOSES, MESSAGE_CHANNELS, OUTCOMES, STATUSES
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


class LedgerEntry(Record):
    """One attempt to reach one person: a message on its way, or a call. What the limits count."""

    data = DataClasses(
        c2=("note_sealed",),
        c1=("point_index", "destination_masked", "actor"),
        none=(
            "party_id",
            "case_id",
            "contract_id",
            "message",
            "channel",
            "purpose",
            "direction",
            "outcome",
            "effective",
            "minutes",
            "bank_day",
            "pack_version",
            "clauses",
        ),
    )

    party_id = models.UUIDField()
    case_id = models.UUIDField(null=True, blank=True)
    contract_id = models.UUIDField(null=True, blank=True)
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.PROTECT, related_name="entries")
    channel = models.CharField(max_length=8)
    purpose = models.CharField(max_length=16)
    direction = models.CharField(max_length=3, default="out")
    outcome = models.CharField(max_length=12)
    effective = models.BooleanField(default=False)
    minutes = models.PositiveIntegerField(default=0)
    bank_day = models.DateField()
    point_index = models.CharField(max_length=32, blank=True)
    destination_masked = models.CharField(max_length=120, blank=True)
    actor = models.CharField(max_length=60)
    note_sealed = models.BinaryField(default=bytes, blank=True)
    pack_version = models.CharField(max_length=40, blank=True)
    clauses = models.JSONField(default=list)

    class Meta:
        db_table = "contact_ledger"
        indexes = [
            models.Index(fields=["party_id", "bank_day"], name="ledger_day"),
            models.Index(fields=["party_id", "-created_at"], name="ledger_of_party"),
            models.Index(fields=["case_id", "-created_at"], name="ledger_of_case"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["message", "bank_day"], name="ledger_message_once_a_day"),
            models.CheckConstraint(condition=Q(outcome__in=sorted(OUTCOMES)), name="ledger_outcome"),
            models.CheckConstraint(condition=Q(direction__in=["in", "out"]), name="ledger_direction"),
            models.CheckConstraint(condition=Q(effective=False) | Q(outcome="connected"), name="ledger_effective"),
        ]


class Line(models.Model):
    """One row a person, locked while the ledger is counted and added to: no two attempts count at once."""

    data = DataClasses(none=("party_id",))

    party_id = models.UUIDField(primary_key=True)

    class Meta:
        db_table = "contact_line"


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
