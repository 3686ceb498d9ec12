"""Packs that held, hold or are asked for. Contents and adoptions only grow: an old verdict finds its pack."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heyi.plumbing.records import DataClasses, Record

STATES = ("waiting", "approved", "adopted", "refused", "withdrawn", "void")


class PackVersion(Record):
    """One content of a pack, whole, as canonical JSON. Append-only."""

    data = DataClasses(c1=("kept_by",), none=("name", "version", "digest", "content"))

    name = models.CharField(max_length=40)
    version = models.CharField(max_length=60, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    content = models.TextField()
    kept_by = models.CharField(max_length=60)

    class Meta:
        db_table = "compliance_pack_version"


class PackProposal(Record):
    """A change that somebody asks for: what would hold, from which day, and how the vote went."""

    data = DataClasses(
        c1=("reason", "proposed_by"),
        none=(
            "name", "way", "version", "base", "holds_from", "approval_id", "state", "figures", "ended_at", "note",
            "committee_key", "committee_signature",
        ),
    )  # fmt: skip

    name = models.CharField(max_length=40)
    way = models.CharField(max_length=20)
    version = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="proposals")
    base = models.CharField(max_length=64)
    reason = models.TextField()
    proposed_by = models.CharField(max_length=60)
    holds_from = models.DateTimeField()
    approval_id = models.UUIDField(null=True, blank=True, unique=True)
    state = models.CharField(max_length=12, default="waiting")
    figures = models.JSONField(default=dict, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=40, blank=True)
    committee_key = models.CharField(max_length=44, blank=True)
    committee_signature = models.CharField(max_length=88, blank=True)

    class Meta:
        db_table = "compliance_pack_proposal"
        indexes = [models.Index(fields=["state", "holds_from"], name="proposal_due")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="proposal_state"),
            models.CheckConstraint(condition=~Q(reason=""), name="proposal_has_reason"),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "approved"), ended_at__isnull=True)
                | (~Q(state__in=("waiting", "approved")) & Q(ended_at__isnull=False)),
                name="proposal_ended",
            ),
        ]


class PackAdoption(Record):
    """From ``holds_from`` on this version holds, until the next adoption of the same pack. Append-only, signed."""

    data = DataClasses(
        c1=("adopted_by",),
        none=("name", "version", "holds_from", "way", "approval_id", "proposal", "key", "signature",
              "committee_key", "committee_signature"),
    )  # fmt: skip

    name = models.CharField(max_length=40)
    version = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="adoptions")
    holds_from = models.DateTimeField()
    way = models.CharField(max_length=20)
    approval_id = models.UUIDField(null=True, blank=True)
    proposal = models.ForeignKey(
        PackProposal, on_delete=models.PROTECT, null=True, blank=True, related_name="adoptions"
    )
    adopted_by = models.CharField(max_length=60)
    key = models.CharField(max_length=44)
    signature = models.CharField(max_length=88)
    committee_key = models.CharField(max_length=44, blank=True)
    committee_signature = models.CharField(max_length=88, blank=True)

    class Meta:
        db_table = "compliance_pack_adoption"
        constraints = [
            models.UniqueConstraint(fields=["name", "holds_from"], name="adoption_one_at_a_time"),
            models.CheckConstraint(
                condition=~Q(way="approved") | Q(approval_id__isnull=False),
                name="adoption_has_its_approval",
            ),
        ]
