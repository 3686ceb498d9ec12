"""Plain answers that are not a page of a surface: refused, not found, log in first, come back later."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

import structlog
from axes.helpers import get_client_ip_address, get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.urls import NoReverseMatch
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from heyi.kit.problems import Problem
from heyi.plumbing import clock
from heyi.web.ui import words

log = structlog.get_logger()
AWAY = (OperationalError, InterfaceError)
"""The database does not answer, or broke off: what was begun has not happened."""
RETRY_SECONDS = 10


class TooLarge(Problem):
    """The whole request is larger than any page takes; nothing of it was read. ``limit`` in MiB."""

    code = "heyi.too_large"
    status = 413


def not_found(request: HttpRequest) -> HttpResponse:
    """404: the same bytes for what does not exist and for what is not yours."""
    return _page(request, 404, "heyi.not_found")


def refused(request: HttpRequest, code: str = "heyi.not_allowed") -> HttpResponse:
    """403: this account may not do this."""
    return _page(request, 403, code)


def problem(request: HttpRequest, fault: Problem) -> HttpResponse:
    """The page of a named refusal. Its status and words follow from the code; its facts fill the words."""
    if fault.status >= 500:
        log.error("problem.server", code=fault.code)
    code = "heyi.not_found" if fault.status == 404 else fault.code
    return _page(request, fault.status, code, {} if fault.status == 404 else fault.facts)


def unknown_client(request: HttpRequest) -> HttpResponse:
    """401 for the API: no key, or one that is not in force."""
    what, then = words.problem("staff.bad_client_key")
    told = {"code": "staff.bad_client_key", "facts": {}, "what": what, "next": then}
    answer = JsonResponse(told, status=401)
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def to_login(request: HttpRequest, audience: Literal["staff", "borrower"]) -> HttpResponse:
    """To the fitting login page, and from there back here; says why when a login just ended."""
    query = {"next": came_from(request)}
    why = getattr(request, "ended", {}).get(audience)
    if why:
        query["ended"] = why
    return send_to(request, f"{_login_url(audience)}?{urlencode(query)}")


def send_to(request: HttpRequest, url: str) -> HttpResponse:
    """A redirect that a page part asked by htmx obeys as a whole page."""
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def came_from(request: HttpRequest) -> str:
    """The page to come back to: this one when it was only read, else the one the form stood on."""
    if request.method == "GET" and not getattr(request, "htmx", False):
        return request.get_full_path()
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return "/console/" if request.path.startswith("/console/") else "/"
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def name_tried(_request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The name under which bad logins are counted. Upper case or blanks give no further tries."""
    return str((credentials or {}).get("username") or "").strip().lower()


def locked_out(request: HttpRequest, _answer: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """429 after too many bad logins: the same page for known and unknown names; says when to come back."""
    tried = AccessAttempt.objects.filter(
        username=name_tried(request, credentials), ip_address=get_client_ip_address(request)
    )
    last = tried.order_by("-attempt_time").values_list("attempt_time", flat=True).first() or clock.now()
    retry_at: datetime = last + get_cool_off(request)
    answer = render(request, "account/locked.html", {"retry_at": retry_at}, status=429)
    answer["Retry-After"] = str(max(1, int((retry_at - clock.now()).total_seconds()) + 1))
    return answer


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400"""
    return _page(request, 400, "heyi.invalid")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403"""
    return refused(request)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404"""
    return not_found(request)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: nothing of the fault is shown. Without the database it is «try again», not «something broke»."""
    if isinstance(sys.exc_info()[1], AWAY):
        log.error("database.away", path=request.path)
        answer = _page(request, 503, "heyi.unavailable")
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer
    return _page(request, 500, "heyi.problem")


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from one of our pages, or from one that stood open since before a login."""
    log.warning("csrf.refused", reason=reason)
    return _page(request, 403, "heyi.forged")


def _page(request: HttpRequest, status: int, code: str, facts: dict[str, Any] | None = None) -> HttpResponse:
    what, then = words.problem(code, facts)
    if request.path.startswith("/api/"):
        return JsonResponse({"code": code, "facts": facts or {}, "what": what, "next": then}, status=status)
    page = {"what": what, "next": then, "code": code, "act": _("回到首页"), "messages": ()}  # kept in the session
    return render(request, "ui/refused.html", page, status=status)


def _login_url(audience: str) -> str:
    try:
        return resolve_url(settings.LOGIN_URL if audience == "staff" else settings.BORROWER_LOGIN_URL)
    except NoReverseMatch:
        return "/"
