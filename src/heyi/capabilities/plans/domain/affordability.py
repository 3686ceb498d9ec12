"""What a plan leaves to live on, month by month, and what happens when life hits: the sustainability test (B7)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Literal

from heyi.capabilities.plans.domain.policy import LivingFloor, ShockRules
from heyi.capabilities.plans.domain.schedules import Schedule
from heyi.capabilities.plans.domain.terms import Method
from heyi.kit.problems import Invalid

Verdict = Literal["sustainable", "tight", "eats_essentials"]


class BadMeans(Invalid):
    """A figure of income or costs cannot be used."""

    code = "plans.bad_means"


@dataclass(frozen=True, slots=True)
class LivingCosts:
    """A household's necessary costs a month, in minor units: few questions, three minutes."""

    housing_minor: int = 0
    food_minor: int = 0
    medical_minor: int = 0
    education_minor: int = 0
    other_minor: int = 0

    @property
    def total_minor(self) -> int:
        return self.housing_minor + self.food_minor + self.medical_minor + self.education_minor + self.other_minor


@dataclass(frozen=True, slots=True)
class LaterIncome:
    """Income that is expected from month number ``from_month`` of the plan on (a new job, the end of an illness)."""

    from_month: int
    income_monthly_minor: int


@dataclass(frozen=True, kw_only=True)
class Means:
    """What a household has and needs a month, as the borrower states it. Minor units. Raises BadMeans."""

    income_monthly_minor: int
    living_costs: LivingCosts
    other_debts_monthly_minor: int = 0
    household: int = 1
    dependants: int = 0
    irregular: bool = False
    savings_minor: int = 0
    later_income: LaterIncome | None = None

    def __post_init__(self) -> None:
        amounts = (self.income_monthly_minor, self.other_debts_monthly_minor, self.savings_minor)
        costs = self.living_costs
        parts = (costs.housing_minor, costs.food_minor, costs.medical_minor, costs.education_minor, costs.other_minor)
        wrong = {}
        if min(*amounts, *parts) < 0:
            wrong["amounts"] = "negative"
        if not 0 <= self.dependants < self.household:
            wrong["dependants"] = "out_of_range"
        if self.later_income and (self.later_income.from_month < 2 or self.later_income.income_monthly_minor < 0):
            wrong["later_income"] = "out_of_range"
        if wrong:
            raise BadMeans(fields=wrong)

    def income_in(self, month: int) -> int:
        """Income of month number ``month`` (1 is the first) of the plan."""
        later = self.later_income
        return later.income_monthly_minor if later and month >= later.from_month else self.income_monthly_minor


@dataclass(frozen=True, slots=True)
class Shock:
    """One blow. ``left_minor`` is what stays after it in the worst month; negative is what is missing."""

    code: str
    passed: bool
    left_minor: int


@dataclass(frozen=True, kw_only=True)
class Affordability:
    """The result of the test. Amounts in minor units a month, after living costs and other debts.

    ``essentials_minor`` is the larger of stated costs and the floor; ``floor_lifted`` says that the floor was larger.
    ``left_minor`` has one amount per instalment. ``verdict`` «eats_essentials» is a hard warning: the plan takes what
    the household needs to live.
    """

    verdict: Verdict
    essentials_minor: int
    floor_minor: int
    floor_lifted: bool
    left_minor: tuple[int, ...]
    cushion_minor: int
    shocks: tuple[Shock, ...]

    @cached_property
    def least_left_minor(self) -> int:
        return min(self.left_minor)

    @cached_property
    def typical_left_minor(self) -> int:
        """The median month."""
        return sorted(self.left_minor)[len(self.left_minor) // 2]

    @property
    def worst_month(self) -> int:
        """Number of the instalment that leaves the least."""
        return self.left_minor.index(self.least_left_minor) + 1


def essentials_of(means: Means, floor: LivingFloor) -> int:
    """The larger of the stated living costs and the floor of such a household."""
    return max(means.living_costs.total_minor, floor.of(household=means.household, dependants=means.dependants))


def affordability(means: Means, plan: Schedule, *, floor: LivingFloor, rules: ShockRules) -> Affordability:
    """Try ``plan`` on the household: each month, then each shock, then the verdict.

    A settlement is first paid from savings; everything else has to come from the month's income.
    """
    essentials, payments, savings = essentials_of(means, floor), plan.payment_minor, means.savings_minor
    if plan.terms.method is Method.LUMP_SUM_SETTLEMENT:
        payments, savings = (max(0, payments[0] - savings),), max(0, savings - payments[0])
    fixed = essentials + means.other_debts_monthly_minor
    incomes = [means.income_in(month) for month in range(1, len(payments) + 1)]
    left = tuple(income - fixed - payment for income, payment in zip(incomes, payments, strict=True))
    shocks = _shocks(savings, incomes, left, rules)
    floor_minor = floor.of(household=means.household, dependants=means.dependants)
    return Affordability(
        verdict=_verdict(means, min(left), shocks, rules),
        essentials_minor=essentials,
        floor_minor=floor_minor,
        floor_lifted=floor_minor > means.living_costs.total_minor,
        left_minor=left,
        cushion_minor=rules.cushion_minor,
        shocks=shocks,
    )


def _verdict(means: Means, least: int, shocks: tuple[Shock, ...], rules: ShockRules) -> Verdict:
    if least < 0:
        return "eats_essentials"
    needed = rules.needed | (rules.needed_when_irregular if means.irregular else frozenset())
    failed = {shock.code for shock in shocks if not shock.passed}
    return "tight" if least < rules.cushion_minor or failed & needed else "sustainable"


def _shocks(savings: int, incomes: list[int], left: tuple[int, ...], rules: ShockRules) -> tuple[Shock, ...]:
    tried = [(cut_code(cut), _after_cut(cut, incomes, left)) for cut in rules.income_cuts]
    tried.append(("month_without_income", _after_lost_month(savings, incomes, left, rules.recovery_months)))
    tried.append(("extra_cost", min(left) - rules.extra_cost_minor))
    return tuple(Shock(code=code, passed=rest >= 0, left_minor=rest) for code, rest in tried)


def cut_code(cut: Decimal) -> str:
    """``income_minus_10`` for 0.1."""
    return f"income_minus_{int(cut * 100)}"


def lost_income(income_minor: int, cut: Decimal) -> int:
    """The share of an income that a cut takes, HALF_UP."""
    return int((income_minor * cut).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _after_cut(cut: Decimal, incomes: list[int], left: tuple[int, ...]) -> int:
    lost = {income: lost_income(income, cut) for income in set(incomes)}
    return min(rest - lost[income] for income, rest in zip(incomes, left, strict=True))


def _after_lost_month(savings: int, incomes: list[int], left: tuple[int, ...], months: int) -> int:
    """Savings and the surplus of some ordinary months against one month's income."""
    usual = sorted(left)[len(left) // 2]
    return savings + max(0, usual) * months - max(incomes)
