"""The watermark over pages with personal data: who looks, and when, drawn by the server for each member of staff."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import escape
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from heyi.plumbing import clock
from heyi.plumbing.access import STAFF, open_to

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="280" height="170">'
    '<text x="20" y="120" font-family="PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"'
    ' font-size="14" fill="#15262b" transform="rotate(-20 20 120)">{text}</text></svg>'
)
CACHE_SECONDS = 60


@open_to(STAFF, why="a member of staff sees the own name over pages with personal data")
@require_safe
@cache_control(private=True, max_age=CACHE_SECONDS)
@vary_on_cookie
def watermark(request: HttpRequest) -> HttpResponse:
    """Name, staff number and minute as a tile that the style sheet repeats."""
    return HttpResponse(SVG.format(text=escape(_text(request))), content_type="image/svg+xml")


def _text(request: HttpRequest) -> str:
    minute = timezone.localtime(clock.now()).strftime("%Y-%m-%d %H:%M")
    user = request.user
    name = getattr(user, "display_name", "") or user.get_username()
    number = getattr(user, "staff_no", "")
    return " ".join(part for part in (name, number, minute) if part)
