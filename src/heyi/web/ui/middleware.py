"""The guards that every request passes: limits of the session, then the declaration of the route. Both fail closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.kit.problems import Problem
from heyi.plumbing import clock, once
from heyi.plumbing.access import AGENCY, BORROWER, INTEGRATION, PUBLIC, Access
from heyi.web.ui import answers, routes, sessions
from heyi.web.ui.library_routes import BEFORE_SECOND_FACTOR

log = structlog.get_logger()

Answer = HttpResponseBase
GetResponse = Callable[[HttpRequest], Answer]
SAFE = ("GET", "HEAD", "OPTIONS")


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
        if _lacks_second_factor(request, access, actor):
            return _by_guard(answers.send_to(request, reverse("mfa_activate_totp")))
        return None

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


def _lacks_second_factor(request: HttpRequest, access: Access, actor: Actor | None) -> bool:
    if actor is None or actor.id is None or actor.kind != "staff" or PUBLIC in access.audience:
        return False
    name = request.resolver_match.url_name if request.resolver_match else None
    return name not in BEFORE_SECOND_FACTOR and not staff.has_second_factor(staff_id=actor.id)


def _route(request: HttpRequest) -> str:
    return request.resolver_match.route if request.resolver_match else ""
