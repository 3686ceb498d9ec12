"""Dialling: the gate is asked, a place is counted, then the number is shown; its result is written on that place."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain.conduct import fitting
from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact.domain import THIRD
from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import api as negotiation
from heyi.kit.problems import NotFound, Problem
from heyi.plumbing.access import open_to
from heyi.web.console.audience import CASE_WORK, case_href
from heyi.web.console.case import forms, gate, refusals
from heyi.web.console.case.opened import Opened, opened
from heyi.web.console.case.phrases import segment_of
from heyi.web.ui import words

ASK_TO_CALL_BACK: Final = "service"
"""Somebody who does not owe is asked to pass a message on, and for nothing else."""


@open_to(*CASE_WORK, why="asking for leave to call about a case; the gate answers")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def dial(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Choose whom to call. Yes: the page of that call. No: the clauses, the facts, what may be done instead, when."""
    page = _callable(request, case_id)
    form = forms.Dial(page, request.POST if request.method == "POST" else None)
    answer: gate.Light | None = None
    status = 200
    if form.is_bound and form.is_valid():
        try:
            asked = _ask(page, form.cleaned_data)
        except NotFound:
            raise
        except Problem as fault:
            form.refusal, status = refusals.told(fault), fault.status
        else:
            if asked.leave is not None:
                return HttpResponseRedirect(page.href("call", asked.leave.id))
            answer, status = gate.told("call", asked.verdict), 409
    elif form.is_bound:
        status = 422
    shown = {
        "page": page,
        "case": page.case,
        "form": form,
        "answer": answer,
        "asks": _approvals(answer, page),
        "now": gate.light(page, channel="call", purpose="negotiation") if answer is None else None,
        "open": _open_calls(page),
    }
    return render(request, "console/case/dial.html", shown, status=status)


@open_to(*CASE_WORK, why="one's own call: the number while the leave stands (journaled), then what became of it")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def call(request: HttpRequest, case_id: UUID, leave_id: UUID) -> HttpResponse:
    """The number with the opening line, and the form for what became of it."""
    page = _callable(request, case_id)
    leave = contact.leave_of(leave_id=leave_id, actor=page.actor, at=page.at)
    if leave.case_id != page.case.id or leave.reported_at is not None:
        return HttpResponseRedirect(case_href(page.case.id))
    form = forms.CallResult(page, request.POST if request.method == "POST" else None, third=leave.recipient in THIRD)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            _report(page, leave.id, form.cleaned_data)
        except NotFound:
            raise
        except Problem as fault:
            form.refusal, status = refusals.told(fault), fault.status
        else:
            messages.success(request, _("这通电话记下了。"))
            return HttpResponseRedirect(case_href(page.case.id))
    elif form.is_bound:
        status = 422
    number, closed = _number(page, leave)
    shown = {
        "page": page,
        "case": page.case,
        "form": form,
        "leave": leave,
        "number": number,
        "closed": closed,
        "who": words.word("contact.recipient", leave.recipient),
        "purpose": words.word("contact.purpose", leave.purpose),
        "opening": _opening(page, leave),
    }
    return render(request, "console/case/call.html", shown, status=status)


def _callable(request: HttpRequest, case_id: UUID) -> Opened:
    page = opened(request, case_id)
    if page.case.looked_beyond_branch or not page.may("log_phone"):
        raise negotiation.NotYourAct(act="log_phone")
    return page


def _ask(page: Opened, data: dict[str, Any]) -> contact.Asked:
    party_id = UUID(data["who"]) if data["who"] else None
    links = loans.contract(contract_id=page.case.contract.id, actor=page.actor).links
    third = any(link.party_id == party_id and link.kind in THIRD for link in links)
    return negotiation.dial(
        case_id=page.case.id,
        party_id=party_id,
        purpose=ASK_TO_CALL_BACK if third else data["purpose"],
        recorded=data["recorded"],
        actor=page.actor,
        at=page.at,
    )


def _report(page: Opened, leave_id: UUID, data: dict[str, Any]) -> None:
    negotiation.report_call(
        case_id=page.case.id,
        leave_id=leave_id,
        outcome=data["outcome"],
        effective=data.get("effective", False),
        opted_out=data.get("opted_out", False),
        minutes=data["minutes"] or 0,
        words=data["words"],
        actor=page.actor,
        at=page.at,
    )


def _number(page: Opened, leave: contact.LeaveView) -> tuple[str, str]:
    """The number, or why there is none any more; each look is journaled."""
    try:
        return contact.leave_destination(leave_id=leave.id, actor=page.actor, at=page.at), ""
    except contact.LeaveGone as fault:
        return "", refusals.told(fault)[0]


def _opening(page: Opened, leave: contact.LeaveView) -> dict[str, str]:
    """The approved first sentence: for somebody who does not owe the fixed words, else the one for this person."""
    if leave.script:
        return {"text": leave.script, "approval": ""}
    scripts = compliance.scripts(at=page.at)
    first = fitting(scripts, segment=segment_of(page, scripts), moment="opening")[0]
    return {"text": first.words.zh, "approval": f"{first.approval} · {first.version}"}


def _approvals(answer: gate.Light | None, page: Opened) -> list[dict[str, str]]:
    """Where the approvals are asked for that would open it."""
    kinds = [approvals.kind(one) for one in answer.approvals] if answer else []
    return [
        {"href": reverse("console:vote_new", args=[kind.key]), "text": _("申请审批")}
        for kind in kinds
        if page.actor.has(*kind.ask)
    ]


def _open_calls(page: Opened) -> list[dict[str, Any]]:
    """Calls of one's own whose result nobody wrote down; overdue, they close the gate."""
    found = contact.open_leaves(actor=page.actor, at=page.at)
    return [
        {
            "href": reverse("console:case_call", args=[one.case_id, one.id]),
            "to": one.destination_masked,
            "at": one.taken_at,
            "late": one.report_by <= page.at,
            "by": one.report_by,
        }
        for one in found
        if one.case_id is not None
    ]
