"""What two sides agree on: the terms of a plan, checked when they are made, so that terms in hand are always usable."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Final, Literal

from heyi.capabilities.plans.domain.problems import BadTerms
from heyi.kit.dates import add_months
from heyi.kit.money import MINOR_DIGITS, Money

MAX_PERIODS: Final = 600
MAX_BALANCE_MINOR: Final = 10**15
RATE_DIGITS: Final = 8
COMPONENTS: Final = ("principal", "interest", "penalty", "fees", "costs")


class Method(StrEnum):
    """How the balance is paid back. The surface chooses the words."""

    EQUAL_INSTALMENTS = "equal_instalments"  # 等额本息
    EQUAL_PRINCIPAL = "equal_principal"  # 等额本金
    INTEREST_FIRST = "interest_first"  # 先息后本
    FROZEN_BALANCE = "frozen_balance"  # 停息分期: no interest runs, equal parts
    STEP_UP = "step_up"  # 递增还款
    GRACE_THEN_EQUAL = "grace_then_equal"  # 宽限期后等额本息
    LUMP_SUM_SETTLEMENT = "lump_sum_settlement"  # 一次性结清
    CUSTOM = "custom"  # 自定义


@dataclass(frozen=True, slots=True)
class Components:
    """An amount by what it is owed for, in minor units, none negative.

    ``interest`` is interest accrued and unpaid, ``penalty`` penalty interest, ``fees`` what the bank charges by
    contract, ``costs`` what it cost to pursue the debt.
    """

    principal_minor: int = 0
    interest_minor: int = 0
    penalty_minor: int = 0
    fees_minor: int = 0
    costs_minor: int = 0

    def __post_init__(self) -> None:
        for name in COMPONENTS:
            value = self.of(name)
            if not isinstance(value, int) or isinstance(value, bool):
                raise TypeError(f"{name}_minor must be an int, got {type(value).__name__}")
            if value < 0:
                raise BadTerms(fields={f"{name}_minor": "negative"})

    def of(self, name: str) -> int:
        """The amount of one component by its name."""
        amount: int = getattr(self, f"{name}_minor")
        return amount

    @property
    def total_minor(self) -> int:
        return self.principal_minor + self.carried_minor

    @property
    def carried_minor(self) -> int:
        """Everything but the principal: what a plan carries along without letting interest run on it."""
        return self.interest_minor + self.penalty_minor + self.fees_minor + self.costs_minor

    def less(self, other: Components) -> Components:
        """What is left of each component. Raises BadTerms where ``other`` is larger."""
        return Components(*(self.of(name) - other.of(name) for name in COMPONENTS))

    def plus(self, other: Components) -> Components:
        """Component by component."""
        return Components(*(self.of(name) + other.of(name) for name in COMPONENTS))


NOTHING: Final = Components()


@dataclass(frozen=True, slots=True)
class CustomPayment:
    """One payment that the parties wrote down themselves. ``amount_minor`` None means «the rest», last one only."""

    due_on: date
    amount_minor: int | None


@dataclass(frozen=True, kw_only=True)
class PlanTerms:
    """The terms of one plan. Raises BadTerms, naming every field that cannot stand.

    ``annual_rate`` is a fraction (0.048) with at most eight decimals; interest runs on principal only, never on what
    is carried along, so nothing is charged twice. ``due_day`` 29–31 falls on the last day of a shorter month.
    ``first_period`` says how the time from ``start_on`` to ``first_due_on`` is charged: as one whole «month», or by
    actual «days» over ``year_days``. Later periods are whole months: a twelfth of the annual rate. Custom payments
    have no regular months and are always charged by days.
    """

    method: Method
    start_on: date
    first_due_on: date
    periods: int
    balance: Components
    annual_rate: Decimal = Decimal(0)
    due_day: int = 0  # 0: the day of first_due_on
    waivers: Components = NOTHING
    discount_minor: int = 0  # lump-sum settlement only: forgiven on top of the waivers
    grace_periods: int = 0  # grace_then_equal only
    grace_pays: Literal["interest", "nothing"] = "interest"
    step_every: int = 12  # step_up only: months between two steps
    step_rate: Decimal = Decimal(0)  # step_up only: 0.1 makes each step a tenth higher
    custom: tuple[CustomPayment, ...] = ()
    first_period: Literal["month", "days"] = "month"
    year_days: Literal[360, 365] = 360
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if not self.due_day:
            object.__setattr__(self, "due_day", self.first_due_on.day)
        wrong = {**_shape(self), **_amounts(self), **_of_the_method(self)}
        if wrong:
            raise BadTerms(fields=wrong)

    @cached_property
    def forgiven(self) -> Components:
        """The waivers and, for a settlement, the discount: taken from penalty interest, fees, costs and interest
        first, and only what is left of it from the principal."""
        if not self.discount_minor:
            return self.waivers
        left, rest = self.discount_minor, self.balance.less(self.waivers)
        taken = {}
        for name in ("penalty", "fees", "costs", "interest", "principal"):
            taken[f"{name}_minor"] = min(left, rest.of(name))
            left -= taken[f"{name}_minor"]
        return self.waivers.plus(Components(**taken))

    @cached_property
    def owed(self) -> Components:
        """What the plan pays back: the balance less all that is forgiven."""
        return self.balance.less(self.forgiven) if self.forgiven is not NOTHING else self.balance

    def money(self, amount_minor: int) -> Money:
        """The amount in the plan's currency."""
        return Money(amount_minor, self.currency)


