"""The bank's offer: compared, budgeted, answered. Accept, change and decline weigh the same; nothing is hurried."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from heyi.capabilities.negotiation import api as negotiation
from heyi.kit.problems import NotFound
from heyi.plumbing import clock
from heyi.plumbing.access import BORROWER, open_to
from heyi.web.portal import compare, means
from heyi.web.portal.questions import labels
from heyi.web.portal.visit import back, own_case, posted, reader, time_barred, within
from heyi.web.portal.wrong import offer_links
from heyi.web.ui import words
from heyi.web.ui.forms import DayInput, Form, MoneyField

TALKING: Final = ("negotiating", "offer_open", "countered")


class CounterForm(Form):
    """The borrower's idea: what is left empty stays as it is. Trying needs no reason, sending does."""

    use_required_attribute = False

    monthly = MoneyField(label=_("每月想还多少"), required=False, help_text=_("填了金额，期数可以不填，我们来算。"))
    periods = forms.IntegerField(
        label=_("想分多少个月还"),
        required=False,
        min_value=1,
        max_value=600,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("请填整数，例如 48。")},
    )
    first_due_on = forms.DateField(
        label=_("想从哪天开始还"),
        required=False,
        widget=DayInput(),
        error_messages={"invalid": _("请填日期，例如 2026-12-10。")},
    )
    reason = forms.CharField(
        label=_("为什么这样更合适"),
        help_text=_("写一两句，经理好替您去申请。"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": "3"}),
        error_messages={"required": _("写一两句原因，经理好替您去申请。")},
    )

    def wish(self) -> negotiation.Wish:
        """What was typed, as the room takes it."""
        typed = self.cleaned_data
        monthly = typed.get("monthly")
        return negotiation.Wish(
            periods=typed.get("periods"),
            monthly_minor=monthly.amount_minor if monthly else None,
            first_due_on=typed.get("first_due_on"),
        )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not any(typed.get(name) for name in ("monthly", "periods", "first_due_on")) and not self.errors:
            raise forms.ValidationError(_("金额、月数、日期，至少填一样您想改的。"))
        return typed


class DeclineForm(Form):
    """Saying no: one tap on a reason; words if one likes."""

    reason = forms.ChoiceField(
        label=_("主要是哪里不合适"),
        widget=forms.RadioSelect,
        error_messages={"required": _("选一个最接近的就行，也可以选「其他」。")},
    )
    words = forms.CharField(
        label=_("多说几句也可以（可以不写）"),
        help_text=_("这几句话会作为留言发给客户经理。"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [one for one in negotiation.rules().decline_reasons if not one.bank_only]
        self.fields["reason"].choices = labels(mine)  # type: ignore[attr-defined]


@open_to(BORROWER, why="own negotiation")
def offer(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The plans side by side, what each leaves to live on, who gave way, and three equal answers."""
    case = own_case(request, case_id)
    if case.status not in TALKING or not case.offers:
        return redirect("portal:case", case_id=case_id)
    found = negotiation.side_by_side(case_id=case_id, actor=reader(request), at=clock.now())
    standing = case.open_offer
    shown = {
        "case": case,
        "table": compare.table(found),
        "budget": means.budget(found),
        "standing": standing,
        "mine_open": standing is not None and standing.proposed_by == "borrower",
        "conceded": compare.conceded(standing.difference) if standing else [],
        "versions": sorted(case.offers, key=lambda one: one.number, reverse=True),
        **back("case", case_id),
    }
    return render(request, "portal/offer.html", shown)


@open_to(BORROWER, why="own negotiation")
def version(request: HttpRequest, case_id: UUID, offer_id: UUID) -> HttpResponse:
    """One version with every instalment; made to be printed."""
    case = own_case(request, case_id)
    try:
        detail = negotiation.offer(case_id=case_id, offer_id=offer_id, actor=reader(request), at=clock.now())
    except negotiation.OfferNotOpen as hidden:
        raise NotFound(offer=str(offer_id)) from hidden
    plan = detail.schedule
    total = {"principal": plan.total - plan.interest_total, "interest": plan.interest_total, "payment": plan.total}
    shown = {
        "case": case,
        "detail": detail,
        "offer": detail.offer,
        "method": words.word("plans.method", detail.offer.method),
        "rows": [
            {
                "number": row.number,
                "due_on": row.due_on,
                "principal": row.principal + row.carried,
                "interest": row.interest,
                "payment": row.payment,
            }
            for row in plan.rows
        ],
        "total": total,
        "wrong": offer_links(case, offer_id) if detail.offer.proposed_by == "bank" else {},
        "conceded": compare.conceded(detail.offer.difference),
        **back("offer" if case.status in TALKING else "case", case_id, _("返回")),
    }
    return render(request, "portal/version.html", shown)


@open_to(BORROWER, why="own negotiation")
def accept(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One page that says what a yes means, then the yes."""
    case = own_case(request, case_id)
    standing = _bank_offer(case)
    if standing is None:
        return redirect("portal:offer", case_id=case_id)
    if request.method == "POST":
        offer_id = _given_id(request, standing)
        negotiation.accept_offer(case_id=case_id, offer_id=offer_id, actor=reader(request), at=clock.now())
        messages.success(request, _("谈好了。协议马上就准备好，每一条先给您看清楚再签。"))
        return redirect("portal:case", case_id=case_id)
    shown = {"case": case, "offer": standing, "time_barred": time_barred(case), **_to_offer(case_id)}
    return render(request, "portal/accept.html", shown)


@open_to(BORROWER, why="own negotiation")
def decline(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """No to the bank's version. The talk goes on."""
    case = own_case(request, case_id)
    standing = _bank_offer(case)
    if standing is None:
        return redirect("portal:offer", case_id=case_id)
    form = DeclineForm(posted(request))
    if request.method == "POST" and form.is_valid():
        actor, at, typed = reader(request), clock.now(), form.cleaned_data
        negotiation.decline_offer(
            case_id=case_id, offer_id=_given_id(request, standing), reason=typed["reason"], actor=actor, at=at
        )
        if typed["words"].strip():
            negotiation.say(case_id=case_id, body=typed["words"], actor=actor, at=at)
        messages.success(request, _("知道了。客户经理会再想办法，您也可以随时提自己的想法。"))
        return redirect("portal:case", case_id=case_id)
    return render(request, "portal/decline.html", {"case": case, "offer": standing, "form": form, **_to_offer(case_id)})


@open_to(BORROWER, why="own negotiation")
def take_back(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take one's own idea back before the bank has answered."""
    case = own_case(request, case_id)
    standing = case.open_offer
    if request.method == "POST" and standing is not None and standing.proposed_by == "borrower":
        offer_id = _given_id(request, standing)
        negotiation.withdraw_offer(case_id=case_id, offer_id=offer_id, actor=reader(request), at=clock.now())
        messages.success(request, _("您的想法已经收回。"))
    return redirect("portal:offer", case_id=case_id)


@open_to(BORROWER, why="own negotiation")
def counter(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Write one's own idea: first see what it would mean, then send it."""
    case = own_case(request, case_id)
    if "counter" not in case.acts:
        return redirect("portal:case", case_id=case_id)
    form = CounterForm(posted(request))
    sending = request.POST.get("act") == "send"
    if request.method == "POST" and not sending:
        form.fields["reason"].required = False
    found = None
    if request.method == "POST" and form.is_valid():
        try:
            found = _tried(request, case_id, form)
            if sending:
                return _sent(request, case_id, form)
        except negotiation.TermsImpossible as limit:
            _tell(form, limit)
        except negotiation.TooManyCounters as limit:
            form.add_error(None, words.problem(limit.code, limit.facts)[0])
    shown = {
        "case": case,
        "form": form,
        "table": compare.table(found, draft=True) if found else None,
        "budget": means.budget(found) if found else None,
        "within": within("answer_counter"),
        "base": case.open_offer or (case.offers[-1] if case.offers else None),
        **_to_offer(case_id, case),
    }
    return render(request, "portal/counter.html", shown)


def _tried(request: HttpRequest, case_id: UUID, form: CounterForm) -> negotiation.SideBySide:
    return negotiation.side_by_side(case_id=case_id, wish=form.wish(), actor=reader(request), at=clock.now())


def _sent(request: HttpRequest, case_id: UUID, form: CounterForm) -> HttpResponse:
    reason = form.cleaned_data["reason"]
    negotiation.counter(case_id=case_id, wish=form.wish(), reason=reason, actor=reader(request), at=clock.now())
    messages.success(request, _("您的想法已经发给银行。银行的方案还在，两边都不作废。"))
    return redirect("portal:offer", case_id=case_id)


def _bank_offer(case: negotiation.CaseView) -> negotiation.OfferView | None:
    """The version of the bank that waits for an answer."""
    standing = case.open_offer
    return standing if standing is not None and standing.proposed_by == "bank" else None


def _given_id(request: HttpRequest, standing: negotiation.OfferView) -> UUID:
    """The version that the borrower looked at. Another one than the open one is refused by the room."""
    try:
        return UUID(request.POST.get("offer", ""))
    except ValueError:
        return standing.id


def _to_offer(case_id: UUID, case: negotiation.CaseView | None = None) -> dict[str, Any]:
    name = "offer" if case is None or case.offers else "case"
    return back(name, case_id, _("返回方案") if name == "offer" else _("这件协商"))


def _tell(form: CounterForm, limit: negotiation.TermsImpossible) -> None:
    """The room's codes beside the fields."""
    for name, code in limit.facts.get("fields", {}).items():
        text = _IMPOSSIBLE.get(code) or words.word("plans.field", code)
        form.add_error(name if name in form.fields else None, str(text) % _facts(limit))


def _facts(limit: negotiation.TermsImpossible) -> dict[str, Any]:
    return {"limit": limit.facts.get("limit", ""), "least": limit.facts.get("least_periods", "")}


_IMPOSSIBLE: Final = {
    "not_in_future": _("请选今天以后的日期。"),
    "beyond_limit": _("最长可以分 %(limit)s 个月，再长就超出规定了。"),
    "never_repays": _("每月这么多，%(limit)s 个月也还不完。可以填高一点，或者给银行留言商量。"),
    "needs_more_periods": _("每月还这么多，至少要 %(least)s 个月。月数可以空着，我们来算。"),
}
