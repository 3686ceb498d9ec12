"""What the reads of this room give: frozen values for pages, letters and other rooms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from heyi.capabilities.plans.domain.affordability import Affordability
from heyi.capabilities.plans.domain.authority import AuthorityVerdict, BookShare
from heyi.capabilities.plans.domain.comparing import Comparison
from heyi.capabilities.plans.domain.contracts import CurrentContract
from heyi.capabilities.plans.domain.promises import BreachRule, PlanStatus, PromiseStatus
from heyi.capabilities.plans.domain.rates import AnnualisedRate
from heyi.capabilities.plans.domain.schedules import Schedule
from heyi.capabilities.plans.domain.terms import PlanTerms
from heyi.kit.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalmentView:
    """One promise and what was paid of it."""

    number: int
    due_on: date
    payable_until: date
    principal: Money
    interest: Money
    carried: Money
    payment: Money
    paid: Money
    status: PromiseStatus
    settled_on: date | None

    @property
    def unpaid(self) -> Money:
        return self.payment - self.paid

    @property
    def told(self) -> str:
        """The status in the words for a person: a late promise that was paid after all is «made_good»."""
        return "made_good" if self.status == "late" and self.settled_on is not None else self.status


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLine:
    """One payment on the plan and the promises that it went to, as (number, amount)."""

    payment_id: UUID
    received_on: date
    amount: Money
    reversed_at: datetime | None
    went_to: tuple[tuple[int, Money], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachView:
    id: UUID
    rule: BreachRule
    happened_on: date
    oldest_number: int
    missed: int
    overdue_days: int
    unpaid: Money
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A plan that is or was followed, with everything that happened to it."""

    id: UUID
    case_id: UUID
    contract_id: UUID
    party_id: UUID
    document_id: UUID
    branch: str
    product: str
    status: PlanStatus
    terms: PlanTerms
    total: Money
    unpaid: Money
    surplus: Money
    started_on: date
    tolerance_days: int
    policy_version: str
    completed_on: date | None
    ended_at: datetime | None
    superseded_by: UUID | None
    instalments: tuple[InstalmentView, ...]
    payments: tuple[PaymentLine, ...]
    breaches: tuple[BreachView, ...]

    @property
    def paid(self) -> Money:
        return self.total - self.unpaid

    @property
    def next_due(self) -> InstalmentView | None:
        """The oldest promise that is not settled; None when nothing is owed or the plan has ended.

        A few fen that the tolerance lets pass come up once all promises are settled.
        """
        if self.status != "active":
            return None
        open_ones = [one for one in self.instalments if one.unpaid]
        return next((one for one in open_ones if one.settled_on is None), open_ones[0] if open_ones else None)

    @property
    def breach(self) -> BreachView | None:
        """The breach that stands; None when there is none or it was withdrawn."""
        return next((one for one in self.breaches if one.withdrawn_at is None), None)

    def instalment(self, number: int) -> InstalmentView:
        """Raises KeyError for a number that the plan does not have."""
        found = next((one for one in self.instalments if one.number == number), None)
        if found is None:
            raise KeyError(number)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class DueSoon:
    """A promise to remind of (CN-CC-67). ``unpaid`` is what is still missing."""

    plan_id: UUID
    case_id: UUID
    contract_id: UUID
    party_id: UUID
    number: int
    due_on: date
    payable_until: date
    unpaid: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Promises whose time has come, by what became of them; ``share`` is kept ÷ all of them, None without any."""

    kept: int
    late: int
    broken: int

    @property
    def share(self) -> Decimal | None:
        due = self.kept + self.late + self.broken
        return Decimal(self.kept) / due if due else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything that a plan page shows about terms under construction. Nothing is kept.

    ``limits`` maps a term to the code of the product's limit that it exceeds; empty when the plan may be offered.
    """

    terms: PlanTerms
    contract: CurrentContract
    schedule: Schedule
    rate: AnnualisedRate
    against_contract: Comparison
    against_version: Comparison | None
    affordability: Affordability | None
    authority: AuthorityVerdict
    share: BookShare
    limits: Mapping[str, str]
    policy_version: str
