"""What terms under construction mean, and which plans fit: answers for a page while two people talk."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from heyi.capabilities.loans import api as loans
from heyi.capabilities.plans.domain import (
    Draft,
    Means,
    PlanTerms,
    Proposals,
    Situation,
    affordability,
    annualised_rate_2021_3,
    authority,
    beyond_limits,
    compare,
    propose,
    schedule,
    side_of_contract,
)
from heyi.capabilities.plans.queries.contracts import as_current
from heyi.capabilities.plans.queries.followed import added_to_book
from heyi.capabilities.plans.queries.policies import policy, restructured_share
from heyi.kit.actors import SYSTEM
from heyi.plumbing import clock


def draft_of(
    *,
    contract_id: UUID,
    terms: PlanTerms,
    at: datetime,
    means: Means | None = None,
    against: PlanTerms | None = None,
) -> Draft:
    """Schedule, rate, cost against today's contract and against another version, means, authority and book share.

    ``means`` None: the income is not known, so affordability is None. Raises BadTerms, UnknownProduct.
    """
    day, rules = clock.bank_day(at), policy(at=at)
    view = loans.contract(contract_id=contract_id, day=day, actor=SYSTEM)
    contract, plan = as_current(view, day), schedule(terms)
    return Draft(
        terms=terms,
        contract=contract,
        schedule=plan,
        rate=annualised_rate_2021_3(plan),
        against_contract=compare(side_of_contract(contract, at=day, months=terms.periods), plan),
        against_version=compare(schedule(against), plan) if against else None,
        affordability=affordability(means, plan, floor=rules.floor, rules=rules.shocks) if means else None,
        authority=authority(terms, rules.bands_of(contract.product), contract=contract),
        share=restructured_share(
            branch=view.branch,
            at=at,
            plan_minor=added_to_book(contract_id=contract_id, plan_minor=terms.owed.total_minor),
            currency=contract.currency,
        ),
        limits=beyond_limits(plan, rules.limits(contract.product)),
        policy_version=rules.version,
    )


def proposals_for(*, contract_id: UUID, means: Means, at: datetime, due_day: int | None = None) -> Proposals:
    """At most four plans that fit the means and the bank's limits; ``due_day`` None: the contract's, or today's."""
    day = clock.bank_day(at)
    view = loans.contract(contract_id=contract_id, day=day, actor=SYSTEM)
    return propose(
        Situation(
            contract=as_current(view, day),
            means=means,
            policy=policy(at=at),
            start_on=day,
            due_day=due_day or view.due_day or min(day.day, 28),
        )
    )
