"""Roles and what follows from them; values and problems of this room. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from heyi.kit.actors import Actor
from heyi.kit.problems import Conflict, Invalid, NotAllowed, NotFound

ROLES: Final = frozenset({"manager", "reviewer", "lead", "compliance", "auditor", "administrator"})
WHOLE_BANK: Final = frozenset({"compliance", "auditor", "administrator"})
"""Roles whose work is not bound to a branch."""
CASE_ROLES: Final = frozenset({"manager", "reviewer", "lead"})
"""Roles that work on cases, and may ask to see one of another branch."""
ALONE: Final = frozenset({"auditor", "administrator"})
"""Roles that go with no other: who checks does not act, and who hands out rights does not use them."""
PASS_HOURS_MAX: Final = 72
TOTP_STEP_SECONDS: Final = 30


class UnknownMember(NotFound):
    """No member of staff has this id."""

    code = "staff.unknown_member"


class UnknownBranch(NotFound):
    """No branch has this code."""

    code = "staff.unknown_branch"


class NameTaken(Conflict):
    """The user name, staff number, branch code or client name is in use."""

    code = "staff.name_taken"


class RolesExclude(Conflict):
    """These roles may not lie in one hand. ``roles`` names them."""

    code = "staff.roles_exclude"


class OwnRights(NotAllowed):
    """Nobody changes the rights of their own account."""

    code = "staff.own_rights"


class WeakPassword(Invalid):
    """The password breaks the rules named in ``rules``."""

    code = "staff.weak_password"


class BadClientKey(NotAllowed):
    """The API key is unknown, expired or revoked: the answer is the same for all three."""

    code = "staff.bad_client_key"
    status = 401


@dataclass(frozen=True, slots=True)
class BranchView:
    """A branch as other rooms see it."""

    code: str
    name: str
    name_en: str
    city: str
    phone: str


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff as other rooms see them. ``roles`` are those in force."""

    id: UUID
    display_name: str
    staff_no: str
    branch: str
    branch_name: str
    roles: frozenset[str]
    skills: frozenset[str]
    username: str = ""
    phone: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Card:
    """What a member's card says: enough to name them to a borrower."""

    id: UUID
    name: str
    staff_no: str
    branch_name: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class GrantView:
    """One line of a member's history of rights."""

    id: UUID
    role: str
    granted_at: datetime
    granted_by: str
    reason: str
    until: datetime | None
    revoked_at: datetime | None
    revoked_by: str
    revoke_reason: str


@dataclass(frozen=True, slots=True)
class AccountActView:
    """One line of what was done to an account; ``act`` is the verb of this room."""

    at: datetime
    act: str
    done_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Pass:
    """Leave to see one case of another branch until ``until``."""

    id: UUID
    case_id: UUID
    branch: str
    until: datetime


@dataclass(frozen=True, slots=True)
class ClientView:
    """A machine that may call the API."""

    id: UUID
    name: str
    branches: frozenset[str]
    created_at: datetime
    until: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewClient:
    """A fresh API client with its key: the only moment when the key can be read."""

    client: ClientView
    token: str


def scope(roles: frozenset[str], branch: str) -> frozenset[str]:
    """The branch codes that these roles see: ``*`` for the whole bank, else the own branch, else none."""
    if roles & WHOLE_BANK:
        return frozenset({"*"})
    return frozenset({branch}) if branch and roles else frozenset()


def check_combination(roles: frozenset[str]) -> None:
    """Raise RolesExclude when one hand would hold roles that must stay apart."""
    unknown = roles - ROLES
    if unknown:
        raise Invalid(fields={"roles": "unknown"}, roles=sorted(unknown))
    if len(roles) > 1 and roles & ALONE:
        raise RolesExclude(roles=sorted(roles))


def may_administer(actor: Actor) -> bool:
    """Rights and accounts are the administrator's work; the system itself seeds them."""
    return actor.has("administrator", "system")


def pass_until(at: datetime, hours: int) -> datetime:
    """End of a pass. Raises Invalid outside 1 … 72 hours."""
    if not 1 <= hours <= PASS_HOURS_MAX:
        raise Invalid(fields={"hours": "out_of_range"}, least=1, most=PASS_HOURS_MAX)
    return at + timedelta(hours=hours)


def key_digest(token: str) -> str:
    """SHA-256 of an API key. The key has 256 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def totp_now(secret: str, at: datetime, *, digits: int = 6) -> str:
    """The one-time code of a base32 ``secret`` at this instant (RFC 6238, SHA-1, 30 s)."""
    counter = struct.pack(">Q", int(at.timestamp()) // TOTP_STEP_SECONDS)
    mac = hmac.new(base64.b32decode(secret, casefold=True), counter, hashlib.sha1).digest()
    start = mac[-1] & 0x0F
    (value,) = struct.unpack(">I", mac[start : start + 4])
    return f"{(value & 0x7FFFFFFF) % 10**digits:0{digits}}"
