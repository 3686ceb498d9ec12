"""What a reviewer should know before deciding: identity, reasonableness, duplicates. Findings, never decisions.

``ok`` was looked at and fits; ``look`` asks a person to look; ``stop`` cannot be right as it stands; ``pending`` waits
for an outside answer. Facts are plain figures and codes; the surface chooses the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal, get_args

from heyi.capabilities.loans.domain import id_number_fault, uscc_fault
from heyi.capabilities.negotiation.domain.application import Value, amount, chosen, income_minor
from heyi.capabilities.negotiation.domain.policy import Policy, Thresholds

Verdict = Literal["ok", "look", "stop", "pending"]
Area = Literal["identity", "reasonable", "duplicate"]
VERDICTS: Final[tuple[str, ...]] = get_args(Verdict)
Answers = Mapping[str, Mapping[str, Value]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check with its result and the facts behind it."""

    area: Area
    code: str
    verdict: Verdict
    facts: Mapping[str, str | int | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """What the checks need to know about the contract."""

    product: str
    balance_minor: int
    due_minor: int
    days_past_due: int
    term_limit: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the bank's own records say around this application. Counts and yes/no only, no names."""

    matches: Mapping[str, bool]
    code_verified_at: datetime | None
    real_name: Verdict
    real_name_source: str
    proof_kinds: frozenset[str]
    other_open_case: bool = False
    parties_with_mobile: int = 1
    same_proofs: int = 0
    same_stories: int = 0


def examine(
    answers: Answers, contract: ContractFacts, around: Surroundings, policy: Policy, *, today: date
) -> tuple[Finding, ...]:
    """Every check, in the order in which a reviewer reads them."""
    return (
        *_identity(answers, around, today),
        *_means(answers, contract, policy),
        *_proofs(answers, around, policy),
        *_contract(answers, contract, policy, today),
        *_duplicates(around, policy),
    )


def _identity(answers: Answers, around: Surroundings, today: date) -> Iterator[Finding]:
    number = str(answers.get("who", {}).get("id_number", ""))
    fault = id_number_fault(number, today=today) if number[:17].isdigit() else uscc_fault(number)
    yield Finding("identity", "id_checksum", "stop" if fault else "ok", {"fault": fault} if fault else {})
    for what in ("name", "id_number", "mobile"):
        if what in around.matches:
            bad: Verdict = "look" if what == "mobile" else "stop"
            yield Finding("identity", f"match_{what}", "ok" if around.matches[what] else bad)
    if around.code_verified_at:
        yield Finding("identity", "code_verified", "ok", {"at": around.code_verified_at.isoformat()})
    else:
        yield Finding("identity", "code_verified", "look")
    code = "real_name_mismatch" if around.real_name == "stop" else "real_name"
    yield Finding("identity", code, around.real_name, {"source": around.real_name_source})


def _means(answers: Answers, contract: ContractFacts, policy: Policy) -> Iterator[Finding]:
    income = income_minor(answers)
    living = amount(answers, "living", "costs_monthly")
    debts = amount(answers, "debts", "other_debts_monthly")
    wish = amount(answers, "wanted", "monthly")
    if income is None:
        yield Finding("reasonable", "income_unknown", "look")
        return
    left = income - living - debts
    facts = {"income_minor": income, "living_minor": living, "debts_minor": debts, "left_minor": left}
    if wish and wish > left:
        yield Finding("reasonable", "wish_above_means", "look", {**facts, "wish_minor": wish})
    elif wish and wish * 100 < left * policy.thresholds.wish_share_min:
        yield Finding("reasonable", "wish_far_below_means", "look", {**facts, "wish_minor": wish})
    else:
        yield Finding("reasonable", "income_against_wish", "ok", {**facts, "wish_minor": wish})
    yield _living(answers, income, living, policy.thresholds)
    if contract.due_minor and left >= contract.due_minor:
        yield Finding("reasonable", "able_to_pay_due", "look", {**facts, "due_minor": contract.due_minor})


def _living(answers: Answers, income: int, living: int, limits: Thresholds) -> Finding:
    heads = 1 + amount(answers, "living", "dependants")
    floor = limits.living_floor_minor * heads
    facts = {"living_minor": living, "floor_minor": floor, "heads": heads}
    if living < floor:
        return Finding("reasonable", "living_below_floor", "look", facts)
    if income and living * 100 > income * limits.living_ceiling_share:
        return Finding("reasonable", "living_near_income", "look", {**facts, "income_minor": income})
    return Finding("reasonable", "living_costs", "ok", facts)


def _proofs(answers: Answers, around: Surroundings, policy: Policy) -> Iterator[Finding]:
    needed = {"income"} | ({"hardship"} if chosen(answers, "happened", "reasons") - {"disputed_bill"} else set())
    have = set(around.proof_kinds) | ({"hardship"} if {"medical", "business"} & around.proof_kinds else set())
    missing = sorted(needed - have)
    if missing:
        later = bool(answers.get("proofs", {}).get("later"))
        yield Finding("reasonable", "proofs_missing", "look", {"kinds": ",".join(missing), "later": later})
    else:
        yield Finding("reasonable", "proofs", "ok", {"kinds": ",".join(sorted(around.proof_kinds))})
    sensitive = {reason.key for reason in policy.reasons if reason.sensitive}
    if chosen(answers, "happened", "reasons") & sensitive:
        consent = bool(answers.get("happened", {}).get("sensitive_consent"))
        yield Finding("reasonable", "sensitive_reason", "ok" if consent else "look", {"consent": consent})


def _contract(answers: Answers, contract: ContractFacts, policy: Policy, today: date) -> Iterator[Finding]:
    limit = contract.term_limit
    periods = amount(answers, "wanted", "periods")
    wish = amount(answers, "wanted", "monthly")
    if periods > limit:
        yield Finding("reasonable", "term_beyond_limit", "look", {"periods": periods, "limit": limit})
    if wish and periods and wish * periods < contract.balance_minor:
        facts = {"offered_minor": wish * periods, "balance_minor": contract.balance_minor}
        yield Finding("reasonable", "wish_does_not_cover", "look", facts)
    elif wish and wish * limit < contract.balance_minor:
        facts = {"most_minor": wish * limit, "balance_minor": contract.balance_minor, "limit": limit}
        yield Finding("reasonable", "never_repaid", "look", facts)
    if contract.days_past_due == 0:
        yield Finding("reasonable", "not_overdue", "look", {"days_past_due": 0})
    yield from _contradictions(answers, policy, today)


def _contradictions(answers: Answers, policy: Policy, today: date) -> Iterator[Finding]:
    income = answers.get("income", {})
    given = amount(answers, "income", "monthly")
    if income.get("band") == "none" and given:
        yield Finding("reasonable", "answers_contradict", "look", {"fields": "income.band,income.monthly"})
    if amount(answers, "debts", "other_debts_monthly") and answers["debts"].get("other_debts_count") == 0:
        yield Finding("reasonable", "answers_contradict", "look", {"fields": "debts.monthly,debts.count"})
    if "unemployed" in chosen(answers, "happened", "reasons") and given > 0 and income.get("band") != "varies":
        yield Finding("reasonable", "answers_contradict", "look", {"fields": "happened.reasons,income.monthly"})
    since = str(answers.get("happened", {}).get("since", ""))
    if since:
        months = (today.year - int(since[:4])) * 12 + today.month - int(since[5:7])
        if months > policy.thresholds.months_since_event_max:
            yield Finding("reasonable", "event_long_ago", "look", {"months": months})


def _duplicates(around: Surroundings, policy: Policy) -> Iterator[Finding]:
    if around.other_open_case:
        yield Finding("duplicate", "other_open_case", "look")
    if around.parties_with_mobile >= policy.thresholds.same_mobile_parties:
        yield Finding("duplicate", "agent_same_mobile", "look", {"parties": around.parties_with_mobile})
    if around.same_proofs:
        yield Finding("duplicate", "duplicate_proof", "look", {"count": around.same_proofs})
    if around.same_stories:
        yield Finding("duplicate", "duplicate_story", "look", {"count": around.same_stories})
    if not (around.parties_with_mobile > 1 or around.same_proofs or around.same_stories):
        yield Finding("duplicate", "no_duplicates", "ok")
