"""Article 70 for credit cards: three conditions, each with accepted proof; for nothing else."""

from __future__ import annotations

import pytest

from heyi.capabilities.plans.domain import CONDITIONS, CardEvidence, CardProof, NotACard, eligibility_card

pytestmark = pytest.mark.req("E4")


def proof(condition: str, *, accepted: bool = True) -> CardProof:
    return CardProof(condition=condition, kind="document", reference=f"vault:{condition}", accepted=accepted)


def test_all_three_with_accepted_proof_make_a_card_eligible() -> None:
    found = eligibility_card(CardEvidence("credit_card", tuple(map(proof, CONDITIONS))))
    assert found.met
    assert found.unmet == ()
    assert found.source == "CN-CC-70a"
    assert [one.proofs[0].reference for one in found.conditions] == [f"vault:{code}" for code in CONDITIONS]


@pytest.mark.parametrize("missing", CONDITIONS)
def test_each_condition_is_needed(missing: str) -> None:
    others = tuple(proof(code) for code in CONDITIONS if code != missing)
    found = eligibility_card(CardEvidence("credit_card", others))
    assert not found.met
    assert found.unmet == (missing,)


def test_a_proof_that_nobody_accepted_proves_nothing_yet() -> None:
    proofs = (*map(proof, CONDITIONS[:2]), proof("willing", accepted=False))
    found = eligibility_card(CardEvidence("credit_card", proofs))
    assert found.unmet == ("willing",)
    assert len(found.conditions[2].pending) == 1


@pytest.mark.parametrize("product", ["consumer", "mortgage", "business"])
def test_article_70_is_not_for_other_products(product: str) -> None:
    with pytest.raises(NotACard):
        eligibility_card(CardEvidence(product, ()))
