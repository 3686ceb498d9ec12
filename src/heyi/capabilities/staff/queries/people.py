"""Reads: who somebody is, what they may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Prefetch, Q, QuerySet

from heyi.capabilities.staff import domain
from heyi.capabilities.staff.models import AccountAct, ApiClient, Branch, BranchPass, Preference, RoleGrant, User
from heyi.kit.actors import Actor
from heyi.plumbing import clock
from heyi.plumbing.once import once


def actor_of(user: User, *, at: datetime | None = None) -> Actor:
    """The actor behind a login with the rights of this instant; no roles when the account is closed."""
    roles = frozenset(_in_force(at).filter(member_id=user.pk).values_list("role", flat=True))
    if not user.is_active:
        roles = frozenset()
    branch = user.branch.code if user.branch else ""
    return Actor(kind="staff", id=user.pk, roles=roles, branches=domain.scope(roles, branch))


def actor_by_id(*, staff_id: UUID, at: datetime) -> Actor:
    """The same for work that goes on without its login, such as a long import. Raises UnknownMember."""
    user = User.objects.select_related("branch").filter(pk=staff_id).first()
    if user is None:
        raise domain.UnknownMember(staff_id=str(staff_id))
    return actor_of(user, at=at)


@once
def member(*, staff_id: UUID, at: datetime | None = None) -> domain.Member:
    """One member. Raises UnknownMember."""
    user = _with_roles(at).filter(pk=staff_id).first()
    if user is None:
        raise domain.UnknownMember(staff_id=str(staff_id))
    return _view(user)


@once
def members(
    *, branch: str | None = None, role: str | None = None, active: bool | None = True, at: datetime | None = None
) -> list[domain.Member]:
    """Members by staff number; ``active=None`` includes closed accounts."""
    users = _with_roles(at)
    if branch is not None:
        users = users.filter(branch__code=branch)
    if active is not None:
        users = users.filter(is_active=active)
    if role is not None:
        users = users.filter(pk__in=_in_force(at).filter(role=role).values("member_id"))
    return [_view(user) for user in users.order_by("staff_no", "username")]


def holders(*, branch: str, roles: Sequence[str], at: datetime | None = None) -> list[tuple[UUID, str, str]]:
    """Who of a branch may do one of these roles' work: id, name and staff number, in the order of the roles."""
    held = _in_force(at).filter(role__in=roles, member__branch__code=branch, member__is_active=True)
    columns = ("member_id", "member__display_name", "member__staff_no", "member__username", "role")
    rows = sorted(held.values_list(*columns), key=lambda row: (roles.index(row[4]), row[2], row[3]))
    return list(dict.fromkeys((row[0], row[1] or row[3], row[2]) for row in rows))


