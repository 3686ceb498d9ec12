"""Gathering what the checks need to know, running them, keeping what they found with the submission."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation.domain.application import Value
from heyi.capabilities.negotiation.domain.checks import ContractFacts, Finding, Surroundings, examine
from heyi.capabilities.negotiation.domain.states import ENDED
from heyi.capabilities.negotiation.domain.text import distance, normalised, story_print
from heyi.capabilities.negotiation.models import Case, Proof, StoryMark, Submission
from heyi.capabilities.negotiation.models import Finding as FindingRow
from heyi.capabilities.negotiation.policy import policy
from heyi.capabilities.negotiation.sealed import Envelope
from heyi.capabilities.plans import api as plans
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM
from heyi.plumbing import clock
from heyi.plumbing.sealing import blind_index

FACTS = "finding.facts"
Answers = Mapping[str, Mapping[str, Value]]


def run(case: Case, answers: Answers, *, submission: int, at: datetime) -> tuple[Finding, ...]:
    """Every check on these answers, kept as findings of this submission. The outside real-name check stays pending."""
    _mark_story(case, answers, at)
    found = examine(answers, contract_facts(case, at=at), _around(case, answers), policy(), today=clock.bank_day(at))
    envelope = Envelope(case.party_id, at=at)
    FindingRow.objects.bulk_create(
        FindingRow(
            created_at=at,
            case=case,
            submission=submission,
            position=position,
            area=finding.area,
            code=finding.code,
            verdict=finding.verdict,
            facts_sealed=envelope.close_values(dict(finding.facts), FACTS),
        )
        for position, finding in enumerate(found)
    )
    return found


def contract_facts(case: Case, *, at: datetime) -> ContractFacts:
    """The contract's figures as they stand now."""
    contract = loans.contract(contract_id=case.contract_id, day=clock.bank_day(at), actor=SYSTEM)
    return ContractFacts(
        product=contract.product,
        balance_minor=contract.balance.total.amount_minor,
        due_minor=contract.due_now.amount_minor,
        days_past_due=contract.days_past_due,
        term_limit=plans.policy(at=at).limits(contract.product).max_months,
    )


def codes(case: Case) -> frozenset[str]:
    """The codes that asked for a look or a stop in the latest submission."""
    rows = FindingRow.objects.filter(case=case)
    latest = rows.order_by("-submission").values_list("submission", flat=True).first()
    seen = rows.filter(submission=latest or 0, verdict__in=("look", "stop"))
    return frozenset(seen.values_list("code", flat=True))


def mobile_index(mobile: str) -> str:
    """The keyed digest by which the same number in several applications is found."""
    return blind_index(vault.system_key("negotiation.mobile"), mobile[-11:], context="submission.mobile")


def _around(case: Case, answers: Answers) -> Surroundings:
    who, mobile = answers.get("who", {}), str(answers.get("contact", {}).get("mobile", ""))
    matches = loans.match_identity(
        party_id=case.party_id,
        name=str(who.get("name", "")),
        id_number=str(who.get("id_number", "")),
        mobile=mobile[-11:],
        actor=SYSTEM,
    )
    proofs = Proof.objects.filter(case=case, removed_at__isnull=True)
    return Surroundings(
        matches=matches,
        code_verified_at=case.code_verified_at,
        real_name="pending",
        real_name_source="",
        proof_kinds=frozenset(proofs.values_list("kind", flat=True)),
        other_open_case=Case.objects.filter(party_id=case.party_id).exclude(id=case.id).exclude(
            status__in=[*ENDED, "draft"]).exists(),
        parties_with_mobile=_parties_with(case, mobile),
        same_proofs=Proof.objects.filter(sha256__in=proofs.values("sha256"), removed_at__isnull=True)
        .exclude(party_id=case.party_id).values("party_id").distinct().count(),
        same_stories=_same_stories(case),
    )  # fmt: skip


def _parties_with(case: Case, mobile: str) -> int:
    """How many borrowers use this number: in the bank's record or in an application."""
    if not mobile:
        return 1
    known = set(loans.find_by_identity(mobile=mobile[-11:], actor=SYSTEM))
    applied = Submission.objects.filter(mobile_index=mobile_index(mobile)).values_list("case__party_id", flat=True)
    return len(known | set(applied) | {case.party_id})


def _mark_story(case: Case, answers: Answers, at: datetime) -> None:
    """Keep the fingerprint of what the borrower wrote; too short a text leaves none."""
    words = " ".join(str(answers.get(step, {}).get("words", "")) for step in ("happened", "wanted"))
    mark = story_print(words)
    StoryMark.objects.filter(case=case).delete()
    if mark is None:
        return
    key = vault.system_key("negotiation.story")
    StoryMark.objects.create(
        created_at=at,
        case=case,
        party_id=case.party_id,
        text_index=blind_index(key, normalised(words), context="story_mark.text"),
        bits=f"{mark.bits:016x}",
        **{f"band{i}": band for i, band in enumerate(mark.bands)},
    )


def _same_stories(case: Case) -> int:
    """Stories of other borrowers that are equal or differ in few bits. Four bands find every distance up to three."""
    mine = StoryMark.objects.filter(case=case).first()
    if mine is None:
        return 0
    near = StoryMark.objects.exclude(party_id=case.party_id).filter(
        Q(text_index=mine.text_index)
        | Q(band0=mine.band0)
        | Q(band1=mine.band1)
        | Q(band2=mine.band2)
        | Q(band3=mine.band3)
    )
    limit = policy().thresholds.simhash_distance
    bits = int(mine.bits, 16)
    return sum(
        row.text_index == mine.text_index or distance(int(row.bits, 16), bits) <= limit
        for row in near.only("text_index", "bits")[:500]
    )
