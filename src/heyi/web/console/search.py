"""One field for everything: case number, name, mobile, ID, contract number."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.api import CaseFilter
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console.audience import READERS, actor_of, case_href
from heyi.web.console.book.lines import contract_href, contract_table
from heyi.web.console.queue.columns import Look, table
from heyi.web.ui import words

MOST = 20
LONGEST = 100
SHORTEST = 2
FEW = 5


@open_to(*READERS, why="finding what lies in one's branches, while typing")
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The first few that the words find, as lines of the palette. Nothing of what was typed is kept."""
    actor, at = actor_of(request), clock.now()
    text = request.GET.get("q", "").strip()[:LONGEST]
    if len(text) < SHORTEST:
        return render(request, "console/suggest.html", {"text": ""})
    found = negotiation.cases(actor=actor, at=at, filters=CaseFilter(text=text), size=FEW)
    shown = {
        "text": text,
        "cases": [
            {
                "href": case_href(row.id),
                "text": row.party_name,
                "hint": f"{row.number} · {words.word('negotiation.status', row.status)}",
            }
            for row in found.rows
        ],
        "more": max(0, found.count - FEW),
        "contracts": [
            {"href": contract_href(line.id), "text": line.name_masked or "–", "hint": line.contract_no}
            for line in loans.search(text=text, actor=actor, limit=FEW)
        ],
    }
    return render(request, "console/suggest.html", shown)


@open_to(*READERS, why="finding what lies in one's branches")
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What the words find. A whole case number goes straight to its case. Nothing of what was typed is kept."""
    actor, at = actor_of(request), clock.now()
    text = request.GET.get("q", "").strip()[:LONGEST]
    found = negotiation.cases(actor=actor, at=at, filters=CaseFilter(text=text), size=MOST) if text else None
    if found and found.count == 1 and found.rows[0].number == text.upper():
        return redirect(case_href(found.rows[0].id))
    lines = loans.search(text=text, actor=actor, limit=MOST) if text else ()
    shown = {
        "text": text,
        "cases": found and table(found, Look(density="compact"), query=None, at=at),
        "case_count": found.count if found else 0,
        "contracts": contract_table(lines),
        "contract_count": len(lines),
    }
    return render(request, "console/search.html", shown)
