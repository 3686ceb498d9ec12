"""Phone calls: «please call me» with a day and a time that suit, and calls put on record."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from heyi.capabilities.contact import api as contact
from heyi.capabilities.negotiation.actions import desk
from heyi.capabilities.negotiation.actions.desk import Done
from heyi.capabilities.negotiation.actions.talk import post
from heyi.capabilities.negotiation.models import CallWish, Case
from heyi.capabilities.negotiation.policy import policy
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid
from heyi.plumbing.clock import bank_day


def ask_call(*, case_id: UUID, on: date, window: str, words: str, actor: Actor, at: datetime) -> Done:
    """Ask for a call on that day, in one of the policy's windows. A new wish takes the place of the one before.

    ``words`` say the wish in the talk, so that both sides read the same. Raises Invalid for a day that is past or too
    far ahead, or a window that nobody offers.
    """
    rules = policy().calls
    chosen = rules.window(window)
    if chosen is None:
        raise Invalid(fields={"window": "unknown"})
    if not 0 <= (on - bank_day(at)).days <= rules.days_ahead:
        raise Invalid(fields={"on": "out_of_range"})
    with transaction.atomic():
        case = desk.take(case_id, act="say", actor=actor, at=at)
        _settle(case, "replaced", actor, at)
        row = CallWish.objects.create(
            created_at=at, case=case, on=on, window=window, wanted_from=chosen.begins, wanted_until=chosen.ends
        )
        post(case, words, actor=actor, at=at)
        desk.put(case, at=at, restart_clock=False)
        facts = {"on": on.isoformat(), "window": window}
        subject = f"negotiation_call_wish:{row.id}"
        desk.write(case, act="ask_call", actor=actor, at=at, subject=subject, facts=facts)
    return desk.done(case, row.id)


def withdraw_call(*, case_id: UUID, actor: Actor, at: datetime) -> bool:
    """The borrower needs no call any more. False when none was wished for."""
    with transaction.atomic():
        case = desk.take(case_id, act="say", actor=actor, at=at)
        withdrawn = _settle(case, "withdrawn", actor, at)
        if withdrawn:
            desk.put(case, at=at, restart_clock=False)
            desk.write(case, act="withdraw_call", actor=actor, at=at)
    return withdrawn


def log_phone(
    *,
    case_id: UUID,
    outcome: str,
    actor: Actor,
    at: datetime,
    direction: str = "out",
    effective: bool = False,
    minutes: int = 0,
    words: str = "",
) -> Done:
    """Put a phone call on record: it counts in the contact ledger; what was said is also a note on the case.

    ``outcome``: connected | unanswered; ``effective``: the borrower's identity was confirmed. Raises
    contact.call_unclear. A call that got through fulfils the wish for one.
    """
    with transaction.atomic():
        case = desk.take(case_id, act="log_phone", actor=actor, at=at)
        contact.log_call(
            actor=actor,
            at=at,
            party_id=case.party_id,
            case_id=case.id,
            contract_id=case.contract_id,
            outcome=outcome,
            direction=direction,
            effective=effective,
            minutes=minutes,
            note=words,
        )
        if words.strip():
            post(case, words.strip()[:2000], actor=actor, at=at, internal=True)
        if outcome == "connected":
            _settle(case, "called", actor, at)
        desk.put(case, at=at, restart_clock=False)
        facts = {"direction": direction, "outcome": outcome, "minutes": minutes}
        desk.write(case, act="log_phone", actor=actor, at=at, facts=facts, texts={"words": words})
    return desk.done(case)


def _settle(case: Case, outcome: str, actor: Actor, at: datetime) -> bool:
    rows = CallWish.objects.filter(case=case, settled_at__isnull=True)
    return bool(rows.update(settled_at=at, settled_by_id=desk.member_id(actor), outcome=outcome))
