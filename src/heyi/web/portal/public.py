"""The pages open to everybody: the first one, and where to complain."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

import heyi
from heyi.plumbing.access import PUBLIC, open_to

DEADLINES = Path(heyi.__file__).parent / "packs" / "cn" / "complaints.yaml"


@open_to(PUBLIC, why="the first page says what Heyi is and where to go")
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """For somebody in arrears who comes from an SMS, a letter or a search."""
    return render(request, "portal/landing.html")


@open_to(PUBLIC, why="channels, procedure and time limits of complaints are published (CN-CP-CHAN)")
@require_safe
def complain(request: HttpRequest) -> HttpResponse:
    """The bank's channels for complaints, what happens then and by when, and who stands above the bank."""
    told = settings.HEYI.complaints
    elsewhere = urlsplit(told.url).path != reverse("portal:complain")
    return render(
        request,
        "portal/complain.html",
        {"complaints": told, "online": told.url if elsewhere else "", **deadlines()},
    )


@cache
def deadlines() -> dict[str, Any]:
    """Days that the answer may take, with their source."""
    read: dict[str, Any] = yaml.safe_load(DEADLINES.read_text("utf-8"))
    return read
