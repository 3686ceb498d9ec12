"""After signing: what is paid, what comes next and how, «I have a problem», asking for other terms, the last letter."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.plans import api as plans
from heyi.capabilities.plans.domain import PlanView
from heyi.plumbing import clock
from heyi.plumbing.access import BORROWER, open_to
from heyi.web.portal.papers import letters
from heyi.web.portal.paying import pay_to
from heyi.web.portal.questions import labels
from heyi.web.portal.visit import back, own_case, posted, reader, within, words_of
from heyi.web.portal.wrong import begun, link
from heyi.web.ui import words
from heyi.web.ui.forms import Form
from heyi.web.ui.templatetags.heyi_ui import percent_of


class ProblemForm(Form):
    """What is the matter, in one tap; words if one likes."""

    kind = forms.ChoiceField(
        label=_("遇到了什么"),
        widget=forms.RadioSelect,
        error_messages={"required": _("选一个最接近的就行，也可以选「其他」。")},
    )
    words = forms.CharField(
        label=_("多说几句也可以（可以不写）"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "4"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = labels(negotiation.rules().problems)  # type: ignore[attr-defined]


class ChangeForm(Form):
    """Why the agreement no longer fits."""

    reason = forms.ChoiceField(
        label=_("发生了什么变化"),
        widget=forms.RadioSelect,
        error_messages={"required": _("选一个最接近的就行，也可以选「其他」。")},
    )
    words = forms.CharField(
        label=_("多说几句也可以（可以不写）"),
        help_text=_("这里请不要写病情，需要时会单独问您。"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "4"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = labels(negotiation.rules().reasons)  # type: ignore[attr-defined]


@open_to(BORROWER, why="own plan")
def follow(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Paid so far, the next instalment and how to pay it, every promise with its state in words."""
    case = own_case(request, case_id)
    if case.plan_id is None:
        return redirect("portal:case", case_id=case_id)
    plan = plans.plan(plan_id=case.plan_id)
    shown = {
        "case": case,
        "plan": plan,
        "next": plan.next_due,
        "late": plan.next_due is not None and plan.next_due.told == "late",
        "passed": plan.next_due is not None and plan.next_due.payable_until < clock.today(),
        "in_time_until": _in_time_until(plan),
        "paid_periods": sum(one.settled_on is not None for one in plan.instalments),
        "percent": percent_of(plan.paid, plan.total),
        "rows": _rows(plan),
        "total": {"principal": _sum(plan, "principal"), "interest": _sum(plan, "interest"), "payment": plan.total},
        "payments": [one for one in plan.payments if one.reversed_at is None][-12:],
        "letters": letters(case_id),
        "missing": link(case, "payment"),
        "pay": pay_to(case.contract),
        "may_change": "request_change" in case.acts,
        "may_tell": "raise_problem" in case.acts,
        **back("case", case_id),
    }
    return render(request, "portal/follow.html", shown)


@open_to(BORROWER, why="own negotiation")
def problem(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """«I have a problem», at any time, with the answers to earlier ones."""
    case = own_case(request, case_id)
    if "raise_problem" not in case.acts:
        return redirect("portal:case", case_id=case_id)
    form = ProblemForm(posted(request), initial=begun(request, case))
    if request.method == "POST" and form.is_valid():
        typed, actor, at = form.cleaned_data, reader(request), clock.now()
        negotiation.raise_problem(case_id=case_id, kind=typed["kind"], words=typed["words"], actor=actor, at=at)
        messages.success(
            request, _("收到了，%(within)s内答复您。谢谢您告诉我们。") % {"within": within("answer_problem")}
        )
        return redirect("portal:problem", case_id=case_id)
    shown = {
        "case": case,
        "form": form,
        "told": [{"view": one, "kind": _kind(one.kind)} for one in case.problems],
        "may_change": "request_change" in case.acts,
        "within": within("answer_problem"),
        **back("case", case_id),
    }
    return render(request, "portal/problem.html", shown)


@open_to(BORROWER, why="own plan")
def change(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Ask for other terms: a new round. The agreement holds until a new one is signed."""
    case = own_case(request, case_id)
    if "request_change" not in case.acts:
        return redirect("portal:case", case_id=case_id)
    form = ChangeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        typed, actor, at = form.cleaned_data, reader(request), clock.now()
        negotiation.request_change(case_id=case_id, reason=typed["reason"], words=typed["words"], actor=actor, at=at)
        messages.success(request, _("收到了，我们重新商量。新的签好以前，还按原来的还。"))
        return redirect("portal:case", case_id=case_id)
    return render(request, "portal/change.html", {"case": case, "form": form, **back("follow", case_id, _("还款计划"))})


def _in_time_until(plan: PlanView) -> date | None:
    """Until when the next instalment still counts as in time."""
    return plan.next_due.payable_until + timedelta(days=plan.tolerance_days) if plan.next_due else None


def _rows(plan: PlanView) -> list[dict[str, Any]]:
    return [
        {
            "number": one.number,
            "due_on": one.due_on,
            "principal": one.principal + one.carried,
            "interest": one.interest,
            "payment": one.payment,
            "note": words.word("plans.promise", one.told),
        }
        for one in plan.instalments
    ]


def _sum(plan: PlanView, part: str) -> Any:
    interest = plan.total - plan.total
    for one in plan.instalments:
        interest += one.interest
    return interest if part == "interest" else plan.total - interest


def _kind(key: str) -> str:
    found = words_of("problems", (key,))
    return found[0] if found else key
