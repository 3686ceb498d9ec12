"""The reader's language and size of text; and whether the house is alive and able to work."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from heyi.plumbing import clock
from heyi.plumbing.access import PUBLIC, open_to
from heyi.web.ui import readiness

YEAR_SECONDS = 365 * 24 * 3600
SIZE_COOKIE = "heyi_size"
SIZES = ("standard", "elder")


@open_to(PUBLIC, why="a reader chooses a language before and after the login")
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language in a cookie and go back. Form: ``language``, ``next``."""
    wanted = request.POST.get("language", "")
    answer = _back(request)
    if wanted in dict(settings.LANGUAGES) and check_for_language(wanted):
        _keep(answer, settings.LANGUAGE_COOKIE_NAME, wanted)
    return answer


@open_to(PUBLIC, why="a reader chooses large type before and after the login")
@require_POST
def size(request: HttpRequest) -> HttpResponse:
    """Keep the size of text (``standard`` or ``elder``) in a cookie and go back. Form: ``size``, ``next``."""
    wanted = request.POST.get("size", "")
    answer = _back(request)
    if wanted in SIZES:
        _keep(answer, SIZE_COOKIE, wanted)
    return answer


@open_to(PUBLIC, why="a supervisor asks whether the process answers", quiet=True)
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: touches nothing."""
    return JsonResponse({"status": "ok"})


@open_to(PUBLIC, why="a load balancer asks whether to send people here; names of parts, no data", quiet=True)
@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Able to work: 200, or 503 with the part that is away."""
    parts = readiness.check(clock.now())
    ready = all(state == "ok" for state in parts.values())
    return JsonResponse({"status": "ok" if ready else "away", "parts": parts}, status=200 if ready else 503)


def _back(request: HttpRequest) -> HttpResponse:
    page = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(page if safe else "/")


def _keep(answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(
        name, value, max_age=YEAR_SECONDS, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
