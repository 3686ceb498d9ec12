"""Many cases of a list given to a colleague at once. Each case keeps its own rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from heyi.capabilities.negotiation.actions import assignment, desk
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid, Problem

MOST_GIVEN: Final = 1_000


@dataclass(frozen=True, slots=True)
class Given:
    """How many cases went over, and which did not, with the code of the refusal."""

    done: int
    refused: tuple[tuple[UUID, str], ...]


def reassign_many(*, case_ids: Iterable[UUID], member_id: UUID, reason: str, actor: Actor, at: datetime) -> Given:
    """Give each case to a colleague of its branch. One that cannot go stays where it is and is named; none is halved.

    At most 1,000 cases. Raises ReasonNeeded, Invalid (too many).
    """
    desk.needs_reason("reassign", reason)
    wanted = list(dict.fromkeys(case_ids))
    if len(wanted) > MOST_GIVEN:
        raise Invalid(fields={"cases": "too_many"}, most=MOST_GIVEN)
    refused: list[tuple[UUID, str]] = []
    for case_id in wanted:
        try:
            assignment.reassign(case_id=case_id, member_id=member_id, reason=reason, actor=actor, at=at)
        except Problem as fault:
            refused.append((case_id, fault.code))
    return Given(done=len(wanted) - len(refused), refused=tuple(refused))
