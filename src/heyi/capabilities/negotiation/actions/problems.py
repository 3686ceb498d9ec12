"""What the borrower can say at any time: «I have a problem», and the wish for other terms after signing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from heyi.capabilities.negotiation.actions import assignment, desk, fit, notices
from heyi.capabilities.negotiation.actions.desk import Done
from heyi.capabilities.negotiation.domain.events import ProblemRaised
from heyi.capabilities.negotiation.domain.problems import Moved
from heyi.capabilities.negotiation.models import Message, ProblemReport, Round
from heyi.capabilities.negotiation.policy import policy
from heyi.capabilities.negotiation.sealed import Envelope
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid

PROBLEM = "problem_report.words"
ANSWER = "problem_report.answer"
ROUND = "round.reason"


def raise_problem(*, case_id: UUID, kind: str, actor: Actor, at: datetime, words: str = "") -> Done:
    """«I have a problem», at any time. The bank is to move from now on, within its service level."""
    if kind not in policy().keys("problems"):
        raise Invalid(fields={"kind": "unknown"})
    with transaction.atomic():
        case = desk.take(case_id, act="raise_problem", actor=actor, at=at)
        row = ProblemReport.objects.create(
            created_at=at,
            case=case,
            kind=kind,
            words_sealed=Envelope(case.party_id, at=at).close(words.strip()[:2000], PROBLEM),
        )
        case.open_problems += 1
        if case.assignee_id is None:
            assignment.place(case, role="manager", at=at)
        desk.put(case, at=at)
        subject = f"negotiation_problem:{row.id}"
        desk.write(case, act="raise_problem", actor=actor, at=at, subject=subject, facts={"kind": kind},
                   texts={"words": words})  # fmt: skip
        desk.emit(ProblemRaised(case_id=case.id, party_id=case.party_id, kind=kind), at=at)
        notices.send(case, "problem_heard", at=at)
    return desk.done(case, row.id)


def answer_problem(
    *, case_id: UUID, problem_id: UUID, words: str, actor: Actor, at: datetime, outcome: str = "answered"
) -> Done:
    """Answer a problem in words; the borrower gets them as a message. Raises Moved when it was answered already."""
    desk.needs_reason("answer_problem", words)
    fit.require(case_id, words, actor=actor, at=at)
    with transaction.atomic():
        case = desk.take(case_id, act="answer_problem", actor=actor, at=at)
        row = ProblemReport.objects.filter(case=case, id=problem_id, answered_at__isnull=True).first()
        if row is None:
            raise Moved(problem=str(problem_id))
        envelope = Envelope(case.party_id, at=at)
        row.answered_at, row.answered_by_id, row.outcome = at, actor.id, outcome[:20]
        row.answer_sealed = envelope.close(words.strip()[:2000], ANSWER)
        row.save()
        Message.objects.create(
            created_at=at,
            case=case,
            side="bank",
            author_id=actor.id,
            body_sealed=envelope.close(words.strip()[:2000], "message.body"),
        )
        case.open_problems -= 1
        case.unread_by_borrower += 1
        desk.put(case, at=at)
        subject = f"negotiation_problem:{row.id}"
        desk.write(case, act="answer_problem", actor=actor, at=at, subject=subject, facts={"outcome": outcome},
                   texts={"words": words})  # fmt: skip
        notices.send(case, "problem_answered", at=at)
    return desk.done(case, row.id)


def request_change(
    *, case_id: UUID, reason: str, actor: Actor, at: datetime, words: str = "", seen_version: int | None = None
) -> Done:
    """Ask for other terms after signing: a new round on the same case. The plan holds until a new one is sealed.

    ``reason`` is a code of the policy's reasons or «other».
    """
    if reason not in policy().keys("reasons"):
        raise Invalid(fields={"reason": "unknown"})
    with transaction.atomic():
        case = desk.take(case_id, act="request_change", actor=actor, at=at, seen_version=seen_version)
        Round.objects.filter(case=case, ended_at__isnull=True).update(ended_at=at)
        case.round += 1
        opened = Round.objects.create(
            created_at=at,
            case=case,
            number=case.round,
            opened_by=actor.kind,
            reason=reason,
            reason_sealed=Envelope(case.party_id, at=at).close(words.strip()[:2000], ROUND),
            rests_on=case.status,
        )
        case.agreed_at = None
        desk.put(case, at=at, status="negotiating")
        desk.write(case, act="request_change", actor=actor, at=at, subject=f"negotiation_round:{opened.id}",
                   facts={"round": case.round, "reason": reason}, texts={"words": words})  # fmt: skip
        notices.send(case, "change_received", at=at)
    return desk.done(case, opened.id)
