"""The demo's first page: whom one may play, their codes now, what to try. 404 anywhere but in the demo."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from heyi.capabilities.staff import api as staff
from heyi.config.demo.bank import LOGINS, PASSWORD, SECRET
from heyi.config.demo.seed import is_seeded, to_try
from heyi.plumbing import clock
from heyi.plumbing.access import PUBLIC, open_to

CODE_SECONDS = 30


@open_to(PUBLIC, why="the demo's people are invented; elsewhere the page does not exist", quiet=True)
@require_safe
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Logins with the code that their generator shows now, borrowers by stage, and the tour."""
    if not settings.HEYI.demo:
        raise Http404
    at = clock.now()
    shown: dict[str, Any] = {
        "logins": LOGINS,
        "password": PASSWORD,
        "code": staff.totp_now(SECRET, at),
        "seconds": CODE_SECONDS - int(at.timestamp()) % CODE_SECONDS,
        "borrowers": to_try(settings.HEYI.data_dir) if is_seeded(settings.HEYI.data_dir) else [],
    }
    return render(request, "ui/demo.html", shown)
