"""Two answers of pages that hold sealed words: shown for once and not kept, and a refusal beside what was typed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from heyi.kit.problems import Problem
from heyi.web.ui import words


def unsealed(request: HttpRequest, template: str, shown: dict[str, Any]) -> HttpResponse:
    """The page with words that were opened for this reading; nothing between here and the eye keeps it."""
    answer = render(request, template, shown)
    answer["Cache-Control"] = "no-store"
    return answer


def refused(request: HttpRequest, template: str, shown: dict[str, Any], fault: Problem) -> HttpResponse:
    """The page again, with what was wrong and what to do as ``fault``."""
    what, then = words.problem(fault.code, fault.facts)
    return render(request, template, shown | {"fault": f"{what}{then}"}, status=fault.status)
