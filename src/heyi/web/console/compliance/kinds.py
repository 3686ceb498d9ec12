"""Kinds of holds as choices, and days as instants."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from heyi.capabilities.compliance import api as compliance
from heyi.kit.actors import Actor
from heyi.kit.dates import SHANGHAI
from heyi.web.ui import words


def placeable(actor: Actor, party_id: UUID) -> list[tuple[str, str]]:
    """The kinds that the actor may place on this person, with their words."""
    return [
        (kind, words.word("compliance.hold", kind))
        for kind, policy in compliance.hold_kinds().items()
        if policy.may_place(actor, party_id)
    ]


def liftable(actor: Actor, kind: str, party_id: UUID) -> bool:
    """True when the actor may end such a hold."""
    policy = compliance.hold_kinds().get(kind)
    return policy is not None and policy.may_lift(actor, party_id)


def start_of(day: date) -> datetime:
    """The beginning of a day on the bank's clock."""
    return datetime.combine(day, time(0), SHANGHAI)


def end_of(day: date | None) -> datetime | None:
    """The end of a day on the bank's clock: a hold until the 5th stands through the 5th."""
    return datetime.combine(day + timedelta(days=1), time(0), SHANGHAI) if day else None
