"""Tests as those who took them see them: without the right answers until they are handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from heyi.capabilities.compliance.domain import exam
from heyi.capabilities.compliance.models import ExamResult, ExamSitting
from heyi.capabilities.compliance.problems import ExamNotFound
from heyi.kit.actors import Actor


@dataclass(frozen=True, slots=True)
class Sitting:
    """One try of one member; ``result`` None while it is open or was never handed in."""

    id: UUID
    kind: str
    questions: tuple[exam.ExamQuestion, ...]
    started_at: datetime
    ends_at: datetime
    pack_version: str
    percent: int
    result: Result | None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it."""

    at: datetime
    answers: Mapping[str, str]
    right: int
    asked: int
    passed: bool


def sitting(*, sitting_id: UUID, actor: Actor) -> Sitting:
    """One's own try; compliance and auditors see those of others too. Raises ExamNotFound."""
    row = ExamSitting.objects.select_related("result").filter(id=sitting_id).first()
    if row is None or not (row.member_id == actor.id or actor.has("compliance", "auditor")):
        raise ExamNotFound(sitting_id=str(sitting_id))
    return sitting_of(row)


def sittings(*, actor: Actor, limit: int = 20) -> tuple[Sitting, ...]:
    """One's own tries, newest first."""
    rows = ExamSitting.objects.select_related("result").filter(member_id=actor.id).order_by("-created_at", "-id")
    return tuple(sitting_of(row) for row in rows[:limit])


def open_sitting(*, actor: Actor, kind: str, at: datetime) -> Sitting | None:
    """The try that the actor can go on with."""
    rows = ExamSitting.objects.filter(member_id=actor.id, kind=kind, ends_at__gt=at, result__isnull=True)
    row = rows.order_by("-created_at").first()
    return sitting_of(row) if row else None


def sitting_of(row: ExamSitting) -> Sitting:
    """The row as a value."""
    result: ExamResult | None = getattr(row, "result", None)
    return Sitting(
        id=row.id,
        kind=row.kind,
        questions=exam.unpacked(row.questions),
        started_at=row.created_at,
        ends_at=row.ends_at,
        pack_version=row.pack_version,
        percent=row.percent,
        result=Result(result.created_at, result.answers, result.right, result.asked, result.passed) if result else None,
    )
