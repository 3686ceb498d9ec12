"""Answered forms, and requests as others would make them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.approvals.domain import Approval
from heyi.kit.actors import Actor
from tests.cast import AT

SUBJECT = "compliance_pack_proposal:018f"


def answers(kind: str, **changed: str) -> dict[str, str]:
    """Every required question of the kind answered."""
    form = approvals.kind(kind).form
    told = {
        question.key: question.choices[0][0] if question.choices else f"答 {question.key}"
        for question in form
        if question.required
    }
    return {**told, **changed}


def asked(kind: str, actor: Actor, *, subject: str = SUBJECT, at: datetime = AT, **told: Any) -> Approval:
    """A request that waits."""
    return approvals.ask(
        **{
            "kind": kind,
            "subject": subject,
            "facts": {"what": "quiet hours from 21:00"},
            "assessment": answers(kind),
            "actor": actor,
            "at": at,
            **told,
        }
    )


def said(approval: Approval, actor: Actor, word: str = "yes", *, at: datetime = AT, conditions: Any = ()) -> Approval:
    """One vote."""
    return approvals.vote(
        approval_id=approval.id, vote=word, reason="看过评估表", conditions=conditions, actor=actor, at=at
    )
