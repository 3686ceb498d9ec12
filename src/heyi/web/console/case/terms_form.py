"""The editor of a plan: one form for all eight methods, read into terms that are checked when they are made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from heyi.capabilities.plans import api as plans
from heyi.capabilities.plans.domain import COMPONENTS, Components, CustomPayment, Method, PlanTerms
from heyi.kit.money import Money
from heyi.web.console.case.forms import text_area
from heyi.web.ui import words
from heyi.web.ui.forms import DayInput, Form, MoneyField, RateField

CUSTOM_MOST: Final = 600
_REST: Final = ("剩下的", "rest", "*")  # i18n:off what people type for the last payment
_DAY: Final = DayInput()

UNITS: Final = {
    "periods": pgettext_lazy("unit", "期"),
    "due_day": pgettext_lazy("unit", "日"),
    "grace_periods": _("个月"),
    "step_every": _("个月"),
}
_FIELD_OF: Final[Mapping[str, str]] = {
    **{f"waivers.{name}_minor": f"waive_{name}" for name in COMPONENTS},
    "discount_minor": "discount",
    "step_every": "step_rate",
    "first_payments_below_interest": "step_rate",
}
"""Field of the terms → field of this form, where the names differ."""


class TermsForm(Form):
    """Terms as a person types them. Fields of other methods are left out of account, not refused."""

    method = forms.ChoiceField(label=_("还款方式"))
    periods = forms.IntegerField(label=_("期数"), min_value=1, max_value=CUSTOM_MOST, required=False)
    annual_rate = RateField(label=_("年利率"), required=False)
    first_due_on = forms.DateField(label=_("首期日"), required=False, widget=_DAY)
    due_day = forms.IntegerField(label=_("每月还款日"), min_value=1, max_value=31, required=False)
    waive_principal = MoneyField(label=_("减免本金"), required=False)
    waive_interest = MoneyField(label=_("减免欠息"), required=False)
    waive_penalty = MoneyField(label=_("减免罚息"), required=False)
    waive_fees = MoneyField(label=_("减免费用"), required=False)
    waive_costs = MoneyField(label=_("减免实现债权费用"), required=False)
    discount = MoneyField(label=_("结清优惠"), required=False)
    grace_periods = forms.IntegerField(label=_("宽限几个月"), min_value=0, max_value=60, required=False)
    grace_pays = forms.ChoiceField(label=_("宽限期内"), required=False)
    step_every = forms.IntegerField(label=_("几个月一级"), min_value=1, max_value=60, required=False)
    step_rate = RateField(label=_("每级多还"), required=False)
    first_period = forms.ChoiceField(label=_("首期利息"), required=False)
    custom = text_area(
        _("每一期：日期 金额"), required=False, rows=6, hint=_("一行一期，最后一期可以写「剩下的」。"), most=40_000
    )
    reason = text_area(_("给借款人的说明"), required=False, hint=_("借款人会在方案旁边看到。"))

    def __init__(self, start: PlanTerms, data: Any = None, *, source: PlanTerms | None = None, note: str = "") -> None:
        """``start`` holds today's balance and day, ``source`` what the fields begin with."""
        super().__init__(data, initial={**typed(source or start), "reason": note}, auto_id="terms_%s")
        self.start = start
        self.fields["method"].choices = words.choices("plans.method")  # type: ignore[attr-defined]
        self.fields["grace_pays"].choices = words.choices("plans.grace_pays")  # type: ignore[attr-defined]
        self.fields["first_period"].choices = words.choices("console.first_period")  # type: ignore[attr-defined]
        self.fields["due_day"].widget.attrs["placeholder"] = _now("同首期日")
        for name, unit in UNITS.items():
            self.fields[name].unit = unit  # type: ignore[attr-defined]  # drawn behind the input

    def clean_custom(self) -> tuple[CustomPayment, ...]:
        lines = [line for line in self.cleaned_data["custom"].splitlines() if line.strip()]
        if self.data.get("method") != Method.CUSTOM:
            return ()
        if len(lines) > CUSTOM_MOST:
            raise forms.ValidationError(words.word("plans.field", "too_large"))
        return tuple(_custom_line(number, line) for number, line in enumerate(lines, start=1))

    def terms(self) -> PlanTerms | None:
        """The terms; None with errors beside the fields when they cannot stand."""
        if not self.is_valid():
            return None
        try:
            return read(self.start, self.cleaned_data)
        except plans.BadTerms as error:
            self.tell(error.facts.get("fields", {}), error.facts)
            return None

    def tell(self, codes: Mapping[str, str], facts: Mapping[str, Any] | None = None) -> None:
        """Put what is wrong beside the fields, in words."""
        number = (facts or {}).get("number")
        for name, code in codes.items():
            told = words.word("plans.field", code)
            if number:
                told = _now("第 %(number)s 期：%(told)s") % {"number": number, "told": told}
            field = _FIELD_OF.get(name, name)
            self.add_error(field if field in self.fields else None, told)


