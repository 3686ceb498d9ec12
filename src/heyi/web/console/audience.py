"""Who opens which part of the console, and where a case has its page."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from heyi.kit.actors import Actor
from heyi.plumbing.access import STAFF_ROLES

READERS: Final = STAFF_ROLES
"""Everybody with a role reads lists of what their branches hold."""
CASE_WORK: Final = ("manager", "reviewer", "lead")
REVEALERS: Final = (*CASE_WORK, "compliance")
"""Who opens identity data in full: those who work with the borrower. Auditors and administrators see it masked."""
STEP_UP_MINUTES: Final = 30
"""How fresh the proof of who sits here must be before identity data is opened."""
GIVERS: Final = ("manager", "lead", "administrator")
APPROVERS: Final = ("reviewer", "lead", "compliance")
HOLD_PLACERS: Final = ("manager", "reviewer", "lead", "compliance")
HOLD_LIFTERS: Final = ("lead", "compliance")
INVITERS: Final = ("manager", "lead")
MATCHERS: Final = ("administrator", "lead", "manager")
OVERSEERS: Final = ("auditor", "compliance")
RULE_CHANGERS: Final = ("compliance", "lead")


def actor_of(request: HttpRequest) -> Actor:
    """The member of staff whom the guard let in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def case_href(case_id: UUID) -> str:
    """The page of a case."""
    return reverse("console:case", args=[case_id])
