"""The bank's rules as the room needs them. The figures themselves stand in packs/<jurisdiction>/plans, with sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from heyi.capabilities.plans.domain.problems import UnknownProduct
from heyi.capabilities.plans.domain.terms import Method


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductLimits:
    """What any plan on a product must keep, whoever approves it. ``max_all_in_rate`` is a compound annual rate."""

    product: str
    max_months: int
    max_grace_months: int
    min_payment_minor: int
    max_all_in_rate: Decimal
    methods: frozenset[Method]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """How far one level may go. ``approvers`` are the roles that must all agree at this level.

    ``waiver_share`` maps a component to the share of it that may be waived; ``settlement_discount`` is the share of
    the principal that may be given up against payment at once; ``rate_cut`` is an annual rate as a fraction;
    ``max_months_to_first`` counts whole months until the first payment.
    """

    level: str
    approvers: tuple[str, ...]
    max_months: int
    max_months_to_first: int
    max_grace_months: int
    rate_cut: Decimal
    waiver_share: Mapping[str, Decimal]
    settlement_discount: Decimal


@dataclass(frozen=True, slots=True)
class Bands:
    """The levels in rising order."""

    levels: tuple[Band, ...]

    def rank(self, level: str) -> int:
        return [band.level for band in self.levels].index(level)

    def level_of(self, roles: frozenset[str]) -> str | None:
        """The highest level that somebody with these roles may decide alone."""
        alone = [band.level for band in self.levels if set(band.approvers) <= roles]
        return alone[-1] if alone else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LivingFloor:
    """The least that a household needs a month, in minor units; lower statements are lifted to it."""

    first_adult_minor: int
    further_adult_minor: int
    dependant_minor: int

    def of(self, *, household: int, dependants: int) -> int:
        adults = max(1, household - dependants)
        return self.first_adult_minor + (adults - 1) * self.further_adult_minor + dependants * self.dependant_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class ShockRules:
    """Which blows a plan is tried with, and which of them it must stand to be called sustainable."""

    cushion_minor: int
    income_cuts: tuple[Decimal, ...]
    extra_cost_minor: int
    recovery_months: int
    needed: frozenset[str]
    needed_when_irregular: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """When a promise counts as late and a plan as broken.

    A payment is in time up to ``days`` after the last day it could be made, and full when at most ``amount_minor``
    is missing. The plan is broken with ``missed_instalments`` unpaid late ones in a row, or when the oldest is
    ``overdue_days`` past its day.
    """

    days: int
    amount_minor: int
    missed_instalments: int
    overdue_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything from one pack; ``version`` goes on record with each decision."""

    version: str
    products: Mapping[str, ProductLimits]
    bands: Mapping[str, Bands]
    floor: LivingFloor
    shocks: ShockRules
    tolerance: Tolerance
    restructured_cap: Decimal

    def limits(self, product: str) -> ProductLimits:
        """Raises UnknownProduct: nothing is offered on a product without limits."""
        if product not in self.products:
            raise UnknownProduct(product=product)
        return self.products[product]

    def bands_of(self, product: str) -> Bands:
        """Raises UnknownProduct like ``limits``."""
        if product not in self.bands:
            raise UnknownProduct(product=product)
        return self.bands[product]