def typed(terms: PlanTerms) -> dict[str, Any]:
    """Terms as they would be typed."""
    return {
        "method": terms.method.value,
        "periods": terms.periods,
        "annual_rate": terms.annual_rate,
        "first_due_on": terms.first_due_on,
        "due_day": terms.due_day if terms.due_day != terms.first_due_on.day else None,
        **{f"waive_{name}": _yuan(terms.waivers.of(name)) for name in COMPONENTS},
        "discount": _yuan(terms.discount_minor),
        "grace_periods": terms.grace_periods or None,
        "grace_pays": terms.grace_pays,
        "step_every": terms.step_every,
        "step_rate": terms.step_rate or None,
        "first_period": terms.first_period,
        "custom": "\n".join(_line(payment) for payment in terms.custom),
    }


def read(start: PlanTerms, data: Mapping[str, Any]) -> PlanTerms:
    """Terms from cleaned fields, on the balance and day of ``start``. Raises BadTerms."""
    method = Method(data["method"])
    custom = data["custom"] if method is Method.CUSTOM else ()
    first = custom[0].due_on if custom else data["first_due_on"]
    missing = {} if first else {"custom" if method is Method.CUSTOM else "first_due_on": "missing"}
    if not data["periods"] and method not in (Method.CUSTOM, Method.LUMP_SUM_SETTLEMENT):
        missing["periods"] = "missing"
    if missing:
        raise plans.BadTerms(fields=missing)
    graced, stepped = method is Method.GRACE_THEN_EQUAL, method is Method.STEP_UP
    settled, frozen = method is Method.LUMP_SUM_SETTLEMENT, method is Method.FROZEN_BALANCE
    return PlanTerms(
        method=method,
        start_on=start.start_on,
        first_due_on=first,
        periods=len(custom) if custom else 1 if settled else data["periods"],
        balance=start.balance,
        annual_rate=Decimal(0) if frozen else data["annual_rate"] or Decimal(0),
        due_day=0 if custom or settled else data["due_day"] or 0,
        waivers=Components(**{f"{name}_minor": _minor(data[f"waive_{name}"]) for name in COMPONENTS}),
        discount_minor=_minor(data["discount"]) if settled else 0,
        grace_periods=(data["grace_periods"] or 0) if graced else 0,
        grace_pays=(data["grace_pays"] or "interest") if graced else "interest",
        step_every=(data["step_every"] or 12) if stepped else 12,
        step_rate=(data["step_rate"] or Decimal(0)) if stepped else Decimal(0),
        custom=custom,
        first_period=data["first_period"] or "month",
        currency=start.currency,
    )


def _custom_line(number: int, line: str) -> CustomPayment:
    found = re.fullmatch(r"\s*(\d{4})\D(\d{1,2})\D(\d{1,2})\D*?[\s,，\t]+(.+?)\s*", line)
    if not found:
        raise forms.ValidationError(_now("第 %(number)s 行：写成「2026-12-10 1,000.00」。") % {"number": number})
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise forms.ValidationError(_now("第 %(number)s 行：没有这一天。") % {"number": number}) from None
    amount = found[4].strip()
    return CustomPayment(day, None if amount in _REST else MoneyField().clean(amount).amount_minor)


def _line(payment: CustomPayment) -> str:
    return f"{payment.due_on} {_REST[0] if payment.amount_minor is None else _yuan(payment.amount_minor)}"


def _yuan(minor: int) -> str:
    return str(Money(minor)).replace(",", "") if minor else ""


def _minor(amount: Money | None) -> int:
    return amount.amount_minor if amount is not None else 0
