"""The bank's choices for negotiations, frozen. They come from ``packs/<jurisdiction>/negotiation/policy.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Literal

Unit = Literal["working_days", "days", "hours"]


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """By when the side whose turn it is shall act. ``amount`` counts in ``unit``."""

    key: str
    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Reason:
    """A choice with its words; ``sensitive`` reasons touch health or family (PIPL art. 28).

    ``bank_only``: the bank's to give, never offered to a borrower.
    """

    key: str
    zh: str
    en: str
    sensitive: bool = False
    bank_only: bool = False


@dataclass(frozen=True, slots=True)
class ReviewAuthority:
    """Up to this total balance this role decides alone."""

    role: str
    balance_minor_max: int | None


@dataclass(frozen=True, slots=True)
class FourEyes:
    """When a review decision needs a second person."""

    balance_minor_from: int
    products: frozenset[str]
    on_findings: frozenset[str]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Figures that the reasonableness checks compare with. ``living_floor_minor`` is per person and month."""

    living_floor_minor: int
    living_ceiling_share: int
    wish_share_min: int
    months_since_event_max: int
    simhash_distance: int
    same_mobile_parties: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings of this room."""

    proofs: int
    counters_per_round: int
    offer_days: int
    late_grace_days: int
    message_chars: int
    story_chars: int
    close_after_days: dict[str, int]


@dataclass(frozen=True, slots=True)
class CallWindow:
    """A part of the day in which somebody may want to be called; bank time."""

    key: str
    begins: time
    ends: time
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Calls:
    """What a borrower may choose who wants a call: how many days ahead, and the parts of the day."""

    days_ahead: int
    windows: tuple[CallWindow, ...]

    def window(self, key: str) -> CallWindow | None:
        """The window with this key, or None."""
        return next((one for one in self.windows if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Canned:
    """An approved answer. ``approval`` is the number under which compliance approved its words."""

    key: str
    approval: str
    title_zh: str
    title_en: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Policy:
    """One jurisdiction's negotiation policy in one version."""

    version: str
    levels: dict[str, ServiceLevel]
    reasons: tuple[Reason, ...]
    wishes: tuple[Reason, ...]
    income_bands: tuple[Reason, ...]
    problems: tuple[Reason, ...]
    decline_reasons: tuple[Reason, ...]
    review_reasons: tuple[Reason, ...]
    more_items: tuple[Reason, ...]
    proof_kinds: tuple[Reason, ...]
    authority: tuple[ReviewAuthority, ...]
    four_eyes: FourEyes
    thresholds: Thresholds
    limits: Limits
    calls: Calls
    reminder_days: tuple[int, ...]
    truth_statement: Reason
    sensitive_statement: Reason
    canned: tuple[Canned, ...]

    def keys(self, name: str) -> frozenset[str]:
        """The allowed codes of one list: reasons, wishes, problems, proof_kinds …"""
        return frozenset(item.key for item in getattr(self, name))

    def review_roles(self, balance_minor: int) -> frozenset[str]:
        """The roles that may decide about a balance of this size."""
        return frozenset(
            row.role
            for row in self.authority
            if row.balance_minor_max is None or balance_minor <= row.balance_minor_max
        )

    def needs_second(self, *, balance_minor: int, product: str, findings: frozenset[str]) -> bool:
        """Does a review decision on this case need a second person?"""
        rule = self.four_eyes
        return (
            balance_minor >= rule.balance_minor_from
            or product in rule.products
            or not findings.isdisjoint(rule.on_findings)
        )
