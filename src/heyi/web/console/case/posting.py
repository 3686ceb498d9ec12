"""The views of the acts. Done: back to the tab with a word about it. Refused by the form or by the door: the tab comes
back with what was typed, and with what happened, why, and what to do next. Who looks with a pass can only look."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from heyi.capabilities.negotiation import api as negotiation
from heyi.kit.problems import NotFound, Problem
from heyi.plumbing.access import open_to
from heyi.web.console.case import refusals, tabs, wording
from heyi.web.console.case.acts import Act, Doing
from heyi.web.console.case.opened import Opened, opened


def view_of(act: Act) -> Callable[..., HttpResponse]:
    """The view of one row of the table, declared for its audience."""

    @open_to(*act.audience, why=f"an act on a case: {act.name}")
    def view(request: HttpRequest, case_id: UUID) -> HttpResponse:
        page = opened(request, case_id)
        tab = act.tab or tabs.asked(request)
        if request.method != "POST":
            return HttpResponseRedirect(page.href(tab))
        if page.case.looked_beyond_branch:
            raise negotiation.NotYourAct(act=act.name)
        return _carried_out(request, page, act, tab)

    view.__name__ = view.__qualname__ = act.name
    return view


def _carried_out(request: HttpRequest, page: Opened, act: Act, tab: str) -> HttpResponse:
    form = act.form(page, request.POST, request.FILES)
    if not form.is_valid():
        return tabs.show(request, page, tab, used={act.name: form}, status=422)
    try:
        wording.confirm(request, page)
        act.do(Doing(page=page, data=form.cleaned_data, request=request, seen=seen_version(request)))
    except NotFound:
        raise
    except Problem as fault:
        form.refusal = refusals.told(fault)
        form.wording = wording.told(fault, form)
        return tabs.show(request, opened(request, page.case.id), tab, used={act.name: form}, status=fault.status)
    messages.success(request, str(act.done))
    return HttpResponseRedirect(page.href(tab))


def seen_version(request: HttpRequest) -> int | None:
    """The version of the case that the page showed, as its form sent it."""
    text = request.POST.get("seen", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None
