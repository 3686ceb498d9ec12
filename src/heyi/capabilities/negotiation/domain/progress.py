"""Where a case stands, in five steps: who acts next and by when. The same answer for portal, console and API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal, get_args

from heyi.capabilities.negotiation.domain.policy import ServiceLevel
from heyi.capabilities.negotiation.domain.states import ENDED
from heyi.kit.dates import SHANGHAI

Turn = Literal["borrower", "bank", "both", "none"]
StepKey = Literal["apply", "review", "talk", "sign", "follow"]
StepState = Literal["done", "current", "ahead", "stopped"]
DateSource = Literal["bank_policy", "offer_expiry", "contract", "none"]

TURNS: Final[tuple[str, ...]] = get_args(Turn)
STEPS: Final[tuple[StepKey, ...]] = get_args(StepKey)
CLOSE_OF_BUSINESS: Final = time(18, 0)
END_OF_DAY: Final = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Situation:
    """The step, whose turn it is, what that side does next, and the service level that sets the date."""

    step: StepKey
    turn: Turn
    next_act: str
    level: str | None


_SITUATIONS: Final[dict[str, Situation]] = {
    "draft": Situation("apply", "borrower", "submit", "draft"),
    "submitted": Situation("review", "bank", "review", "first_answer"),
    "in_review": Situation("review", "bank", "review", "first_answer"),
    "second_review": Situation("review", "bank", "second_review", "second_review"),
    "more_requested": Situation("review", "borrower", "supply_more", "more"),
    "refused": Situation("review", "borrower", "appeal", "appeal"),
    "appealed": Situation("review", "bank", "decide_appeal", "appeal_answer"),
    "negotiating": Situation("talk", "bank", "make_offer", "offer"),
    "offer_open": Situation("talk", "borrower", "answer_offer", "answer_offer"),
    "countered": Situation("talk", "bank", "answer_counter", "answer_counter"),
    "agreed": Situation("sign", "bank", "open_signing", "open_signing"),
    "signing": Situation("sign", "borrower", "sign", "sign"),
    "active": Situation("follow", "borrower", "pay", None),
    "broken": Situation("follow", "bank", "find_out_why", "find_out_why"),
    "completed": Situation("follow", "none", "", None),
    "withdrawn": Situation("talk", "none", "", None),
    "closed": Situation("talk", "none", "", None),
}


def situation(
    status: str, *, waiting_approval: bool = False, open_problem: bool = False, borrower_signed: bool = False
) -> Situation:
    """The situation of a case in ``status``.

    An open problem puts the bank to move first; a version that waits for approval turns «make an offer» into «approve».
    Once the borrower has signed, the bank does.
    An open offer stays the borrower's turn while the bank prepares another one behind it.
    """
    base = _SITUATIONS[status]
    if status in ENDED:
        return base
    if open_problem:
        return Situation(base.step, "bank", "answer_problem", "answer_problem")
    if waiting_approval and status in ("negotiating", "countered"):
        return Situation(base.step, "bank", "approve_offer", "approve")
    if borrower_signed and status == "signing":
        return Situation(base.step, "bank", "sign_as_bank", "open_signing")
    return base


def deadline(level: ServiceLevel, since: datetime, *, is_working: Callable[[date], bool]) -> datetime:
    """The instant until which ``level`` gives time from ``since``.

    Working days end at 18:00 bank time of the last one; the day of ``since`` does not count. Days end at 23:59:59.
    """
    if level.unit == "hours":
        return since + timedelta(hours=level.amount)
    day = since.astimezone(SHANGHAI).date()
    if level.unit == "days":
        return datetime.combine(day + timedelta(days=level.amount), END_OF_DAY, SHANGHAI)
    for _ in range(level.amount):
        day += timedelta(days=1)
        while not is_working(day):
            day += timedelta(days=1)
    return datetime.combine(day, CLOSE_OF_BUSINESS, SHANGHAI)


@dataclass(frozen=True, slots=True)
class Milestones:
    """When each thing happened; None when it has not."""

    started_at: datetime
    submitted_at: datetime | None = None
    accepted_at: datetime | None = None
    agreed_at: datetime | None = None
    sealed_at: datetime | None = None
    completed_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One of the five steps: ``at`` is when it was finished, or when the current one began."""

    key: StepKey
    state: StepState
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """``by`` is a bank policy date unless ``by_source`` says offer_expiry or contract."""

    status: str
    steps: tuple[Step, ...]
    current: StepKey
    turn: Turn
    next_act: str
    by: datetime | None
    by_source: DateSource
    overdue: bool


def progress(
    status: str,
    milestones: Milestones,
    now: Situation,
    *,
    by: datetime | None,
    at: datetime,
    source: DateSource | None = None,
) -> Progress:
    """The five steps with state and date."""
    return Progress(
        status=status,
        steps=tuple(_step(key, status, milestones, now) for key in STEPS),
        current=_reached(milestones) if status in ENDED else now.step,
        turn=now.turn,
        next_act=now.next_act,
        by=by,
        by_source=source or ("bank_policy" if by else "none"),
        overdue=by is not None and now.turn == "bank" and by < at,
    )


def _finished(milestones: Milestones) -> dict[str, datetime | None]:
    return {
        "apply": milestones.submitted_at,
        "review": milestones.accepted_at,
        "talk": milestones.agreed_at,
        "sign": milestones.sealed_at,
        "follow": milestones.completed_at,
    }


def _reached(milestones: Milestones) -> StepKey:
    """The first step that was not finished; «follow» when all were."""
    done = _finished(milestones)
    return next((key for key in STEPS if done[key] is None), "follow")


def _step(key: StepKey, status: str, milestones: Milestones, now: Situation) -> Step:
    done = _finished(milestones)
    here = _reached(milestones) if status in ENDED else now.step
    mine, reached = STEPS.index(key), STEPS.index(here)
    if mine < reached or (key == "follow" and status == "completed"):
        return Step(key, "done", done[key])
    if mine > reached:
        return Step(key, "ahead", None)
    if status in ("withdrawn", "closed", "broken", "refused"):
        return Step(key, "stopped", milestones.ended_at)
    return Step(key, "current", done[STEPS[mine - 1]] if mine else milestones.started_at)
