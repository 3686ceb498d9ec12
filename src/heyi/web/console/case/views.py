"""The pages of a case: tabs, one version, one proof, what is revealed, papers, and leave to look beyond the branch."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.staff import api as staff
from heyi.kit.problems import Problem
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console.audience import CASE_WORK, READERS, REVEALERS, STEP_UP_MINUTES, actor_of
from heyi.web.console.case import forms, papers, refusals, tabs, talk, timeline, versions
from heyi.web.console.case.opened import opened
from heyi.web.ui import answers, words
from heyi.web.ui.forms import Form
from heyi.web.ui.stepup import require_recent_login

PDF = "application/pdf"


@open_to(*READERS, why="a case of the own branch, or of another with a reason")
@require_safe
@never_cache
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The case, opened at the tab where the work is."""
    return _tab(request, case_id, "")


def tab_view(name: str) -> Callable[..., HttpResponse]:
    """The view of one tab at its own address."""

    @open_to(*READERS, why=f"a case: {name}")
    @require_safe
    @never_cache
    def view(request: HttpRequest, case_id: UUID) -> HttpResponse:
        return _tab(request, case_id, name)

    view.__name__ = view.__qualname__ = name
    return view


def _tab(request: HttpRequest, case_id: UUID, name: str) -> HttpResponse:
    try:
        page = opened(request, case_id)
    except negotiation.CaseNotFound:
        return _beyond(request, case_id)
    return tabs.show(request, page, name or tabs.first_tab(page))


class BeyondForm(Form):
    """Why somebody wants to see a case of another branch."""

    branch = django_forms.ChoiceField(label=_("案件的网点"))
    reason = forms.text_area(_("原因"), hint=_("会记下您的名字、时间和原因，合规和借款人都看得到。"), most=200)

    def __init__(self, own: frozenset[str], data: object = None) -> None:
        super().__init__(data)
        others = [(one.code, one.name) for one in staff.branches() if one.code not in own]
        self.fields["branch"].choices = others  # type: ignore[attr-defined]


def _beyond(request: HttpRequest, case_id: UUID, form: BeyondForm | None = None) -> HttpResponse:
    """The same answer for a case of another branch and for one that does not exist: state a reason, or go back."""
    actor = actor_of(request)
    if not actor.has(*CASE_WORK) or actor.sees("*"):
        return answers.not_found(request)
    shown = form or BeyondForm(actor.branches)
    return render(request, "console/case/beyond.html", {"form": shown, "case_id": case_id}, status=404)


