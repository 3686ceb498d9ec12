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
            "facts",
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
