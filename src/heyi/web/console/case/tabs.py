"""The page of a case: its frame (head, steps, tabs, talk) and the tab that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from heyi.web.console.case import acts, head, papers, plan, review, rules, talk, timeline
from heyi.web.console.case.forms import CaseForm
from heyi.web.console.case.opened import Opened
from heyi.web.ui import words

Used = Mapping[str, Any]
Builder = Callable[[HttpRequest, Opened, Used], dict[str, Any]]

TABS: Final[Mapping[str, Builder]] = {
    "plan": plan.context,
    "timeline": timeline.context,
    "papers": papers.context,
    "review": review.context,
    "compliance": rules.context,
}
REVIEWED_FIRST: Final = frozenset(
    ["draft", "submitted", "in_review", "second_review", "more_requested", "refused", "appealed"]
)

IN_PLACE: Final = ("say", "log_phone")
"""Acts of the right column tell their refusal where they stand."""
TYPED: Final = ("words", "reason", "note")


@dataclass(frozen=True, slots=True)
class Offered:
    """An act as the page offers it: its form, where it goes, and the version of the case that the reader saw."""

    name: str
    href: str
    form: CaseForm
    seen: int
    tab: str


def asked(request: HttpRequest) -> str:
    """The tab that a form of the frame stood on."""
    tab = request.POST.get("tab", "")
    return tab if tab in TABS else "plan"


def first_tab(page: Opened) -> str:
    """Where the work is now: the review until it is accepted, then the plan."""
    return "review" if page.case.status in REVIEWED_FIRST else "plan"


def show(request: HttpRequest, page: Opened, tab: str, *, used: Used | None = None, status: int = 200) -> HttpResponse:
    """The page with one tab. ``used`` holds forms that come back with something to mend, by the name of their act."""
    used = used or {}
    offered = {act.name: _offered(page, act, tab, used) for act in acts.ACTS if act.open_for(page)}
    context = {
        "page": page,
        "case": page.case,
        "tab": tab,
        "acts": offered,
        "refused": _refused(used, offered),
        "tabs": _links(page, tab),
        "head": head.context(page),
        "talk": talk.context(request, page, used),
        **TABS[tab](request, page, used),
    }
    return render(request, f"console/case/{tab}.html", context, status=status)


def _refused(used: Used, offered: Mapping[str, Offered]) -> dict[str, str] | None:
    """What a door refused, for the top of the tab; with what was typed where its form is gone by now."""
    for name, form in used.items():
        told = getattr(form, "refusal", None)
        if told and name not in IN_PLACE:
            typed = "" if name in offered else " ".join(form.data.get(field, "") for field in TYPED).strip()
            return {
                "what": told[0],
                "next": told[1],
                "typed": _("您写的是：%(text)s") % {"text": typed} if typed else "",
            }
    return None


def _offered(page: Opened, act: acts.Act, tab: str, used: Used) -> Offered:
    form = used.get(act.name) or act.form(page)
    return Offered(name=act.name, href=page.href(act.name), form=form, seen=page.case.version, tab=tab)


def _links(page: Opened, current: str) -> list[dict[str, Any]]:
    counts = {"papers": len(page.case.proofs), "review": sum(f.verdict in ("look", "stop") for f in page.case.findings)}
    return [
        {
            "text": words.word("console.tab", name),
            "href": page.href(name),
            "count": counts.get(name, 0),
            "current": name == current,
        }
        for name in TABS
    ]
