"""What the gate refused, for those who oversee: contact by contact, and counted by clause, branch and agency."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count

from heyi.capabilities.contact.models import Refusal

MOST: Final = 200


@dataclass(frozen=True, slots=True)
class RefusedContact:
    """One contact that was not made, with every clause that refused it. ``retry_at`` None: no time was given."""

    id: UUID
    at: datetime
    party_id: UUID
    case_id: UUID | None
    branch: str
    channel: str
    purpose: str
    recipient: str
    actor: str
    actor_kind: str
    agency_id: UUID | None
    rules: tuple[str, ...]
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class RefusalCounts:
    """How many contacts each clause, branch and agency had refused; the most first. ``""``: the bank itself."""

    contacts: int
    by_rule: tuple[tuple[str, int], ...]
    by_branch: tuple[tuple[str, int], ...]
    by_agency: tuple[tuple[UUID | None, int], ...]


def refused_contacts(*, limit: int = 50, before: datetime | None = None) -> list[RefusedContact]:
    """Newest first; a page goes on before the time of its last line."""
    limit = min(limit, MOST)
    rows = Refusal.objects.all()
    if before is not None:
        rows = rows.filter(created_at__lt=before)
    numbers: dict[UUID, None] = {}
    for number in rows.order_by("-created_at", "-id").values_list("contact_no", flat=True)[: limit * 8]:
        numbers[number] = None
    wanted = list(numbers)[:limit]
    found: dict[UUID, list[Refusal]] = {}
    for row in Refusal.objects.filter(contact_no__in=wanted).order_by("id"):
        found.setdefault(row.contact_no, []).append(row)
    return [_contact(found[number]) for number in wanted]


def refusal_counts(*, at: datetime, days: int = 30) -> RefusalCounts:
    """Counted over the last ``days``."""
    rows = Refusal.objects.filter(created_at__gt=at - timedelta(days=days), created_at__lte=at)
    by_rule = rows.values_list("rule_id").annotate(n=Count("contact_no", distinct=True)).order_by("-n", "rule_id")
    once = set(rows.values_list("contact_no", "branch", "agency_id"))
    branches = Counter(branch for _, branch, _ in once)
    agencies = Counter(agency for _, _, agency in once)
    return RefusalCounts(
        contacts=len({number for number, _, _ in once}),
        by_rule=tuple((rule, n) for rule, n in by_rule),
        by_branch=tuple(branches.most_common()),
        by_agency=tuple(agencies.most_common()),
    )


def _contact(rows: list[Refusal]) -> RefusedContact:
    first, times = rows[0], [row.retry_at for row in rows if row.retry_at]
    return RefusedContact(
        first.contact_no, first.created_at, first.party_id, first.case_id, first.branch, first.channel, first.purpose,
        first.recipient, first.actor, first.actor_kind, first.agency_id, tuple(row.rule_id for row in rows),
        max(times) if times and len(times) == len(rows) else None,
    )  # fmt: skip
