"""Roles given and taken back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from heyi.capabilities.staff import domain
from heyi.capabilities.staff.actions import checks
from heyi.capabilities.staff.models import RoleGrant, User
from heyi.capabilities.staff.queries import member
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid

LAPSED = "lapsed"


def grant_role(
    *, staff_id: UUID, role: str, reason: str, actor: Actor, at: datetime, until: datetime | None = None
) -> domain.Member:
    """Give a role; giving one that is held changes nothing. Raises NotAllowed, OwnRights, RolesExclude, Invalid."""
    checks.authorise(actor)
    checks.not_own(actor, staff_id)
    reason = checks.text("reason", reason)
    if until is not None and until <= at:
        raise Invalid(fields={"until": "past"})
    with transaction.atomic():
        user = checks.locked(staff_id)
        _close_lapsed(user, at)
        held = frozenset(user.grants.filter(revoked_at__isnull=True).values_list("role", flat=True))
        domain.check_combination(held | {role})
        if role not in held:
            write_grant(user, role, reason=reason, until=until, actor=actor, at=at)
    return member(staff_id=staff_id, at=at)


def revoke_role(*, staff_id: UUID, role: str, reason: str, actor: Actor, at: datetime) -> domain.Member:
    """Take a role back: refused from the next request on. Raises NotAllowed, OwnRights, Invalid (role not held)."""
    checks.authorise(actor)
    checks.not_own(actor, staff_id)
    reason = checks.text("reason", reason)
    with transaction.atomic():
        user = checks.locked(staff_id)
        grant = user.grants.filter(role=role, revoked_at__isnull=True).first()
        if grant is None:
            raise Invalid(fields={"role": "not_held"}, role=role)
        grant.revoked_at, grant.revoked_by, grant.revoke_reason = at, actor.label, reason
        grant.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
        checks.note(actor, "revoke_role", f"rolegrant:{grant.id}", at, role=role, staff_id=staff_id)
    return member(staff_id=staff_id, at=at)


def write_grant(user: User, role: str, *, reason: str, until: datetime | None, actor: Actor, at: datetime) -> RoleGrant:
    """The row and its entry, in the caller's transaction."""
    grant = RoleGrant.objects.create(
        created_at=at, member=user, role=role, granted_by=actor.label, reason=reason, until=until
    )
    checks.note(actor, "grant_role", f"rolegrant:{grant.id}", at, role=role, staff_id=user.pk)
    return grant


def _close_lapsed(user: User, at: datetime) -> None:
    lapsed = user.grants.filter(Q(until__lte=at), revoked_at__isnull=True)
    lapsed.update(revoked_at=at, revoked_by="system", revoke_reason=LAPSED)
