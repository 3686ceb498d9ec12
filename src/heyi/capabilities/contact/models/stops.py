"""Contact points that want no contact, for ever; media that a person stopped; and what the gate refused."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heyi.plumbing.records import DataClasses, Record


class PointStop(Record):
    """A number whose holder asked not to be contacted about somebody else. Never lifted, never deleted."""

    data = DataClasses(c1=("point_index", "masked", "stopped_by"), none=("way", "relation"))

    point_index = models.CharField(max_length=32, unique=True)
    masked = models.CharField(max_length=40)
    way = models.CharField(max_length=10)
    relation = models.CharField(max_length=20, blank=True)
    stopped_by = models.CharField(max_length=60)

    class Meta:
        db_table = "contact_point_stop"


class ChannelStop(Record):
    """A medium on which a person wants no contact that the bank starts; ended by the person."""

    data = DataClasses(c1=("stopped_by", "ended_by"), none=("party_id", "channel", "way", "ended_at"))

    party_id = models.UUIDField()
    channel = models.CharField(max_length=8)
    way = models.CharField(max_length=10)
    stopped_by = models.CharField(max_length=60)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=60, blank=True)

    class Meta:
        db_table = "contact_channel_stop"
        constraints = [
            models.UniqueConstraint(
                fields=["party_id", "channel"], condition=Q(ended_at__isnull=True), name="channel_stopped_once"
            ),
        ]


class Refusal(Record):
    """One clause that refused one contact. ``contact_no`` is shared by the clauses of the same contact."""

    data = DataClasses(
        c1=("actor",),
        none=(
            *("contact_no", "rule_id", "party_id", "contract_id", "case_id", "branch", "channel", "purpose"),
            *("recipient", "actor_kind", "agency_id", "bank_day", "why", "retry_at", "pack_version"),
        ),
    )

    contact_no = models.UUIDField()
    rule_id = models.CharField(max_length=60)
    party_id = models.UUIDField()
    contract_id = models.UUIDField(null=True, blank=True)
    case_id = models.UUIDField(null=True, blank=True)
    branch = models.CharField(max_length=20, blank=True)
    channel = models.CharField(max_length=8)
    purpose = models.CharField(max_length=16)
    recipient = models.CharField(max_length=20, blank=True)
    actor_kind = models.CharField(max_length=8)
    agency_id = models.UUIDField(null=True, blank=True)
    actor = models.CharField(max_length=60)
    bank_day = models.DateField()
    why = models.JSONField(default=list)
    retry_at = models.DateTimeField(null=True, blank=True)
    pack_version = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "contact_refusal"
        indexes = [
            models.Index(fields=["bank_day", "rule_id"], name="refusal_day_rule"),
            models.Index(fields=["-id"], name="refusal_newest"),
        ]
