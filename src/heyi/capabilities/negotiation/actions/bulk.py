"""Many cases at once from a list: given to a colleague, or taken out as rows. Each case keeps its own rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from heyi.capabilities.journal import api as journal
from heyi.capabilities.negotiation.actions import assignment, desk
from heyi.capabilities.negotiation.domain.problems import NotYourAct
from heyi.capabilities.negotiation.queries.inbox import LIST_ROLES, filtered, rows_by_id
from heyi.capabilities.negotiation.queries.views import CaseFilter, CaseRow
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid, Problem

MOST_GIVEN: Final = 1_000
MOST_TAKEN_OUT: Final = 100_000
CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Given:
    """How many cases went over, and which did not, with the code of the refusal."""

    done: int
    refused: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True, slots=True)
class TakenOut:
    """An export: how many rows, and the rows themselves, read as they are written out."""

    count: int
    rows: Iterator[CaseRow]


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


def export_cases(*, filters: CaseFilter, reason: str, form: str, actor: Actor, at: datetime) -> TakenOut:
    """The rows that a filter finds, masked as in the list.

    Journaled with count, reason and filter before the first row is read: whoever takes rows out is known even when the
    download breaks. ``form`` is the kind of file. Raises ReasonNeeded, NotYourAct, Invalid (more than 100,000 rows).
    """
    desk.needs_reason("export_cases", reason)
    if actor.kind != "staff" or not actor.has(*LIST_ROLES):
        raise NotYourAct(act="export_cases")
    found = filtered(actor, filters, at)
    ids = list(found.order_by("number").values_list("id", flat=True)[: MOST_TAKEN_OUT + 1])
    if len(ids) > MOST_TAKEN_OUT:
        raise Invalid(fields={"rows": "too_many"}, most=MOST_TAKEN_OUT)
    salt = vault.system_key("negotiation.export")
    with transaction.atomic():
        journal.record(
            actor=actor,
            act="negotiation.export_cases",
            at=at,
            subject="negotiation_case:list",
            facts={"rows": len(ids), "form": form, "conditions": _conditions(filters)},
            digests={
                "reason": journal.salted(reason.strip(), salt=salt),
                "filter": journal.salted(repr(filters), salt=salt),
            },
        )
    return TakenOut(count=len(ids), rows=_read(ids, at))


def _conditions(filters: CaseFilter) -> list[Any]:
    """The names of what was asked for; the values stand in the digest, because a text may be somebody's name."""
    empty = CaseFilter()
    return [name for name in CaseFilter.__slots__ if getattr(filters, name) != getattr(empty, name)]


def _read(ids: list[UUID], at: datetime) -> Iterator[CaseRow]:
    for start in range(0, len(ids), CHUNK):
        yield from rows_by_id(ids[start : start + CHUNK], at)
