"""Tables of the signing room. What a row says about a person is sealed under that person's key."""

from __future__ import annotations

from django.db import models

from heyi.capabilities.signing.domain.ceremony import OPEN, STATES, VERBS
from heyi.plumbing.records import DataClasses, Record

ENDED = ("refused", "expired")
LIVE = sorted({*OPEN, "sealing"})


class Ceremony(Record):
    """One signing of one agreement. ``agreement_sealed`` is its canonical JSON; ``boxes`` where signatures stand."""

    data = DataClasses(
        c2=("agreement_sealed", "reason_sealed"),
        c1=("number",),
        none=(
            "case_id",
            "party_id",
            "branch",
            "state",
            "agreement_digest",
            "pack",
            "boxes",
            "expires_at",
            "consented_at",
            "cost_form_seconds",
            "cost_form_acknowledged_at",
            "attempts",
            "next_try_at",
            "last_problem",
            "sealed_at",
            "ended_at",
            "proof_until",
        ),
    )

    number = models.CharField(max_length=60)
    case_id = models.UUIDField(db_index=True)
    party_id = models.UUIDField(db_index=True)
    branch = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    agreement_sealed = models.BinaryField()
    agreement_digest = models.CharField(max_length=64)
    pack = models.CharField(max_length=20)
    boxes = models.JSONField()
    expires_at = models.DateTimeField()
    consented_at = models.DateTimeField(null=True)
    cost_form_seconds = models.PositiveIntegerField(default=0)
    cost_form_acknowledged_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    last_problem = models.CharField(max_length=60, blank=True)
    sealed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    proof_until = models.DateTimeField(null=True)
    """When the certificate of the newest document timestamp ends; empty before the seal, and until it was read."""
    reason_sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="signing_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state="sealed") | models.Q(sealed_at__isnull=False, consented_at__isnull=False),
                name="signing_sealed_has_its_times",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~models.Q(state__in=ENDED), name="signing_number_once"
            ),
            models.UniqueConstraint(
                fields=["case_id"], condition=models.Q(state__in=LIVE), name="signing_one_live_of_case"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="sealing"), name="signing_to_seal"),
            models.Index(fields=["expires_at"], condition=models.Q(state__in=sorted(OPEN)), name="signing_to_expire"),
            models.Index(fields=["proof_until"], condition=models.Q(state="sealed"), name="signing_to_renew"),
        ]


class Step(Record):
    """One change of state: which verb, by whom, from where to where."""

    data = DataClasses(none=("ceremony", "verb", "before", "after", "actor"))

    ceremony = models.ForeignKey(Ceremony, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=20)
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    actor = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(verb__in=VERBS), name="signing_verb_known"),
        ]


class ClauseReading(Record):
    """That a clause was shown, how long it stayed, and that the borrower said «I have read this»."""

    data = DataClasses(none=("ceremony", "clause_id", "shown_at", "seconds", "acknowledged_at"))

    ceremony = models.ForeignKey(Ceremony, on_delete=models.PROTECT, related_name="readings")
    clause_id = models.CharField(max_length=60)
    shown_at = models.DateTimeField()
    seconds = models.PositiveIntegerField()
    acknowledged_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ceremony", "clause_id"], name="signing_clause_read_once")]


class Signature(Record):
    """One side's act: who, when, with which certificate (public), and when the timestamp authority saw it."""

    data = DataClasses(
        c1=("certificate",),
        none=("ceremony", "side", "signed_at", "actor", "code_verified_at", "serial", "timestamped_at"),
    )

    ceremony = models.ForeignKey(Ceremony, on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=20)
    signed_at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    code_verified_at = models.DateTimeField(null=True)
    serial = models.CharField(max_length=48)
    certificate = models.BinaryField()
    timestamped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ceremony", "side"], name="signing_one_signature_a_side"),
            models.CheckConstraint(
                condition=models.Q(side="bank") | models.Q(side="borrower", code_verified_at__isnull=False),
                name="signing_borrower_has_code",
            ),
        ]


class Document(Record):
    """A file of the ceremony in the vault: language, and how far it is (``draft``, ``borrower_signed``, ``sealed``)."""

    data = DataClasses(none=("ceremony", "language", "stage", "object_id", "sha256", "pages"))

    ceremony = models.ForeignKey(Ceremony, on_delete=models.PROTECT, related_name="documents")
    language = models.CharField(max_length=2)
    stage = models.CharField(max_length=20)
    object_id = models.UUIDField()
    sha256 = models.CharField(max_length=64, db_index=True)
    pages = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ceremony", "language", "stage"], name="signing_document_once"),
        ]


class Renewal(Record):
    """The sealed file once more, with one more timestamp over everything before the last one's certificate ends."""

    data = DataClasses(none=("ceremony", "object_id", "sha256", "proof_until"))

    ceremony = models.ForeignKey(Ceremony, on_delete=models.PROTECT, related_name="renewals")
    object_id = models.UUIDField()
    sha256 = models.CharField(max_length=64, db_index=True)
    proof_until = models.DateTimeField()
