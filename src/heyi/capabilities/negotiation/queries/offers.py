"""Reads about versions: one in full, the table side by side, what a wish would cost, what the proposer finds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.approvals.domain import Approval
from heyi.capabilities.negotiation.actions import asking, eligibility, versions
from heyi.capabilities.negotiation.actions.offers import counter_of
from heyi.capabilities.negotiation.domain import application
from heyi.capabilities.negotiation.domain.offers import Wish, terms_digest
from heyi.capabilities.negotiation.domain.problems import OfferNotOpen, TermsImpossible
from heyi.capabilities.negotiation.models import Case, Offer
from heyi.capabilities.negotiation.queries.reading import answers_of, colleagues, means_of, seen
from heyi.capabilities.negotiation.queries.views import (
    ApprovalView,
    Colleague,
    Column,
    OfferDetail,
    OfferView,
    SideBySide,
    Sketch,
    VoteView,
)
from heyi.capabilities.negotiation.sealed import Envelope
from heyi.capabilities.plans import api as plans
from heyi.capabilities.plans.domain import (
    Affordability,
    AuthorityVerdict,
    Eligibility,
    Means,
    PlanTerms,
    Proposals,
    affordability,
    annualised_rate_2021_3,
    compare,
    may_decide,
    schedule,
    side_of,
    side_of_contract,
)
from heyi.kit.actors import Actor
from heyi.kit.money import Money
from heyi.plumbing import clock


def offer(*, case_id: UUID, offer_id: UUID, actor: Actor, at: datetime) -> OfferDetail:
    """One version with schedule, rate, affordability and authority. Raises CaseNotFound, OfferNotOpen if hidden."""
    case = seen(case_id, actor, at)
    row = Offer.objects.filter(case=case, id=offer_id).select_related("previous").first()
    if row is None or (actor.kind != "staff" and not shown_to_borrower(row)):
        raise OfferNotOpen(number=None, status=None, open=None)
    envelope = Envelope(case.party_id, at=at)
    asked = asked_for(row, at) if actor.kind == "staff" else ()
    people = colleagues([row.author_id, *(vote.voter_id for one in asked for vote in one.votes)])
    terms = versions.terms_of(row)
    plan = schedule(terms)
    return OfferDetail(
        offer=offer_view(row, envelope, people),
        schedule=plan,
        rate=annualised_rate_2021_3(plan),
        affordability=afford(terms, means_of(answers_of(case, envelope)), at=at),
        authority=versions.verdict_of(case, terms, at=at),
        approvals=tuple(_approval(one, people, at) for one in asked),
    )


def asked_for(row: Offer, at: datetime) -> tuple[Approval, ...]:
    """What the approvals room was asked about this version, the oldest first."""
    if row.approval_id is None:
        return ()
    found = approvals.of_subject(subject=asking.subject_of(row), kind=asking.KIND, at=at)
    return tuple(reversed(found))


def _approval(one: Approval, people: Mapping[UUID, Colleague], at: datetime) -> ApprovalView:
    papers = approvals.papers_beside(approval_id=one.id, at=at)
    return ApprovalView(
        id=one.id,
        status=one.status,
        asked_at=one.asked_at,
        decide_by=one.decide_by,
        why=papers.assessment.get("why", ""),
        ending=papers.ending,
        votes=tuple(
            VoteView(
                at=vote.at,
                word=vote.word,
                voter=people[vote.voter_id],
                role=vote.role,
                reason=papers.reasons.get(vote.id, ""),
                conditions=tuple(papers.conditions.get(condition, "") for condition in vote.conditions),
            )
            for vote in one.votes
        ),
    )


def shown_to_borrower(row: Offer) -> bool:
    """A version that was open once; never the bank's drafts."""
    return row.number is not None or row.proposed_by == "borrower"


def offer_view(row: Offer, envelope: Envelope, people: Mapping[UUID, Colleague]) -> OfferView:
    """The row as a value."""
    terms = versions.terms_of(row)
    plan = schedule(terms)
    return OfferView(
        id=row.id,
        number=row.number or 0,
        round=row.round,
        proposed_by=row.proposed_by,
        author=people.get(row.author_id) if row.author_id else None,
        status=row.status,
        method=str(terms.method),
        periods=terms.periods,
        annual_rate=terms.annual_rate,
        payment=plan.typical_payment,
        first_due_on=terms.first_due_on,
        last_due_on=plan.last_due_on,
        total=plan.total,
        interest_total=plan.interest_total,
        forgiven=Money(terms.forgiven.total_minor, terms.currency),
        reason=envelope.open(row.reason_sealed, versions.REASON),
        created_at=row.created_at,
        opened_at=row.opened_at,
        expires_at=row.expires_at,
        answered_at=row.answered_at,
        answer_reason=row.answer_reason,
        previous_number=row.previous.number if row.previous else None,
        difference=compare(versions.before_side(row), plan),
        level_needed=row.level_needed,
        terms=terms,
        digest=row.terms_digest,
        approval_id=row.approval_id,
        held_back=row.held_back,
    )


