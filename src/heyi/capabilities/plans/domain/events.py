"""What happened to a plan and its promises, told upwards through the outbox. Plain values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PlanAdopted:
    """A sealed agreement became a plan that is now followed.

    Agreeing to pay in parts interrupts the limitation (CN-LIM-7); it then runs from the last instalment (CN-LIM-2).
    """

    plan_id: UUID
    case_id: UUID
    contract_id: UUID
    party_id: UUID
    document_id: UUID
    last_due_on: date


@dataclass(frozen=True, slots=True)
class PromiseKept:
    """An instalment was paid in time, within the bank's tolerance."""

    plan_id: UUID
    case_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class PromiseLate:
    """An instalment was not paid in time. ``unpaid_minor`` is what is missing."""

    plan_id: UUID
    case_id: UUID
    number: int
    unpaid_minor: int


@dataclass(frozen=True, slots=True)
class PromiseMadeGood:
    """A late instalment was paid after all."""

    plan_id: UUID
    case_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class PromiseReopened:
    """An instalment that stood as ``was`` (kept or late) is open again, because its money was taken back."""

    plan_id: UUID
    case_id: UUID
    number: int
    was: str


@dataclass(frozen=True, slots=True)
class MoneyCounted:
    """A payment counts for the plan."""

    plan_id: UUID
    case_id: UUID
    payment_id: UUID
    amount_minor: int
    received_on: date


@dataclass(frozen=True, slots=True)
class MoneyTakenBack:
    """A payment that had counted for the plan was reversed."""

    plan_id: UUID
    case_id: UUID
    payment_id: UUID
    amount_minor: int
    received_on: date


@dataclass(frozen=True, slots=True)
class PlanBroken:
    """The plan was not kept; a breach is on record. ``rule`` is missed_instalments or overdue_days."""

    plan_id: UUID
    case_id: UUID
    breach_id: UUID
    rule: str
    unpaid_minor: int


@dataclass(frozen=True, slots=True)
class PlanRestored:
    """A payment made in time arrived after the breach was recorded: the breach is withdrawn and the plan runs on."""

    plan_id: UUID
    case_id: UUID
    breach_id: UUID


@dataclass(frozen=True, slots=True)
class PlanCompleted:
    """Everything promised is paid."""

    plan_id: UUID
    case_id: UUID
    completed_on: date


@dataclass(frozen=True, slots=True)
class PlanReopened:
    """A reversed payment made a completed plan unpaid again."""

    plan_id: UUID
    case_id: UUID
