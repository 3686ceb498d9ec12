"""The demo's inbox: every SMS and mail that left the house, on screen. Answers with 404 anywhere but in the demo."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from heyi.config.demo_gateways import received
from heyi.plumbing.access import PUBLIC, open_to

SHOWN: Final = 50


@open_to(PUBLIC, why="the demo's people are invented; elsewhere the page does not exist", quiet=True)
@require_safe
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """What arrived at the two gateways, newest first."""
    if not settings.HEYI.demo:
        raise Http404
    messages = [
        {
            "by_sms": message.channel == "sms",
            "to": message.to,
            "title": message.title,
            "text": message.text,
            "at": datetime.fromisoformat(message.at),
        }
        for message in received(settings.HEYI.data_dir, SHOWN)
    ]
    return render(request, "ui/demo_inbox.html", {"arrived": messages})
