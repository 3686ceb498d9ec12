"""What the borrower is told at each step. Everything leaves by ``contact``; the words are templates of the pack."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction

from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact.domain import NoDestination, Value
from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation.models import Case
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM
from heyi.plumbing.clock import bank_day

BOTH: Final = ("portal", "sms")
QUIET: Final = ("portal",)

NOTICES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "application_received": ("service", BOTH),
    "application_accepted": ("service", BOTH),
    "application_needs_more": ("service", BOTH),
    "application_refused": ("service", BOTH),
    "appeal_received": ("service", BOTH),
    "appeal_refused": ("service", BOTH),
    "case_closed": ("service", BOTH),
    "manager_assigned": ("negotiation", QUIET),
    "new_message": ("negotiation", ("sms",)),
    "offer_ready": ("negotiation", BOTH),
    "offer_expiring": ("negotiation", BOTH),
    "offer_expired": ("negotiation", QUIET),
    "counter_answered": ("negotiation", BOTH),
    "signing_ready": ("negotiation", BOTH),
    "agreement_signed": ("service", BOTH),
    "due_reminder": ("reminder", BOTH),
    "payment_received": ("service", BOTH),
    "payment_late": ("reminder", BOTH),
    "payment_taken_back": ("reminder", BOTH),
    "plan_broken": ("negotiation", BOTH),
    "plan_completed": ("service", BOTH),
    "progress": ("service", QUIET),
    "problem_heard": ("service", QUIET),
    "problem_answered": ("service", BOTH),
    "change_received": ("service", QUIET),
    "completion_letter": ("service", ("letter",)),
    "refusal_letter": ("service", ("letter",)),
}
"""Template → (purpose by which the gate judges it, channels)."""


def send(case: Case, key: str, *, at: datetime, dedupe: str = "", **values: Value) -> None:
    """Queue one notice on each of its channels; a channel that the bank has no address for is left out.

    The gate judges again when it leaves, and a refusal stays in the ledger. ``dedupe`` makes a repetition the same
    message; the case's version does so otherwise.
    """
    purpose, channels = NOTICES[key]
    for channel in channels:
        try:
            with transaction.atomic():
                contact.send(
                    actor=SYSTEM,
                    at=at,
                    party_id=case.party_id,
                    purpose=purpose,
                    template=key,
                    values={**_house(case, at), **values},
                    channel=channel,
                    case_id=case.id,
                    contract_id=case.contract_id,
                    dedupe_key=f"{key}:{case.id}:{dedupe or case.version}:{channel}",
                )
        except NoDestination:
            continue


def _house(case: Case, at: datetime) -> Mapping[str, Value]:
    """Values that every template may name."""
    manager = staff.member(staff_id=case.assignee_id) if case.assignee_id else None
    due = bank_day(case.due_at) if case.due_at else bank_day(at)
    return {
        "number": case.number,
        "link": f"{settings.HEYI.public_url}/my/",
        "manager": manager.display_name if manager else settings.HEYI.bank_name,
        "staff_no": manager.staff_no if manager else "",
        "salutation": f"尊敬的{loans.salutation(case.party_id, actor=SYSTEM).zh}",
        "reply_by": due,
        "next_by": due,
    }
