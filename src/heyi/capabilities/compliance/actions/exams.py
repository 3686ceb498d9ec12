"""Take the test: draw it, hand it in, and have the certificate when it was passed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from heyi.capabilities.compliance.domain import exam
from heyi.capabilities.compliance.models import ExamResult, ExamSitting
from heyi.capabilities.compliance.problems import ExamNotFound, ExamOver, NoExam
from heyi.capabilities.compliance.queries import exams, packs
from heyi.capabilities.journal import api as journal
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.problems import Invalid
from heyi.plumbing import limits
from heyi.plumbing.ids import new_token

TRIES: Final = "compliance.exam"


def start_exam(*, kind: str, actor: Actor, at: datetime) -> exams.Sitting:
    """A test of this kind of certificate; an open one is gone on with. Raises NoExam, TooMany (tries of the day)."""
    policy = staff.kind_of_certificate(kind)
    if actor.kind != "staff" or actor.id is None or policy.exam is None or not actor.has(*policy.roles):
        raise NoExam(kind=kind)
    with transaction.atomic():
        going = exams.open_sitting(actor=actor, kind=kind, at=at)
        if going is not None:
            return going
        limits.spend(TRIES, f"{actor.id}/{kind}", limit=policy.exam.tries_a_day, window=timedelta(days=1), at=at)
        pack, seed = packs.pack(at=at), new_token()
        asked = exam.draw(pack, seed=seed, count=policy.exam.questions)
        if len(asked) < policy.exam.questions:
            raise NoExam(kind=kind, questions=len(asked))
        row = ExamSitting.objects.create(
            created_at=at,
            member_id=actor.id,
            kind=kind,
            seed=seed,
            questions=exam.packed(asked),
            pack_version=pack.version,
            percent=policy.exam.pass_percent,
            ends_at=at + timedelta(minutes=policy.exam.minutes),
        )
        _tell("start_exam", row, actor, at, questions=[one.key for one in asked])
    return exams.sitting_of(row)


def hand_in(*, sitting_id: UUID, answers: Mapping[str, str], actor: Actor, at: datetime) -> exams.Sitting:
    """Answers by question; what is not answered is wrong. At the mark the certificate is issued in the same breath.

    Raises ExamNotFound, ExamOver (handed in before, or too late), Invalid.
    """
    with transaction.atomic():
        row = ExamSitting.objects.select_for_update().filter(id=sitting_id, member_id=actor.id).first()
        if row is None:
            raise ExamNotFound(sitting_id=str(sitting_id))
        if ExamResult.objects.filter(sitting=row).exists():
            raise ExamOver(why="handed_in")
        if at > row.ends_at + exam.GRACE:
            raise ExamOver(why="late", ends_at=row.ends_at.isoformat())
        asked = exam.unpacked(row.questions)
        kept = _known(asked, answers)
        right = exam.right_answers(asked, kept)
        passed = exam.passed(right, len(asked), percent=row.percent)
        certificate = _certify(row, right, len(asked), at) if passed else None
        ExamResult.objects.create(
            created_at=at,
            sitting=row,
            answers=kept,
            right=right,
            asked=len(asked),
            passed=passed,
            certificate_id=certificate,
        )
        _tell("hand_in_exam", row, actor, at, right=right, asked=len(asked), passed=passed)
    return exams.sitting(sitting_id=sitting_id, actor=actor)


def _known(asked: tuple[exam.ExamQuestion, ...], answers: Mapping[str, str]) -> dict[str, str]:
    keys = {one.key for one in asked}
    wrong = {key: "unknown" for key, said in answers.items() if key not in keys or said not in exam.ANSWERS}
    if wrong:
        raise Invalid(fields=wrong)
    return dict(answers)


def _certify(row: ExamSitting, right: int, asked: int, at: datetime) -> UUID:
    evidence = f"compliance_exam_sitting:{row.id} {right}/{asked}"
    issued = staff.issue_certificate(staff_id=row.member_id, kind=row.kind, evidence=evidence, actor=SYSTEM, at=at)
    return issued.id


def _tell(act: str, row: ExamSitting, actor: Actor, at: datetime, **facts: object) -> None:
    journal.record(
        actor=actor,
        act=f"compliance.{act}",
        at=at,
        subject=f"compliance_exam_sitting:{row.id}",
        facts={"kind": row.kind, "pack": row.pack_version[:12], **facts},
    )
