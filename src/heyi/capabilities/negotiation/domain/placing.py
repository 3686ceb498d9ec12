"""Choosing a colleague for a case: skill first, then the smallest load, then the staff number: repeatable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Candidate:
    """A colleague with their open cases and skills (product codes, «elder», languages …)."""

    id: UUID
    load: int
    skills: frozenset[str]
    staff_no: str


def choose(candidates: Iterable[Candidate], *, product: str) -> UUID | None:
    """The candidate for a case of this product; None when there is none."""
    ranked = sorted(candidates, key=lambda one: (product not in one.skills, one.load, one.staff_no))
    return ranked[0].id if ranked else None
