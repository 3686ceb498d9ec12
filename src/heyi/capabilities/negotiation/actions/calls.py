"""Phone calls: «please call me» with a day and a time that suit, leave to dial, and calls put on record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
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


def dial(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    party_id: UUID | None = None,
    purpose: str = "negotiation",
    recorded: bool | None = None,
    language: str = "zh",
) -> contact.Asked:
    """Ask for leave to call about this case: the borrower, or somebody who is tied to the contract.

    A yes holds a place in the ledger, and the number comes with it (``contact.leave_destination``). A no is a value
    with its clauses, and is kept for supervision. Raises what ``contact.take_leave`` raises.
    """
    with transaction.atomic():
        case = desk.take(case_id, act="log_phone", actor=actor, at=at)
        ask = contact.Ask(
            contract_id=case.contract_id,
            channel="call",
            purpose=purpose,
            party_id=party_id,
            recorder_active=recorded,
            language=language,
            case_id=case.id,
        )
        return contact.take_leave(ask=ask, actor=actor, at=at)


def report_call(
    *,
    case_id: UUID,
    leave_id: UUID,
    outcome: str,
    actor: Actor,
    at: datetime,
    effective: bool = False,
    minutes: int = 0,
    words: str = "",
    opted_out: bool = False,
) -> Done:
    """Say what became of a call for which there was a leave; what was said is also a note on the case.

    ``outcome``: connected | unanswered | invalid | not_sent (nobody dialled after all); ``effective``: the borrower's
    identity was confirmed. Raises contact.LeaveGone, ReportUnclear, ReportContradicts.
    """
    with transaction.atomic():
        case = desk.take(case_id, act="log_phone", actor=actor, at=at)
        leave = contact.leave_of(leave_id=leave_id, actor=actor, at=at)
        if leave.case_id != case.id:
            raise contact.LeaveGone(leave=str(leave_id))
        began = max(leave.taken_at, min(at - timedelta(minutes=minutes), leave.valid_until))
        report = contact.Report(
            leave_id=leave_id, outcome=outcome, started_at=began, effective=effective, minutes=minutes,
            opted_out=opted_out, note=words,
        )  # fmt: skip
        contact.report_contact(report=report, actor=actor, at=at)
        to_borrower = leave.party_id == case.party_id
        facts = {"direction": "out", "outcome": outcome, "minutes": minutes, "leave": str(leave_id)}
        _keep(case, words, facts, fulfils=outcome == "connected" and to_borrower, actor=actor, at=at)
    return desk.done(case)


def log_phone(
    *,
    case_id: UUID,
    outcome: str,
    actor: Actor,
    at: datetime,
    effective: bool = False,
    minutes: int = 0,
    words: str = "",
) -> Done:
    """Put a call that came in on record; what was said is also a note on the case. Who calls out asks first: ``dial``.

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
            direction="in",
            effective=effective,
            minutes=minutes,
            note=words,
        )
        facts = {"direction": "in", "outcome": outcome, "minutes": minutes}
        _keep(case, words, facts, fulfils=outcome == "connected", actor=actor, at=at)
    return desk.done(case)


def _keep(case: Case, words: str, facts: Mapping[str, object], *, fulfils: bool, actor: Actor, at: datetime) -> None:
    """What was said as a note of the case, the wish for a call fulfilled, and one entry in the journal."""
    if words.strip():
        post(case, words.strip()[:2000], actor=actor, at=at, internal=True)
    if fulfils:
        _settle(case, "called", actor, at)
    desk.put(case, at=at, restart_clock=False)
    desk.write(case, act="log_phone", actor=actor, at=at, facts=facts, texts={"words": words})


def _settle(case: Case, outcome: str, actor: Actor, at: datetime) -> bool:
    rows = CallWish.objects.filter(case=case, settled_at__isnull=True)
    return bool(rows.update(settled_at=at, settled_by_id=desk.member_id(actor), outcome=outcome))
