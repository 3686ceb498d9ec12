"""Offers are versions: nothing is edited once it was open, everything stays."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from heyi.capabilities.negotiation.domain.offers import OFFER_STATUSES, SIDES
from heyi.capabilities.negotiation.models.cases import Case
from heyi.plumbing.records import DataClasses, Record


class Offer(Record):
    """Version ``number`` of the terms, by the bank or the borrower. A version gets its number when it is first open.

    ``terms`` is the canonical form of plans.PlanTerms with ``terms_digest`` over it; ``before`` is the side that it
    was compared with when it was made: version ``previous``, or the contract of that day. ``approval_id`` is the last
    request to the approvals room about it, ``held_back`` the problem that kept the approved version from opening. The
    database holds that at most one version of a case is open, one waits for approval, and one was accepted in a round.
    """

    data = DataClasses(
        c2=("reason_sealed", "total_minor", "first_payment_minor"),
        c1=("author", "terms", "before"),
        none=(
            "case", "round", "number", "proposed_by", "status", "terms_digest", "expires_at", "opened_at",
            "answered_at", "answer_reason", "previous", "level_needed", "source", "periods", "currency",
            "reinstated_at", "approval_id", "held_back",
        ),
    )  # fmt: skip

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="offers")
    round = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    proposed_by = models.CharField(max_length=8)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(max_length=18, default="draft")
    source = models.CharField(max_length=12, default="portal")
    terms = models.JSONField()
    terms_digest = models.CharField(max_length=64)
    before = models.JSONField()
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason_sealed = models.BinaryField(blank=True, default=b"")
    level_needed = models.CharField(max_length=20, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    total_minor = models.BigIntegerField()
    first_payment_minor = models.BigIntegerField()
    periods = models.PositiveSmallIntegerField()
    expires_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    reinstated_at = models.DateTimeField(null=True, blank=True)
    answer_reason = models.CharField(max_length=30, blank=True)
    approval_id = models.UUIDField(null=True, blank=True)
    held_back = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="offer_number_once"),
            models.UniqueConstraint(fields=["case"], condition=Q(status="open"), name="offer_one_open"),
            models.UniqueConstraint(fields=["case"], condition=Q(status="draft"), name="offer_one_draft"),
            models.UniqueConstraint(fields=["case"], condition=Q(status="awaiting_approval"), name="offer_one_waiting"),
            models.UniqueConstraint(
                fields=["case", "round"], condition=Q(status="accepted"), name="offer_one_accepted_per_round"
            ),
            models.CheckConstraint(condition=Q(status__in=OFFER_STATUSES), name="offer_status_known"),
            models.CheckConstraint(condition=Q(proposed_by__in=SIDES), name="offer_side_known"),
            models.CheckConstraint(
                condition=Q(number__isnull=False) | Q(status__in=("draft", "awaiting_approval", "withdrawn")),
                name="offer_numbered_once_open",
            ),
            models.CheckConstraint(
                condition=~Q(status="open") | Q(expires_at__isnull=False, opened_at__isnull=False),
                name="offer_open_has_dates",
            ),
        ]
        indexes = [models.Index(fields=["status", "expires_at"], name="offer_status_expiry")]
