"""The timeline of everything on a case: acts from the journal, contacts and refusals from the ledger, in one order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact.domain import ContactView
from heyi.capabilities.journal import api as journal
from heyi.capabilities.journal.domain import EntryView
from heyi.capabilities.negotiation.queries.reading import seen
from heyi.capabilities.negotiation.queries.views import TimelineItem
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor

LIMIT_MAX: Final = 500
_BEFORE_APPROVALS: Final = ("approve_offer", "reject_offer")
"""Acts of the days when this room took votes by itself; the journal keeps them."""
_OFFER: Final = frozenset(
    [
        "draft_offer",
        "publish_offer",
        "submit_for_approval",
        "release_offer",
        "return_offer",
        *_BEFORE_APPROVALS,
        "counter",
        "accept_offer",
        "accept_counter",
        "decline_offer",
        "decline_counter",
        "withdraw_offer",
        "expire_offer",
    ]
)
_TALK: Final = frozenset({"say", "mark_read", "ask_call", "withdraw_call"})
_PLAN: Final = frozenset(
    {
        "promise_kept",
        "promise_late",
        "promise_made_good",
        "promise_reopened",
        "record_breach",
        "request_change",
        "complete",
        "plan_restored",
    }
)
_NOTES: Final = frozenset({"note", "hand_over"})
_LOOKS: Final = frozenset(
    {"read_sensitive", "approvals.read_papers", "vault.read", "loans.reveal", "staff.look_beyond_branch"}
)
_INSIDE: Final = frozenset(
    {"note", "hand_over", "assign", "draft_offer", "submit_for_approval", "return_offer", "take_up", *_BEFORE_APPROVALS}
)
_NOISE: Final = frozenset({"contact.send", "contact.deliver", "contact.log_call", "vault.put"})


def timeline(
    *, case_id: UUID, actor: Actor, at: datetime, kinds: Iterable[str] = (), limit: int = 100
) -> tuple[TimelineItem, ...]:
    """What happened, newest first. A borrower sees neither notes nor what went on inside the bank, but sees every
    contact with them, every refusal of one, and everybody who looked at their papers."""
    case = seen(case_id, actor, at)
    most = min(limit, LIMIT_MAX)
    bank = actor.kind == "staff"
    acts = [
        _of_entry(entry)
        for entry in journal.entries(case_id=case.id, limit=LIMIT_MAX)
        if entry.act not in _NOISE and (bank or not _inside(entry))
    ]
    lines = [_of_contact(line) for line in contact.ledger(case_id=case.id, limit=most)]
    wanted = frozenset(kinds)
    items = [item for item in (*acts, *lines) if not wanted or item.kind in wanted]
    items.sort(key=lambda item: (item.at, item.entry_id is None), reverse=True)
    return _named(items[:most])


def _inside(entry: EntryView) -> bool:
    return entry.act.startswith("approvals.") or entry.act.removeprefix("negotiation.") in _INSIDE


def _of_entry(entry: EntryView) -> TimelineItem:
    act = entry.act.removeprefix("negotiation.")
    return TimelineItem(
        at=entry.at,
        kind=_kind(entry.act, act),  # type: ignore[arg-type]
        act=act,
        side=_side(entry.actor),  # type: ignore[arg-type]
        actor=entry.actor,
        actor_name="",
        result=entry.result,
        facts=dict(entry.facts),
        subject=entry.subject,
        entry_id=entry.id,
        index=entry.index,
    )


def _kind(full: str, act: str) -> str:
    for kind, names in (("offer", _OFFER), ("talk", _TALK), ("plan", _PLAN), ("note", _NOTES), ("look", _LOOKS)):
        if act in names:
            return kind
    room = full.partition(".")[0]
    return {"signing": "sign", "plans": "plan", "contact": "contact", "approvals": "offer"}.get(
        room, "sign" if act in ("open_signing", "seal", "refuse_signing") else "case"
    )


def _side(actor: str) -> str:
    kind = actor.partition(":")[0]
    return {"staff": "bank", "borrower": "borrower", "integration": "borrower"}.get(kind, "system")


def _of_contact(line: ContactView) -> TimelineItem:
    refused = line.status == "refused" or bool(line.clauses)
    return TimelineItem(
        at=line.at,
        kind="blocked" if refused and line.kind != "call" else "contact",
        act=line.kind,
        side="bank" if line.direction == "out" else "borrower",
        actor=line.actor,
        actor_name="",
        result=line.status,
        facts={
            "channel": line.channel,
            "purpose": line.purpose,
            "direction": line.direction,
            "template": line.template,
            "title_zh": line.title_zh,
            "title_en": line.title_en,
            "to": line.destination_masked,
            "minutes": line.minutes,
            "rules": [clause.rule_id for clause in line.clauses],
            "retry_at": line.next_attempt_at.isoformat() if line.next_attempt_at else None,
        },
        subject=f"contact_message:{line.id}",
        entry_id=None,
        index=None,
    )


def _named(items: list[TimelineItem]) -> tuple[TimelineItem, ...]:
    """The items with the names of colleagues; borrowers and the system stay labels."""
    ids = {UUID(item.actor.partition(":")[2]) for item in items if item.actor.startswith("staff:")}
    names = staff.member_names(staff_ids=ids)
    return tuple(
        TimelineItem(
            **{
                **{name: getattr(item, name) for name in TimelineItem.__slots__},
                "actor_name": names.get(UUID(item.actor.partition(":")[2]), "")
                if item.actor.startswith("staff:")
                else "",
            }
        )
        for item in items
    )
