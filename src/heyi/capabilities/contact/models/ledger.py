"""The ledger of attempts and calls, and one lock a person."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heyi.capabilities.contact.domain import OUTCOMES
from heyi.capabilities.contact.models.messages import Message
from heyi.plumbing.records import DataClasses, Record


class LedgerEntry(Record):
    """One attempt to reach one person: a message on its way, or a call. What the limits count."""

    data = DataClasses(
        c2=("note_sealed",),
        c1=("point_index", "destination_masked", "actor", "agent_no"),
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
            "facts",
            "actor_kind",
            "agency_id",
            "recipient",
            "branch",
            "leave_until",
            "report_by",
            "reported_at",
            "started_at",
            "reference",
            "recording_digest",
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
    facts = models.JSONField(default=dict)
    actor_kind = models.CharField(max_length=8, default="bank")
    agency_id = models.UUIDField(null=True, blank=True)
    agent_no = models.CharField(max_length=30, blank=True)
    recipient = models.CharField(max_length=20, blank=True)
    branch = models.CharField(max_length=20, blank=True)
    leave_until = models.DateTimeField(null=True, blank=True)
    report_by = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    recording_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "contact_ledger"
        indexes = [
            models.Index(fields=["party_id", "bank_day"], name="ledger_day"),
            models.Index(fields=["party_id", "-created_at"], name="ledger_of_party"),
            models.Index(fields=["case_id", "-created_at"], name="ledger_of_case"),
            models.Index(fields=["point_index", "bank_day"], condition=~Q(point_index=""), name="ledger_of_point"),
            models.Index(
                fields=["agency_id", "report_by"],
                condition=Q(reported_at__isnull=True, report_by__isnull=False),
                name="ledger_not_reported",
            ),
            models.Index(
                fields=["agency_id", "-created_at"], condition=Q(agency_id__isnull=False), name="ledger_of_agency"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["message", "bank_day"], name="ledger_message_once_a_day"),
            models.UniqueConstraint(
                fields=["agency_id", "reference"], condition=~Q(reference=""), name="ledger_reference_once"
            ),
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
