"""What several verbs of this room ask first."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from heyi.capabilities.journal import api as journal
from heyi.capabilities.staff import domain
from heyi.capabilities.staff.models import AccountAct, Branch, User
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid, NotAllowed

REASON_LONGEST = 200


def authorise(actor: Actor) -> None:
    """Only administrators and the system. Raises NotAllowed."""
    if not domain.may_administer(actor):
        raise NotAllowed(needs=["administrator"])


def not_own(actor: Actor, staff_id: UUID) -> None:
    """Nobody changes their own rights. Raises OwnRights."""
    if actor.id == staff_id:
        raise domain.OwnRights(staff_id=str(staff_id))


def text(field: str, value: str, *, longest: int = REASON_LONGEST) -> str:
    """The value without white space around it. Raises Invalid when empty or too long."""
    value = value.strip()
    if not value:
        raise Invalid(fields={field: "missing"})
    if len(value) > longest:
        raise Invalid(fields={field: "too_long"}, longest=longest)
    return value


def locked(staff_id: UUID) -> User:
    """The member's row, locked for this transaction. Raises UnknownMember."""
    user = User.objects.select_for_update().filter(pk=staff_id).first()
    if user is None:
        raise domain.UnknownMember(staff_id=str(staff_id))
    return user


def branch_row(code: str) -> Branch:
    """The branch's row. Raises UnknownBranch."""
    row = Branch.objects.filter(code=code).first()
    if row is None:
        raise domain.UnknownBranch(branch=code)
    return row


def note(actor: Actor, act: str, subject: str, at: datetime, **facts: object) -> None:
    """One journal entry of this room."""
    journal.record(actor=actor, act=f"staff.{act}", at=at, subject=subject, facts=facts)


def note_reasoned(actor: Actor, act: str, user: User, reason: str, at: datetime, **facts: object) -> None:
    """What was done to an account, with its reason in the room and the reason's salted digest in the journal."""
    row = AccountAct.objects.create(created_at=at, member=user, act=act, done_by=actor.label, reason=reason)
    journal.record(
        actor=actor, act=f"staff.{act}", at=at, subject=f"user:{user.pk}", facts=facts,
        digests={"reason": journal.salted(reason, salt=str(row.id).encode())},
    )  # fmt: skip
