"""Tables of the vault: keys, holds on erasure, and what lies in the stores. Contents themselves lie outside."""

from __future__ import annotations

from django.db import models

from heyi.plumbing.records import DataClasses, Record


class SubjectKey(Record):
    """The key of one person, wrapped under the master key. Shredded: ``wrapped`` is empty for ever."""

    data = DataClasses(c3=("wrapped",), none=("subject_id", "shredded_at", "wrapped_by"))

    subject_id = models.UUIDField(unique=True)
    wrapped = models.BinaryField()
    wrapped_by = models.CharField(max_length=16, blank=True)
    """Mark of the master key; empty for rows from before there were rotations, which the first key wrapped."""
    shredded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(shredded_at__isnull=True) | models.Q(wrapped=b""), name="vault_shredded_is_empty"
            ),
        ]


class LegalHold(Record):
    """A duty to keep what is held about a person: while it stands, the key cannot be shredded."""

    data = DataClasses(none=("subject_id", "reason", "placed_by", "lifted_at", "lifted_by"))

    subject_id = models.UUIDField()
    reason = models.CharField(max_length=60)
    placed_by = models.CharField(max_length=60)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_id"], condition=models.Q(lifted_at__isnull=True), name="vault_hold_standing"),
        ]


class VaultObject(Record):
    """One encrypted object in two copies. Its own key is wrapped under the subject's key.

    Discarded: ``wrapped_key`` is empty for ever and the copies are taken away; that it was there stays known.
    """

    data = DataClasses(
        c3=("wrapped_key",),
        c2=("file_name_sealed",),
        none=(
            *("subject_id", "case_id", "kind", "media_type", "size", "sha256", "sealed_sha256", "path"),
            *("retain_until", "checked_at", "discarded_at"),
        ),
    )

    subject_id = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40)
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    sealed_sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=120, unique=True)
    wrapped_key = models.BinaryField()
    file_name_sealed = models.BinaryField()
    retain_until = models.DateField(null=True)
    checked_at = models.DateTimeField(null=True)
    discarded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(discarded_at__isnull=True) | models.Q(wrapped_key=b""),
                name="vault_discarded_is_empty",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_id"], name="vault_object_of_subject"),
            models.Index(fields=["case_id"], name="vault_object_of_case"),
            models.Index(fields=["checked_at", "id"], name="vault_object_to_check"),
        ]
