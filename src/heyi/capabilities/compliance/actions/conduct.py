"""Wording before it leaves and after a call: stop it, ask once more, or keep what was heard for supervision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from heyi.capabilities.compliance.adapters import conduct_files
from heyi.capabilities.compliance.domain.conduct import Finding, digest_of, review, worst
from heyi.capabilities.compliance.models import WordingDecision, WordingReview
from heyi.capabilities.compliance.problems import (
    OwnWording,
    ReasonMissing,
    WordingNotFound,
    WordingNotYours,
    WordingRefused,
    WordingToConfirm,
)
from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.plumbing import sealing

CONTEXT: Final = "compliance.wording"
RELEASERS: Final = ("lead", "compliance")
REASON_LENGTH: Final = 500
LONGEST: Final = 20_000


def require_wording(
    *, text: str, party_id: UUID, subject: str, actor: Actor, at: datetime, origin: str = "message"
) -> tuple[Finding, ...]:
    """Let words of a colleague leave, or stop them. Call it outside the transaction of the act: a stop is kept.

    Raises WordingRefused (something blocks) or WordingToConfirm (something warns and ``actor`` has not confirmed this
    very wording). A wording that somebody released passes. Returns what was found all the same.
    """
    findings = review(text, conduct_files.load())
    severity = worst(findings)
    digest = digest_of(text)
    if not severity or _released(digest):
        return findings
    if severity == "warn" and _confirmed(digest, actor):
        return findings
    with transaction.atomic():
        row = _keep(text, digest, findings, party_id, subject, origin, "out", actor, at)
        _tell("stop_wording", row, actor, at)
    problem = WordingRefused if severity == "block" else WordingToConfirm
    raise problem(review=str(row.id), findings=[_fact(finding) for finding in findings])


def review_wording(
    *, text: str, direction: str, party_id: UUID, subject: str, actor: Actor, at: datetime
) -> tuple[Finding, ...]:
    """The door for transcripts: what the bank's side said in a call (``direction`` ``out``) is checked and kept for
    supervision; what the borrower said (``in``) is theirs to say and is not judged.

    ``subject`` names the recording, ``text`` is one turn or all of the bank's turns. Raises ValueError when too long.
    """
    if direction != "out":
        return ()
    findings = review(text, conduct_files.load())
    if findings:
        with transaction.atomic():
            row = _keep(text, digest_of(text), findings, party_id, subject, "transcript", direction, actor, at)
            _tell("review_wording", row, actor, at)
    return findings


def confirm_wording(*, review_id: UUID, actor: Actor, at: datetime) -> None:
    """The writer has read the warning and means it. Raises WordingNotFound, WordingNotYours, WordingRefused."""
    with transaction.atomic():
        row = _row(review_id)
        if row.said_by != actor.label:
            raise WordingNotYours(review=str(review_id))
        if row.severity == "block":
            raise WordingRefused(review=str(row.id), findings=row.findings)
        _decide(row, "confirmed", "", actor, at)


def release_wording(*, review_id: UUID, reason: str, actor: Actor, at: datetime) -> None:
    """A false alarm: from now on this exact wording passes. The release feeds the labelled set.

    Raises WordingNotFound, WordingNotYours (only a lead or compliance), OwnWording (not the one who wrote it),
    ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing(fields={"reason": "missing"})
    with transaction.atomic():
        row = _row(review_id)
        if not actor.has(*RELEASERS) or not loans.may_act_for(actor=actor, party_id=row.party_id, case_id=None, at=at):
            raise WordingNotYours(review=str(review_id))
        if row.said_by == actor.label:
            raise OwnWording(review=str(review_id))
        _decide(row, "released", reason.strip()[:REASON_LENGTH], actor, at)


def read_wording(*, review_id: UUID, actor: Actor, at: datetime) -> str:
    """The words of a stopped text, for whoever may release it; the reading is journaled."""
    with transaction.atomic():
        row = _row(review_id)
        if not actor.has(*RELEASERS, "auditor"):
            raise WordingNotYours(review=str(review_id))
        if not loans.may_act_for(actor=actor, party_id=row.party_id, case_id=None, at=at):
            raise WordingNotFound(review=str(review_id))
        _tell("read_wording", row, actor, at)
        return words_of(row, at)


def words_of(row: WordingReview, at: datetime) -> str:
    """The sealed words."""
    key = vault.subject_key(subject_id=row.party_id, at=at)
    return sealing.unseal(key, bytes(row.text_sealed), context=CONTEXT).decode()


def _row(review_id: UUID) -> WordingReview:
    row = WordingReview.objects.select_for_update().filter(id=review_id).first()
    if row is None:
        raise WordingNotFound(review=str(review_id))
    return row


def _released(digest: str) -> bool:
    return WordingDecision.objects.filter(digest=digest, kind="released").exists()


def _confirmed(digest: str, actor: Actor) -> bool:
    return WordingDecision.objects.filter(digest=digest, kind="confirmed", decided_by=actor.label).exists()


def _keep(
    text: str,
    digest: str,
    findings: tuple[Finding, ...],
    party_id: UUID,
    subject: str,
    origin: str,
    direction: str,
    actor: Actor,
    at: datetime,
) -> WordingReview:
    key = vault.subject_key(subject_id=party_id, at=at)
    return WordingReview.objects.create(
        created_at=at,
        party_id=party_id,
        origin=origin,
        direction=direction,
        subject=subject[:80],
        digest=digest,
        severity=worst(findings),
        findings=[_fact(finding) for finding in findings],
        lexicon=conduct_files.load().version,
        text_sealed=sealing.seal(key, text[:LONGEST], context=CONTEXT),
        said_by=actor.label,
    )


def _fact(finding: Finding) -> dict[str, Any]:
    """The finding without its words: they may name a person."""
    return {
        "category": finding.category,
        "severity": finding.severity,
        "pattern": finding.pattern,
        "start": finding.start,
        "end": finding.end,
        "clauses": list(finding.clauses),
        "source": str(finding.source),
        "better_zh": finding.better.zh,
        "better_en": finding.better.en,
    }


def _decide(row: WordingReview, kind: str, reason: str, actor: Actor, at: datetime) -> None:
    decision, new = WordingDecision.objects.get_or_create(
        review=row,
        kind=kind,
        decided_by=actor.label,
        defaults={"created_at": at, "digest": row.digest, "reason": reason},
    )
    if new:
        more = {"reason": decision.reason} if reason else {}
        _tell("release_wording" if kind == "released" else "confirm_wording", row, actor, at, more)


def _tell(verb: str, row: WordingReview, actor: Actor, at: datetime, more: Mapping[str, str] | None = None) -> None:
    journal.record(
        actor=actor,
        act=f"compliance.{verb}",
        at=at,
        party_id=row.party_id,
        subject=f"compliance_wording_review:{row.id}",
        facts={
            "origin": row.origin,
            "severity": row.severity,
            "categories": sorted({one["category"] for one in row.findings}),
            "lexicon": row.lexicon,
            **(more or {}),
        },
        digests={"text": row.digest},
    )
