"""How each method pays back the principal: one function a method, in integers of minor units, HALF_UP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import repeat
from math import gcd
from operator import add, sub
from typing import Final, NamedTuple

from heyi.capabilities.plans.domain.problems import BadTerms
from heyi.capabilities.plans.domain.terms import Method, PlanTerms
from heyi.kit.dates import days_between


class Columns(NamedTuple):
    """What a method works out on the principal alone."""

    principal: list[int]
    interest: list[int]


class Rate(NamedTuple):
    """The rate of one month as a reduced fraction."""

    num: int
    den: int

    def on(self, balance_minor: int) -> int:
        """One month's interest, HALF_UP."""
        return (2 * balance_minor * self.num + self.den) // (2 * self.den)


@lru_cache(maxsize=1024)
def monthly_rate(annual_rate: Decimal) -> Rate:
    """A twelfth of the annual rate, exact."""
    num, den = annual_rate.as_integer_ratio()
    shared = gcd(num, 12) if num else 12
    return Rate(num // shared, den * 12 // shared)


def equal_part(amount_minor: int, parts: int) -> int:
    """The regular part, HALF_UP; rounded down instead where that would leave nothing for the last one."""
    part = (2 * amount_minor + parts) // (2 * parts)
    return part if part * (parts - 1) < amount_minor else amount_minor // parts


def level_payment(principal_minor: int, rate: Rate, periods: int) -> int:
    """The equal instalment that pays off ``principal_minor``, from the exact fraction, HALF_UP."""
    if not rate.num:
        return equal_part(principal_minor, periods)
    grown, whole = _growth(rate, periods)
    top, bottom = principal_minor * rate.num * grown, rate.den * (grown - whole)
    return (2 * top + bottom) // (2 * bottom)


@lru_cache(maxsize=4096)
def _growth(rate: Rate, periods: int) -> tuple[int, int]:
    """(1 + rate) to the power of ``periods`` as numerator and denominator."""
    return (rate.num + rate.den) ** periods, int(rate.den**periods)


def carried_parts(terms: PlanTerms, carried_minor: int) -> list[int]:
    """The carried amount in equal parts after the grace, the remainder in the last one."""
    if not carried_minor:
        return [0] * terms.periods
    paying = terms.periods - terms.grace_periods
    part = equal_part(carried_minor, paying)
    return [0] * terms.grace_periods + [part] * (paying - 1) + [carried_minor - part * (paying - 1)]


def interest_by_days(terms: PlanTerms, balance_minor: int, since: date, until: date) -> int:
    """Actual days over the year of 360 or 365 days that the terms name, HALF_UP."""
    num, den = terms.annual_rate.as_integer_ratio()
    top, bottom = balance_minor * num * days_between(since, until), den * terms.year_days
    return (2 * top + bottom) // (2 * bottom)


def _amortise(principal_minor: int, payment: int, rate: Rate, periods: int) -> Columns:
    """Equal payments of interest and principal; the last one takes what is left.

    Raises BadTerms when a payment of whole minor units does not fit: a tiny balance over a long time at a high rate
    would be over early, or would leave a last payment of more than twice the regular one.
    """
    twice, den, both = 2 * rate.num, rate.den, 2 * rate.den
    left = principal_minor
    before = [left]
    for _ in range(periods - 1):
        left += (left * twice + den) // both - payment
        before.append(left)
    principal = list(map(sub, before, before[1:]))
    interest = list(map(sub, repeat(payment), principal))
    principal.append(left)
    interest.append(rate.on(left))
    if rate.num and not (principal[0] >= 0 and 0 < left + interest[-1] <= 2 * payment):
        raise BadTerms(fields={"periods": "remainder_exceeds_instalment"})
    return Columns(principal, interest)


def _equal_instalments(terms: PlanTerms, principal_minor: int, rate: Rate) -> Columns:
    return _level(principal_minor, rate, terms.periods)


def _level(principal_minor: int, rate: Rate, periods: int) -> Columns:
    if not principal_minor:
        return Columns([0] * periods, [0] * periods)
    return _amortise(principal_minor, level_payment(principal_minor, rate, periods), rate, periods)


def _equal_principal(terms: PlanTerms, principal_minor: int, rate: Rate) -> Columns:
    part, n = equal_part(principal_minor, terms.periods), terms.periods
    interest = [rate.on(principal_minor - part * done) for done in range(n)]
    return Columns([part] * (n - 1) + [principal_minor - part * (n - 1)], interest)


def _interest_first(terms: PlanTerms, principal_minor: int, rate: Rate) -> Columns:
    n = terms.periods
    return Columns([0] * (n - 1) + [principal_minor], [rate.on(principal_minor)] * n)


def _frozen_balance(terms: PlanTerms, principal_minor: int, _: Rate) -> Columns:
    return _level(principal_minor, Rate(0, 1), terms.periods)


def _grace_then_equal(terms: PlanTerms, principal_minor: int, rate: Rate) -> Columns:
    """Grace pays the interest of each month, or nothing: then its interest, without interest on it, is spread evenly
    over the payments that follow."""
    grace, paying = terms.grace_periods, terms.periods - terms.grace_periods
    after = _level(principal_minor, rate, paying)
    principal = [0] * grace + after.principal
    if terms.grace_pays == "interest":
        return Columns(principal, [rate.on(principal_minor)] * grace + after.interest)
    waited = rate.on(principal_minor) * grace
    if terms.first_period == "days":
        waited += interest_by_days(terms, principal_minor, terms.start_on, terms.first_due_on) - rate.on(
            principal_minor
        )
    part = equal_part(waited, paying)
    late = [part] * (paying - 1) + [waited - part * (paying - 1)]
    return Columns(principal, [0] * grace + list(map(add, after.interest, late)))


def _step_up(terms: PlanTerms, principal_minor: int, rate: Rate) -> Columns:
    """Payments that rise by ``step_rate`` every ``step_every`` months, the first one from the exact fraction.

    Raises BadTerms when the first payments would not even cover the interest: a balance never grows.
    """
    if not principal_minor:
        return Columns([0] * terms.periods, [0] * terms.periods)
    payments = _stepped_payments(terms, principal_minor, rate)
    left, principal, interest = principal_minor, [], []
    for payment in payments[:-1]:
        interest.append(rate.on(left))
        principal.append(payment - interest[-1])
        left -= principal[-1]
    principal.append(left)
    interest.append(rate.on(left))
    if principal[0] < 0:
        raise BadTerms(fields={"step_rate": "first_payments_below_interest"})
    if not 0 < left + interest[-1] <= 2 * payments[-1]:
        raise BadTerms(fields={"periods": "remainder_exceeds_instalment"})
    return Columns(principal, interest)


def _stepped_payments(terms: PlanTerms, principal_minor: int, rate: Rate) -> list[int]:
    """First payment = P·(1+r)^n ÷ Σ (1+g)^step(k)·(1+r)^(n−k), all as integers over common denominators."""
    n, top_step, steps = terms.periods, (terms.periods - 1) // terms.step_every, []
    g_num, g_den = (1 + terms.step_rate).as_integer_ratio()
    for step in range(top_step + 1):
        steps.append(g_num**step * g_den ** (top_step - step))
    grown, one, worth = rate.num + rate.den, 1, 0
    for k in range(n):
        one *= rate.den
        worth = worth * grown + steps[k // terms.step_every] * one
    first_top, first_bottom = principal_minor * grown**n, worth
    levels = [(2 * first_top * step + first_bottom) // (2 * first_bottom) for step in steps]
    return [levels[k // terms.step_every] for k in range(n)]


def _lump_sum(terms: PlanTerms, principal_minor: int, rate: Rate) -> Columns:
    return Columns([principal_minor], [rate.on(principal_minor)])


METHODS: Final[dict[Method, Callable[[PlanTerms, int, Rate], Columns]]] = {
    Method.EQUAL_INSTALMENTS: _equal_instalments,
    Method.EQUAL_PRINCIPAL: _equal_principal,
    Method.INTEREST_FIRST: _interest_first,
    Method.FROZEN_BALANCE: _frozen_balance,
    Method.STEP_UP: _step_up,
    Method.GRACE_THEN_EQUAL: _grace_then_equal,
    Method.LUMP_SUM_SETTLEMENT: _lump_sum,
}
