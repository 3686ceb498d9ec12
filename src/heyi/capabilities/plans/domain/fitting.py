"""The search behind the proposals: what each band may give, and the terms that a household can then meet.

Payments are found in closed form and periods by bisection, so a whole search costs about a millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Literal, NamedTuple

from heyi.capabilities.plans.domain.affordability import Means, cut_code, essentials_of, lost_income
from heyi.capabilities.plans.domain.contracts import CurrentContract
from heyi.capabilities.plans.domain.methods import level_payment, monthly_rate
from heyi.capabilities.plans.domain.policy import Band, Bands, Policy, ProductLimits
from heyi.capabilities.plans.domain.schedules import usual_first_due
from heyi.capabilities.plans.domain.terms import MAX_PERIODS, NOTHING, Components, Method


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The facts to propose on."""

    contract: CurrentContract
    means: Means
    policy: Policy
    start_on: date
    due_day: int

    @property
    def limits(self) -> ProductLimits:
        return self.policy.limits(self.contract.product)

    @property
    def bands(self) -> Bands:
        return self.policy.bands_of(self.contract.product)

    @property
    def first_due_on(self) -> date:
        return usual_first_due(self.start_on, self.due_day)


class Package(NamedTuple):
    """A rate and waivers that one band may give."""

    band: Band
    rate: Decimal
    waivers: Components
    method: Method


class Fit(NamedTuple):
    package: Package
    periods: int
    payment: int
    grace: int


