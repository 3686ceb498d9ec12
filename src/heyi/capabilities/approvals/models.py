"""Requests, votes, conditions, confirmations and endings: rows that only grow. ``Waiting`` is the list of open ones."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from heyi.plumbing.records import DataClasses, Record


class Request(Record):
    """Somebody asks. ``rule`` is the vote rule of that day; a later pack does not change a running vote."""

    data = DataClasses(
        c2=("assessment_sealed", "impact_sealed"),
        c1=("facts", "asked_by", "apart"),
        none=("kind", "subject", "branch", "case_id", "party_id", "rule", "policy_version", "decide_by", "days_valid"),
    )

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)
    branch = models.CharField(max_length=20, blank=True)
    case_id = models.UUIDField(null=True, blank=True)
    party_id = models.UUIDField(null=True, blank=True)
    facts = models.JSONField()
    asked_by = models.CharField(max_length=60)
    apart = models.JSONField(default=list)
    rule = models.JSONField()
    policy_version = models.CharField(max_length=64)
    assessment_sealed = models.BinaryField()
    impact_sealed = models.BinaryField()
    decide_by = models.DateTimeField()
    days_valid = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        db_table = "approvals_request"
        indexes = [
            models.Index(fields=["subject", "kind"], name="approval_by_subject"),
            models.Index(fields=["created_at"], name="approval_by_time"),
        ]


class Waiting(Record):
    """A request that nobody has decided. Its row is the lock of the vote, and goes with the decision."""

    data = DataClasses(none=("request", "kind", "subject", "decide_by"))

    request = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="waiting")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)
    decide_by = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "approvals_waiting"
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="approval_asked_once")]


class VoteRecord(Record):
    """One word of one person."""

    data = DataClasses(c2=("reason_sealed",), c1=("voter",), none=("request", "role", "word"))

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="votes")
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    word = models.CharField(max_length=8)
    reason_sealed = models.BinaryField()

    class Meta:
        db_table = "approvals_vote"
        constraints = [
            models.UniqueConstraint(fields=["request", "voter"], name="approval_one_vote_each"),
            models.CheckConstraint(condition=Q(word__in=("yes", "no", "abstain")), name="approval_word_known"),
        ]


class ConditionRecord(Record):
    """What a yes depends on."""

    data = DataClasses(c2=("text_sealed",), none=("vote", "request"))

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="conditions")
    vote = models.ForeignKey(VoteRecord, on_delete=models.PROTECT, related_name="conditions")
    text_sealed = models.BinaryField()

    class Meta:
        db_table = "approvals_condition"


class Confirmation(Record):
    """A condition is met; ``proof`` says how that can be seen."""

    data = DataClasses(c2=("proof_sealed",), c1=("confirmed_by",), none=("condition",))

    condition = models.OneToOneField(ConditionRecord, on_delete=models.PROTECT, related_name="confirmation")
    confirmed_by = models.CharField(max_length=60)
    proof_sealed = models.BinaryField()

    class Meta:
        db_table = "approvals_confirmation"


class Ending(Record):
    """How a request ended: once."""

    data = DataClasses(c2=("reason_sealed",), c1=("ended_by",), none=("request", "outcome", "valid_until"))

    request = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="ending")
    outcome = models.CharField(max_length=10)
    ended_by = models.CharField(max_length=60)
    reason_sealed = models.BinaryField(blank=True, default=b"")
    valid_until = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        db_table = "approvals_ending"
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=("granted", "refused", "withdrawn", "expired")), name="approval_outcome"
            ),
        ]


class Lapse(Record):
    """How a grant ended: taken back by somebody, or run out."""

    data = DataClasses(c2=("reason_sealed",), c1=("ended_by",), none=("ending", "how"))

    ending = models.OneToOneField(Ending, on_delete=models.PROTECT, related_name="lapse")
    how = models.CharField(max_length=8)
    ended_by = models.CharField(max_length=60)
    reason_sealed = models.BinaryField(blank=True, default=b"")

    class Meta:
        db_table = "approvals_lapse"
        constraints = [
            models.CheckConstraint(condition=Q(how__in=("revoked", "lapsed")), name="approval_lapse_known"),
        ]
