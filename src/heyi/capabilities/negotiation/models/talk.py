"""Messages, problems, invitations, and the lists that a colleague saved."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from heyi.capabilities.negotiation.models.cases import Case
from heyi.plumbing.records import DataClasses, Record


class Message(Record):
    """A message between the sides, or a note inside the bank (``internal``) that the borrower never gets."""

    data = DataClasses(
        c2=("body_sealed",),
        c1=("author",),
        none=("case", "side", "internal", "canned_key", "canned_approval", "read_at"),
    )

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    side = models.CharField(max_length=8)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    body_sealed = models.BinaryField(blank=True, default=b"")
    internal = models.BooleanField(default=False)
    canned_key = models.CharField(max_length=40, blank=True)
    canned_approval = models.CharField(max_length=40, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(side__in=("bank", "borrower")), name="message_side_known"),
            models.CheckConstraint(condition=Q(internal=False) | Q(side="bank"), name="message_internal_is_bank"),
        ]
        indexes = [
            models.Index(fields=["case", "created_at"], name="message_case_time"),
            models.Index(fields=["case", "side"], name="message_unread", condition=Q(read_at__isnull=True)),
        ]


class MessageFile(Record):
    """A file sent with a message; the bytes lie in the vault."""

    data = DataClasses(c2=("file_name_sealed",), none=("message", "object_id", "media_type", "size"))

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="files")
    object_id = models.UUIDField(unique=True)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    file_name_sealed = models.BinaryField(blank=True, default=b"")


class CallWish(Record):
    """«Please call me then»: at most one stands open a case. ``outcome``: called · replaced · withdrawn."""

    data = DataClasses(
        c1=("settled_by",), none=("case", "on", "window", "wanted_from", "wanted_until", "settled_at", "outcome")
    )

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="call_wishes")
    on = models.DateField()
    window = models.CharField(max_length=20)
    wanted_from = models.TimeField()
    wanted_until = models.TimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(settled_at__isnull=True), name="call_wish_one_open"),
            models.CheckConstraint(condition=Q(wanted_from__lt=models.F("wanted_until")), name="call_wish_window"),
        ]
        indexes = [models.Index(fields=["on"], name="call_wish_day", condition=Q(settled_at__isnull=True))]


class ProblemReport(Record):
    """«I have a problem»: open until somebody of the bank answered it."""

    data = DataClasses(
        c2=("words_sealed", "answer_sealed"), c1=("answered_by",), none=("case", "kind", "answered_at", "outcome")
    )

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="problems")
    kind = models.CharField(max_length=30)
    words_sealed = models.BinaryField(blank=True, default=b"")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer_sealed = models.BinaryField(blank=True, default=b"")
    outcome = models.CharField(max_length=20, blank=True)


class Invitation(Record):
    """A short link for one borrower and one contract. The token itself is never stored."""

    data = DataClasses(
        c1=("party", "contract", "invited_by", "token_index"), none=("expires_at", "used_at", "revoked_at")
    )

    token_index = models.CharField(max_length=32, unique=True)
    party = models.ForeignKey("loans.Party", on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey("loans.Contract", on_delete=models.PROTECT, related_name="+")
    invited_by = models.CharField(max_length=60)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class SavedView(Record):
    """A filter of the case list that a colleague keeps under a name."""

    data = DataClasses(c1=("member",), none=("name", "filters"))

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    filters = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "name"], name="saved_view_once")]
