"""The shape of the agreement data of a jurisdiction. The texts themselves are YAML in ``packs/<name>/agreement``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from heyi.capabilities.signing.domain.agreement import CostKind, Product


@dataclass(frozen=True, slots=True)
class ClauseSource:
    """A clause with ``{placeholders}``, for some products, under conditions that must all hold (``!x``: must not)."""

    id: str
    group: str
    products: frozenset[str]
    when: tuple[str, ...]
    highlighted: bool
    sources: tuple[str, ...]
    title_zh: str
    title_en: str
    plain_zh: str
    plain_en: str
    body_zh: str
    body_en: str


@dataclass(frozen=True, slots=True)
class CostSource:
    """A line of the cost form with ``{placeholders}``."""

    code: str
    kind: CostKind
    products: frozenset[str]
    when: tuple[str, ...]
    name_zh: str
    name_en: str
    how_zh: str
    how_en: str
    by_zh: str
    by_en: str
    standard_zh: str
    standard_en: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """Numbers that the law or the bank's policy sets; each has its source in the YAML."""

    card_max_months: int
    cost_form_min_seconds: int
    step_up_minutes: int
    ceremony_days: int
    keep_years: int
    answer_days: int
    bank_seals: Literal["automatic", "manual"]


@dataclass(frozen=True, slots=True)
class AgreementPack:
    """Everything that a jurisdiction says about an agreement, at one version."""

    name: str
    version: str
    parameters: Parameters
    required: Mapping[Product, frozenset[str]]
    titles: Mapping[Product, tuple[str, str]]
    words: Mapping[str, tuple[str, str]]
    labels: Mapping[str, tuple[str, str]]
    clauses: tuple[ClauseSource, ...]
    costs: tuple[CostSource, ...]
    cost_statement: tuple[str, str]

    def word(self, code: str) -> tuple[str, str]:
        """Chinese and English of one word code such as ``method.equal_instalments``."""
        return self.words[code]
