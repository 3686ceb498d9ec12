"""The guards that every request passes: size, limits of the session, the declaration of the route. All fail closed.

Only the question «are you alive» is answered before them, because it reads nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.kit.problems import Problem
from heyi.plumbing import clock, once
from heyi.plumbing.access import AGENCY, BORROWER, INTEGRATION, PUBLIC, Access
from heyi.web.ui import answers, routes, sessions
from heyi.web.ui.library_routes import BEFORE_OWN_PASSWORD, BEFORE_SECOND_FACTOR
from heyi.web.ui.views import healthz

log = structlog.get_logger()

Answer = HttpResponseBase
GetResponse = Callable[[HttpRequest], Answer]
FILES_AT_ONCE = 5
"""The most files that one form takes."""
SAFE = ("GET", "HEAD", "OPTIONS")
HEALTH_PATH = "/healthz"
HEALTH_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "same-origin"),
)


class Health:
    """Answers ``/healthz`` before anything else: no session, no language, no host name that a supervisor would need."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Answer:
        if request.path_info != HEALTH_PATH:
            return self.get_response(request)
        answer: Answer = healthz(request)
        for name, value in HEALTH_HEADERS:
            answer[name] = value
        return answer


class BodyLimit:
    """Refuses what is larger than any page of a borrower or of the public takes, before it is read into memory.

    Staff import whole loan books and machines send batches: their surfaces hold their own limits.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Answer:
        limit = settings.HEYI.upload_mb * FILES_AT_ONCE
        size = request.META.get("CONTENT_LENGTH") or "0"
        if not request.path.startswith(("/console/", "/api/")) and size.isdigit() and int(size) > (limit + 1) * 2**20:
            return answers.problem(request, answers.TooLarge(limit=limit))
        return self.get_response(request)


class SessionLimits:
    """Ends logins that are idle for too long or too old, before anything else looks at them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Answer:
        request.ended = sessions.enforce_limits(request, clock.now())  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """A page that polls on its own does not keep the login of somebody who left."""
        access = routes.access_for(view, request.resolver_match, request.method or "GET")
        if access is None or not access.quiet:
            sessions.touch(request, clock.now())


class AccessGuard:
    """Sets ``request.actor`` (Actor or None) and lets in only whom the route's declaration names."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Answer:
        request.actor = None  # type: ignore[attr-defined]
        if request.method not in SAFE:
            return self.get_response(request)
        with once.page():
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> Answer | None:
        access = routes.access_for(view, request.resolver_match, request.method or "GET")
        if access is None:
            log.error("access.undeclared", view=getattr(view, "__qualname__", str(view)), route=_route(request))
            return _by_guard(answers.not_found(request))
        try:
            actor = _actor(request, access, cookies=_cookies_count(request, view))
        except staff.BadClientKey:
            return _by_guard(answers.unknown_client(request))
        request.actor = actor  # type: ignore[attr-defined]
        if not access.admits(actor):
            return _by_guard(_turn_away(request, access, actor))
        door = _first(request, access, actor)
        return _by_guard(answers.send_to(request, reverse(door))) if door else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> Answer | None:
        """A refusal that a view did not answer itself gets a plain page; missing and forbidden look the same."""
        return answers.problem(request, exception) if isinstance(exception, Problem) else None


def _by_guard(answer: Answer) -> Answer:
    """Marks the answer, so that the role matrix can tell the guard's refusal from a view's own."""
    answer.turned_away = True  # type: ignore[attr-defined]
    return answer


def _actor(request: HttpRequest, access: Access, *, cookies: bool) -> Actor | None:
    """The first of those who are logged in whom the route admits; else the first at all. Raises BadClientKey."""
    present = [actor for actor in _present(request, access, cookies=cookies) if actor is not None]
    return next((actor for actor in present if access.admits(actor)), present[0] if present else None)


def _present(request: HttpRequest, access: Access, *, cookies: bool) -> list[Actor | None]:
    at = clock.now()
    token = _bearer(request)
    found: list[Actor | None] = []
    if token and access.audience & {INTEGRATION, AGENCY}:
        found.append(staff.client_actor(token, at=at))
    if cookies and (access.for_staff or PUBLIC in access.audience):
        found.append(sessions.staff_actor(request, at))
    if cookies and (BORROWER in access.audience or PUBLIC in access.audience):
        found.append(sessions.borrower_actor(request))
    if not request.path.startswith("/console/"):
        found.reverse()
    return found


def _bearer(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _cookies_count(request: HttpRequest, view: Any) -> bool:
    """A view without protection against forged requests must not act on a cookie that a browser sends by itself."""
    return request.method in SAFE or not getattr(view, "csrf_exempt", False)


def _turn_away(request: HttpRequest, access: Access, actor: Actor | None) -> Answer:
    if actor is not None:
        return answers.refused(request)
    if request.path.startswith("/api/") or access.audience <= {INTEGRATION, AGENCY}:
        return answers.unknown_client(request)
    staff_door = access.for_staff and (BORROWER not in access.audience or request.path.startswith("/console/"))
    return answers.to_login(request, "staff" if staff_door else "borrower")


def _first(request: HttpRequest, access: Access, actor: Actor | None) -> str:
    """What a member of staff has to do before anything else: choose a password of their own, enrol a second factor."""
    if actor is None or actor.id is None or actor.kind != "staff" or PUBLIC in access.audience:
        return ""
    name = request.resolver_match.url_name if request.resolver_match else None
    if request.user.password_given_at is not None:  # type: ignore[union-attr]  # a logged-in member of staff
        return "" if name in BEFORE_OWN_PASSWORD else "account_change_password"
    return "" if name in BEFORE_SECOND_FACTOR or staff.has_second_factor(staff_id=actor.id) else "mfa_activate_totp"


def _route(request: HttpRequest) -> str:
    return request.resolver_match.route if request.resolver_match else ""
