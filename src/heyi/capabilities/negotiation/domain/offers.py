"""Offers as versions: what may follow what. The differences themselves, and who gave way, are ``plans.compare``.

Law: an offer with a date binds until then (Civil Code art. 476); an answer that changes it is a new offer (art. 488).
By the bank's policy a counter costs the borrower nothing: when it is declined or taken back, the bank's version that it
answered is open again until its own date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal, get_args

from heyi.capabilities.negotiation.domain.problems import OfferBinding, TermsImpossible
from heyi.capabilities.plans.domain import (
    COMPONENTS,
    BadTerms,
    Components,
    Method,
    PlanTerms,
    Side,
    compare,
    plain_terms,
    schedule,
)
from heyi.kit.canonical import canonical_bytes, digest

Proposer = Literal["bank", "borrower"]
OfferStatus = Literal[
    "draft", "awaiting_approval", "open", "superseded", "accepted", "declined", "expired", "withdrawn"
]
SIDES: Final[tuple[str, ...]] = get_args(Proposer)
OFFER_STATUSES: Final[tuple[str, ...]] = get_args(OfferStatus)


def check_replaces(
    open_terms: PlanTerms, proposed: PlanTerms, *, number: int, until: datetime, expires_at: datetime
) -> None:
    """The bank may replace its own open offer only by one that is in no respect worse for the borrower (art. 476).

    Raises OfferBinding.
    """
    seen = compare(schedule(open_terms), schedule(proposed))
    if seen.total_minor > 0 or seen.monthly_minor > 0 or seen.first_due_days < 0 or expires_at < until:
        raise OfferBinding(number=number, until=until.isoformat())


@dataclass(frozen=True, slots=True)
class Wish:
    """What a borrower proposes against the open version: None keeps what stands there."""

    periods: int | None = None
    monthly_minor: int | None = None
    first_due_on: date | None = None
    due_day: int | None = None


def counter_terms(base: PlanTerms, wish: Wish, *, term_limit: int, today: date) -> PlanTerms:
    """``base`` changed as wished. An amount alone finds the shortest term whose usual payment stays within it.

    Raises TermsImpossible: periods beyond ``term_limit`` months, a first date not after ``today``, an amount that
    never repays, or an amount and a term that do not go together (``least_periods`` says what would).
    """
    first = wish.first_due_on or base.first_due_on
    if first <= today:
        raise TermsImpossible(fields={"first_due_on": "not_in_future"})
    if wish.periods is not None and not 1 <= wish.periods <= term_limit:
        raise TermsImpossible(fields={"periods": "beyond_limit"}, limit=term_limit)
    moved = _moved(base, wish.periods or base.periods, first, wish.due_day or (first.day if wish.first_due_on else 0))
    if wish.monthly_minor is None:
        return moved
    least = _shortest(moved, wish.monthly_minor, term_limit)
    if least is None:
        raise TermsImpossible(fields={"monthly": "never_repays"}, limit=term_limit)
    if wish.periods is not None:
        if wish.periods < least:
            raise TermsImpossible(fields={"monthly": "needs_more_periods"}, least_periods=least)
        return moved
    return _moved(base, least, first, moved.due_day)


def _moved(base: PlanTerms, periods: int, first: date, due_day: int) -> PlanTerms:
    method = Method.EQUAL_INSTALMENTS if base.method in (Method.CUSTOM, Method.LUMP_SUM_SETTLEMENT) else base.method
    plain = method is not base.method
    try:
        return replace(
            base,
            method=method,
            periods=periods,
            first_due_on=first,
            due_day=due_day or (base.due_day if first == base.first_due_on else first.day),
            custom=() if plain else base.custom,
            discount_minor=0 if plain else base.discount_minor,
            grace_periods=min(base.grace_periods, periods - 1),
        )
    except BadTerms as error:
        raise TermsImpossible(**error.facts) from error


def _shortest(terms: PlanTerms, monthly_minor: int, limit: int) -> int | None:
    """The fewest periods whose usual payment is at most ``monthly_minor``; payments fall as periods grow."""

    def fits(periods: int) -> bool:
        return (
            schedule(_moved(terms, periods, terms.first_due_on, terms.due_day)).typical_payment_minor <= monthly_minor
        )

    if not fits(limit):
        return None
    low, high = 1 + bool(terms.grace_periods), limit
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle + 1, high)
    return low


def terms_digest(terms: PlanTerms) -> str:
    """SHA-256 over the canonical form: the same terms, the same digest."""
    return digest(canonical_bytes(plain_terms(terms)))


def plain_side(side: Side) -> dict[str, object]:
    """One side of a comparison as JSON values, to be kept with a version."""
    return {
        "monthly_minor": side.monthly_minor,
        "due_now_minor": side.due_now_minor,
        "months": side.months,
        "first_due_on": side.first_due_on.isoformat(),
        "last_due_on": side.last_due_on.isoformat(),
        "annual_rate": str(side.annual_rate),
        "total_minor": side.total_minor,
        "interest_minor": side.interest_minor,
        "forgiven": {f"{name}_minor": side.forgiven.of(name) for name in COMPONENTS},
        "grace_months": side.grace_months,
        "currency": side.currency,
        "assumption": side.assumption,
    }


def side_from_plain(plain: Mapping[str, Any]) -> Side:
    """The side again."""
    return Side(
        **{
            **plain,
            "first_due_on": date.fromisoformat(plain["first_due_on"]),
            "last_due_on": date.fromisoformat(plain["last_due_on"]),
            "annual_rate": Decimal(plain["annual_rate"]),
            "forgiven": Components(**plain["forgiven"]),
        }
    )
