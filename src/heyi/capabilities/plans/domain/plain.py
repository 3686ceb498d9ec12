"""Terms in a form that can be stored, hashed and sent, and back again: the same terms always give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from heyi.capabilities.plans.domain.problems import BadTerms
from heyi.capabilities.plans.domain.terms import (
    COMPONENTS,
    Components,
    CustomPayment,
    Method,
    PlanTerms,
    names_of_terms,
)

_FORMAT: Final = 1


def plain_terms(terms: PlanTerms) -> dict[str, Any]:
    """Strings, ints, lists and maps only (kit.canonical takes it). Rates without trailing zeros."""
    return {
        "format": _FORMAT,
        "method": terms.method.value,
        "start_on": terms.start_on.isoformat(),
        "first_due_on": terms.first_due_on.isoformat(),
        "periods": terms.periods,
        "balance": _plain_components(terms.balance),
        "annual_rate": _plain_rate(terms.annual_rate),
        "due_day": terms.due_day,
        "waivers": _plain_components(terms.waivers),
        "discount_minor": terms.discount_minor,
        "grace_periods": terms.grace_periods,
        "grace_pays": terms.grace_pays,
        "step_every": terms.step_every,
        "step_rate": _plain_rate(terms.step_rate),
        "custom": [[one.due_on.isoformat(), one.amount_minor] for one in terms.custom],
        "first_period": terms.first_period,
        "year_days": terms.year_days,
        "currency": terms.currency,
    }


def terms_from_plain(plain: Mapping[str, Any]) -> PlanTerms:
    """The terms again. Raises BadTerms for anything that ``plain_terms`` did not write."""
    missing = {name: "missing" for name in (*names_of_terms(), "format") if name not in plain}
    if missing or plain["format"] != _FORMAT:
        raise BadTerms(fields=missing or {"format": "unknown"})
    try:
        return PlanTerms(
            method=Method(plain["method"]),
            start_on=date.fromisoformat(plain["start_on"]),
            first_due_on=date.fromisoformat(plain["first_due_on"]),
            periods=int(plain["periods"]),
            balance=_components(plain["balance"]),
            annual_rate=Decimal(plain["annual_rate"]),
            due_day=int(plain["due_day"]),
            waivers=_components(plain["waivers"]),
            discount_minor=int(plain["discount_minor"]),
            grace_periods=int(plain["grace_periods"]),
            grace_pays=plain["grace_pays"],
            step_every=int(plain["step_every"]),
            step_rate=Decimal(plain["step_rate"]),
            custom=tuple(CustomPayment(date.fromisoformat(day), amount) for day, amount in plain["custom"]),
            first_period=plain["first_period"],
            year_days=plain["year_days"],
            currency=plain["currency"],
        )
    except (TypeError, ValueError, KeyError, InvalidOperation) as error:
        raise BadTerms(fields={"terms": "unreadable"}, detail=type(error).__name__) from error


def _plain_components(components: Components) -> dict[str, int]:
    return {name: components.of(name) for name in COMPONENTS}


def _components(plain: Mapping[str, Any]) -> Components:
    return Components(**{f"{name}_minor": plain[name] for name in COMPONENTS})


def _plain_rate(rate: Decimal) -> str:
    return format(rate.normalize() + 0, "f")
