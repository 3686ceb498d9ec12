"""The picture of a member on the public page: put there, and taken away."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from heyi.capabilities.journal import api as journal
from heyi.capabilities.staff.actions import checks
from heyi.capabilities.staff.models import StaffPhoto
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.kit.canonical import digest

SIDE: Final = 320
"""Longest side in pixels: enough to know a face at the door, little else."""


def set_photo(*, staff_id: UUID, data: bytes, actor: Actor, at: datetime) -> None:
    """Publish a member's picture, drawn anew without metadata; an earlier one is replaced.

    The member's consent is the administrator's to have on file. Raises NotAllowed, UnknownMember, vault.UnsafeFile.
    """
    checks.authorise(actor)
    picture = vault.portrait(data, side=SIDE)
    with transaction.atomic():
        member = checks.locked(staff_id)
        StaffPhoto.objects.update_or_create(
            member=member, defaults={"picture": picture, "by": actor.label}, create_defaults={
                "picture": picture, "by": actor.label, "created_at": at,
            },
        )  # fmt: skip
        journal.record(
            actor=actor, act="staff.set_photo", at=at, subject=f"user:{staff_id}", digests={"picture": digest(picture)}
        )


def remove_photo(*, staff_id: UUID, actor: Actor, at: datetime) -> None:
    """Take the picture away. Raises NotAllowed, UnknownMember."""
    checks.authorise(actor)
    with transaction.atomic():
        checks.locked(staff_id)
        if StaffPhoto.objects.filter(member_id=staff_id).delete()[0]:
            checks.note(actor, "remove_photo", f"user:{staff_id}", at)
