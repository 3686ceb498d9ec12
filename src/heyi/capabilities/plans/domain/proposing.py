"""Finds the plans that fit both the borrower's means and the bank's limits, and says why each one does.

The search goes up the authority bands and, within a band, from giving up nothing to giving up all that it may. For each
such package the shortest and the longest term that fit are found in closed form; schedules are only made for the few
plans that are shown. The same facts always give the same plans in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from heyi.capabilities.plans.domain.affordability import Affordability, affordability
from heyi.capabilities.plans.domain.authority import AuthorityVerdict, authority
from heyi.capabilities.plans.domain.contracts import side_of_contract
from heyi.capabilities.plans.domain.fitting import (
    Fit,
    Situation,
    capacity_of,
    fits_of,
    grace_pays,
    longest,
    longest_term,
    packages_of,
    share_of,
    waivers_of,
)
from heyi.capabilities.plans.domain.limits import beyond_limits
from heyi.capabilities.plans.domain.problems import BadTerms
from heyi.capabilities.plans.domain.rates import AnnualisedRate, annualised_rate_2021_3
from heyi.capabilities.plans.domain.schedules import Schedule, schedule
from heyi.capabilities.plans.domain.terms import Components, Method, PlanTerms

MOST: Final = 4
Fact = int | str | Decimal


@dataclass(frozen=True, slots=True)
class Why:
    """One reason in a word that the surface knows, with the figures it needs to say it."""

    code: str
    facts: tuple[tuple[str, Fact], ...] = ()

    def fact(self, name: str) -> Fact:
        return dict(self.facts)[name]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A plan that can be offered as it is, with everything that its page shows."""

    kind: str  # least_conceded, lowest_payment, lowest_total, settlement, after_grace, nearest
    terms: PlanTerms
    schedule: Schedule
    rate: AnnualisedRate
    affordability: Affordability
    authority: AuthorityVerdict
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """At most four plans, the most careful concession first. When there are none: the nearest one, and the reason."""

    found: tuple[Proposal, ...]
    capacity_minor: int
    nearest: Proposal | None = None
    reason: Why | None = None


def propose(situation: Situation) -> Proposals:
    """The plans for this borrower. Raises UnknownProduct for a product without limits."""
    capacity = max(0, capacity_of(situation, month=1))
    made = _candidates(situation, careful=True)
    if all(plan.kind == "settlement" for plan in made):
        made += _candidates(situation, careful=False)
    if made:
        return Proposals(found=_distinct(made), capacity_minor=capacity)
    nearest = _nearest(situation)
    return Proposals(found=(), capacity_minor=capacity, nearest=nearest, reason=_reason(situation, capacity, nearest))


def _candidates(situation: Situation, *, careful: bool) -> list[Proposal]:
    fits = fits_of(situation, careful=careful)
    built = [_built(situation, kind, fit) for kind, fit in _chosen(situation, fits)]
    settlement = _settlement(situation)
    made = [*built[:1], *([settlement] if settlement else []), *built[1:]]
    good = {"sustainable"} if careful else {"sustainable", "tight"}
    return [plan for plan in made if plan and plan.affordability.verdict in good and _within_limits(situation, plan)]


def _chosen(situation: Situation, fits: list[Fit]) -> list[tuple[str, Fit]]:
    """Which of all that fit are worth a look: a few that differ in what matters to somebody.

    The lightest concession first; then what the same level may also grant, for the least money or the least a month.
    Waiting for an expected income is shown where it needs a lower level than starting at once.
    """
    rank = situation.bands.rank
    flat = [fit for fit in fits if not fit.grace]
    graced = [fit for fit in fits if fit.grace]
    chosen: list[tuple[str, Fit]] = []
    if flat:
        level = rank(flat[0].package.band.level)
        same = [fit for fit in flat if rank(fit.package.band.level) == level]
        chosen.append(("least_conceded", flat[0]))
        chosen.append(("lowest_total", min(same, key=_total)))
        chosen.append(("lowest_payment", longest(situation, flat[0])))
    if graced and (not flat or rank(graced[0].package.band.level) < rank(flat[0].package.band.level)):
        chosen.insert(1, ("after_grace", graced[0]))
    return chosen


def _total(fit: Fit) -> int:
    return fit.payment * (fit.periods - fit.grace)


def _terms(situation: Situation, fit: Fit) -> PlanTerms:
    package = fit.package
    return PlanTerms(
        method=Method.GRACE_THEN_EQUAL if fit.grace else package.method,
        start_on=situation.start_on,
        first_due_on=situation.first_due_on,
        due_day=situation.due_day,
        periods=fit.periods,
        balance=situation.contract.balance,
        annual_rate=package.rate,
        waivers=package.waivers,
        grace_periods=fit.grace,
        grace_pays=grace_pays(situation, package) if fit.grace else "interest",
        currency=situation.contract.currency,
    )


