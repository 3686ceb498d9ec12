"""A time limit is started by hand where no room of the product does, extended as the rule allows, and ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.loans import api as loans
from heyi.kit.problems import Problem
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console.audience import actor_of
from heyi.web.console.case.opened import in_english
from heyi.web.console.compliance.clocks import KEEPERS
from heyi.web.ui import words
from heyi.web.ui.forms import DayInput, Form

FIELDS = {"ends_on": "ends_on", "starts_on": "starts_on", "evidence": "evidence", "reason": "reason"}


class StartForm(Form):
    """Which limit, about whom, from when."""

    kind = forms.ChoiceField(label=gettext_lazy("哪一种期限"))
    contract_no = forms.CharField(
        label=gettext_lazy("合同号"), max_length=40, help_text=gettext_lazy("关于哪份合同；按它归到网点。")
    )
    evidence = forms.CharField(
        label=gettext_lazy("编号"),
        max_length=60,
        help_text=gettext_lazy("投诉、异议、通知或授权书的编号，例如 TS-2026-0031。不要写身份证号和手机号。"),
    )
    starts_on = forms.DateField(
        label=gettext_lazy("从哪一天起"),
        widget=DayInput(),
        help_text=gettext_lazy("收到的那天，或通知送达的那天；当天不算，从第二天起数。"),
    )
    ends_on = forms.DateField(
        label=gettext_lazy("最后一天"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("只有授权书和保存期要写；其他的由规则算出来。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("为什么手工登记"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text=gettext_lazy("例如：客户在柜台投诉，这里还没有投诉流程。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (one.kind, one.title_en if in_english() else one.title_zh) for one in compliance.kinds_by_hand()
        ]


@open_to(*KEEPERS, why="starting a time limit of one's branches by hand, with a reason")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Start it; what does not fit is said beside its field."""
    form = StartForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            started = _start(request, form.cleaned_data)
        except compliance.ClockUnclear as fault:
            for name, why in fault.facts["fields"].items():
                personal = _("这里不要写身份证号和手机号。")
                form.add_error(FIELDS.get(name), personal if why == "personal" else _("这里对不上，请再看一眼。"))
        except Problem as fault:
            what, then = words.problem(fault.code, fault.facts)
            form.add_error("contract_no" if fault.code.startswith("loans.") else None, f"{what}{then}")
        else:
            if started is not None:
                messages.success(request, _("已开始计时，最后一天是 %(day)s。") % {"day": started.due_on.isoformat()})
                return redirect("console:clocks")
            form.add_error("evidence", _("这个编号已经在计时。"))
    return render(request, "console/compliance/clock_new.html", {"form": form}, status=422 if form.errors else 200)


@open_to(*KEEPERS, why="more time for a limit of one's branches, as the rule allows")
@require_POST
def extend(request: HttpRequest, clock_id: UUID) -> HttpResponse:
    """Extend it, or put the extension to the vote where the rule asks for that."""
    reason, actor, at = request.POST.get("reason", ""), actor_of(request), clock.now()
    try:
        longer = compliance.extend_clock(clock_id=clock_id, reason=reason, actor=actor, at=at)
    except compliance.NoMoreExtension as fault:
        if fault.facts.get("why") != "approval_missing":
            raise
        asked = compliance.ask_extension(clock_id=clock_id, reason=reason, actor=actor, at=at)
        messages.success(request, _("已提交审批。批准后自动延长，请同时告诉投诉人。"))
        return redirect("console:vote", asked)
    messages.success(request, _("已延长到 %(day)s，请告诉对方。") % {"day": longer.due_on.isoformat()})
    return redirect("console:clocks")


@open_to(*KEEPERS, why="ending a time limit of one's branches")
@require_POST
def end(request: HttpRequest, clock_id: UUID) -> HttpResponse:
    """What the limit asked for is done."""
    compliance.end_clock(
        clock_id=clock_id, outcome=request.POST.get("outcome", ""), actor=actor_of(request), at=clock.now()
    )
    messages.success(request, _("已办结，这个期限不再提醒。"))
    return redirect("console:clocks")


def _start(request: HttpRequest, given: dict[str, Any]) -> compliance.Clock | None:
    """The clock that runs from now on; None where one with this number runs already."""
    actor, at = actor_of(request), clock.now()
    contract = loans.contract_by_no(contract_no=given["contract_no"].strip(), actor=actor)
    subject = f"{contract.contract_no}:{given['evidence'].strip()}"
    if any(one.ended_at is None and one.kind.kind == given["kind"] for one in compliance.clocks_of(subject=subject)):
        return None
    return compliance.start_clock(
        kind=given["kind"],
        subject=subject,
        starts_on=given["starts_on"],
        ends_on=given["ends_on"],
        branch=contract.branch,
        party_id=contract.party_id,
        contract_id=contract.id,
        evidence=given["evidence"].strip(),
        reason=given["reason"],
        actor=actor,
        at=at,
    )
