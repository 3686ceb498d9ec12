"""What no plan on a product may exceed, whoever approves it: time, grace, method, and the price all in."""

from __future__ import annotations

from datetime import date

from heyi.capabilities.plans.domain.policy import ProductLimits
from heyi.capabilities.plans.domain.rates import annualised_rate_2021_3
from heyi.capabilities.plans.domain.schedules import Schedule
from heyi.kit.dates import add_months


def beyond_limits(plan: Schedule, limits: ProductLimits) -> dict[str, str]:
    """Term → code for everything that the product does not allow; empty when the plan may be offered.

    A plan ends at most ``max_months`` after it starts, however its dates lie (cards: five years, CN-CC-70a). The
    compound annual rate stays within ``max_all_in_rate`` (CN-FEE-4).
    """
    terms, wrong = plan.terms, {}
    if plan.last_due_on > add_months(terms.start_on, limits.max_months):
        wrong["periods"] = "beyond_limit"
    if terms.grace_periods > limits.max_grace_months:
        wrong["grace_periods"] = "beyond_limit"
    if terms.method not in limits.methods:
        wrong["method"] = "not_for_product"
    rate = annualised_rate_2021_3(plan).compound
    if rate is not None and rate > limits.max_all_in_rate:
        wrong["annual_rate"] = "above_cap"
    return wrong


def most_periods(limits: ProductLimits, *, start_on: date, first_due_on: date, due_day: int) -> int:
    """How many monthly payments on ``due_day`` end in time when the first one is due on ``first_due_on``."""
    periods, end = limits.max_months + 1, add_months(start_on, limits.max_months)
    while periods and add_months(first_due_on, periods - 1, due_day=due_day) > end:
        periods -= 1
    return periods
