"""Reads of the plans room: frozen values, never querysets."""

from heyi.capabilities.plans.queries.contracts import current_contract
from heyi.capabilities.plans.queries.drafts import draft_of, proposals_for
from heyi.capabilities.plans.queries.followed import (
    added_to_book,
    due_soon,
    kept_rate,
    plan,
    plan_of_case,
    plan_of_contract,
    plans_of_case,
    restructured,
)
from heyi.capabilities.plans.queries.policies import bands, policy, restructured_share

__all__ = [
    "added_to_book",
    "bands",
    "current_contract",
    "draft_of",
    "due_soon",
    "kept_rate",
    "plan",
    "plan_of_case",
    "plan_of_contract",
    "plans_of_case",
    "policy",
    "proposals_for",
    "restructured",
    "restructured_share",
]
