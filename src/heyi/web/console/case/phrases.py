"""While a colleague types: what would be stopped, and approved sentences that fit the person and what is typed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain.conduct import MOMENTS, Finding, Listener, Script, fitting, segment_for
from heyi.capabilities.loans import api as loans
from heyi.plumbing.access import open_to
from heyi.plumbing.clock import bank_day
from heyi.web.console.audience import CASE_WORK
from heyi.web.console.case.opened import Opened, in_english, opened
from heyi.web.console.case.wording import Spot
from heyi.web.ui import words

LONGEST = 2000


@open_to(*CASE_WORK, why="phrases that fit a person while one writes to them")
@require_http_methods(["GET", "HEAD", "POST"])
def phrases(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The part below the composer, or, without scripts, a page of its own."""
    page = opened(request, case_id)
    typed = request.POST.get("body", "")[:LONGEST]
    recipient = "third_person" if request.GET.get("to") == "third_person" else "debtor"
    scripts = compliance.scripts(at=page.at)
    segment = segment_of(page, scripts, recipient)
    shown = {
        "case": page.case,
        "fits": words.word("compliance.script_fits", segment),
        "third_person": recipient == "third_person",
        "spots": [spot_of(one) for one in compliance.check_wording(typed)] if typed.strip() else [],
        "moments": moments(scripts, segment, typed),
    }
    name = "phrase_list" if getattr(request, "htmx", False) else "phrases_page"
    return render(request, f"console/case/{name}.html", shown)


def moments(scripts: tuple[Script, ...], segment: str, typed: str) -> list[dict[str, Any]]:
    """Approved sentences moment by moment; those that share most with what was typed stand first."""
    return [
        {
            "name": words.word("compliance.script_moment", moment),
            "items": [
                {"id": one.id, "text": one.words.zh}
                for one in sorted(
                    fitting(scripts, segment=segment, moment=moment), key=lambda one: -_shared(one.words.zh, typed)
                )
            ],
        }
        for moment in MOMENTS
    ]


def segment_of(page: Opened, scripts: tuple[Script, ...], recipient: str = "debtor") -> str:
    """Who hears it, by what the bank's records say: nobody picks it."""
    standing = {hold.kind for hold in compliance.holds(party_id=page.case.party_id, at=page.at)}
    listener = Listener(
        recipient=recipient,
        vulnerable="vulnerability" in standing,
        enterprise=loans.party(party_id=page.case.party_id, actor=page.actor).kind == "enterprise"
        or page.case.contract.product == "business",
        age=loans.age(party_id=page.case.party_id, actor=page.actor, on=bank_day(page.at)),
    )
    return segment_for(listener, scripts)


def spot_of(finding: Finding) -> Spot:
    """A finding as the composer shows it."""
    return Spot(
        title=words.word("compliance.wording", finding.category),
        said=finding.words,
        source=f"{finding.source} · {' '.join(finding.clauses)}",
        better=finding.better.en if in_english() else finding.better.zh,
        blocks=finding.severity == "block",
    )


def _shared(script: str, typed: str) -> int:
    return len({script[place : place + 2] for place in range(len(script) - 1)} & _pairs(typed))


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}
