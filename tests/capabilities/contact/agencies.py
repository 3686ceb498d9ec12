"""Steps of a placement: the committee says yes, the debtor is told, the agency begins."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact.actions.placements import agency_subject
from heyi.capabilities.contact.models import Message, Placement
from heyi.kit.actors import Actor
from heyi.plumbing import jobs
from tests import cast
from tests.capabilities.approvals.forms import answers

NOON = datetime(2026, 11, 11, 4, 0, tzinfo=cast.AT.tzinfo)
"""Wednesday noon in Shanghai, two days after the cast came."""
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def approve(people: cast.Cast, at: datetime = cast.AT) -> None:
    """The committee lets contracts go to the agency."""
    asked = approvals.ask(
        kind="agency_placement",
        subject=agency_subject(people.agency_id),
        facts={},
        assessment=answers("agency_placement"),
        actor=people.lead,
        at=at,
    )
    for voter in (people.compliance, people.second_lead, people.reviewer):
        approvals.vote(approval_id=asked.id, vote="yes", reason="同意", actor=voter, at=at)


def place(people: cast.Cast, at: datetime = cast.AT, **changed: Any) -> contact.PlacementView:
    """Lin's contract goes to the agency."""
    given = {
        "contract_id": people.lin.contract_id,
        "agency_id": people.agency_id,
        "until": at + 90 * DAY,
        "actor": people.lead,
        "at": at,
    }
    return contact.place_contract(**given | changed)


def tell(at: datetime = cast.AT) -> None:
    """The gateway took the notices."""
    Message.objects.filter(template="agency_notice").update(status="sent", sent_at=at)
    contact.note_notices(at)


def handed_over(people: cast.Cast) -> Placement:
    """Approved, placed, told yesterday: the agency may begin."""
    approve(people)
    placed = place(people)
    tell()
    return Placement.objects.get(id=placed.id)


def ask(people: cast.Cast, **changed: Any) -> contact.Ask:
    """A call to Lin about collection by the certified agent, recorded."""
    given: dict[str, Any] = {
        "contract_id": people.lin.contract_id,
        "channel": "call",
        "purpose": "collection",
        "agent_no": "W-01",
        "recorder_active": True,
    }
    return contact.Ask(**given | changed)


def take(people: cast.Cast, at: datetime = NOON, actor: Actor | None = None, **changed: Any) -> contact.Asked:
    """Ask for a leave, as the agency unless said otherwise."""
    return contact.take_leave(ask=ask(people, **changed), actor=actor or people.agency, at=at)


def clauses(asked: contact.Asked) -> set[str]:
    """Which rules refused."""
    return {hit.rule_id for hit in asked.verdict.clauses}


def report(leave: contact.LeaveView | None, outcome: str = "connected", **changed: Any) -> contact.Report:
    """What became of a leave."""
    assert leave is not None
    started = leave.valid_until - 5 * MINUTE
    return contact.Report(**{"leave_id": leave.id, "outcome": outcome, "started_at": started, **changed})


def settle(at: datetime) -> None:
    """Let what was told between rooms arrive."""
    jobs.outbox.deliver_due(at=at, limit=1000)
