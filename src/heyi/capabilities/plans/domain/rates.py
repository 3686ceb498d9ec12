"""What a plan costs a year, as one figure that borrowers can compare.

The internal rate of return of a schedule is disclosed as the PBoC's announcement 3/2021 wants it: all charges of the
plan against the principal that the borrower really has at each moment; compound (IRR) or, where simple, labelled so.
These are ratios for disclosure; floats touch no amount.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate, count, repeat
from operator import add, mul
from typing import Final

import pyxirr

from heyi.capabilities.plans.domain.methods import monthly_rate
from heyi.capabilities.plans.domain.schedules import Schedule
from heyi.capabilities.plans.domain.terms import Method

_DIGITS: Final = Decimal("0.000001")
_CLOSE_ENOUGH: Final = 1e-7  # after a step this small the error is its square
_CLOSED_FORM_FROM: Final = 1e-5  # below this rate the annuity formula loses digits


@dataclass(frozen=True, slots=True)
class AnnualisedRate:
    """The disclosed rate. ``compound`` is (1+IRR)^12−1, ``simple`` twelve times the monthly IRR: name it 单利.

    ``base_minor`` is the principal really used at the start, ``cost_minor`` all interest that runs under the plan.
    ``with_carried`` counts the carried interest, penalty interest, fees and costs as cost too: the strictest reading.
    All are fractions with six decimals. None where there is no principal, so no rate has a meaning.
    """

    compound: Decimal | None
    simple: Decimal | None
    with_carried: Decimal | None
    base_minor: int
    cost_minor: int
    basis: str  # "months" between payments, or real "dates"


def irr(flows: Sequence[float], *, guess: float | None = None) -> float | None:
    """The rate of one period at which ``flows`` (first one out, the rest in, one period apart) are worth nothing.

    None when there is no such rate. Within 1e-9 of pyxirr.irr, which answers for flows that Newton's steps do not.
    A level plan takes its steps on the closed form of an annuity instead of a sum over all periods.
    """
    step_at = _level_step(flows) if len(flows) > 3 else None
    rate = _first_guess(flows) if guess is None else guess
    for _ in range(8):
        step = step_at(rate) if step_at and rate > _CLOSED_FORM_FROM else _newton_step(flows, rate)
        if step is None:
            break
        rate -= step
        if abs(step) < _CLOSE_ENOUGH:
            return rate
    try:
        found: float | None = pyxirr.irr(flows)
    except pyxirr.InvalidPaymentsError:
        return None
    return _by_halves(flows) if found is None else found


def _by_halves(flows: Sequence[float]) -> float | None:
    """The rate by bisection, for long plans where both ways of stepping give up; None without a change of sign."""
    low, high = -0.5, 1.0
    if _worth(flows, low) < 0 or _worth(flows, high) > 0:
        return None
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _worth(flows, middle) > 0 else (low, middle)
    return (low + high) / 2


def _worth(flows: Sequence[float], rate: float) -> float:
    """The present value by Horner's rule."""
    value = 0.0
    for flow in reversed(flows):
        value = value / (1 + rate) + flow
    return value


def _first_guess(flows: Sequence[float]) -> float:
    """Total return over the sum of what was out, had it been paid back evenly: close for most plans."""
    out, periods = -flows[0], len(flows) - 1
    return 2 * (sum(flows) / out) / (periods + 1) if out > 0 and periods > 0 else 0.0


def _newton_step(flows: Sequence[float], rate: float) -> float | None:
    if rate <= -0.99:
        return None
    worth = list(map(mul, flows, accumulate(repeat(1 / (1 + rate), len(flows) - 1), mul, initial=1.0)))
    slope = sum(map(mul, worth, count()))
    return -sum(worth) * (1 + rate) / slope if slope else None


def _level_step(flows: Sequence[float]) -> Callable[[float], float | None] | None:
    """Newton's step for one amount out, the same in each period, and a last one that may differ."""
    out, regular, last, periods = flows[0], flows[1], flows[-1], len(flows) - 1
    if list(flows[1:-1]).count(regular) < periods - 1:
        return None
    odd = last - regular

    def step(rate: float) -> float | None:
        end = (1 + rate) ** -periods
        annuity = (1 - end) / rate
        worth = out + regular * annuity + odd * end
        fall = end * periods / (1 + rate)
        slope = regular * (fall - annuity) / rate - odd * fall
        return worth / slope if slope else None

    return step


def monthly_irr(plan: Schedule, *, carried_is_cost: bool = False) -> float | None:
    """The IRR of one month of a plan whose payments are months apart; None without principal."""
    principal = plan.terms.owed.principal_minor
    if not principal:
        return None
    if carried_is_cost:
        return irr((-principal, *plan.payment_minor))
    rate = monthly_rate(plan.terms.annual_rate)  # the answer, but for rounding
    return irr((-principal, *_without_carried(plan)), guess=rate.num / rate.den)


def _without_carried(plan: Schedule) -> Iterable[int]:
    if not plan.terms.owed.carried_minor:
        return plan.payment_minor
    return map(add, plan.principal_minor, plan.interest_minor)


def dated_rate(days: Sequence[date], flows: Sequence[float]) -> float | None:
    """The compound annual rate of dated flows, actual days over 365 (XIRR); None when there is none."""
    try:
        found: float | None = pyxirr.xirr(days, flows)
    except pyxirr.InvalidPaymentsError:
        return None
    return found


def annualised_rate_2021_3(plan: Schedule) -> AnnualisedRate:
    """The rate as announcement 3/2021 of the People's Bank of China wants it shown (CN-APR-1)."""
    terms, base = plan.terms, plan.terms.owed.principal_minor
    by_dates = terms.method is Method.CUSTOM or terms.first_period == "days"
    cost, carried = plan.interest_total_minor, terms.owed.carried_minor
    plain = _rate_of(plan, by_dates=by_dates, carried_is_cost=False) if cost else (0.0 if base else None)
    strict = _rate_of(plan, by_dates=by_dates, carried_is_cost=True) if carried else plain
    return AnnualisedRate(
        compound=_told(plain),
        simple=_told(None if plain is None else 12 * ((1 + plain) ** (1 / 12) - 1)),
        with_carried=_told(strict),
        base_minor=base,
        cost_minor=cost,
        basis="dates" if by_dates else "months",
    )


def _rate_of(plan: Schedule, *, by_dates: bool, carried_is_cost: bool) -> float | None:
    """Compound, per year."""
    base = plan.terms.owed.principal_minor
    if not base:
        return None
    if by_dates:
        paid = plan.payment_minor if carried_is_cost else _without_carried(plan)
        return dated_rate((plan.terms.start_on, *plan.due_on), (-base, *paid))
    monthly = monthly_irr(plan, carried_is_cost=carried_is_cost)
    return None if monthly is None else (1 + monthly) ** 12 - 1


def _told(rate: float | None) -> Decimal | None:
    return None if rate is None else Decimal(rate).quantize(_DIGITS) + 0
