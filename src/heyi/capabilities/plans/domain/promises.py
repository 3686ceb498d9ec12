"""Where the promises of a plan stand on a day: worked out anew from all receipts, so the order of their arrival, a
double delivery or a reversal changes nothing in the end.

Receipts go to the oldest instalment first, in the order of the days they were received. An instalment's state:

    pending ──paid in time──▶ kept
       └──not paid in time──▶ late ──plan broken while unpaid──▶ broken
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal
from uuid import UUID

from heyi.capabilities.plans.domain.policy import Tolerance
from heyi.kit.dates import days_between

PromiseStatus = Literal["pending", "kept", "late", "broken"]
PlanStatus = Literal["active", "completed", "broken", "superseded", "cancelled"]
BreachRule = Literal["missed_instalments", "overdue_days"]

PROMISE_STATUSES: Final = ("pending", "kept", "late", "broken")
PLAN_STATUSES: Final = ("active", "completed", "broken", "superseded", "cancelled")
PLAN_MOVES: Final[dict[str, frozenset[str]]] = {
    "active": frozenset({"completed", "broken", "superseded", "cancelled"}),
    "completed": frozenset({"active"}),  # a payment was reversed
    "broken": frozenset({"active", "completed", "superseded", "cancelled"}),  # paid in time after all, or a new round
    "superseded": frozenset(),
    "cancelled": frozenset(),
}


@dataclass(frozen=True, slots=True)
class Promise:
    """One instalment. ``payable_until`` is the due day, or the next working day after a rest day (CN-HOL-4)."""

    number: int
    due_on: date
    payable_until: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that arrived and was not reversed."""

    payment_id: UUID
    received_on: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """So much of one receipt went to one instalment."""

    payment_id: UUID
    number: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PromiseState:
    """``settled_on``: the day from which no more than the tolerated amount was missing."""

    number: int
    paid_minor: int
    settled_on: date | None
    status: PromiseStatus


@dataclass(frozen=True, slots=True)
class Breach:
    """Why a plan counts as broken on a day: the rule, the oldest unpaid instalment and how much is missing."""

    rule: BreachRule
    happened_on: date
    oldest_number: int
    missed: int
    overdue_days: int
    unpaid_minor: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The whole plan on one day. ``next_check_on``: the first day on which time alone can change anything."""

    promises: tuple[PromiseState, ...]
    allocations: tuple[Allocation, ...]
    surplus_minor: int
    unpaid_minor: int
    breach: Breach | None
    completed_on: date | None
    next_check_on: date | None


def standing(
    promises: Sequence[Promise],
    receipts: Iterable[Receipt],
    *,
    tolerance: Tolerance,
    on: date,
    not_before: date | None = None,
) -> Standing:
    """The state on day ``on``. After a reversal nothing counts as late before ``not_before`` plus the tolerance:
    a borrower who thought that an instalment was paid gets the days to pay it again.
    """
    ordered = sorted(receipts, key=lambda receipt: (receipt.received_on, receipt.payment_id))
    allocations, surplus = _allocate(promises, ordered)
    days = {receipt.payment_id: receipt.received_on for receipt in ordered}
    deadlines = {one.number: _deadline(one, tolerance, not_before) for one in promises}
    states = tuple(_state(one, allocations, days, deadlines[one.number], tolerance, on) for one in promises)
    unpaid = sum(one.amount_minor for one in promises) - sum(state.paid_minor for state in states)
    open_late = [one for one, state in zip(promises, states, strict=True) if _open_late(state)]
    return Standing(
        promises=states,
        allocations=tuple(allocations),
        surplus_minor=surplus,
        unpaid_minor=unpaid,
        breach=_breach(open_late, states, tolerance, on, not_before),
        completed_on=max(days[one.payment_id] for one in allocations) if not unpaid and allocations else None,
        next_check_on=_next_check(promises, states, deadlines, on, unpaid=unpaid),
    )


def _allocate(promises: Sequence[Promise], receipts: Sequence[Receipt]) -> tuple[list[Allocation], int]:
    allocations: list[Allocation] = []
    waiting = [[one.number, one.amount_minor] for one in promises]
    surplus = 0
    for receipt in receipts:
        left = receipt.amount_minor
        while left and waiting:
            number, missing = waiting[0]
            part = min(left, missing)
            allocations.append(Allocation(receipt.payment_id, number, part))
            left -= part
            waiting[0][1] -= part
            if not waiting[0][1]:
                waiting.pop(0)
        surplus += left
    return allocations, surplus


def _deadline(promise: Promise, tolerance: Tolerance, not_before: date | None) -> date:
    return max(promise.payable_until, not_before or promise.payable_until) + timedelta(days=tolerance.days)


def _state(
    promise: Promise,
    allocations: list[Allocation],
    days: dict[UUID, date],
    deadline: date,
    tolerance: Tolerance,
    on: date,
) -> PromiseState:
    paid, settled_on = 0, None
    for one in allocations:
        if one.number == promise.number:
            paid += one.amount_minor
            if settled_on is None and paid >= promise.amount_minor - tolerance.amount_minor:
                settled_on = days[one.payment_id]
    status: PromiseStatus = "pending"
    if settled_on is not None and settled_on <= deadline:
        status = "kept"
    elif settled_on is not None or on > deadline:
        status = "late"
    return PromiseState(number=promise.number, paid_minor=paid, settled_on=settled_on, status=status)


def _open_late(state: PromiseState) -> bool:
    return state.status == "late" and state.settled_on is None


def _breach(
    open_late: list[Promise],
    states: tuple[PromiseState, ...],
    tolerance: Tolerance,
    on: date,
    not_before: date | None,
) -> Breach | None:
    """Unpaid late instalments are always neighbours, because money goes to the oldest first."""
    if not open_late:
        return None
    oldest = open_late[0]
    overdue = days_between(max(oldest.payable_until, not_before or oldest.payable_until), on)
    rule: BreachRule
    if len(open_late) >= tolerance.missed_instalments:
        rule = "missed_instalments"
    elif overdue >= tolerance.overdue_days:
        rule = "overdue_days"
    else:
        return None
    paid = {state.number: state.paid_minor for state in states}
    return Breach(
        rule=rule,
        happened_on=on,
        oldest_number=oldest.number,
        missed=len(open_late),
        overdue_days=overdue,
        unpaid_minor=sum(one.amount_minor - paid[one.number] for one in open_late),
    )


def _next_check(
    promises: Sequence[Promise],
    states: tuple[PromiseState, ...],
    deadlines: dict[int, date],
    on: date,
    *,
    unpaid: int,
) -> date | None:
    if not unpaid:
        return None
    if any(_open_late(state) for state in states):
        return on + timedelta(days=1)
    waiting = [deadlines[one.number] for one, state in zip(promises, states, strict=True) if state.status == "pending"]
    return min(waiting) + timedelta(days=1) if waiting else None


def next_status(status: PlanStatus, now: Standing, then: Standing | None) -> PlanStatus:
    """What a plan becomes. ``then`` is the standing on the day of a recorded breach, by what was received until then:
    when it shows no breach any more, the breach was recorded too early and does not hold. A breach that holds outlives
    a completion that a reversal undid.
    """
    if status in ("superseded", "cancelled"):
        return status
    if not now.unpaid_minor:
        return "completed"
    if then is not None and then.breach:
        return "broken"
    return "broken" if now.breach else "active"
