"""Wording that was found wanting, and what people decided about it. Rows only grow; the words are sealed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heyi.plumbing.records import DataClasses, Record

ORIGINS = ("message", "transcript", "notice")
DECISIONS = ("confirmed", "released")


class WordingReview(Record):
    """One text in which something was found: stopped before it left, or heard in a call afterwards.

    ``digest`` names the exact wording, so that a release holds for it and for nothing else.
    """

    data = DataClasses(
        c2=("text_sealed",),
        c1=("said_by",),
        none=("party_id", "origin", "direction", "subject", "digest", "severity", "findings", "lexicon"),
    )

    party_id = models.UUIDField()
    origin = models.CharField(max_length=12)
    direction = models.CharField(max_length=4)
    subject = models.CharField(max_length=80, blank=True)
    digest = models.CharField(max_length=64)
    severity = models.CharField(max_length=8)
    findings = models.JSONField()
    lexicon = models.CharField(max_length=16)
    text_sealed = models.BinaryField()
    said_by = models.CharField(max_length=60)

    class Meta:
        db_table = "compliance_wording_review"
        indexes = [
            models.Index(fields=["-created_at"], name="wording_review_newest"),
            models.Index(fields=["digest"], name="wording_review_digest"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(origin__in=ORIGINS), name="wording_review_origin"),
            models.CheckConstraint(condition=Q(severity__in=("block", "warn")), name="wording_review_severity"),
            models.CheckConstraint(condition=Q(direction__in=("in", "out")), name="wording_review_direction"),
        ]


class WordingDecision(Record):
    """A warning read and confirmed by its writer, or a false alarm released by another person with a reason."""

    data = DataClasses(c1=("decided_by", "reason"), none=("review", "kind", "digest"))

    review = models.ForeignKey(WordingReview, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=10)
    digest = models.CharField(max_length=64, db_index=True)
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.CharField(max_length=60)

    class Meta:
        db_table = "compliance_wording_decision"
        constraints = [
            models.UniqueConstraint(fields=["review", "kind", "decided_by"], name="wording_decided_once"),
            models.CheckConstraint(condition=Q(kind__in=DECISIONS), name="wording_decision_kind"),
            models.CheckConstraint(condition=Q(kind="confirmed") | ~Q(reason=""), name="wording_release_has_reason"),
        ]