def _built(situation: Situation, kind: str, fit: Fit) -> Proposal | None:
    """The whole plan; None where whole minor units cannot make it."""
    try:
        return _proposal(situation, kind, _terms(situation, fit))
    except BadTerms:
        return None


def _proposal(situation: Situation, kind: str, terms: PlanTerms) -> Proposal:
    policy, plan = situation.policy, schedule(terms)
    afforded = affordability(situation.means, plan, floor=policy.floor, rules=policy.shocks)
    decided = authority(terms, situation.bands, contract=situation.contract)
    return Proposal(
        kind=kind,
        terms=terms,
        schedule=plan,
        rate=annualised_rate_2021_3(plan),
        affordability=afforded,
        authority=decided,
        why=_why(situation, kind, plan, afforded, decided),
    )


def _why(
    situation: Situation, kind: str, plan: Schedule, afforded: Affordability, decided: AuthorityVerdict
) -> tuple[Why, ...]:
    """Why it fits, what it costs, who must approve."""
    today = side_of_contract(situation.contract, at=situation.start_on, months=plan.terms.periods)
    why = [
        Why(kind),
        Why(
            f"means_{afforded.verdict}",
            (("payment_minor", max(plan.payment_minor)), ("least_left_minor", afforded.least_left_minor)),
        ),
        Why(
            "costs",
            (
                ("total_minor", plan.total_minor),
                ("interest_minor", plan.interest_total_minor),
                ("against_contract_minor", plan.total_minor - today.total_minor),
            ),
        ),
        Why("needs_level", (("level", decided.level or "nobody"),)),
    ]
    if plan.terms.forgiven.total_minor:
        why.append(Why("forgives", (("forgiven_minor", plan.terms.forgiven.total_minor),)))
    if plan.terms.grace_periods:
        why.append(Why("starts_after_grace", (("months", plan.terms.grace_periods),)))
    return tuple(why)


def _settlement(situation: Situation) -> Proposal | None:
    """Paid at once from savings, with the smallest discount of the lowest band that makes it possible."""
    contract, savings = situation.contract, situation.means.savings_minor
    if savings < situation.limits.min_payment_minor or Method.LUMP_SUM_SETTLEMENT not in situation.limits.methods:
        return None
    for band in situation.bands.levels:
        waivers = waivers_of(band, contract.balance, ("penalty", "fees", "costs", "interest"))
        owed = contract.balance.less(waivers)
        most = share_of(contract.balance.principal_minor, band.settlement_discount)
        missing = max(0, owed.total_minor - savings)
        principal_first = replace(waivers, principal_minor=missing)
        if missing <= most and owed.total_minor - missing > 0 and missing <= owed.principal_minor:
            return _proposal(situation, "settlement", _settlement_terms(situation, principal_first))
    return None


def _settlement_terms(situation: Situation, forgiven: Components) -> PlanTerms:
    return PlanTerms(
        method=Method.LUMP_SUM_SETTLEMENT,
        start_on=situation.start_on,
        first_due_on=situation.first_due_on,
        due_day=situation.due_day,
        periods=1,
        balance=situation.contract.balance,
        waivers=forgiven,
        currency=situation.contract.currency,
    )


def _within_limits(situation: Situation, plan: Proposal) -> bool:
    return plan.authority.level is not None and not beyond_limits(plan.schedule, situation.limits)


def _distinct(plans: list[Proposal]) -> tuple[Proposal, ...]:
    """Without a second plan of the same terms: the first name for it stays."""
    seen: dict[PlanTerms, Proposal] = {}
    for plan in plans:
        seen.setdefault(plan.terms, plan)
    return tuple(seen.values())[:MOST]


def _nearest(situation: Situation) -> Proposal | None:
    """The lightest plan that anybody may grant, to show how far it is from what the household can pay."""
    packages = packages_of(situation)
    for package in reversed(packages):
        months = longest_term(situation, package.band)
        plan = _built(situation, "nearest", Fit(package, months, 0, 0))
        if plan:
            return plan
    return None


def _reason(situation: Situation, capacity: int, nearest: Proposal | None) -> Why:
    if capacity <= 0:
        return Why("no_capacity", (("short_minor", -min(0, capacity_of(situation, month=1))),))
    if not packages_of(situation):
        return Why("no_lawful_terms", (("capacity_minor", capacity),))
    payment = nearest.schedule.typical_payment_minor if nearest else 0
    if payment > capacity:
        return Why(
            "payment_above_capacity",
            (("payment_minor", payment), ("capacity_minor", capacity), ("short_minor", payment - capacity)),
        )
    return Why("below_minimum_payment", (("minimum_minor", situation.limits.min_payment_minor),))
