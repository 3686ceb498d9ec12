"""Votes on offers that this room kept by itself become requests and votes of the approvals room.

Who asked, and when, is read from the journal's entries; reasons are sealed anew under the same person's key. Each
request that is carried over gets an entry of its own, so that nobody takes these rows for rows of their day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import migrations

KIND = "waiver_above_authority"
LEVELS = {"manager": ("lead",), "lead": ("lead",), "branch": ("lead", "compliance")}
"""Who had to agree at each level on the day of this migration, besides the author."""
DAYS, GRACE = timedelta(days=30), timedelta(days=7)


@dataclass
class Round:
    """One submission with the words that were given on it."""

    asked_at: datetime
    asked_by: str
    words: list[Any] = field(default_factory=list)


def carry_over(apps: Any, schema_editor: Any) -> None:
    """Once: offers that name a request already are left alone."""
    offers = apps.get_model("negotiation", "Offer").objects.filter(approval_id__isnull=True)
    asked = offers.filter(submitted_by__isnull=False) | offers.filter(status="awaiting_approval")
    voted = offers.filter(id__in=apps.get_model("negotiation", "Approval").objects.values("offer_id"))
    for offer in (asked | voted).distinct().select_related("case").order_by("created_at", "id"):
        last = None
        rounds = list(_rounds(apps, offer))
        for place, one in enumerate(rounds):
            last = _carry(apps, offer, one, following=rounds[place + 1] if place + 1 < len(rounds) else None)
        if last is not None:
            offer.approval_id = last
            offer.save(update_fields=["approval_id"])


def _rounds(apps: Any, offer: Any) -> Iterator[Round]:
    entries = apps.get_model("journal", "Entry").objects.filter(
        case_id=offer.case_id, act="negotiation.submit_for_approval", subject=f"negotiation_offer:{offer.id}"
    )
    words = list(apps.get_model("negotiation", "Approval").objects.filter(offer=offer).order_by("created_at", "id"))
    found = [Round(row.created_at, row.actor) for row in entries.order_by("created_at", "id")]
    if not found:
        asker = offer.submitted_by_id or offer.author_id
        found = [Round(words[0].created_at if words else offer.created_at, f"staff:{asker}" if asker else "system")]
    for place, one in enumerate(found):
        until = found[place + 1].asked_at if place + 1 < len(found) else None
        one.words = [
            word
            for word in words
            if (word.created_at >= one.asked_at or place == 0) and (until is None or word.created_at < until)
        ]
        yield one


def _carry(apps: Any, offer: Any, one: Round, *, following: Round | None) -> UUID:
    from heyi.capabilities.journal import api as journal
    from heyi.kit.actors import SYSTEM
    from heyi.plumbing import clock

    now = clock.now()
    row = _request(apps, offer, one, now)
    key = _key(offer.case.party_id, now)
    for word in one.words:
        _vote(apps, row, word, key)
    outcome, at, by = _outcome(offer, one, following)
    if outcome:
        apps.get_model("approvals", "Ending").objects.create(created_at=at, request=row, outcome=outcome, ended_by=by)
    else:
        apps.get_model("approvals", "Waiting").objects.create(
            created_at=one.asked_at, request=row, kind=KIND, subject=row.subject, decide_by=row.decide_by
        )
    journal.record(
        actor=SYSTEM,
        act="approvals.carry_over",
        at=now,
        subject=f"approvals_request:{row.id}",
        case_id=offer.case_id,
        party_id=offer.case.party_id,
        facts={"kind": KIND, "about": row.subject, "votes": len(one.words), "outcome": outcome or "waiting"},
    )
    return UUID(str(row.id))


def _request(apps: Any, offer: Any, one: Round, now: datetime) -> Any:
    needed = _needed(offer, one)
    until = max(one.asked_at + DAYS, now + GRACE)
    if offer.proposed_by == "borrower" and offer.expires_at is not None:
        until = min(until, offer.expires_at)
    apart = {str(person) for person in (offer.author_id, offer.submitted_by_id) if person is not None}
    return apps.get_model("approvals", "Request").objects.create(
        created_at=one.asked_at,
        kind=KIND,
        subject=f"negotiation_offer:{offer.id}",
        branch=offer.case.branch,
        case_id=offer.case_id,
        party_id=offer.case.party_id,
        facts={
            "title": offer.case.number,
            "by": offer.proposed_by,
            "periods": offer.periods,
            "level": offer.level_needed,
            "over_cap": False,
            "terms": one.words[-1].terms_digest if one.words else offer.terms_digest,
        },
        asked_by=one.asked_by,
        apart=sorted(apart),
        rule={
            "roles": list(needed),
            "quorum": len(needed),
            "yes_over": [1, 2],
            "each_role": list(needed),
            "one_no_refuses": True,
            "committee": False,
        },
        policy_version="carried-over",
        assessment_sealed=b"",
        impact_sealed=b"",
        decide_by=until,
        days_valid=None,
    )


def _needed(offer: Any, one: Round) -> tuple[str, ...]:
    spoken = tuple(dict.fromkeys(role for word in one.words if word.outcome == "approved" for role in word.roles))
    named = LEVELS.get(offer.level_needed, ("lead", "compliance"))
    return tuple(dict.fromkeys((*named, *spoken)))


def _vote(apps: Any, row: Any, word: Any, key: bytes | None) -> None:
    from heyi.plumbing.sealing import seal, unseal_text

    reason = b""
    if key is not None and word.reason_sealed:
        told = unseal_text(key, bytes(word.reason_sealed), context="negotiation.approval.reason")
        reason = seal(key, told, context="approvals_vote.reason")
    apps.get_model("approvals", "VoteRecord").objects.create(
        created_at=word.created_at,
        request=row,
        voter_id=word.approver_id,
        role=word.roles[0] if word.roles else _role_of(apps, word.approver_id, row.rule["roles"]),
        word="yes" if word.outcome == "approved" else "no",
        reason_sealed=reason,
    )


def _role_of(apps: Any, member_id: UUID, roles: list[str]) -> str:
    """In which role somebody refused was not kept: one that they hold."""
    grants = apps.get_model("staff", "RoleGrant").objects.filter(member_id=member_id, revoked_at__isnull=True)
    held = set(grants.values_list("role", flat=True))
    return next((role for role in (*roles, "lead", "compliance") if role in held), roles[0])


def _outcome(offer: Any, one: Round, following: Round | None) -> tuple[str, datetime, str]:
    """How the submission ended, when, and by whose word; an empty outcome still waits."""
    last = one.words[-1] if one.words else None
    if last is not None and last.outcome == "rejected":
        return "refused", last.created_at, f"staff:{last.approver_id}"
    if following is not None:
        return "withdrawn", following.asked_at, following.asked_by
    if offer.status == "awaiting_approval":
        return "", one.asked_at, ""
    opened = offer.number is not None if offer.proposed_by == "bank" else offer.status == "accepted"
    if last is not None and opened and offer.status != "draft":
        return "granted", last.created_at, f"staff:{last.approver_id}"
    return "withdrawn", offer.answered_at or one.asked_at, "system"


def _key(party_id: UUID, at: datetime) -> bytes | None:
    from heyi.capabilities.vault import api as vault

    try:
        return vault.subject_key(subject_id=party_id, at=at)
    except vault.Shredded:
        return None


class Migration(migrations.Migration):

    dependencies = [
        ("approvals", "0002_append_only"),
        ("journal", "0003_by_time"),
        ("negotiation", "0006_offers_name_their_approval"),
        ("plumbing", "0001_initial"),
        ("staff", "0001_initial"),
        ("vault", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
