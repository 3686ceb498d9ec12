"""Terms, means and the bank's policy that the tests of this room share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from heyi.capabilities.plans.adapters import pack_files
from heyi.capabilities.plans.domain import (
    NOTHING,
    Components,
    CurrentContract,
    LivingCosts,
    Means,
    Method,
    PlanTerms,
    Policy,
    Situation,
)

TODAY = date(2026, 11, 16)
FIRST = date(2026, 12, 10)


def policy() -> Policy:
    return pack_files.load("cn", TODAY)


def terms(**changes: Any) -> PlanTerms:
    """36 equal instalments of 43,435.75 yuan at 4.8 %."""
    usual: dict[str, Any] = {
        "method": Method.EQUAL_INSTALMENTS,
        "start_on": TODAY,
        "first_due_on": FIRST,
        "periods": 36,
        "balance": Components(principal_minor=4_343_575),
        "annual_rate": Decimal("0.048"),
    }
    return PlanTerms(**usual | changes)


BALANCE = Components(principal_minor=4_343_575, interest_minor=467_665, penalty_minor=50_795)


def contract(**changes: Any) -> CurrentContract:
    """A consumer loan, 47 days overdue, 18 months to go."""
    usual: dict[str, Any] = {
        "product": "consumer",
        "balance": BALANCE,
        "due_now_minor": 768_460,
        "annual_rate": Decimal("0.072"),
        "penalty_rate": Decimal("0.036"),
        "months_left": 18,
        "next_due_on": date(2026, 12, 1),
    }
    return CurrentContract(**usual | changes)


def means(**changes: Any) -> Means:
    """A parent and a child on 6,800 yuan, 4,900 of them needed."""
    usual: dict[str, Any] = {
        "income_monthly_minor": 680_000,
        "living_costs": LivingCosts(housing_minor=180_000, food_minor=250_000, other_minor=60_000),
        "household": 2,
        "dependants": 1,
    }
    return Means(**usual | changes)


def situation(**changes: Any) -> Situation:
    usual: dict[str, Any] = {
        "contract": contract(),
        "means": means(),
        "policy": policy(),
        "start_on": TODAY,
        "due_day": 10,
    }
    return Situation(**usual | changes)


rates = st.integers(0, 3600).map(lambda basis: Decimal(basis) / 10_000)
days = st.dates(date(2024, 1, 1), date(2032, 12, 31))


@st.composite
def any_terms(draw: st.DrawFn, methods: tuple[Method, ...] = tuple(Method)) -> PlanTerms:
    """Terms of every method but custom, over the whole range of balances, rates, dates and periods."""
    method = draw(st.sampled_from([one for one in methods if one is not Method.CUSTOM]))
    periods = 1 if method is Method.LUMP_SUM_SETTLEMENT else draw(st.integers(2, 600) | st.integers(2, 60))
    principal = draw(st.integers(200_000, 10**13) | st.integers(200_000, 10**7))
    balance = Components(principal, *(draw(st.just(0) | st.integers(1000, principal)) for _ in range(4)))
    waivers = NOTHING
    if draw(st.booleans()):
        waivers = Components(
            0, *(draw(st.integers(0, balance.of(name))) for name in ("interest", "penalty", "fees", "costs"))
        )
    first = draw(days)
    extra: dict[str, Any] = {}
    if method is Method.GRACE_THEN_EQUAL:
        extra = {
            "grace_periods": draw(st.integers(1, periods - 1)),
            "grace_pays": draw(st.sampled_from(["interest", "nothing"])),
        }
    if method is Method.STEP_UP:
        extra = {"step_every": draw(st.integers(1, 24)), "step_rate": draw(st.integers(0, 10)) * Decimal("0.01")}
    if method is Method.LUMP_SUM_SETTLEMENT:
        extra = {"discount_minor": draw(st.integers(0, principal - 1))}
    return PlanTerms(
        method=method,
        start_on=date.fromordinal(first.toordinal() - draw(st.integers(0, 60))),
        first_due_on=first,
        periods=periods,
        balance=balance,
        annual_rate=Decimal(0) if method is Method.FROZEN_BALANCE else draw(rates),
        waivers=waivers,
        first_period=draw(st.sampled_from(["month", "days"])),
        year_days=draw(st.sampled_from([360, 365])),
        **extra,
    )
