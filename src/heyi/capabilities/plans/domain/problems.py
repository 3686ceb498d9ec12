"""What can be wrong with a plan: stable codes and facts. Listed in docs/errors.md."""

from __future__ import annotations

from heyi.kit.problems import Conflict, Invalid, NotAllowed, NotFound


class BadTerms(Invalid):
    """The terms make no schedule. ``facts['fields']`` maps each term to the code of what is wrong with it."""

    code = "plans.bad_terms"


class NotACard(Invalid):
    """Article 70 was asked for a product that is not a credit card; it covers cards only (CN-CC-SCOPE)."""

    code = "plans.not_a_card"


class UnknownProduct(Invalid):
    """The policy pack has no limits for this product, so nothing may be offered on it."""

    code = "plans.unknown_product"


class BadPack(Invalid):
    """A policy pack lacks an entry, its source, or its order; the room refuses to decide on it."""

    code = "plans.bad_pack"


class NoSuchPlan(NotFound):
    """No plan has this id."""

    code = "plans.not_found"


class MayNotAdopt(NotAllowed):
    """Only the bank's side (manager, lead, the system) turns a sealed agreement into a plan or ends one."""

    code = "plans.may_not_adopt"


class PlanAlreadyActive(Conflict):
    """The contract is under another plan that still runs: supersede that one first."""

    code = "plans.already_active"


class PlanNotActive(Conflict):
    """The plan has ended and cannot be superseded or cancelled again."""

    code = "plans.not_active"
