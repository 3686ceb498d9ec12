"""Test clients of everybody who may knock: anonymous, a borrower, each role, an integration.

``staff_login(role)`` goes through the tables and the session as a real login does, without typing the code.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.test import Client

from heyi.capabilities.staff import api as staff
from heyi.capabilities.staff.models import ApiClient, Branch, RoleGrant, User
from heyi.kit.actors import SYSTEM
from heyi.plumbing import clock, ids
from heyi.web.ui import sessions

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "harbour-lantern-42"
BRANCH = "gz01"


@cache
def _hashed(password: str) -> str:
    return make_password(password)


def a_branch(code: str = BRANCH) -> str:
    """A branch with this code; made once."""
    Branch.objects.get_or_create(
        code=code,
        defaults={"name": "示例支行", "name_en": "Sample branch", "city": "广州", "created_at": clock.now()},
    )
    return code


def a_member(*roles: str, branch: str = BRANCH, factor: bool = True) -> UUID:
    """A member of staff with these roles, a password, and a code generator unless ``factor`` is False."""
    at = clock.now()
    row = Branch.objects.get(code=a_branch(branch))
    name = ids.new_token(6)
    user = User.objects.create(
        username=f"u{name}".lower(),
        display_name=f"Tester {name}",
        staff_no=name,
        branch=row,
        password=_hashed(PASSWORD),
    )
    for role in roles:
        RoleGrant.objects.create(created_at=at, member=user, role=role, granted_by="system", reason="test")
    if factor:
        staff.enrol_totp(staff_id=user.pk, secret=SECRET, actor=SYSTEM, at=at)
    return user.pk


def staff_login(*roles: str, branch: str = BRANCH, member_id: UUID | None = None, **extra: object) -> Client:
    """A client logged in as a new member with ``roles``, or as an existing one."""
    client = Client(**extra)
    member_id = member_id or a_member(*roles, branch=branch)
    client.force_login(User.objects.get(pk=member_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def prove(client: Client) -> None:
    """As if the code had been typed a moment ago."""
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, User.objects.get(pk=request.session["_auth_user_id"]), "mfa")
    request.session.save()


def borrower_login(party_id: UUID | None = None, *, client: Client | None = None, at: datetime | None = None) -> Client:
    """A client logged in as this borrower."""
    client = client or Client()
    request = HttpRequest()
    key = client.cookies[settings.SESSION_COOKIE_NAME].value if settings.SESSION_COOKIE_NAME in client.cookies else None
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    sessions.begin_borrower_session(request, party_id or ids.new_id(), at or clock.now())
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return client


def integration(*branches: str) -> Client:
    """A client that sends a valid API key."""
    token = f"heyi_{ids.new_token(32)}"
    ApiClient.objects.create(
        created_at=clock.now(),
        name=ids.new_token(6),
        key_hash=staff_key_hash(token),
        branches=list(branches or ("*",)),
        created_by="system",
        until=clock.now() + timedelta(days=1),
    )
    return Client(headers={"Authorization": f"Bearer {token}"})


def agency(entry: staff.AgencyEntry | None = None) -> Client:
    """A client that sends the API key of an agency."""
    from tests.cast import agency_entry

    at = clock.now()
    a_branch()
    entry = entry or agency_entry(code=ids.new_token(6), branches=frozenset({BRANCH}))
    agency_id = staff.register_agency(entry=entry, actor=SYSTEM, at=at).id
    token = staff.create_client(name=ids.new_token(6), agency_id=agency_id, actor=SYSTEM, at=at).token
    return Client(headers={"Authorization": f"Bearer {token}"})


def staff_key_hash(token: str) -> str:
    """As the staff room digests keys."""
    from heyi.capabilities.staff.domain import key_digest

    return key_digest(token)