def afford(terms: PlanTerms, means: Means | None, *, at: datetime) -> Affordability | None:
    """What the plan leaves to live on; None when the income is not known."""
    if means is None:
        return None
    rules = plans.policy(at=at)
    return affordability(means, schedule(terms), floor=rules.floor, rules=rules.shocks)


def side_by_side(*, case_id: UUID, actor: Actor, at: datetime, wish: Wish | None = None) -> SideBySide:
    """Today's contract, the bank's version and the borrower's idea, as the table shows them.

    ``mine`` is what ``wish`` makes of the version seen last; without a wish, the borrower's own latest version.
    Raises TermsImpossible for a wish that makes no plan. Nothing is kept.
    """
    case = seen(case_id, actor, at)
    answers = answers_of(case, Envelope(case.party_id, at=at))
    means = means_of(answers)
    bank = _latest(case, "bank")
    mine = _latest(case, "borrower")
    mine_terms = counter_of(case, wish, at=at) if wish else versions.terms_of(mine) if mine else None
    months = versions.terms_of(bank).periods if bank else mine_terms.periods if mine_terms else 12
    today = side_of_contract(
        plans.current_contract(contract_id=case.contract_id, day=clock.bank_day(at)),
        at=clock.bank_day(at),
        months=months,
    )
    columns = [Column("contract", None, today, None, None, None)]
    for key, row, terms in (
        ("bank", bank, versions.terms_of(bank) if bank else None),
        ("mine", None if wish else mine, mine_terms),
    ):
        if terms is None:
            continue
        side = side_of(schedule(terms))
        columns.append(
            Column(
                key=key,  # type: ignore[arg-type]
                number=row.number if row else None,
                side=side,
                difference=compare(columns[-1].side, side),
                affordability=afford(terms, means, at=at),
                terms=terms,
                expires_at=row.expires_at if row else None,
            )
        )
    return SideBySide(
        columns=tuple(columns),
        income_minor=application.income_minor(answers),
        living_minor=application.amount(answers, "living", "costs_monthly"),
        other_debts_minor=application.amount(answers, "debts", "other_debts_monthly"),
        currency=case.currency,
    )


def _latest(case: Case, side: str) -> Offer | None:
    rows = Offer.objects.filter(case=case, round=case.round, proposed_by=side, number__isnull=False)
    return rows.order_by("-number").first()


def sketch(*, case_id: UUID, terms: PlanTerms, actor: Actor, at: datetime) -> Sketch:
    """What terms under construction would mean, without keeping them: the console's plan page.

    ``limits`` holds the codes of what nobody may agree on; empty means that the terms can be drafted.
    """
    case = seen(case_id, actor, at)
    previous = versions.latest_seen(case)
    draft = plans.draft_of(
        contract_id=case.contract_id,
        terms=terms,
        at=at,
        means=means_of(answers_of(case, Envelope(case.party_id, at=at))),
        against=versions.terms_of(previous) if previous else None,
    )
    return Sketch(
        draft=draft,
        own_authority=(
            may_decide(draft.authority, plans.bands(product=case.product, at=at), actor.roles)
            and not draft.share.over_cap
        )
        or _approved(case, terms, draft.authority, at),
        limits=_limits(case, terms, at),
    )


def _approved(case: Case, terms: PlanTerms, verdict: AuthorityVerdict, at: datetime) -> bool:
    """Are these the terms of the draft that was approved and could not open at once?"""
    row = Offer.objects.filter(case=case, status="draft", approval_id__isnull=False).first()
    return row is not None and row.terms_digest == terms_digest(terms) and asking.stands(row, verdict, at=at)


def _limits(case: Case, terms: PlanTerms, at: datetime) -> Mapping[str, str]:
    try:
        versions.check_limits(case, terms, at=at)
    except TermsImpossible as problem:
        fields: Mapping[str, str] = problem.facts["fields"]
        return fields
    return {}


def contract_terms(*, case_id: UUID, actor: Actor, at: datetime) -> PlanTerms:
    """A plain start for the plan page: today's balance in equal instalments at the contract's rate."""
    return versions.contract_terms(seen(case_id, actor, at), at=at)


def proposals(*, case_id: UUID, actor: Actor, at: datetime) -> Proposals | None:
    """Plans that fit the borrower's means and the bank's limits, each explained; None while the income is not known."""
    case = seen(case_id, actor, at)
    means = means_of(answers_of(case, Envelope(case.party_id, at=at)))
    return plans.proposals_for(contract_id=case.contract_id, means=means, at=at) if means else None


def card_eligibility(*, case_id: UUID, actor: Actor, at: datetime) -> Eligibility | None:
    """Article 70's three conditions with their proofs; None for other products."""
    return eligibility.of(seen(case_id, actor, at))
