"""Shapes that every operation of the API shares."""

from __future__ import annotations

from typing import Any, Final

from ninja import Field, Schema

from heyi.kit.money import Money


class ProblemOut(Schema):
    """A refusal. ``code`` is stable and listed in docs/errors.md; ``what`` and ``next`` are words for a person."""

    code: str
    facts: dict[str, Any]
    what: str
    next: str


class MoneyOut(Schema):
    """An exact amount in minor units."""

    amount_minor: int
    currency: str = Field(pattern="^[A-Z]{3}$")

    @classmethod
    def of(cls, money: Money) -> MoneyOut:
        return cls(amount_minor=money.amount_minor, currency=money.currency)


REFUSALS: Final = frozenset({400, 401, 403, 404, 405, 409, 422, 429, 503})
"""Statuses that any operation may answer with a ``ProblemOut``."""
