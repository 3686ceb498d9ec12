"""Wording as it is looked at: a try without consequence, what was stopped or heard, what was released, the scripts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from heyi.capabilities.compliance.adapters import conduct_files
from heyi.capabilities.compliance.domain.conduct import Finding, review
from heyi.capabilities.compliance.models import WordingDecision, WordingReview
from heyi.capabilities.loans import api as loans
from heyi.kit.actors import Actor

MOST = 100


@dataclass(frozen=True, slots=True)
class WordingLine:
    """One stopped or overheard text, without its words. ``decision``: "", ``confirmed`` or ``released``."""

    id: UUID
    at: datetime
    party_id: UUID
    origin: str
    severity: str
    categories: tuple[str, ...]
    said_by: str
    decision: str
    decided_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReleasedSentence:
    """A false alarm for the labelled set: the words and what was found in them."""

    text: str
    categories: tuple[str, ...]
    reason: str
    at: datetime


def check_wording(text: str) -> tuple[Finding, ...]:
    """What is wrong with these words; nothing is kept."""
    return review(text, conduct_files.load())


def lexicon_version() -> str:
    """The digest of the wording rules in use."""
    return conduct_files.load().version


def wording_lines(*, actor: Actor, at: datetime, limit: int = MOST) -> list[WordingLine]:
    """The newest texts of people whom the actor may act for, at most ``limit``."""
    rows = WordingReview.objects.order_by("-created_at", "-id").prefetch_related("decisions")[: 3 * min(limit, MOST)]
    seen = [row for row in rows if loans.may_act_for(actor=actor, party_id=row.party_id, case_id=None, at=at)]
    return [_line(row) for row in seen[:limit]]


def wording_line(*, review_id: UUID, actor: Actor, at: datetime) -> WordingLine | None:
    """One of them, or None."""
    row = WordingReview.objects.filter(id=review_id).first()
    if row is None or not loans.may_act_for(actor=actor, party_id=row.party_id, case_id=None, at=at):
        return None
    return _line(row)


def released_sentences(*, actor: Actor, at: datetime) -> list[ReleasedSentence]:
    """Every released wording once, oldest first, for a lead or compliance; of people whom the actor may act for.

    Each reading of the words is journaled.
    """
    from heyi.capabilities.compliance.actions.conduct import read_wording

    found: dict[str, ReleasedSentence] = {}
    for row in WordingDecision.objects.filter(kind="released").select_related("review").order_by("created_at", "id"):
        if row.digest in found or not loans.may_act_for(actor=actor, party_id=row.review.party_id, case_id=None, at=at):
            continue
        text = read_wording(review_id=row.review_id, actor=actor, at=at)
        found[row.digest] = ReleasedSentence(text, _categories(row.review.findings), row.reason, row.created_at)
    return list(found.values())


def _line(row: WordingReview) -> WordingLine:
    decisions = sorted(row.decisions.all(), key=lambda one: (one.kind != "released", one.created_at))
    last = decisions[0] if decisions else None
    return WordingLine(
        id=row.id,
        at=row.created_at,
        party_id=row.party_id,
        origin=row.origin,
        severity=row.severity,
        categories=_categories(row.findings),
        said_by=row.said_by,
        decision=last.kind if last else "",
        decided_by=last.decided_by if last else "",
        reason=last.reason if last else "",
    )


def _categories(findings: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one["category"] for one in findings))
