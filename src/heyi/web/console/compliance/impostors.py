"""冒名举报: what the public told about people who only said that they are ours."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from heyi.capabilities.staff import api as staff
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console.audience import OVERSEERS, actor_of


@open_to(*OVERSEERS, why="reports of impostors, by those who follow them up and those who check")
@require_safe
def impostors(request: HttpRequest) -> HttpResponse:
    """The newest reports; the reading is journaled."""
    reports = staff.impostor_reports(actor=actor_of(request), at=clock.now())
    answer = render(request, "console/compliance/impostors.html", {"reports": reports})
    answer["Cache-Control"] = "no-store"
    return answer
