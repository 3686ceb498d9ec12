"""Credit cards only: the three conditions of article 70, each with its proof (CN-CC-70a).

Article 70 of the Measures for the Supervision of the Credit Card Business (CBRC order 2011 no. 2): the bank «may»
agree on personalised instalments of at most five years when special circumstances exist, the debt exceeds what the
borrower can repay, and the borrower is still willing. It is no entitlement and covers no other product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from heyi.capabilities.plans.domain.problems import NotACard

CONDITIONS: Final = ("special_circumstance", "exceeds_ability", "willing")
SOURCE: Final = "CN-CC-70a"


@dataclass(frozen=True, slots=True)
class CardProof:
    """One piece of proof. ``reference`` points to it (a vault object, an answer, a calculation) and is no content."""

    condition: str
    kind: str
    reference: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class CardEvidence:
    product: str
    proofs: tuple[CardProof, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """Met when at least one accepted proof stands for it; ``pending`` are proofs nobody has accepted yet."""

    code: str
    met: bool
    proofs: tuple[CardProof, ...]
    pending: tuple[CardProof, ...]


@dataclass(frozen=True, slots=True)
class Eligibility:
    """All three conditions. ``met`` allows a plan under article 70; it obliges the bank to none."""

    conditions: tuple[Condition, ...]
    source: str = SOURCE

    @property
    def met(self) -> bool:
        return all(condition.met for condition in self.conditions)

    @property
    def unmet(self) -> tuple[str, ...]:
        return tuple(condition.code for condition in self.conditions if not condition.met)


def eligibility_card(evidence: CardEvidence) -> Eligibility:
    """Which conditions are proved, and by what. Raises NotACard for any other product."""
    if evidence.product != "credit_card":
        raise NotACard(product=evidence.product)
    return Eligibility(conditions=tuple(_condition(code, evidence.proofs) for code in CONDITIONS))


def _condition(code: str, proofs: tuple[CardProof, ...]) -> Condition:
    accepted = tuple(proof for proof in proofs if proof.condition == code and proof.accepted)
    pending = tuple(proof for proof in proofs if proof.condition == code and not proof.accepted)
    return Condition(code=code, met=bool(accepted), proofs=accepted, pending=pending)
