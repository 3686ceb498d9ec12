"""The first page, open to everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from heyi.plumbing.access import PUBLIC, open_to


@open_to(PUBLIC, why="the first page says what Heyi is and where to go")
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """For somebody in arrears who comes from an SMS, a letter or a search."""
    return render(request, "portal/landing.html")