def _shape(terms: PlanTerms) -> dict[str, str]:
    wrong = {}
    if not 1 <= terms.periods <= MAX_PERIODS:
        wrong["periods"] = "out_of_range"
    if terms.first_due_on < terms.start_on:
        wrong["first_due_on"] = "before_start"
    if not 1 <= terms.due_day <= 31:
        wrong["due_day"] = "out_of_range"
    elif terms.method is not Method.CUSTOM and terms.first_due_on != add_months(
        terms.first_due_on, 0, due_day=terms.due_day
    ):
        wrong["due_day"] = "not_the_day_of_first_due_on"
    if not _is_rate(terms.annual_rate, high=Decimal(1)):
        wrong["annual_rate"] = "out_of_range"
    if terms.currency not in MINOR_DIGITS:
        wrong["currency"] = "unknown"
    return wrong


def _is_rate(rate: Decimal, *, high: Decimal) -> bool:
    if not rate.is_finite() or not 0 <= rate <= high:
        return False
    exponent = rate.normalize().as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -RATE_DIGITS


def _amounts(terms: PlanTerms) -> dict[str, str]:
    for name in COMPONENTS:
        if terms.waivers.of(name) > terms.balance.of(name):
            return {f"waivers.{name}_minor": "more_than_owed"}
    owed = terms.balance.total_minor - terms.waivers.total_minor
    if not 0 <= terms.discount_minor < max(owed, 1):
        return {"discount_minor": "out_of_range"}
    if terms.balance.total_minor > MAX_BALANCE_MINOR:
        return {"balance": "too_large"}
    if owed - terms.discount_minor < max(terms.periods, 1):
        return {"balance": "less_than_one_minor_unit_a_period"}
    return {}


def _of_the_method(terms: PlanTerms) -> dict[str, str]:
    method, wrong = terms.method, {}
    if terms.discount_minor and method is not Method.LUMP_SUM_SETTLEMENT:
        wrong["discount_minor"] = "only_for_settlement"
    if method is Method.LUMP_SUM_SETTLEMENT and terms.periods != 1:
        wrong["periods"] = "one_for_settlement"
    if method is Method.FROZEN_BALANCE and terms.annual_rate:
        wrong["annual_rate"] = "zero_when_frozen"
    if method is Method.GRACE_THEN_EQUAL and not 1 <= terms.grace_periods < terms.periods:
        wrong["grace_periods"] = "out_of_range"
    if method is not Method.GRACE_THEN_EQUAL and terms.grace_periods:
        wrong["grace_periods"] = "only_with_grace"
    if method is Method.STEP_UP and (terms.step_every < 1 or not _is_rate(terms.step_rate, high=Decimal(1))):
        wrong["step_rate"] = "out_of_range"
    if method is Method.CUSTOM:
        wrong |= _of_custom(terms)
    elif terms.custom:
        wrong["custom"] = "only_for_custom"
    return wrong


def _of_custom(terms: PlanTerms) -> dict[str, str]:
    if len(terms.custom) != terms.periods:
        return {"custom": "not_one_for_each_period"}
    days = [payment.due_on for payment in terms.custom]
    if days[0] != terms.first_due_on or any(a >= b for a, b in pairwise(days)):
        return {"custom": "dates_out_of_order"}
    amounts = [payment.amount_minor for payment in terms.custom]
    if any(amount is None for amount in amounts[:-1]):
        return {"custom": "only_the_last_may_be_the_rest"}
    if any(amount is not None and amount < 1 for amount in amounts):
        return {"custom": "not_positive"}
    return {}


def names_of_terms() -> tuple[str, ...]:
    """The field names of PlanTerms, in order; what a stored or sent form of the terms must hold."""
    return tuple(field.name for field in fields(PlanTerms))
