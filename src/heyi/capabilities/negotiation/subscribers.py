"""What this room hears; ``config/wiring.py`` lists the wires. Each function may be called again for the same event."""

from __future__ import annotations

from datetime import datetime

from heyi.capabilities.loans.domain import PaymentReceived, PaymentReversed
from heyi.capabilities.negotiation.actions import ticks
from heyi.capabilities.negotiation.actions.approvals import hear_approval_ended, hear_approval_granted
from heyi.capabilities.negotiation.actions.follow import (
    hear_money_counted,
    hear_money_taken_back,
    hear_plan_broken,
    hear_plan_completed,
    hear_plan_reopened,
    hear_plan_restored,
    hear_promise_kept,
    hear_promise_late,
    hear_promise_made_good,
    hear_promise_reopened,
)
from heyi.capabilities.negotiation.actions.real_name import hear_submitted
from heyi.capabilities.negotiation.actions.signing import (
    hear_agreed,
    hear_borrower_signed,
    hear_expired,
    hear_refused,
    hear_sealed,
)
from heyi.capabilities.negotiation.domain.states import ENDED
from heyi.capabilities.negotiation.models import Case

__all__ = [
    "hear_agreed",
    "hear_approval_ended",
    "hear_approval_granted",
    "hear_borrower_signed",
    "hear_expired",
    "hear_money_counted",
    "hear_money_taken_back",
    "hear_payment",
    "hear_plan_broken",
    "hear_plan_completed",
    "hear_plan_reopened",
    "hear_plan_restored",
    "hear_promise_kept",
    "hear_promise_late",
    "hear_promise_made_good",
    "hear_promise_reopened",
    "hear_refused",
    "hear_sealed",
    "hear_submitted",
]


def hear_payment(event: PaymentReceived | PaymentReversed, at: datetime) -> None:
    """Money came or went: the figures in the list follow."""
    for case_id in Case.objects.filter(contract_id=event.contract_id).exclude(status__in=ENDED).values_list("id"):
        ticks.copy_figures_of(case_id[0], at=at)
