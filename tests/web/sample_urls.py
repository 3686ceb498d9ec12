"""Addresses that only tests know: one for each audience, and the mistakes that the guard must catch."""

from __future__ import annotations

from typing import NoReturn

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from heyi.capabilities.staff.api import UnknownMember
from heyi.config import urls as real
from heyi.kit.problems import Conflict, NotAllowed
from heyi.plumbing.access import AUDIENCES, BORROWER, INTEGRATION, PUBLIC, STAFF, STAFF_ROLES, open_to
from heyi.web.ui.stepup import require_recent_login

WHY = "for tests"


def who(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    return JsonResponse({"actor": actor.kind if actor else None, "id": str(actor.id) if actor else None})


def for_audience(*audience: str, quiet: bool = False) -> object:
    return open_to(*audience, why=WHY, quiet=quiet)(lambda request: who(request))


@open_to(STAFF, why=WHY)
def missing(request: HttpRequest) -> NoReturn:
    raise Http404("no such case")


@open_to(STAFF, why=WHY)
def not_yours(request: HttpRequest) -> NoReturn:
    raise UnknownMember(staff_id="0190-secret")


@open_to(STAFF, why=WHY)
def not_allowed(request: HttpRequest) -> NoReturn:
    raise NotAllowed(needs=["lead"])


@open_to(STAFF, why=WHY)
def late(request: HttpRequest) -> NoReturn:
    raise Conflict(table="case")


@open_to(STAFF, why=WHY)
@require_recent_login(minutes=5)
def reveal(request: HttpRequest) -> HttpResponse:
    return HttpResponse("revealed")


def undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nobody said who may read this")


urlpatterns = [
    *real.urlpatterns,
    *[path(f"sample/{word}/", for_audience(word), name=f"sample_{word}") for word in sorted(AUDIENCES)],
    path("sample/both/", for_audience(BORROWER, *STAFF_ROLES)),
    path("console/sample/both/", for_audience(BORROWER, *STAFF_ROLES)),
    path("sample/quiet/", for_audience(STAFF, quiet=True)),
    path("sample/exempt/", csrf_exempt(for_audience(STAFF, INTEGRATION, BORROWER))),
    path("console/sample/public/", for_audience(PUBLIC)),
    path("console/sample/missing/", missing),
    path("console/sample/not-yours/", not_yours),
    path("console/sample/not-allowed/", not_allowed),
    path("console/sample/late/", late),
    path("console/sample/reveal/", reveal),
    path("sample/undeclared/", undeclared, name="sample_undeclared"),
]
handler403, handler404 = real.handler403, real.handler404
