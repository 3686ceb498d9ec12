"""A sealed plan is followed until it is kept or broken, whatever comes twice, late, too much or back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from heyi.capabilities.loans import api as loans
from heyi.capabilities.plans import api as plans
from heyi.capabilities.plans.domain import Components, LivingCosts, Means, Method
from heyi.capabilities.plans.models import Plan, PlanInstalment
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.money import Money
from heyi.plumbing import outbox
from heyi.plumbing.ids import new_id
from tests.capabilities.loans.cases import AT
from tests.capabilities.plans.conftest import PART, Ear, Followed, adopted, at, three_parts

pytestmark = [pytest.mark.req("E7"), pytest.mark.django_db]

FIRST, SECOND, THIRD = date(2026, 2, 10), date(2026, 3, 10), date(2026, 4, 10)
MANAGER = Actor(kind="staff", id=new_id(), roles=frozenset({"manager"}), branches=frozenset({"0101"}))
Told = Callable[[], list[Ear]]


def names(told: Told) -> list[str]:
    """Sorted, since events of one act have no order among themselves; the adoption and each payment are told anyway."""
    return sorted(event.name for event in told() if event.name not in ("PlanAdopted", "MoneyCounted"))


def test_a_plan_holds_what_was_sealed(followed: Followed) -> None:
    plan = followed.view
    assert plan.status == "active"
    assert plan.total == plan.unpaid == Money(3 * PART)
    assert (plan.branch, plan.product, plan.started_on) == ("0101", "consumer", date(2026, 1, 3))
    assert plan.terms == three_parts()
    assert plan.policy_version.startswith("cn:")
    assert plan.next_due is not None
    assert plan.next_due.due_on == FIRST
    assert followed.acts() == ["plans.adopt"]


def test_the_same_document_is_adopted_once(book: UUID, ear: Told) -> None:
    document = new_id()
    first = adopted(book, document_id=document)
    assert adopted(book, document_id=document).id == first.id
    assert [event.name for event in ear()] == ["PlanAdopted"]


def test_two_plans_never_run_on_one_contract(followed: Followed) -> None:
    with pytest.raises(plans.PlanAlreadyActive):
        adopted(followed.contract_id)


@pytest.mark.parametrize(
    "actor",
    [
        Actor(kind="borrower", id=new_id()),
        Actor(kind="borrower", id=new_id(), roles=frozenset({"manager"})),
        Actor(kind="staff", id=new_id(), roles=frozenset({"auditor"})),
        Actor(kind="integration", id=new_id(), roles=frozenset({"integration"})),
    ],
)
def test_only_the_bank_s_side_adopts_or_ends(book: UUID, actor: Actor) -> None:
    with pytest.raises(plans.MayNotAdopt):
        adopted(book, actor=actor)
    plan = adopted(book, actor=MANAGER)
    with pytest.raises(plans.MayNotAdopt):
        plans.cancel(plan_id=plan.id, actor=actor, at=AT)


def test_paid_on_the_day_is_kept(followed: Followed, ear: Told) -> None:
    followed.pay(PART, FIRST)
    assert followed.statuses == ["kept", "pending", "pending"]
    assert [event.facts["number"] for event in ear() if event.name == "PromiseKept"] == [1]
    assert followed.view.payments[0].went_to == ((1, Money(PART)),)


def test_all_paid_completes_the_plan(followed: Followed, ear: Told) -> None:
    for day in (FIRST, SECOND, THIRD):
        followed.pay(PART, day)
    plan = followed.view
    assert (plan.status, plan.completed_on, plan.unpaid, plan.next_due) == ("completed", THIRD, Money(0), None)
    assert names(ear) == ["PlanCompleted", "PromiseKept", "PromiseKept", "PromiseKept"]
    assert followed.assess(date(2027, 1, 1)) == 0


def test_part_payments_early_and_too_much(followed: Followed) -> None:
    followed.pay(1_000_000, date(2026, 1, 20))
    assert followed.statuses == ["pending", "pending", "pending"]
    followed.pay(1_000_000, FIRST)
    assert followed.statuses == ["kept", "pending", "pending"]
    assert followed.view.instalments[1].paid == Money(2_000_000 - PART)
    followed.pay(4_000_000, date(2026, 2, 20))
    plan = followed.view
    assert plan.status == "completed"
    assert plan.surplus == Money(6_000_000 - 3 * PART)
    assert plan.payments[1].went_to == ((1, Money(PART - 1_000_000)), (2, Money(2_000_000 - PART)))


def test_time_makes_late_then_broken_and_the_breach_is_on_record(followed: Followed, ear: Told) -> None:
    assert followed.assess(date(2026, 2, 13)) == 0
    assert followed.assess(date(2026, 2, 14)) == 1
    assert followed.statuses == ["late", "pending", "pending"]
    followed.assess(date(2026, 3, 11))
    assert followed.view.status == "active"
    followed.assess(date(2026, 3, 12))
    plan = followed.view
    assert plan.status == "broken"
    assert plan.breach is not None
    assert (plan.breach.rule, plan.breach.overdue_days, plan.breach.unpaid) == ("overdue_days", 30, Money(PART))
    assert followed.statuses == ["broken", "pending", "pending"]
    assert names(ear) == ["PlanBroken", "PromiseLate"]
    assert "plans.breach" in followed.acts()
    assert followed.assess(date(2026, 6, 1)) == 0


def test_a_late_promise_that_is_paid_after_all_is_made_good(followed: Followed, ear: Told) -> None:
    followed.assess(date(2026, 2, 14))
    followed.pay(PART, date(2026, 2, 16))
    assert followed.statuses == ["late", "pending", "pending"]
    assert followed.view.instalments[0].settled_on == date(2026, 2, 16)
    assert names(ear) == ["PromiseLate", "PromiseMadeGood"]
    followed.assess(date(2026, 3, 20))
    assert followed.view.status == "active"


def test_money_found_late_and_paid_late_tells_of_no_lateness_that_is_over(followed: Followed, ear: Told) -> None:
    followed.pay(PART, date(2026, 2, 20))
    assert names(ear) == ["PromiseMadeGood"]


def test_money_paid_in_time_and_found_late_is_kept_and_nothing_was_taken_back(followed: Followed, ear: Told) -> None:
    followed.assess(date(2026, 2, 14))
    followed.pay(PART, FIRST)
    assert followed.statuses == ["kept", "pending", "pending"]
    assert names(ear) == ["PromiseKept", "PromiseLate"]


def test_the_same_payment_twice_counts_once(followed: Followed, ear: Told) -> None:
    payment = followed.pay(PART, FIRST)
    followed.pay(PART, FIRST, payment_id=payment)
    assert followed.view.unpaid == Money(2 * PART)
    assert names(ear) == ["PromiseKept"]
    assert [event.name for event in ear()].count("MoneyCounted") == 1
    assert followed.acts().count("plans.hear_payment") == 1


def test_payments_out_of_order_end_the_same(followed: Followed) -> None:
    followed.pay(PART, SECOND)
    assert followed.statuses == ["late", "pending", "pending"]
    late_news = followed.event(PART, FIRST)
    plans.hear_payment(late_news, at(date(2026, 3, 11)))
    assert followed.statuses == ["kept", "kept", "pending"]


def test_money_received_in_time_but_heard_after_the_breach_withdraws_it(followed: Followed, ear: Told) -> None:
    followed.assess(date(2026, 2, 14))
    followed.assess(date(2026, 3, 12))
    plans.hear_payment(followed.event(PART, FIRST), at(date(2026, 3, 13)))
    plan = followed.view
    assert (plan.status, plan.breach) == ("active", None)
    assert plan.breaches[0].withdrawn_at == at(date(2026, 3, 13))
    assert followed.statuses == ["kept", "pending", "pending"]
    assert names(ear) == ["PlanBroken", "PlanRestored", "PromiseKept", "PromiseLate"]


def test_a_breach_withdrawn_on_a_day_with_another_reason_is_followed_by_that_one(followed: Followed, ear: Told) -> None:
    followed.assess(date(2026, 3, 12))
    plans.hear_payment(followed.event(PART, FIRST), at(date(2026, 4, 20)))
    plan = followed.view
    assert plan.status == "broken"
    assert [(breach.rule, breach.withdrawn_at is None) for breach in plan.breaches] == [
        ("overdue_days", False),
        ("missed_instalments", True),
    ]
    assert "PlanRestored" not in names(ear)
    assert names(ear).count("PlanBroken") == 2


def test_money_paid_after_the_breach_does_not_undo_it_but_can_complete_the_plan(followed: Followed, ear: Told) -> None:
    followed.assess(date(2026, 3, 12))
    stages = [followed.view.status]
    for amount, day in ((PART, date(2026, 3, 15)), (2 * PART, date(2026, 3, 20))):
        followed.pay(amount, day)
        stages.append(followed.view.status)
    assert stages == ["broken", "broken", "completed"]
    assert "PlanCompleted" in names(ear)


def test_a_reversal_opens_the_promise_again_with_days_to_pay(followed: Followed, ear: Told) -> None:
    payment = followed.pay(PART, FIRST)
    followed.take_back(payment, PART, FIRST, date(2026, 2, 25))
    assert followed.statuses == ["pending", "pending", "pending"]
    assert followed.view.payments[0].went_to == ()
    followed.assess(date(2026, 2, 28))
    assert followed.statuses[0] == "pending"
    followed.assess(date(2026, 3, 1))
    assert followed.statuses[0] == "late"
    assert names(ear) == ["MoneyTakenBack", "PromiseKept", "PromiseLate", "PromiseReopened"]


def test_a_reversal_twice_or_before_its_payment_is_harmless(followed: Followed) -> None:
    payment = followed.pay(PART, FIRST)
    followed.take_back(payment, PART, FIRST, date(2026, 2, 11))
    followed.take_back(payment, PART, FIRST, date(2026, 2, 12))
    assert followed.acts().count("plans.hear_reversal") == 1
    unknown = new_id()
    followed.take_back(unknown, PART, FIRST, date(2026, 2, 12))
    followed.pay(PART, date(2026, 2, 12), payment_id=unknown)
    assert followed.view.unpaid == Money(3 * PART)
    assert followed.statuses == ["pending", "pending", "pending"]


def test_a_reversal_reopens_a_completed_plan(followed: Followed, ear: Told) -> None:
    payment = followed.pay(3 * PART, FIRST)
    assert followed.view.status == "completed"
    followed.take_back(payment, 3 * PART, FIRST, date(2026, 2, 20))
    plan = followed.view
    assert (plan.status, plan.completed_on, plan.ended_at) == ("active", None, None)
    assert "PlanReopened" in names(ear)


def test_a_plan_that_was_replaced_stays_ended_when_its_payment_is_taken_back(followed: Followed) -> None:
    payment = followed.pay(3 * PART, FIRST)
    adopted(followed.contract_id, at=at(date(2026, 2, 12)))
    followed.take_back(payment, 3 * PART, FIRST, date(2026, 2, 20))
    assert followed.view.status == "completed"


def test_money_on_a_completed_plan_is_surplus(followed: Followed) -> None:
    followed.pay(3 * PART, FIRST)
    followed.pay(500, date(2026, 2, 11))
    assert (followed.view.status, followed.view.surplus) == ("completed", Money(500))


def test_money_without_a_plan_or_in_another_currency_changes_nothing(followed: Followed, book: UUID) -> None:
    followed.pay(PART, FIRST, currency="USD")
    assert followed.view.payments == ()
    card = loans.contract_by_no(contract_no="HT0002", actor=SYSTEM)
    other = Followed(followed.plan_id, followed.case_id, card.id, card.party_id)
    payment = other.pay(PART, FIRST)
    other.take_back(payment, PART, FIRST, FIRST)
    assert followed.view.payments == ()


def test_a_new_round_supersedes_and_links_the_old_plan(followed: Followed) -> None:
    plans.supersede(plan_id=followed.plan_id, actor=SYSTEM, at=at(FIRST))
    newer = adopted(followed.contract_id, case_id=followed.case_id, at=at(FIRST))
    old = followed.view
    assert (old.status, old.superseded_by, old.ended_at, old.next_due) == ("superseded", newer.id, at(FIRST), None)
    followed.pay(PART, date(2026, 2, 11))
    assert followed.view.payments == ()
    assert plans.plan(plan_id=newer.id).paid == Money(PART)
    latest = plans.plan_of_case(case_id=followed.case_id)
    assert latest is not None
    assert latest.id == newer.id
    assert [plan.id for plan in plans.plans_of_case(case_id=followed.case_id)] == [old.id, newer.id]
    with pytest.raises(plans.PlanNotActive):
        plans.cancel(plan_id=old.id, actor=SYSTEM, at=at(FIRST))


def test_a_broken_plan_can_be_superseded_by_a_new_round(followed: Followed) -> None:
    followed.assess(date(2026, 3, 12))
    plans.supersede(plan_id=followed.plan_id, actor=MANAGER, at=at(date(2026, 3, 13)))
    assert followed.view.status == "superseded"
    assert followed.view.breach is not None


def test_a_cancelled_plan_is_not_followed(followed: Followed) -> None:
    plans.cancel(plan_id=followed.plan_id, actor=MANAGER, at=AT)
    followed.pay(PART, FIRST)
    assert followed.view.payments == ()
    assert followed.assess(date(2027, 1, 1)) == 0
    with pytest.raises(plans.NoSuchPlan):
        plans.cancel(plan_id=new_id(), actor=MANAGER, at=AT)
    with pytest.raises(plans.NoSuchPlan):
        plans.plan(plan_id=new_id())


def test_months_of_grace_without_payment_promise_nothing(book: UUID) -> None:
    terms = three_parts(
        method=Method.GRACE_THEN_EQUAL, annual_rate=three_parts().annual_rate, periods=5, grace_periods=2
    )
    plan = adopted(book, terms)
    assert [one.number for one in plan.instalments] == [3, 4, 5]
    with pytest.raises(KeyError):
        plan.instalment(1)
    assert plan.instalment(3).due_on == THIRD


def test_a_due_day_of_rest_gives_until_the_next_working_day(book: UUID) -> None:
    plan = adopted(book, three_parts(first_due_on=date(2026, 2, 17)))
    assert plan.instalments[0].payable_until == date(2026, 2, 24)
    assert plan.instalments[0].due_on == date(2026, 2, 17)


def test_a_notice_that_came_out_after_the_signature_moves_the_last_day(book: UUID) -> None:
    due = date(2026, 10, 2)
    plan = adopted(book, three_parts(first_due_on=due))
    PlanInstalment.objects.filter(plan_id=plan.id, due_on=due).update(payable_until=due)
    Plan.objects.filter(id=plan.id).update(next_check_on=due)
    plans.assess(at(due + timedelta(days=1)))
    assert PlanInstalment.objects.get(plan_id=plan.id, due_on=due).payable_until == date(2026, 10, 8)


def test_the_real_loans_room_tells_and_takes_back(followed: Followed) -> None:
    """From the booking of money to the kept promise, over the outbox and its wiring."""
    paid = loans.record_payment(
        source="core",
        reference="P-1",
        contract_no="HT0001",
        amount=Money(PART),
        received_on=FIRST,
        actor=SYSTEM,
        at=at(FIRST),
    )
    outbox.deliver_due(at=at(FIRST))
    assert followed.statuses == ["kept", "pending", "pending"]
    loans.reverse_payment(payment_id=paid.id, actor=SYSTEM, at=at(date(2026, 2, 12)))
    outbox.deliver_due(at=at(date(2026, 2, 12)))
    assert followed.statuses == ["pending", "pending", "pending"]


def test_money_booked_while_the_agreement_is_signed_counts(book: UUID) -> None:
    """Also on the day itself, and also when it was received before: the balance of the terms does not hold it."""
    written = at(date(2026, 1, 3))
    for reference, day, booked in (
        ("P-0", date(2026, 1, 3), written - timedelta(minutes=5)),
        ("P-1", date(2026, 1, 3), written + timedelta(minutes=5)),
        ("P-2", date(2026, 1, 2), written + timedelta(days=2)),
    ):
        loans.record_payment(
            source="core",
            reference=reference,
            contract_no="HT0001",
            amount=Money(10_000),
            received_on=day,
            actor=SYSTEM,
            at=booked,
        )
    outbox.deliver_due(at=written)
    plan = adopted(book, balance_at=written, at=at(date(2026, 1, 6)))
    assert plan.paid == Money(20_000)
    outbox.deliver_due(at=at(date(2026, 1, 6)))
    assert plans.plan(plan_id=plan.id).paid == Money(20_000), "heard twice, counted once"


def test_due_soon_names_what_to_remind_of(followed: Followed) -> None:
    assert plans.due_soon(at=at(date(2026, 2, 6)), days=3) == []
    (found,) = plans.due_soon(at=at(date(2026, 2, 7)), days=3)
    assert (found.number, found.due_on, found.unpaid) == (1, FIRST, Money(PART))
    followed.pay(10_000, date(2026, 2, 8))
    assert plans.due_soon(at=at(FIRST), days=0)[0].unpaid == Money(PART - 10_000)
    followed.pay(PART, FIRST)
    assert plans.due_soon(at=at(FIRST), days=3) == []


@pytest.mark.req("E8")
def test_the_kept_rate_counts_promises_whose_time_has_come(followed: Followed) -> None:
    assert plans.kept_rate(branch="0101").share is None
    followed.pay(PART, FIRST)
    followed.assess(date(2026, 3, 14))
    found = plans.kept_rate(branch="0101")
    assert (found.kept, found.late, found.broken) == (1, 1, 0)
    assert found.share == Decimal("0.5")
    assert plans.kept_rate(branch="0102").kept == 0
    assert plans.kept_rate().kept == 1


@pytest.mark.req("B8")
def test_the_restructured_share_counts_running_plans_of_the_branch(followed: Followed) -> None:
    share = plans.restructured_share(branch="0101", at=AT)
    assert share.book_minor == 5_130_000
    assert share.share_before == share.share_after == 1
    followed.pay(PART, FIRST)
    after = plans.restructured_share(branch="0101", at=AT, plan_minor=5_130_000 - 2 * PART)
    assert after.share_before < share.share_before
    assert after.share_after == 1
    assert after.over_cap
    assert plans.restructured_share(branch="0102", at=AT).share_before == 0
    assert plans.restructured_share(branch="nowhere", at=AT).over_cap


@pytest.mark.req("E4", "B7", "B8")
def test_a_draft_tells_everything_about_terms_under_construction(book: UUID) -> None:
    means = Means(income_monthly_minor=900_000, living_costs=LivingCosts(food_minor=400_000))
    draft = plans.draft_of(contract_id=book, terms=three_parts(), at=AT, means=means, against=three_parts(periods=2))
    assert draft.against_contract.after.total_minor == 5_130_000
    assert draft.against_version is not None
    assert draft.against_version.months == 1
    assert draft.affordability is not None
    assert draft.affordability.verdict == "eats_essentials"
    assert draft.authority.level == "manager"
    assert draft.share.over_cap
    assert draft.contract.balance == Components(5_000_000, 123_456, 6_544)
    bare = plans.draft_of(contract_id=book, terms=three_parts(), at=AT)
    assert (bare.affordability, bare.against_version) == (None, None)


@pytest.mark.req("E4")
def test_proposals_for_a_contract_of_the_book(book: UUID) -> None:
    means = Means(income_monthly_minor=900_000, living_costs=LivingCosts(food_minor=400_000))
    found = plans.proposals_for(contract_id=book, means=means, at=AT)
    assert found.found
    assert all(plan.terms.balance == Components(5_000_000, 123_456, 6_544) for plan in found.found)
    on_the_fifth = plans.proposals_for(contract_id=book, means=means, at=AT, due_day=5)
    assert {plan.terms.due_day for plan in on_the_fifth.found} == {5}


def test_cards_are_due_as_a_whole_and_loans_run_to_maturity(book: UUID) -> None:
    day = date(2026, 1, 3)
    assert plans.current_contract(contract_id=book, day=day).months_left == 16
    card = loans.contract_by_no(contract_no="HT0002", actor=SYSTEM)
    assert plans.current_contract(contract_id=card.id, day=day).months_left == 0
    assert plans.bands(product="credit_card", at=AT).levels[-1].max_months == 60


def test_a_plan_that_cannot_be_assessed_holds_up_no_other(followed: Followed) -> None:
    card = loans.contract_by_no(contract_no="HT0002", actor=SYSTEM)
    other = adopted(card.id)
    PlanInstalment.objects.filter(plan_id=followed.plan_id).delete()  # damage that no door can do
    with pytest.raises(ExceptionGroup):
        followed.assess(date(2026, 2, 14))
    assert plans.plan(plan_id=other.id).instalments[0].status == "late"


def test_a_breach_that_holds_outlives_a_completion_that_was_undone(followed: Followed, ear: Told) -> None:
    followed.assess(date(2026, 3, 12))
    payment = followed.pay(3 * PART, date(2026, 3, 20))
    followed.take_back(payment, 3 * PART, date(2026, 3, 20), date(2026, 3, 25))
    assert followed.view.status == "broken"
    assert len(followed.view.breaches) == 1
    assert names(ear).count("PlanBroken") == 1
    assert "PlanReopened" in names(ear)


def test_the_plan_that_runs_on_a_contract(followed: Followed) -> None:
    running = plans.plan_of_contract(contract_id=followed.contract_id)
    assert running is not None
    assert running.id == followed.plan_id
    plans.cancel(plan_id=followed.plan_id, actor=SYSTEM, at=AT)
    assert plans.plan_of_contract(contract_id=followed.contract_id) is None
    assert plans.plan_of_case(case_id=new_id()) is None