def member_names(*, staff_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Display names for lists; unknown ids are missing."""
    return {user.pk: str(user) for user in User.objects.filter(pk__in=set(staff_ids))}


def cards(*, staff_ids: Iterable[UUID]) -> dict[UUID, domain.Card]:
    """Who these members are, without their rights, read at once; unknown ids are missing."""
    users = User.objects.filter(pk__in=set(staff_ids)).select_related("branch")
    return {
        user.pk: domain.Card(
            id=user.pk,
            name=str(user),
            staff_no=user.staff_no,
            branch_name=user.branch.name if user.branch else "",
            phone=user.phone,
        )
        for user in users
    }


def grants(*, staff_id: UUID) -> list[domain.GrantView]:
    """The whole history of a member's rights, newest first."""
    rows = RoleGrant.objects.filter(member_id=staff_id).order_by("-created_at")
    return [
        domain.GrantView(
            id=row.id,
            role=row.role,
            granted_at=row.created_at,
            granted_by=row.granted_by,
            reason=row.reason,
            until=row.until,
            revoked_at=row.revoked_at,
            revoked_by=row.revoked_by,
            revoke_reason=row.revoke_reason,
        )
        for row in rows
    ]


def account_acts(*, staff_id: UUID) -> list[domain.AccountActView]:
    """What was done to the account itself, newest first: closed, opened again, new ways to log in."""
    return [
        domain.AccountActView(at=row.created_at, act=row.act, done_by=row.done_by, reason=row.reason)
        for row in AccountAct.objects.filter(member_id=staff_id).order_by("-created_at", "-id")
    ]


@once
def branch(code: str) -> domain.BranchView:
    """One branch. Raises UnknownBranch."""
    row = Branch.objects.filter(code=code).first()
    if row is None:
        raise domain.UnknownBranch(branch=code)
    return _branch_view(row)


def branches() -> list[domain.BranchView]:
    """All branches by code."""
    return [_branch_view(row) for row in Branch.objects.order_by("code")]


def may_see(*, actor: Actor, branch: str, case_id: UUID | None, at: datetime | None = None) -> bool:
    """True when the case's branch is the actor's own, or a pass for this case is in force."""
    if actor.sees(branch):
        return True
    if actor.kind != "staff" or case_id is None:
        return False
    passes = BranchPass.objects.filter(member_id=actor.id, case_id=case_id, branch=branch)
    return passes.filter(until__gt=at or clock.now(), member__is_active=True).exists()


def passes_of(*, actor: Actor, at: datetime | None = None) -> list[domain.Pass]:
    """The passes that the actor holds now, the next to end first."""
    rows = BranchPass.objects.filter(member_id=actor.id, until__gt=at or clock.now()).order_by("until")
    return [domain.Pass(id=row.id, case_id=row.case_id, branch=row.branch, until=row.until) for row in rows]


def has_second_factor(*, staff_id: UUID) -> bool:
    """True when the member can prove more than a password: code generator or passkey; recovery codes alone are not."""
    types = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user_id=staff_id, type__in=types).exists())


def client_actor(token: str, *, at: datetime | None = None) -> Actor:
    """The machine behind an API key: the bank's own, or one of an agency. Raises BadClientKey."""
    instant = at or clock.now()
    row = ApiClient.objects.filter(key_hash=domain.key_digest(token), revoked_at__isnull=True).first()
    if row is None or (row.until is not None and row.until <= instant):
        raise domain.BadClientKey
    if row.agency_id is not None:
        return Actor(kind="agency", id=row.id, roles=frozenset({"agency"}), agency_id=row.agency_id)
    return Actor(kind="integration", id=row.id, roles=frozenset({"integration"}), branches=frozenset(row.branches))


def preference(*, name: str, actor: Actor) -> Any:
    """What the member keeps under ``name``; None when nothing."""
    return Preference.objects.filter(member_id=actor.id, name=name).values_list("value", flat=True).first()


def clients() -> list[domain.ClientView]:
    """The bank's own API clients, the revoked ones too, by name; those of agencies stand with the agency."""
    return [client_view(row) for row in ApiClient.objects.filter(agency__isnull=True).order_by("name")]


def client_view(row: ApiClient) -> domain.ClientView:
    """The row as a value, without its key."""
    return domain.ClientView(
        id=row.id,
        name=row.name,
        branches=frozenset(row.branches),
        created_at=row.created_at,
        until=row.until,
        revoked_at=row.revoked_at,
    )


def _in_force(at: datetime | None) -> QuerySet[RoleGrant]:
    not_lapsed = Q(until__isnull=True) | Q(until__gt=at or clock.now())
    return RoleGrant.objects.filter(not_lapsed, revoked_at__isnull=True)


def _with_roles(at: datetime | None) -> QuerySet[User]:
    held = Prefetch("grants", queryset=_in_force(at), to_attr="held")
    return User.objects.select_related("branch").prefetch_related(held)


def _view(user: User) -> domain.Member:
    held: list[RoleGrant] = user.held  # type: ignore[attr-defined]  # set by _with_roles
    return domain.Member(
        id=user.pk,
        display_name=str(user),
        staff_no=user.staff_no,
        branch=user.branch.code if user.branch else "",
        branch_name=user.branch.name if user.branch else "",
        roles=frozenset(grant.role for grant in held) if user.is_active else frozenset(),
        skills=frozenset(user.skills),
        username=user.username,
        phone=user.phone,
        active=user.is_active,
    )


def _branch_view(row: Branch) -> domain.BranchView:
    return domain.BranchView(code=row.code, name=row.name, name_en=row.name_en, city=row.city, phone=row.phone)