@open_to(*CASE_WORK, why="a case of another branch, for a stated reason, for some hours; journaled")
@require_POST
def look(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """State the reason; then the case opens, read-only, for some hours."""
    actor = actor_of(request)
    form = BeyondForm(actor.branches, request.POST)
    if not form.is_valid():
        return _beyond(request, case_id, form)
    staff.look_beyond_branch(
        actor=actor,
        case_id=case_id,
        branch=form.cleaned_data["branch"],
        reason=form.cleaned_data["reason"],
        at=clock.now(),
    )
    return HttpResponseRedirect(request.path.removesuffix("look/"))


@open_to(*REVEALERS, why="one field of identity data in full, for a purpose; journaled")
@require_recent_login(STEP_UP_MINUTES)
@require_POST
@never_cache
def reveal(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The full value in place (htmx), or on a page of its own."""
    page = opened(request, case_id)
    form = forms.Reveal(page, request.POST)
    if not form.is_valid():
        raise loans.PurposeMissing
    field, purpose = form.cleaned_data["field"], form.cleaned_data["purpose"]
    value = loans.reveal(
        party_id=page.case.party_id, field=field, purpose=purpose, actor=page.actor, at=page.at, case_id=page.case.id
    )
    name = words.word("loans.reveal_field", field)
    template = "ui/revealed.html" if request.htmx else "console/case/revealed.html"  # type: ignore[attr-defined]
    shown = {"value": value, "name": name, "purpose": words.word("loans.reveal_purpose", purpose), "page": page}
    return render(request, template, shown)


@open_to(*CASE_WORK, why="health or family details, for a purpose; journaled")
@require_recent_login(STEP_UP_MINUTES)
@require_POST
@never_cache
def sensitive(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What the borrower wrote about health or family, shown once."""
    page = opened(request, case_id)
    form = forms.Sensitive(page, request.POST)
    purpose = form.cleaned_data["purpose"] if form.is_valid() else ""
    told = negotiation.sensitive_words(case_id=page.case.id, purpose=purpose, actor=page.actor, at=page.at)
    return tabs.show(request, page, "review", used={"sensitive_words": told})


@open_to(*READERS, why="the talk of a case asks for itself what is new", quiet=True)
@require_safe
@never_cache
def messages(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The list of messages alone, for live updates."""
    page = opened(request, case_id)
    shown = {"talk": {"bubbles": talk.bubbles(page, talk.messages(page)), "live_href": request.path}}
    return render(request, "console/case/messages.html", shown | {"page": page, "case": page.case})


@open_to(*READERS, why="one version of the offer in full")
@require_safe
@never_cache
def version(request: HttpRequest, case_id: UUID, offer_id: UUID) -> HttpResponse:
    """Schedule, rates, means, authority and approvals of one version; in the drawer, or as a page."""
    page = opened(request, case_id)
    return render(request, "console/case/version.html", {"page": page, "version": versions.told(page, offer_id)})


@open_to(*READERS, why="an entry of the journal about this case, with its proof")
@require_safe
@never_cache
def entry(request: HttpRequest, case_id: UUID, entry_id: UUID) -> HttpResponse:
    """What the journal says, and why it cannot have been changed. ``?format=json`` is the receipt as a file."""
    page = opened(request, case_id)
    found = timeline.proof(page, entry_id)
    if request.GET.get("format") == "json" and found["receipt"]:
        data = json.dumps(found["receipt"], ensure_ascii=False, indent=1).encode()
        return _file(data, f"receipt-{found['receipt']['index']}.json", "application/json")
    return render(request, "console/case/entry.html", {"page": page, **found})


@open_to(*READERS, why="a paper of the case, for a purpose; journaled")
@never_cache
def paper(request: HttpRequest, case_id: UUID, object_id: UUID) -> HttpResponse:
    """Ask for the purpose, then show a picture without its hidden data, or hand the file over."""
    page = opened(request, case_id)
    known = papers.named(page, object_id)
    form = forms.ReadPaper(page, request.POST if request.method == "POST" else None)
    shown = {"page": page, "form": form, "paper": known}
    if request.method != "POST" or not form.is_valid():
        return render(request, "console/case/paper.html", shown)
    purpose = form.cleaned_data["purpose"]
    try:
        asked: dict[str, Any] = {"case_id": case_id, "object_id": object_id, "purpose": purpose}
        if request.POST.get("as") == "preview":
            return _picture(negotiation.preview_file(**asked, actor=page.actor, at=page.at))
        data = negotiation.read_file(**asked, actor=page.actor, at=page.at)
    except Problem as fault:
        form.refusal = refusals.told(fault)
        return render(request, "console/case/paper.html", shown, status=fault.status)
    return _file(data, known["name"], known["media_type"])


@open_to(*READERS, why="the agreement of the case, in Chinese or English; journaled")
@require_POST
@never_cache
def agreement(request: HttpRequest, case_id: UUID, language: str) -> HttpResponse:
    """Hand over the newest file of the agreement."""
    page = opened(request, case_id)
    data, name = papers.agreement(page, language, "signing")
    return _file(data, name, PDF)


def _picture(data: bytes) -> HttpResponse:
    return HttpResponse(data, content_type="image/jpeg", headers={"X-Content-Type-Options": "nosniff"})


def _file(data: bytes, name: str, media_type: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=media_type, headers={"X-Content-Type-Options": "nosniff"})
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer
