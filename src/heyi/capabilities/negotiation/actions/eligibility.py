"""Cards only: are the three conditions of article 70 proved for this case (CN-CC-70a)? Asked before any offer opens."""

from __future__ import annotations

from datetime import datetime

from heyi.capabilities.negotiation.domain.problems import NotEligible
from heyi.capabilities.negotiation.models import Case, Decision, Finding, Proof, Submission
from heyi.capabilities.plans.domain import CardEvidence, CardProof, Eligibility, eligibility_card

_SPECIAL = ("hardship", "medical", "business", "income")


def evidence(case: Case) -> CardEvidence:
    """The proofs that the file holds; a proof counts once a reviewer has accepted the application."""
    accepted = Decision.objects.filter(case=case, outcome="accept", effective_at__isnull=False).exists()
    proofs = [
        CardProof("special_circumstance", row.kind, f"vault_object:{row.object_id}", accepted=accepted)
        for row in Proof.objects.filter(case=case, kind__in=_SPECIAL, removed_at__isnull=True)
    ]
    last = Submission.objects.filter(case=case).order_by("-number").first()
    if last is not None:
        reference = f"negotiation_submission:{last.id}"
        proofs.append(CardProof("special_circumstance", "statement", reference, accepted=accepted))
        proofs.append(CardProof("willing", "application", reference, accepted=True))
        able = Finding.objects.filter(case=case, submission=last.number, code="able_to_pay_due").exists()
        proofs.append(CardProof("exceeds_ability", "means", reference, accepted=accepted and not able))
    return CardEvidence(product=case.product, proofs=tuple(proofs))


def of(case: Case) -> Eligibility | None:
    """The three conditions with their proofs; None for everything but cards."""
    return eligibility_card(evidence(case)) if case.product == "credit_card" else None


def check(case: Case, *, at: datetime) -> None:
    """Raises NotEligible with the conditions that are not proved."""
    found = of(case)
    if found is not None and not found.met:
        raise NotEligible(unmet=list(found.unmet))
