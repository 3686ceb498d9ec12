"""Accounts of members: open, change, close, and the factors they log in with."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from heyi.capabilities.staff import domain
from heyi.capabilities.staff.actions import checks
from heyi.capabilities.staff.actions.rights import write_grant
from heyi.capabilities.staff.models import User
from heyi.capabilities.staff.queries import member
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid
from heyi.plumbing.ids import new_token

SECRET_BYTES_LEAST = 16
FIRST_PASSWORD_BYTES = 15


def create_member(
    *,
    username: str,
    display_name: str,
    staff_no: str,
    branch: str,
    roles: Iterable[str],
    password: str,
    skills: Iterable[str] = (),
    phone: str = "",
    reason: str = "appointed",
    keeps_password: bool = False,
    actor: Actor,
    at: datetime,
) -> domain.Member:
    """Open an account with its roles. The first login asks for another password.

    ``keeps_password`` leaves the given one in use, in the demo (HEYI_DEMO) and nowhere else.
    Raises NotAllowed, NameTaken, WeakPassword, RolesExclude, UnknownBranch, Invalid.
    """
    checks.authorise(actor)
    wanted = frozenset(roles)
    domain.check_combination(wanted)
    with transaction.atomic():
        _refuse_taken(username, staff_no)
        user = User(
            username=checks.text("username", username, longest=60).lower(),
            display_name=checks.text("display_name", display_name, longest=60),
            staff_no=checks.text("staff_no", staff_no, longest=30),
            branch=checks.branch_row(branch),
            skills=sorted(set(skills)),
            phone=phone,
            date_joined=at,
        )
        stays = keeps_password and settings.HEYI.demo
        _give_password(user, password, at=None if stays else at)
        user.save()
        checks.note(actor, "create_member", f"user:{user.pk}", at, branch=branch)
        for role in sorted(wanted):
            write_grant(user, role, reason=reason, until=None, actor=actor, at=at)
    return member(staff_id=user.pk, at=at)


def change_member(
    *,
    staff_id: UUID,
    display_name: str | None = None,
    branch: str | None = None,
    skills: Iterable[str] | None = None,
    phone: str | None = None,
    actor: Actor,
    at: datetime,
) -> domain.Member:
    """Change what is given. A move to another branch changes what the member sees. Raises UnknownMember, OwnRights."""
    checks.authorise(actor)
    checks.not_own(actor, staff_id)
    with transaction.atomic():
        user = checks.locked(staff_id)
        if display_name is not None:
            user.display_name = checks.text("display_name", display_name, longest=60)
        if branch is not None:
            user.branch = checks.branch_row(branch)
        if skills is not None:
            user.skills = sorted(set(skills))
        if phone is not None:
            user.phone = phone
        user.save(update_fields=["display_name", "branch", "skills", "phone"])
        checks.note(actor, "change_member", f"user:{user.pk}", at, branch=branch)
    return member(staff_id=staff_id, at=at)


def close_member(*, staff_id: UUID, reason: str, actor: Actor, at: datetime) -> domain.Member:
    """Close the account: refused from the next request on. The row stays, because past acts name it."""
    return _set_active(staff_id, active=False, reason=reason, actor=actor, at=at)


def reopen_member(*, staff_id: UUID, reason: str, actor: Actor, at: datetime) -> domain.Member:
    """Open a closed account again, with the roles that were not taken back."""
    return _set_active(staff_id, active=True, reason=reason, actor=actor, at=at)


def set_password(*, staff_id: UUID, password: str, actor: Actor, at: datetime, reason: str = "first password") -> None:
    """Give a new first password, to be changed at the next login. Running logins end: they are bound to the old one.

    Raises WeakPassword, UnknownMember, OwnRights: one's own is changed by who knows the old one.
    """
    checks.authorise(actor)
    checks.not_own(actor, staff_id)
    reason = checks.text("reason", reason)
    with transaction.atomic():
        user = checks.locked(staff_id)
        _give_password(user, password, at=at)
        user.save(update_fields=["password", "password_given_at"])
        checks.note_reasoned(actor, "set_password", user, reason, at)


def enrol_totp(*, staff_id: UUID, secret: str, actor: Actor, at: datetime) -> None:
    """Give the account a code generator with this base32 ``secret`` (at least 128 bits), instead of any before.

    For seeding and for hardware tokens; people enrol themselves at their first login. Raises Invalid.
    """
    checks.authorise(actor)
    try:
        strong = len(base64.b32decode(secret, casefold=True)) >= SECRET_BYTES_LEAST
    except binascii.Error:
        strong = False
    if not strong:
        raise Invalid(fields={"secret": "not_base32_of_128_bits"})
    with transaction.atomic():
        user = checks.locked(staff_id)
        Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
        TOTP.activate(user, secret)
        checks.note(actor, "enrol_totp", f"user:{staff_id}", at)


def forget_second_factors(*, staff_id: UUID, reason: str, actor: Actor, at: datetime) -> None:
    """Remove code generator, passkeys and recovery codes of who lost them; the next login enrols anew."""
    checks.authorise(actor)
    checks.not_own(actor, staff_id)
    reason = checks.text("reason", reason)
    with transaction.atomic():
        user = checks.locked(staff_id)
        removed, _ = Authenticator.objects.filter(user=user).delete()
        checks.note_reasoned(actor, "forget_second_factors", user, reason, at, removed=removed)


def renew_login(*, staff_id: UUID, reason: str, factors: bool, actor: Actor, at: datetime) -> str:
    """A way back in for who forgot the password or, with ``factors``, lost the phone too.

    Returns a first password, the only moment when it can be read; the next login asks for another, and for a second
    factor where it was removed. Raises UnknownMember, OwnRights, NotAllowed, Invalid.
    """
    password = new_token(FIRST_PASSWORD_BYTES)
    with transaction.atomic():
        set_password(staff_id=staff_id, password=password, actor=actor, at=at, reason=reason)
        if factors:
            forget_second_factors(staff_id=staff_id, reason=reason, actor=actor, at=at)
    return password


def _set_active(staff_id: UUID, *, active: bool, reason: str, actor: Actor, at: datetime) -> domain.Member:
    checks.authorise(actor)
    checks.not_own(actor, staff_id)
    reason = checks.text("reason", reason)
    with transaction.atomic():
        user = checks.locked(staff_id)
        user.is_active = active
        user.save(update_fields=["is_active"])
        checks.note_reasoned(actor, "reopen_member" if active else "close_member", user, reason, at)
    return member(staff_id=staff_id, at=at)


def _refuse_taken(username: str, staff_no: str) -> None:
    taken = User.objects.filter(Q(username__iexact=username) | Q(staff_no=staff_no)).first()
    if taken is not None:
        raise domain.NameTaken(field="staff_no" if taken.staff_no == staff_no else "username")


def _give_password(user: User, password: str, *, at: datetime | None) -> None:
    """Put a password on the row, unsaved; ``at`` while its owner still has to change it. Raises WeakPassword."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise domain.WeakPassword(rules=[problem.code for problem in error.error_list]) from None
    user.set_password(password)
    user.password_given_at = at
