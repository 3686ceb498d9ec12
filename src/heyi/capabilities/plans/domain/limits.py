"""What no plan on a product may exceed, whoever approves it: time, grace, method, and the price all in."""

from __future__ import annotations

from heyi.capabilities.plans.domain.due_dates import months_waited
from heyi.capabilities.plans.domain.policy import ProductLimits
from heyi.capabilities.plans.domain.rates import annualised_rate_2021_3
from heyi.capabilities.plans.domain.schedules import Schedule


def beyond_limits(plan: Schedule, limits: ProductLimits) -> dict[str, str]:
    """Term → code for everything that the product does not allow; empty when the plan may be offered.

    The bank waits at most ``max_months`` whole months, however the dates lie (cards: five years, CN-CC-70a). The
    compound annual rate stays within ``max_all_in_rate`` (CN-FEE-4).
    """
    terms, wrong = plan.terms, {}
    if months_waited(terms) > limits.max_months:
        wrong["periods"] = "beyond_limit"
    if terms.grace_periods > limits.max_grace_months:
        wrong["grace_periods"] = "beyond_limit"
    if terms.method not in limits.methods:
        wrong["method"] = "not_for_product"
    rate = annualised_rate_2021_3(plan).compound
    if rate is not None and rate > limits.max_all_in_rate:
        wrong["annual_rate"] = "above_cap"
    return wrong
