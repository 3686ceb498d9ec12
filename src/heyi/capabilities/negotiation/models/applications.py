"""What the borrower stated, what was found out about it, and what was decided."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from heyi.capabilities.negotiation.domain.checks import VERDICTS
from heyi.capabilities.negotiation.models.cases import Case
from heyi.plumbing.records import DataClasses, Record


class Answer(Record):
    """The latest answers of one step, sealed as JSON with the borrower's key."""

    data = DataClasses(c2=("values_sealed",), none=("case", "step", "saved_at"))

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="answers")
    step = models.CharField(max_length=12)
    values_sealed = models.BinaryField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "step"], name="answer_once_per_step")]


class SensitiveAnswer(Record):
    """Health or family details (PIPL art. 28), apart from the rest and only with a consent of its own.

    Taking the consent back empties ``words_sealed`` and sets ``revoked_at``; that it once existed stays on record.
    """

    data = DataClasses(c3=("words_sealed",), none=("case", "consent_at", "statement", "revoked_at"))

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="sensitive")
    words_sealed = models.BinaryField(blank=True, default=b"")
    consent_at = models.DateTimeField()
    statement = models.CharField(max_length=20)
    revoked_at = models.DateTimeField(null=True, blank=True)


class Submission(Record):
    """The application as it was handed in, frozen; every hand-in is a new number."""

    data = DataClasses(
        c2=("answers_sealed",), c1=("digest", "mobile_index"), none=("case", "number", "statement", "channel")
    )

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    answers_sealed = models.BinaryField()
    digest = models.CharField(max_length=64)
    statement = models.CharField(max_length=20)
    channel = models.CharField(max_length=12)
    mobile_index = models.CharField(max_length=32, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="submission_once")]


class Proof(Record):
    """A photo or PDF that the borrower handed in; the bytes lie in the vault."""

    data = DataClasses(
        c2=("file_name_sealed",), c1=("party", "sha256"), none=("case", "kind", "object_id", "removed_at", "size",
                                                               "media_type"),
    )  # fmt: skip

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proofs")
    party = models.ForeignKey("loans.Party", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    object_id = models.UUIDField(unique=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    media_type = models.CharField(max_length=40)
    file_name_sealed = models.BinaryField(blank=True, default=b"")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["sha256"], name="proof_sha256")]


class StoryMark(Record):
    """The SimHash of a story in four bands and its keyed digest; the words cannot be got back."""

    data = DataClasses(c1=("party", "text_index", "bits", "band0", "band1", "band2", "band3"), none=("case",))

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="story_mark")
    party = models.ForeignKey("loans.Party", on_delete=models.PROTECT, related_name="+")
    text_index = models.CharField(max_length=32, db_index=True)
    bits = models.CharField(max_length=16)
    band0 = models.PositiveIntegerField(db_index=True)
    band1 = models.PositiveIntegerField(db_index=True)
    band2 = models.PositiveIntegerField(db_index=True)
    band3 = models.PositiveIntegerField(db_index=True)


class Finding(Record):
    """One check of one submission with its facts."""

    data = DataClasses(c2=("facts_sealed",), none=("case", "submission", "position", "area", "code", "verdict"))

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="findings")
    submission = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    area = models.CharField(max_length=12)
    code = models.CharField(max_length=40)
    verdict = models.CharField(max_length=8)
    facts_sealed = models.BinaryField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(verdict__in=VERDICTS), name="finding_verdict_known")]


class Decision(Record):
    """A review decision. Where four eyes are due, the first has no effect (``effective_at``) and is not told to the
    borrower; the second that confirms it has."""

    data = DataClasses(
        c2=("words_sealed",),
        c1=("decided_by",),
        none=("case", "submission", "kind", "outcome", "reasons", "confirms", "effective_at", "policy_version"),
    )

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    submission = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8)
    outcome = models.CharField(max_length=14)
    reasons = models.JSONField(default=list)
    words_sealed = models.BinaryField(blank=True, default=b"")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirms = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    effective_at = models.DateTimeField(null=True, blank=True)
    policy_version = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=("first", "second", "appeal")), name="decision_kind_known"),
            models.CheckConstraint(
                condition=Q(outcome__in=("accept", "request_more", "refuse", "send_back")),
                name="decision_outcome_known",
            ),
        ]


class Appeal(Record):
    """The borrower asks that another colleague looks again. Once per refusal."""

    data = DataClasses(c2=("words_sealed",), none=("case", "against"))

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="appeals")
    against = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    words_sealed = models.BinaryField()
