"""The limitation of one debt, explained step by step; what happened to it is written down, or withdrawn."""

from __future__ import annotations

import re
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.loans import api as loans
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console.audience import READERS, actor_of
from heyi.web.console.book.lines import contract_href
from heyi.web.console.compliance.clocks import KEEPERS
from heyi.web.console.compliance.rules import own
from heyi.web.ui import words
from heyi.web.ui.forms import DayInput, Form

PAYMENT: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
WITHDRAWERS: Final = ("lead", "compliance")
BY_HAND: Final = (
    *("demand", "card_message", "message", "deduction", "consent", "police_report"),
    *("suit", "arbitration", "called_due", "obstacle"),
)


class EventForm(Form):
    """Something that happened to the debt."""

    kind = forms.ChoiceField(label=gettext_lazy("发生了什么"))
    on = forms.DateField(label=gettext_lazy("哪一天"), widget=DayInput())
    until = forms.DateField(
        label=gettext_lazy("结束的那天（还没结束就空着）"),
        required=False,
        widget=DayInput(),
    )
    evidence = forms.CharField(
        label=gettext_lazy("凭证在哪里"),
        max_length=160,
        help_text=gettext_lazy("例如：挂号信回执编号、案号、扣款流水号。不要写身份证号和手机号。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind, words.word("clocks.event", kind)) for kind in BY_HAND
        ]


@open_to(*READERS, why="the limitation of a contract of one's branches")
@require_safe
def limitation(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Where one debt stands and why, each step by its article and its proof."""
    return _limitation(request, contract_id, EventForm())


@open_to(*KEEPERS, why="writing down what happened to a debt of one's branches")
@require_POST
def record(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """One more event; what does not fit is shown beside its field and nothing typed is lost."""
    form = EventForm(request.POST)
    if form.is_valid():
        try:
            compliance.record_limitation_event(
                contract_id=contract_id, actor=actor_of(request), at=clock.now(), **form.cleaned_data
            )
        except compliance.ClockUnclear as unclear:
            for name in unclear.facts["fields"]:
                form.add_error(name, _("这里对不上，请再看一眼。"))
        else:
            messages.success(request, _("已记下，时效已重新计算。"))
            return redirect("console:limitation", contract_id)
    answer = _limitation(request, contract_id, form)
    answer.status_code = 422
    return answer


@open_to(*WITHDRAWERS, why="taking back a wrong event of a debt of one's branches")
@require_POST
def withdraw(request: HttpRequest, contract_id: UUID, event_id: UUID) -> HttpResponse:
    """An event that was wrong; it stays readable as withdrawn."""
    compliance.withdraw_limitation_event(
        event_id=event_id, reason=request.POST.get("reason", ""), actor=actor_of(request), at=clock.now()
    )
    messages.success(request, _("已撤回，时效已重新计算。"))
    return redirect("console:limitation", contract_id)


def _limitation(request: HttpRequest, contract_id: UUID, form: EventForm) -> HttpResponse:
    actor = actor_of(request)
    contract = loans.contract(contract_id=contract_id, actor=actor)
    view = compliance.limitation_of(contract_id=contract_id, actor=actor, at=clock.now())
    shown = {
        "contract": contract,
        "contract_href": contract_href(contract_id),
        "view": view,
        "state": words.word("clocks.state", view.standing.state) if view else "",
        "steps": [_step(step, contract_id) for step in view.steps] if view else [],
        "next": own(view.next_says) if view and view.next_says else "",
        "doubts": list(dict.fromkeys(own(step.doubt) for step in view.steps if step.doubt)) if view else [],
        "form": form,
        "may_record": actor.has(*KEEPERS),
        "may_withdraw": actor.has(*WITHDRAWERS),
    }
    return render(request, "console/compliance/limitation.html", shown)


def _step(one: compliance.StepView, contract_id: UUID) -> dict[str, Any]:
    step, event = one.step, one.step.what.partition(".")[2]
    return {
        "on": step.on,
        "happened": words.word("clocks.event", event) if event else "",
        "says": own(one.says),
        "source": one.source,
        "counts": step.counts,
        "ends": step.expires_on,
        **_proof(step.evidence),
        "doubt": own(one.doubt) if one.doubt else "",
        "withdraw_href": reverse("console:limitation_withdraw", args=[contract_id, step.event_id])
        if step.event_id
        else "",
    }


def _proof(evidence: str) -> dict[str, str]:
    """Where the proof lies, in words; what the house wrote down itself is named, not shown by its number."""
    table, _colon, key = evidence.partition(":")
    if table == "loans_payment" and PAYMENT.fullmatch(key):
        return {"evidence": _("入账记录"), "evidence_href": reverse("console:payment", args=[key])}
    told = {"vault_object": _("已签的协议"), "contact_message": _("系统发出的消息和它的回执")}
    return {"evidence": told.get(table, evidence), "evidence_href": ""}
