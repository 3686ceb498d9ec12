"""The numbers beside the menu and on the bell: asked for once a page, and not again for some moments."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.plumbing.once import moments


@lru_cache(maxsize=32)
def badges(actor: Actor, at: datetime) -> negotiation.Badges:
    """All counts of one page: its instant is the key, so nothing is kept for the next one."""
    return negotiation.badges(actor=actor, at=at)


@moments(seconds=10)
def queue(actor: Actor, at: datetime) -> int:
    """What is mine to do."""
    return badges(actor, at).queue


@moments(seconds=10)
def to_approve(actor: Actor, at: datetime) -> int:
    """What waits for my word."""
    return badges(actor, at).to_approve


@moments(seconds=10)
def talks(actor: Actor, at: datetime) -> int:
    """My talks with unread messages."""
    return badges(actor, at).talks


@moments(seconds=10)
def bell(actor: Actor, at: datetime) -> int:
    """What came in and was not looked at: messages, what waits for my word, difficulties; an offer counts once."""
    found = badges(actor, at)
    others = sum(one.kind != negotiation.APPROVAL_KIND for one in approvals.waiting(actor=actor, at=at))
    return found.talks + found.to_approve + found.problems + others


@moments(seconds=10)
def votes(actor: Actor, at: datetime) -> int:
    """Requests that wait for my vote."""
    return len(approvals.waiting(actor=actor, at=at))


@moments(seconds=10)
def training(actor: Actor, at: datetime) -> int:
    """My certificates that are missing, ran out or run out soon."""
    if actor.id is None:
        return 0
    return sum(one.state != "valid" for one in staff.own_standings(staff_id=actor.id, at=at))


@moments(seconds=10)
def pressing_clocks(actor: Actor, at: datetime) -> int:
    """Debts whose limitation runs out within the shortest warning span of the pack."""
    return compliance.most_pressing(actor=actor, at=at)
