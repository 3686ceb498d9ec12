"""Ask: the form is complete, the asker may, nothing of the kind is waiting already."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from heyi.capabilities.approvals import queries, sealed
from heyi.capabilities.approvals.actions import desk
from heyi.capabilities.approvals.actions.ending import expire
from heyi.capabilities.approvals.adapters import kind_files
from heyi.capabilities.approvals.domain import (
    AlreadyAsked,
    Approval,
    Kind,
    MayNotAsk,
    VoteRule,
    check_form,
    rule_data,
)
from heyi.capabilities.approvals.models import Request, Waiting
from heyi.kit.actors import Actor
from heyi.kit.canonical import canonical_bytes
from heyi.kit.problems import Invalid

FACTS_LONGEST = 4_000
SUBJECT_LONGEST = 120


def ask(
    *,
    kind: str,
    subject: str,
    facts: Mapping[str, str | int | bool | None],
    assessment: Mapping[str, str],
    actor: Actor,
    at: datetime,
    branch: str = "",
    case_id: UUID | None = None,
    party_id: UUID | None = None,
    apart: Iterable[UUID] = (),
    each_role: tuple[str, ...] = (),
    decide_by: datetime | None = None,
) -> Approval:
    """Put a request to the vote and return it.

    ``subject`` is ``table:id`` of what is asked for; ``facts`` are plain values that a list may show (no personal
    data); ``assessment`` answers the kind's form. ``branch`` "" concerns the whole bank. ``apart`` names further
    persons who may not vote because they prepared it. ``each_role`` leaves the vote to these roles, and asks for a yes
    of each. ``decide_by`` is an earlier end than the kind's. Raises UnknownKind, MayNotAsk, FormIncomplete,
    AlreadyAsked, Invalid.
    """
    about = queries.kind(kind)
    _may_ask(about, actor, branch)
    answers = check_form(about, assessment)
    rule = _rule(about, each_role)
    _check(subject, facts)
    until = _until(about, decide_by, at)
    with transaction.atomic():
        key = sealed.key_for(party_id, at=at)
        impact = {question.key for question in about.impact}
        row = Request.objects.create(
            created_at=at,
            kind=kind,
            subject=subject,
            branch=branch,
            case_id=case_id,
            party_id=party_id,
            facts=dict(facts),
            asked_by=actor.label,
            apart=sorted(str(one) for one in apart),
            rule=rule_data(rule),
            policy_version=kind_files.load().version,
            assessment_sealed=sealed.close_answers(
                key, {name: text for name, text in answers.items() if name not in impact}, sealed.ASSESSMENT
            ),
            impact_sealed=sealed.close_answers(
                sealed.room_key(), {name: text for name, text in answers.items() if name in impact}, sealed.IMPACT
            ),
            decide_by=until,
            days_valid=about.days_valid,
        )
        _wait(row, at)
        desk.tell(
            "ask",
            row,
            actor=actor,
            at=at,
            facts={"decide_by": row.decide_by.isoformat(), "policy": row.policy_version[:12]},
            texts={
                "facts": canonical_bytes(dict(facts)).decode(),
                "assessment": json.dumps(answers, ensure_ascii=False, sort_keys=True),
            },
            key=key,
        )
    return queries.approval(approval_id=row.id, at=at)


def _may_ask(kind: Kind, actor: Actor, branch: str) -> None:
    if not actor.has(*kind.ask) or (branch and not actor.sees(branch)):
        raise MayNotAsk(kind=kind.key, needs=list(kind.ask))


def _rule(kind: Kind, each_role: tuple[str, ...]) -> VoteRule:
    """The kind's rule, made stricter: these roles vote, and each has to say yes."""
    if not each_role:
        return kind.vote
    if not set(each_role) <= set(kind.vote.roles):
        raise Invalid(fields={"each_role": "not_listed"}, listed=list(kind.vote.roles))
    return replace(kind.vote, roles=each_role, each_role=each_role, quorum=max(kind.vote.quorum, len(each_role)))


def _until(kind: Kind, decide_by: datetime | None, at: datetime) -> datetime:
    usual = at + timedelta(days=kind.days_to_decide)
    if decide_by is None or decide_by >= usual:
        return usual
    if decide_by <= at:
        raise Invalid(fields={"decide_by": "not_in_future"})
    return decide_by


def _check(subject: str, facts: Mapping[str, object]) -> None:
    table, _, key = subject.partition(":")
    if not table or not key or len(subject) > SUBJECT_LONGEST:
        raise Invalid(fields={"subject": "malformed"})
    plain = all(value is None or isinstance(value, str | int) for value in facts.values())
    if not plain or len(json.dumps(dict(facts), ensure_ascii=False, default=str)) > FACTS_LONGEST:
        raise Invalid(fields={"facts": "not_plain"}, longest=FACTS_LONGEST)


def _wait(row: Request, at: datetime) -> None:
    """Let it wait; the table holds that only one of its kind waits for a subject. One that is overdue gives way."""
    for late in list(Waiting.objects.filter(kind=row.kind, subject=row.subject, decide_by__lte=at)):
        expire(late.request_id, at)
    place, new = Waiting.objects.get_or_create(
        kind=row.kind,
        subject=row.subject,
        defaults={"created_at": at, "request": row, "decide_by": row.decide_by},
    )
    if not new:
        raise AlreadyAsked(approval_id=str(place.request_id), kind=row.kind)
