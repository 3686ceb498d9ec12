"""The lists of cases: all, those that wait for my approval, those with unread talks; and the look at one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.api import CaseFilter
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console import counts
from heyi.web.console.audience import APPROVERS, CASE_WORK, READERS, actor_of, case_href
from heyi.web.console.case.opened import QUEUE
from heyi.web.console.queue import brief, filters
from heyi.web.console.queue.columns import DENSITIES, KINDS, Look, table
from heyi.web.console.queue.forms import Query
from heyi.web.ui import words
from heyi.web.ui.tables import pages

SIZE = 50
LOOK = "cases.list"
SORTS = ("due", "-due", "overdue_days", "-overdue_days", "amount", "-amount", "newest", "oldest", "number")


@dataclass(frozen=True, slots=True)
class Segment:
    """A frequent view beside the title."""

    text: str
    href: str
    current: bool


@open_to(*READERS, why="the cases of one's branches")
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """All cases that the actor may see, as the address asks for them."""
    return render(request, "console/queue/list.html", _list(request, title=_("协商案件")))


@open_to(*APPROVERS, why="what waits for one's own word")
@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """Versions that wait for an approval, second reviews and appeals."""
    only = {"to_approve": True}
    return render(request, "console/queue/list.html", _list(request, title=_("待我审批"), only=only))


@open_to(*CASE_WORK, why="one's own talks with unread messages")
@require_safe
def talks(request: HttpRequest) -> HttpResponse:
    """My cases in which the borrower wrote and nobody has read it."""
    only = {"assignee": "me", "unread": True}
    return render(request, "console/queue/list.html", _list(request, title=_("会话"), only=only))


@open_to(*READERS, why="a look at a case of one's branches without leaving the list")
@require_safe
def brief_look(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The drawer: the case in short."""
    actor, at = actor_of(request), clock.now()
    case = negotiation.case(case_id=case_id, actor=actor, at=at)
    call = reverse("console:case_dial", args=[case.id]) if "log_phone" in case.acts else ""
    shown = {"case": brief.in_short(case, actor, at), "href": case_href(case.id), "call_href": call}
    return render(request, "console/queue/look.html", shown)


def look_of(actor: Actor) -> Look:
    """How this member likes the list."""
    return Look.read(staff.preference(name=LOOK, actor=actor))


def sort_in(query: QueryDict) -> str:
    """The order that the address asks for; unknown words mean the usual one."""
    asked = query.get("sort", "")
    return asked if asked in SORTS else "due"


def page_in(query: QueryDict) -> int:
    """The page number in the address, at least 1."""
    number = query.get("page", "1")
    return max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 7 else 1


def _list(request: HttpRequest, *, title: str, only: dict[str, Any] | None = None) -> dict[str, Any]:
    actor, at, query, only = actor_of(request), clock.now(), request.GET, only or {}
    asked = filters.read(query)
    wanted = replace(asked.filters, **only)
    page = negotiation.cases(actor=actor, at=at, filters=wanted, sort=sort_in(query), page=page_in(query), size=SIZE)
    _remember(request, wanted, sort_in(query))
    likes, saved = look_of(actor), negotiation.saved_views(actor=actor)
    return {
        "title": title,
        "form": Query(wanted, actor),
        "page": page,
        "table": table(page, likes, query=query, at=at),
        "pages": pages(number=page.page, size=SIZE, total=page.count, query=query),
        "chips": filters.chips(query, wanted, kept=tuple(only)),
        "ignored": asked.ignored,
        "segments": () if only else _segments(actor, at, wanted, saved),
        "look": _look_form(likes),
        "filter_query": filters.href(wanted),
        "acts": _acts(actor),
        "refresh_href": request.get_full_path(),
        "all_href": f"{reverse('console:bulk')}{filters.href(wanted)}&all=1",
        "carried": [*filters.parameters(wanted).items()],
        "can_save": not only and bool(filters.parameters(replace(wanted, text=""))),
        "view_name": next((name for name, one in saved if one == wanted), ""),
    }


def _remember(request: HttpRequest, wanted: CaseFilter, sort: str) -> None:
    """So that «next» on a case goes along this list. What was typed to find somebody is not kept."""
    kept = {} if wanted.text else {**filters.parameters(wanted), "sort": sort}
    if request.session.get(QUEUE) != kept:
        request.session[QUEUE] = kept


def _segments(
    actor: Actor, at: datetime, wanted: CaseFilter, saved: tuple[tuple[str, CaseFilter], ...]
) -> list[Segment]:
    found = counts.badges(actor, at)
    frequent = [
        (_("全部"), CaseFilter()),
        (_("我的 %(count)s") % {"count": found.queue}, CaseFilter(assignee="me", turn=("bank",))),
        (_("今天到期 %(count)s") % {"count": found.due_today}, CaseFilter(assignee="me", due_today=True)),
        (_("承诺未兑现 %(count)s") % {"count": found.broken}, CaseFilter(assignee="me", status=("broken",))),
        *saved,
    ]
    return [Segment(name, filters.href(one, reverse("console:cases")), one == wanted) for name, one in frequent]


def _look_form(likes: Look) -> dict[str, Any]:
    return {
        "columns": [(kind.key, kind.name, kind.key in likes.columns, kind is KINDS[0]) for kind in KINDS],
        "densities": [(one, words.word("lists.density", one), one == likes.density) for one in DENSITIES],
    }


def _acts(actor: Actor) -> list[dict[str, str]]:
    acts = [{"text": _("导出"), "value": "export", "icon": "download"}]
    if actor.has("lead", "manager", "administrator"):
        acts.insert(0, {"text": _("分派"), "value": "assign", "icon": "people"})
    return acts