def capacity_of(situation: Situation, *, month: int, careful: bool = True) -> int:
    """What the household can pay in a month, minor units; careful: and still stand the blows it has to stand."""
    means, rules = situation.means, situation.policy.shocks
    income = means.income_in(month)
    free = income - essentials_of(means, situation.policy.floor) - means.other_debts_monthly_minor
    if not careful:
        return free
    needed = rules.needed | (rules.needed_when_irregular if means.irregular else frozenset())
    kept = [rules.cushion_minor]
    kept += [lost_income(income, cut) for cut in rules.income_cuts if cut_code(cut) in needed]
    if "extra_cost" in needed:
        kept.append(rules.extra_cost_minor)
    if "month_without_income" in needed:
        kept.append(-(-max(0, income - means.savings_minor) // rules.recovery_months))
    return free - max(kept)


def packages_of(situation: Situation) -> list[Package]:
    """From the first band's smallest concession to the last band's largest, without repeats."""
    contract, limits = situation.contract, situation.limits
    packages: list[Package] = []
    for band in situation.bands.levels:
        penalty = waivers_of(band, contract.balance, ("penalty",))
        charges = waivers_of(band, contract.balance, ("penalty", "fees", "costs"))
        everything = waivers_of(band, contract.balance, ("interest", "penalty", "fees", "costs"))
        cut = max(Decimal(0), contract.annual_rate - band.rate_cut)
        half = (contract.annual_rate + cut) / 2
        for rate, waivers in (
            (contract.annual_rate, NOTHING),
            (contract.annual_rate, penalty),
            (half.quantize(Decimal("0.0001"), rounding=ROUND_DOWN) if half > cut else half, charges),
            (cut, charges),
            (cut, everything),
        ):
            packages.append(_package(band, max(rate, cut), waivers, limits))
    usable = [one for one in packages if one.method in limits.methods and _lawful(one.rate, limits)]
    return _without_repeats(usable)


def _package(band: Band, rate: Decimal, waivers: Components, limits: ProductLimits) -> Package:
    frozen = not rate and Method.FROZEN_BALANCE in limits.methods
    method = Method.FROZEN_BALANCE if frozen else Method.EQUAL_INSTALMENTS
    return Package(band, min(rate, Decimal(1)), waivers, method)


def _without_repeats(packages: list[Package]) -> list[Package]:
    """A higher band adds nothing where it gives the same as a lower one for no longer time."""
    kept: list[Package] = []
    for one in packages:
        if not any(
            (one.rate, one.waivers) == (old.rate, old.waivers) and one.band.max_months <= old.band.max_months
            for old in kept
        ):
            kept.append(one)
    return kept


def waivers_of(band: Band, balance: Components, names: tuple[str, ...]) -> Components:
    """As much of each named component as the band may waive."""
    return Components(
        **{f"{name}_minor": share_of(balance.of(name), band.waiver_share.get(name, Decimal(0))) for name in names}
    )


def share_of(amount_minor: int, share: Decimal) -> int:
    """The share of an amount, rounded down so that it never exceeds the band."""
    return int((amount_minor * share).to_integral_value(ROUND_DOWN))


def _lawful(rate: Decimal, limits: ProductLimits) -> bool:
    return (1 + rate / 12) ** 12 - 1 <= limits.max_all_in_rate


def fits_of(situation: Situation, *, careful: bool) -> list[Fit]:
    fits = []
    for package in packages_of(situation):
        months = longest_term(situation, package.band)
        for grace in _graces(situation, package.band):
            capacity = capacity_of(situation, month=1 + grace, careful=careful)
            fit = _shortest(situation, package, capacity=capacity, months=months, grace=grace)
            if fit:
                fits.append(fit)
    return fits


def longest_term(situation: Situation, band: Band) -> int:
    """The most periods that the band and the product allow; the usual first due date is never two months away."""
    return min(band.max_months, situation.limits.max_months, MAX_PERIODS)


def _graces(situation: Situation, band: Band) -> tuple[int, ...]:
    """No grace, or until the income comes that the borrower expects."""
    later, limits = situation.means.later_income, situation.limits
    if later is None or Method.GRACE_THEN_EQUAL not in limits.methods:
        return (0,)
    grace = later.from_month - 1
    return (0, grace) if grace <= min(limits.max_grace_months, band.max_grace_months) else (0,)


def _shortest(situation: Situation, package: Package, *, capacity: int, months: int, grace: int) -> Fit | None:
    """The fewest periods whose payment the household can make, by bisection: longer is never dearer a month."""
    low, high = grace + 1, months
    if high < low or _payment(situation, package, high, grace) > capacity:
        return None
    while low < high:
        middle = (low + high) // 2
        if _payment(situation, package, middle, grace) <= capacity:
            high = middle
        else:
            low = middle + 1
    payment = _payment(situation, package, high, grace)
    return Fit(package, high, payment, grace) if payment >= situation.limits.min_payment_minor else None


def longest(situation: Situation, fit: Fit) -> Fit:
    """The same package over the longest time whose payment is still worth collecting."""
    low, high = fit.periods, longest_term(situation, fit.package.band)
    while low < high:
        middle = (low + high + 1) // 2
        if _payment(situation, fit.package, middle, fit.grace) >= situation.limits.min_payment_minor:
            low = middle
        else:
            high = middle - 1
    return Fit(fit.package, low, _payment(situation, fit.package, low, fit.grace), fit.grace)


def _payment(situation: Situation, package: Package, periods: int, grace: int) -> int:
    """The largest payment of such a plan, near enough to search by: the last one may take up some rounding."""
    owed, paying = situation.contract.balance.less(package.waivers), periods - grace
    rate = monthly_rate(package.rate)
    waited = rate.on(owed.principal_minor) * grace if grace and grace_pays(situation, package) == "nothing" else 0
    level = level_payment(owed.principal_minor, rate, paying) if owed.principal_minor else 0
    return level + -(-(owed.carried_minor + waited) // paying)


def grace_pays(situation: Situation, package: Package) -> Literal["interest", "nothing"]:
    """In the grace the interest is paid where there is money for it, so that nothing piles up."""
    owed = situation.contract.balance.less(package.waivers)
    monthly = monthly_rate(package.rate).on(owed.principal_minor)
    return "interest" if monthly <= capacity_of(situation, month=1) else "nothing"
