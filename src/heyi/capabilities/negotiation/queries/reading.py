"""Finding a case for a reader, and what every view needs: colleagues, means, progress."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from heyi.capabilities.negotiation.actions.desk import visible
from heyi.capabilities.negotiation.domain import application, progress
from heyi.capabilities.negotiation.domain.application import Value
from heyi.capabilities.negotiation.domain.problems import CaseNotFound
from heyi.capabilities.negotiation.domain.progress import Milestones, Progress
from heyi.capabilities.negotiation.models import Answer, Case
from heyi.capabilities.negotiation.queries.views import Colleague
from heyi.capabilities.negotiation.sealed import Envelope
from heyi.capabilities.plans.domain import LivingCosts, Means
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.plumbing.once import once

ANSWERS = "answer.values"


@once
def seen(case_id: UUID, actor: Actor, at: datetime) -> Case:
    """The case, if this actor may know of it. Raises CaseNotFound: the same for «not there» and «not yours»."""
    found = Case.objects.filter(id=case_id).first()
    if found is None or not visible(actor, found, at=at):
        raise CaseNotFound(case_id=str(case_id))
    return found


def colleagues(ids: Iterable[UUID | None]) -> Mapping[UUID, Colleague]:
    """Colleagues by id, looked up at once."""
    return staff.cards(staff_ids=[one for one in ids if one is not None])


def answers_of(case: Case, envelope: Envelope) -> dict[str, dict[str, Value]]:
    """Step → clean values, without the sensitive words."""
    return {row.step: envelope.open_values(row.values_sealed, ANSWERS) for row in answer_rows(case)}


@once
def answer_rows(case: Case) -> tuple[Answer, ...]:
    """The saved steps as they lie, sealed."""
    return tuple(case.answers.all())


def means_of(answers: Mapping[str, Mapping[str, Value]]) -> Means | None:
    """The household's means as stated; None when the income is not known."""
    income = application.income_minor(answers)
    if income is None:
        return None
    costs = application.amount(answers, "living", "costs_monthly")
    housing = min(application.amount(answers, "living", "housing_monthly"), costs)
    dependants = application.amount(answers, "living", "dependants")
    return Means(
        income_monthly_minor=income,
        living_costs=LivingCosts(housing_minor=housing, other_minor=costs - housing),
        other_debts_monthly_minor=application.amount(answers, "debts", "other_debts_monthly"),
        household=1 + dependants,
        dependants=dependants,
        irregular=answers.get("income", {}).get("band") == "varies",
    )


def milestones_of(case: Case) -> Milestones:
    """When each thing happened."""
    return Milestones(
        started_at=case.created_at,
        submitted_at=case.submitted_at,
        accepted_at=case.accepted_at,
        agreed_at=case.agreed_at,
        sealed_at=case.sealed_at if case.round == 1 or case.status in ("active", "broken", "completed") else None,
        completed_at=case.completed_at,
        ended_at=case.ended_at or case.broken_at,
    )


_DATED_BY: Final[dict[str, progress.DateSource]] = {"answer_offer": "offer_expiry", "pay": "contract"}
"""Acts whose day is set by something other than the bank's policy."""


def progress_of(case: Case, at: datetime) -> Progress:
    """The five steps, whose turn, by when."""
    now = progress.situation(case.status)
    stored = progress.Situation(now.step, case.turn, case.next_act, now.level)  # type: ignore[arg-type]  # constrained by the database
    source = _DATED_BY.get(case.next_act) if case.due_at else None
    return progress.progress(case.status, milestones_of(case), stored, by=case.due_at, at=at, source=source)
