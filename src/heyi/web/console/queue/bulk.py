"""Acts on many cases: first what would happen and why, then the act."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.api import CaseFilter
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console.audience import GIVERS, READERS, actor_of
from heyi.web.console.queue import filters
from heyi.web.console.queue.columns import Look, table
from heyi.web.console.queue.exports import AT_ONCE, TakeForm, take_out
from heyi.web.ui import words
from heyi.web.ui.forms import Form

SAMPLE = 5
MOST = 1_000


class GiveForm(Form):
    """To whom, and why."""

    member_id = forms.ChoiceField(label=gettext_lazy("交给谁"))
    reason = forms.CharField(
        label=gettext_lazy("原因"),
        max_length=200,
        help_text=gettext_lazy("会记入日志，借款人会收到换了客户经理的通知。"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member_id"].choices = [  # type: ignore[attr-defined]
            (str(member.id), f"{member.display_name} · {member.branch_name}")
            for member in staff.members()
            if actor.sees(member.branch) and member.roles & {"manager", "lead"}
        ]


@open_to(*READERS, why="what an act on many cases would touch")
@require_safe
def bulk(request: HttpRequest) -> HttpResponseBase:
    """The preview: how many cases, their sum, the first of them, and the acts that are open."""
    return render(request, "console/queue/bulk.html", _preview(request, request.GET))


@open_to(*GIVERS, why="giving cases of one's branches to a colleague")
@require_POST
def assign(request: HttpRequest) -> HttpResponseBase:
    """Give all of the selection to one colleague."""
    actor, at = actor_of(request), clock.now()
    wanted = selection(request.POST)
    form = GiveForm(request.POST, actor=actor)
    ids = negotiation.case_ids(actor=actor, at=at, filters=wanted, most=MOST + 1)
    if form.is_valid():
        if len(ids) > MOST:
            form.add_error(None, _("一次最多分派 %(most)s 件，请先缩小条件。") % {"most": MOST})
        elif request.POST.get("seen") != str(len(ids)):
            form.add_error(None, _("刚才列表变了，现在是 %(count)s 件。请再确认。") % {"count": len(ids)})
    if not form.is_valid():
        return render(request, "console/queue/bulk.html", _preview(request, request.POST, give=form), status=422)
    given = negotiation.reassign_many(
        case_ids=ids, member_id=form.cleaned_data["member_id"], reason=form.cleaned_data["reason"], actor=actor, at=at
    )
    _tell(request, given)
    return redirect(filters.href(replace(wanted, ids=()), reverse("console:cases")))


@open_to(*READERS, why="taking out the rows that one sees, with a reason")
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The selection as a file, or as the page of a file that is being written."""
    form = TakeForm(request.POST)
    if not form.is_valid():
        return render(request, "console/queue/bulk.html", _preview(request, request.POST, take=form), status=422)
    return take_out(selection(request.POST), form, request)


def selection(sent: QueryDict) -> CaseFilter:
    """Everything that the filter finds, or what was ticked of it. Nothing ticked selects nothing."""
    found = filters.read(sent).filters
    return found if sent.get("all") else replace(found, ids=tuple(sent.getlist("pick")) or (NOTHING,))


NOTHING = "00000000-0000-0000-0000-000000000000"


def _preview(
    request: HttpRequest, sent: QueryDict, *, give: GiveForm | None = None, take: TakeForm | None = None
) -> dict[str, Any]:
    actor, at, wanted, act = actor_of(request), clock.now(), selection(sent), sent.get("act", "")
    page = negotiation.cases(actor=actor, at=at, filters=wanted, size=SAMPLE)
    may_give = actor.has(*GIVERS)
    return {
        "page": page,
        "sample": replace(table(page, Look(), query=None, at=at), pick=""),
        "told": filters.told(replace(wanted, ids=())),
        "give": (give or GiveForm(actor=actor)) if may_give and act in ("", "assign") else None,
        "take": (take or TakeForm(initial={"form": "xlsx"})) if act in ("", "export") else None,
        "by_worker": page.count > AT_ONCE,
        "hidden": _carried(sent, wanted, page.count, act),
        "back_href": filters.href(replace(wanted, ids=()), reverse("console:cases")),
    }


def _carried(sent: QueryDict, wanted: CaseFilter, count: int, act: str) -> list[tuple[str, str]]:
    """What the confirming form sends along: the filter, the ticks, and how many cases the reader saw."""
    carried = list(filters.parameters(replace(wanted, ids=())).items())
    carried += [("all", "1")] if sent.get("all") else [("pick", one) for one in sent.getlist("pick")]
    return [*carried, ("seen", str(count)), ("act", act)]


def _tell(request: HttpRequest, given: negotiation.Given) -> None:
    if given.done:
        messages.success(request, ngettext("%d 件已交给新的同事。", "%d 件已交给新的同事。", given.done) % given.done)
    for code in sorted({code for _case, code in given.refused}):
        count = sum(1 for _case, one in given.refused if one == code)
        what, then = words.problem(code)
        messages.warning(
            request, _("%(count)s 件没有动：%(what)s%(then)s") % {"count": count, "what": what, "then": then}
        )
