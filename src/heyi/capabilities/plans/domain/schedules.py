"""From terms to a schedule: integers of minor units, every amount exact, every rounding written down.

Interest of a period = balance × annual rate ÷ 12, rounded HALF_UP to the minor unit, on the principal still out.
What rounding leaves over goes into the last payment, so each schedule sums to the last minor unit. Balances are worked
out in one tight loop; the other columns follow from them. See docs/decisions/0006-integer-schedules.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate, repeat
from operator import add, sub
from typing import Final, NamedTuple

from heyi.capabilities.plans.domain.due_dates import due_dates
from heyi.capabilities.plans.domain.methods import METHODS, carried_parts, interest_by_days, monthly_rate
from heyi.capabilities.plans.domain.problems import BadTerms
from heyi.capabilities.plans.domain.terms import Method, PlanTerms
from heyi.kit.dates import add_months
from heyi.kit.money import Money

ROUNDING: Final = "HALF_UP per period, remainder in the last payment"


class Row(NamedTuple):
    """One instalment. A named tuple, because a schedule of 600 of them must cost microseconds.

    ``carried_minor`` settles interest, penalty interest, fees and costs from before the plan;
    ``balance_after_minor`` is the principal and the carried amount still open.
    """

    number: int
    due_on: date
    principal_minor: int
    interest_minor: int
    carried_minor: int
    payment_minor: int
    balance_after_minor: int
    currency: str = "CNY"

    @property
    def principal(self) -> Money:
        return Money(self.principal_minor, self.currency)

    @property
    def interest(self) -> Money:
        return Money(self.interest_minor, self.currency)

    @property
    def carried(self) -> Money:
        return Money(self.carried_minor, self.currency)

    @property
    def payment(self) -> Money:
        return Money(self.payment_minor, self.currency)

    @property
    def balance_after(self) -> Money:
        return Money(self.balance_after_minor, self.currency)


@dataclass(frozen=True)
class Schedule:
    """All instalments of one plan, kept as columns of equal length; ``rows`` puts them side by side."""

    terms: PlanTerms
    due_on: tuple[date, ...]
    principal_minor: tuple[int, ...]
    interest_minor: tuple[int, ...]
    carried_minor: tuple[int, ...]
    payment_minor: tuple[int, ...]
    balance_after_minor: tuple[int, ...]

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        columns = (self.principal_minor, self.interest_minor, self.carried_minor, self.payment_minor)
        numbers = range(1, len(self.due_on) + 1)
        sides = zip(numbers, self.due_on, *columns, self.balance_after_minor, repeat(self.terms.currency), strict=False)
        return tuple(map(Row._make, sides))

    @cached_property
    def total_minor(self) -> int:
        """Everything that the borrower pays under the plan."""
        return sum(self.payment_minor)

    @cached_property
    def interest_total_minor(self) -> int:
        """Interest that runs under the plan; not the interest carried over from before."""
        return sum(self.interest_minor)

    @property
    def total(self) -> Money:
        return self.terms.money(self.total_minor)

    @property
    def interest_total(self) -> Money:
        return self.terms.money(self.interest_total_minor)

    @cached_property
    def typical_payment_minor(self) -> int:
        """The payment that comes most often, the earlier one on a tie: «what it is each month»."""
        counts: dict[int, int] = {}
        for payment in self.payment_minor:
            counts[payment] = counts.get(payment, 0) + 1
        return max(counts, key=lambda payment: counts[payment])

    @property
    def typical_payment(self) -> Money:
        return self.terms.money(self.typical_payment_minor)

    @property
    def last_due_on(self) -> date:
        return self.due_on[-1]

    @property
    def rounding(self) -> str:
        """The convention in words for the agreement, next to the figures that it made."""
        by_days = self.terms.first_period == "days" or self.terms.method is Method.CUSTOM
        first = f"actual days/{self.terms.year_days}" if by_days else "one whole month"
        return f"{ROUNDING}; first period: {first}"


def schedule(terms: PlanTerms) -> Schedule:
    """The schedule of ``terms``. Raises BadTerms when whole minor units cannot make it (see each method)."""
    if terms.method is Method.CUSTOM:
        return _custom(terms)
    owed, n = terms.owed, terms.periods
    principal, interest = METHODS[terms.method](terms, owed.principal_minor, monthly_rate(terms.annual_rate))
    if terms.first_period == "days" and not (terms.grace_periods and terms.grace_pays == "nothing"):
        interest[0] = interest_by_days(terms, owed.principal_minor, terms.start_on, terms.first_due_on)
    due_on = due_dates(terms.first_due_on, terms.due_day, n)
    return _side_by_side(terms, due_on, principal, interest, carried_parts(terms, owed.carried_minor))


def _side_by_side(
    terms: PlanTerms, due_on: tuple[date, ...], principal: list[int], interest: list[int], carried: list[int]
) -> Schedule:
    back = tuple(map(add, principal, carried)) if terms.owed.carried_minor else tuple(principal)
    left = accumulate(back, sub, initial=terms.owed.total_minor)
    next(left)
    return Schedule(
        terms=terms,
        due_on=due_on,
        principal_minor=tuple(principal),
        interest_minor=tuple(interest),
        carried_minor=tuple(carried),
        payment_minor=tuple(map(add, back, interest)),
        balance_after_minor=tuple(left),
    )


def _custom(terms: PlanTerms) -> Schedule:
    """Payments as written down; each pays its interest by days first, then the carried amount, then principal.

    Raises BadTerms when a payment does not cover its interest, when the debt is over before the last payment, or when
    a stated last payment is not what is left (``due_minor`` says what is).
    """
    left, carried_left, since = terms.owed.principal_minor, terms.owed.carried_minor, terms.start_on
    principal, interest, carried = [], [], []
    for number, payment in enumerate(terms.custom, start=1):
        charged = interest_by_days(terms, left, since, payment.due_on)
        rest = left + carried_left + charged
        paid = rest if number == terms.periods and payment.amount_minor is None else payment.amount_minor or 0
        _check_custom(terms, number=number, paid=paid, charged=charged, rest=rest)
        interest.append(charged)
        carried.append(min(carried_left, paid - charged))
        principal.append(paid - charged - carried[-1])
        left, carried_left, since = left - principal[-1], carried_left - carried[-1], payment.due_on
    return _side_by_side(terms, tuple(payment.due_on for payment in terms.custom), principal, interest, carried)


def _check_custom(terms: PlanTerms, *, number: int, paid: int, charged: int, rest: int) -> None:
    last = number == terms.periods
    if paid < charged:
        raise BadTerms(fields={"custom": "payment_below_interest"}, number=number, due_minor=charged)
    if last and paid != rest:
        raise BadTerms(fields={"custom": "last_payment_is_not_the_rest"}, number=number, due_minor=rest)
    if not last and paid >= rest:
        raise BadTerms(fields={"custom": "over_before_the_last"}, number=number, due_minor=rest)


def usual_first_due(start_on: date, due_day: int) -> date:
    """The due day of the month after ``start_on``: what a surface offers first."""
    return add_months(start_on, 1, due_day=due_day)
