"""The bank's first answer: authority, four eyes, what the borrower is told, appeal."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from heyi.capabilities.contact import api as contact
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.models import Case
from tests.capabilities.negotiation import steps
from tests.cast import AT, Cast

pytestmark = pytest.mark.django_db


def other_of(people: Cast, case_id: UUID) -> tuple[Any, Any]:
    """(the reviewer that was named, the other one)"""
    named = Case.objects.get(id=case_id).reviewer_id
    pair = (people.reviewer, people.second_reviewer)
    return pair if named == people.reviewer.id else (pair[1], pair[0])


@pytest.mark.req("E2", "E3")
def test_a_yes_names_a_manager_and_opens_the_talks(people: Cast) -> None:
    case_id = steps.negotiating(people)
    view = negotiation.case(case_id=case_id, actor=people.lin.actor, at=AT)
    assert view.manager is not None
    assert (view.manager.name, view.manager.branch_name) == ("周敏", "滨江支行")
    assert (view.progress.current, view.progress.turn, view.progress.next_act) == ("talk", "bank", "make_offer")
    assert view.decisions[0].outcome == "accept"
    sent = {line.template for line in contact.ledger(case_id=case_id)}
    assert {"application_received", "application_accepted"} <= sent


@pytest.mark.req("E2")
def test_a_request_for_more_says_what_to_mend(people: Cast) -> None:
    case_id = steps.submitted(people.lin)
    review = {"case_id": case_id, "actor": people.reviewer, "at": AT}
    with pytest.raises(negotiation.ReasonNeeded):
        negotiation.review(outcome="request_more", **review)
    negotiation.review(outcome="request_more", reasons=["income_proof"], words="拍一张工资流水就可以。", **review)
    view = negotiation.case(case_id=case_id, actor=people.lin.actor, at=AT)
    assert view.progress.turn == "borrower"
    assert (view.decisions[0].reasons, view.decisions[0].words) == (("income_proof",), "拍一张工资流水就可以。")
    negotiation.submit(case_id=case_id, actor=people.lin.actor, at=AT)
    assert steps.status(case_id) == "in_review"


@pytest.mark.req("E2")
def test_a_refusal_can_be_appealed_once_and_another_person_looks(people: Cast) -> None:
    case_id = steps.submitted(people.lin)
    negotiation.review(
        case_id=case_id, outcome="refuse", reasons=["identity_unclear"], words="还差一点", actor=people.reviewer, at=AT
    )
    assert negotiation.case(case_id=case_id, actor=people.lin.actor, at=AT).appeal_until is not None
    late = AT + timedelta(days=40)
    with pytest.raises(negotiation.AppealTooLate):
        negotiation.appeal(case_id=case_id, words="请再看一遍", actor=people.lin.actor, at=late)
    negotiation.appeal(case_id=case_id, words="请再看一遍", actor=people.lin.actor, at=AT)
    with pytest.raises(negotiation.FourEyes):
        negotiation.decide_appeal(case_id=case_id, overturn=True, words="…", actor=people.reviewer, at=AT)
    negotiation.decide_appeal(case_id=case_id, overturn=True, words="您说得对", actor=people.second_reviewer, at=AT)
    assert steps.status(case_id) == "negotiating"


@pytest.mark.req("E2")
def test_four_eyes_where_policy_says_so(people: Cast) -> None:
    case_id = steps.submitted(people.works, who={"name": people.works.name, "id_number": people.works.id_number})
    negotiation.review(case_id=case_id, outcome="accept", actor=people.reviewer, at=AT)
    assert steps.status(case_id) == "second_review"
    assert negotiation.case(case_id=case_id, actor=people.works.actor, at=AT).decisions == ()
    with pytest.raises(negotiation.FourEyes):
        negotiation.second_review(case_id=case_id, confirm=True, actor=people.reviewer, at=AT)
    with pytest.raises(negotiation.ReasonNeeded):
        negotiation.second_review(case_id=case_id, confirm=False, actor=people.lead, at=AT)
    negotiation.second_review(case_id=case_id, confirm=False, words="再核对证件", actor=people.lead, at=AT)
    assert steps.status(case_id) == "in_review"
    negotiation.review(case_id=case_id, outcome="accept", actor=people.second_reviewer, at=AT)
    negotiation.second_review(case_id=case_id, confirm=True, actor=people.lead, at=AT)
    assert steps.status(case_id) == "negotiating"
    told = negotiation.case(case_id=case_id, actor=people.works.actor, at=AT).decisions
    assert [decision.outcome for decision in told] == ["accept"]
    assert negotiation.case(case_id=case_id, actor=people.works.actor, at=AT).manager.name == "何立"


@pytest.mark.req("E2")
def test_a_large_balance_is_for_the_lead(people: Cast) -> None:
    case_id = steps.submitted(people.lin)
    Case.objects.filter(id=case_id).update(balance_minor=60_000_000)
    with pytest.raises(negotiation.AuthorityTooLow):
        negotiation.review(case_id=case_id, outcome="accept", actor=people.reviewer, at=AT)


@pytest.mark.req("E2")
def test_only_reviewers_of_the_branch_decide(people: Cast) -> None:
    case_id = steps.submitted(people.lin)
    for actor, refusal in (
        (people.zhou, negotiation.NotYourAct),
        (people.auditor, negotiation.NotYourAct),
        (people.stranger, negotiation.CaseNotFound),
        (people.lin.actor, negotiation.NotYourAct),
        (people.chen.actor, negotiation.CaseNotFound),
    ):
        with pytest.raises(refusal):
            negotiation.review(case_id=case_id, outcome="accept", actor=actor, at=AT)


def test_a_pass_lets_look_and_not_act(people: Cast) -> None:
    from heyi.capabilities.staff import api as staff

    case_id = steps.submitted(people.lin)
    with pytest.raises(negotiation.CaseNotFound):
        negotiation.case(case_id=case_id, actor=people.stranger, at=AT)
    staff.look_beyond_branch(actor=people.stranger, case_id=case_id, branch="0101", reason="客户搬家", at=AT)
    seen = negotiation.case(case_id=case_id, actor=people.stranger, at=AT)
    assert seen.looked_beyond_branch
    assert seen.acts == frozenset()
    with pytest.raises(negotiation.NotYourAct):
        negotiation.review(case_id=case_id, outcome="accept", actor=people.stranger, at=AT)


@pytest.mark.req("E4")
def test_a_card_needs_its_three_conditions(people: Cast) -> None:
    rich = {"income": {"monthly": "90000"}}
    case_id = steps.submitted(people.chen, **rich)
    negotiation.review(case_id=case_id, outcome="accept", actor=people.reviewer, at=AT)
    found = negotiation.card_eligibility(case_id=case_id, actor=people.zhou, at=AT)
    assert found is not None
    assert found.unmet == ("exceeds_ability",)
    draft = negotiation.draft_offer(
        case_id=case_id, terms=steps.terms(case_id, annual_rate=Decimal("0.15")), actor=people.zhou, at=AT
    )
    with pytest.raises(negotiation.NotEligible):
        negotiation.publish_offer(case_id=case_id, offer_id=draft.subject_id, actor=people.zhou, at=AT)
