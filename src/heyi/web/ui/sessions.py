"""Who is logged in here, for how long. Staff logins are the login library's; borrowers' sessions are ours.

One browser may hold one of each (a demo does): they live under different keys of the same session and each has its own
limits. Trusted: the session table and the cookie's signature-free random key (128 bits and more, HttpOnly, SameSite).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor

Audience = Literal["staff", "borrower"]
Ended = Literal["idle", "absolute"]

BORROWER_KEY: Final = "borrower"
CLOCKS_KEY: Final = "clocks"
SEEN_EVERY_SECONDS: Final = 60
"""How fine the idle clock is. Coarse on purpose: a page view writes to the session table once a minute at most."""


def begin_borrower_session(request: HttpRequest, party_id: UUID, at: datetime) -> None:
    """Log the borrower in under a fresh session key (a key fixed before the login is worth nothing after it)."""
    before = borrower_of(request)
    if before is not None and before != party_id:
        request.session.flush()
    request.session.cycle_key()
    request.session[BORROWER_KEY] = {"party_id": str(party_id), "at": at.isoformat()}
    start_clock(request.session, "borrower", at)


def end_session(request: HttpRequest) -> None:
    """Log the borrower out; a staff login in the same browser stays."""
    if SESSION_KEY in request.session:
        _end_borrower(request)
    else:
        request.session.flush()


def borrower_of(request: HttpRequest) -> UUID | None:
    """The party who is logged in as a borrower."""
    kept = request.session.get(BORROWER_KEY)
    return UUID(kept["party_id"]) if kept else None


def verified_at(request: HttpRequest) -> datetime | None:
    """When the borrower of this session proved with a code who they are."""
    kept = request.session.get(BORROWER_KEY)
    return datetime.fromisoformat(kept["at"]) if kept else None


def borrower_actor(request: HttpRequest) -> Actor | None:
    """The borrower as an actor; sees no branch, only what is theirs."""
    party_id = borrower_of(request)
    return Actor(kind="borrower", id=party_id, roles=frozenset({"borrower"})) if party_id else None


def staff_actor(request: HttpRequest, at: datetime) -> Actor | None:
    """The member of staff with the rights of this instant."""
    if SESSION_KEY not in request.session or not request.user.is_authenticated:
        return None
    return staff.actor_of(request.user, at=at)


def enforce_limits(request: HttpRequest, at: datetime) -> dict[Audience, Ended]:
    """End what is over its idle or absolute limit. Returns what was ended and why."""
    ended: dict[Audience, Ended] = {}
    if BORROWER_KEY in request.session:
        reason = _over(request.session, "borrower", at)
        if reason:
            ended["borrower"] = reason
            _end_borrower(request)
    if SESSION_KEY in request.session:
        reason = _over(request.session, "staff", at)
        if reason:
            ended["staff"] = reason
            logout(request)
    return ended


def touch(request: HttpRequest, at: datetime) -> None:
    """Somebody did something: move the idle clocks of who is logged in."""
    for audience, key in (("staff", SESSION_KEY), ("borrower", BORROWER_KEY)):
        if key in request.session:
            clock = _clocks(request.session).get(audience)
            if clock is None:
                start_clock(request.session, audience, at)
            elif at.timestamp() - clock["seen"] >= SEEN_EVERY_SECONDS:
                clock["seen"] = at.timestamp()
                request.session.modified = True


def start_clock(session: SessionBase, audience: str, at: datetime) -> None:
    """Both limits of a login run from now."""
    _clocks(session)[audience] = {"began": at.timestamp(), "seen": at.timestamp()}
    session.modified = True


def clear_expired(at: datetime) -> int:
    """Delete what no cookie can open any more. Run by a job."""
    deleted, _ = Session.objects.filter(expire_date__lt=at).delete()
    return deleted


def _clocks(session: SessionBase) -> dict[str, Any]:
    clocks: dict[str, Any] = session.setdefault(CLOCKS_KEY, {})
    return clocks


def _over(session: SessionBase, audience: str, at: datetime) -> Ended | None:
    clock = session.get(CLOCKS_KEY, {}).get(audience)
    if clock is None:
        return None
    instant = at.timestamp()
    if instant - clock["began"] >= settings.SESSION_ABSOLUTE_SECONDS[audience]:
        return "absolute"
    if instant - clock["seen"] >= settings.SESSION_IDLE_SECONDS[audience]:
        return "idle"
    return None


def _end_borrower(request: HttpRequest) -> None:
    request.session.pop(BORROWER_KEY, None)
    _clocks(request.session).pop("borrower", None)
    request.session.cycle_key()
