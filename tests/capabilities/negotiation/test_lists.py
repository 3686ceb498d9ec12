"""Lists, badges, saved views, figures: what each actor gets, and that each figure lists its cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.api import CaseFilter
from heyi.capabilities.negotiation.models import Case
from heyi.kit.problems import Invalid
from heyi.plumbing.ids import new_id
from tests.capabilities.negotiation import steps
from tests.cast import AT, Cast

pytestmark = pytest.mark.django_db


def numbers(people: Cast, actor: object, **wanted: object) -> list[str]:
    page = negotiation.cases(actor=actor, at=AT, filters=CaseFilter(**wanted))  # type: ignore[arg-type]
    return [row.number for row in page.rows]


@pytest.mark.req("E8")
def test_the_list_carries_what_the_screen_shows(people: Cast) -> None:
    steps.countered(people)
    page = negotiation.cases(actor=people.zhou, at=AT, filters=CaseFilter(assignee="me"))
    row = page.rows[0]
    assert (row.party_name, row.contract_tail, str(row.due), row.days_past_due) == ("林＊晴", "3308", "5,184.60", 47)
    assert (row.status, row.turn, row.next_act, row.assignee_name) == ("countered", "bank", "answer_counter", "周敏")
    assert (page.count, str(page.due_sum), page.days_past_due_mean, page.pages) == (1, "5,184.60", 47, 1)


def test_filters_find_and_leave_out(people: Cast) -> None:
    lin = steps.negotiating(people)
    chen = steps.submitted(people.chen)
    negotiation.say(case_id=lin, body="在吗", actor=people.lin.actor, at=AT)
    negotiation.raise_problem(case_id=chen, kind="suggestion", actor=people.chen.actor, at=AT)
    one, two = "HY-2026-000001", "HY-2026-000002"
    lead = people.lead
    assert set(numbers(people, lead)) == {one, two}
    assert numbers(people, lead, status=("negotiating",)) == [one]
    assert numbers(people, lead, product=("credit_card",)) == [two]
    assert numbers(people, lead, unread=True) == [one]
    assert numbers(people, lead, problem=True) == [two]
    assert set(numbers(people, lead, bucket=("M2",))) == {one, two}
    assert numbers(people, lead, overdue_days_from=48) == []
    assert numbers(people, lead, text=two) == [two]
    assert numbers(people, lead, text="2") == [two]
    assert numbers(people, lead, text=people.lin.mobile) == [one]
    assert numbers(people, lead, text=people.lin.name) == [one]
    assert numbers(people, lead, text="nobody") == []
    assert numbers(people, lead, reached="accepted") == [one]
    assert set(numbers(people, lead, assignee=str(people.zhou.id))) == {one, two}
    assert numbers(people, lead, assignee=str(people.he.id)) == []
    assert numbers(people, lead, submitted_from=date(2026, 11, 10)) == []
    with pytest.raises(Invalid):
        numbers(people, lead, reached="nowhere")
    with pytest.raises(Invalid):
        negotiation.cases(actor=lead, at=AT, sort="random")


@pytest.mark.req("E9")
def test_nobody_lists_what_is_not_theirs(people: Cast) -> None:
    steps.submitted(people.lin)
    begun = negotiation.start_application(contract_id=people.chen.contract_id, actor=people.chen.actor, at=AT)
    assert len(numbers(people, people.zhou)) == 1
    assert numbers(people, people.stranger) == []
    assert len(numbers(people, people.auditor)) == 1
    assert numbers(people, people.chen.actor) == [begun.number]
    hers = negotiation.cases_of(party_id=people.lin.party_id, actor=people.lin.actor, at=AT)
    assert len(hers) == 1
    assert negotiation.cases_of(party_id=people.lin.party_id, actor=people.chen.actor, at=AT) == ()
    assert negotiation.cases_of(party_id=people.lin.party_id, actor=people.stranger, at=AT) == ()
    for reader in (people.chen.actor, people.stranger):
        with pytest.raises(negotiation.CaseNotFound):
            negotiation.case(case_id=hers[0].id, actor=reader, at=AT)
        with pytest.raises(negotiation.CaseNotFound):
            negotiation.messages(case_id=hers[0].id, actor=reader, at=AT)
        with pytest.raises(negotiation.CaseNotFound):
            negotiation.application_form(case_id=hers[0].id, actor=reader, at=AT)
        with pytest.raises(negotiation.CaseNotFound):
            negotiation.side_by_side(case_id=hers[0].id, actor=reader, at=AT)


def test_badges_count_what_waits(people: Cast) -> None:
    case_id, _, counter_id = steps.countered(people)
    negotiation.say(case_id=case_id, body="在吗", actor=people.lin.actor, at=AT)
    mine = negotiation.badges(actor=people.zhou, at=AT)
    assert (mine.queue, mine.talks, mine.late, mine.to_approve) == (1, 1, 0, 0)
    negotiation.submit_for_approval(case_id=case_id, offer_id=counter_id, actor=people.zhou, at=AT)
    assert negotiation.badges(actor=people.lead, at=AT).to_approve == 1
    assert numbers(people, people.lead, to_approve=True) == ["HY-2026-000001"]
    assert numbers(people, people.zhou, to_approve=True) == []
    assert negotiation.badges(actor=people.zhou, at=AT + timedelta(days=5)).late == 1


def test_a_saved_view_comes_back(people: Cast) -> None:
    wanted = CaseFilter(status=("negotiating", "countered"), overdue_days_from=15, due_by=AT, assignee="me", late=True)
    negotiation.save_view(name="今天", filters=wanted, actor=people.zhou, at=AT)
    assert negotiation.saved_views(actor=people.zhou) == (("今天", wanted),)
    assert negotiation.saved_views(actor=people.he) == ()
    negotiation.save_view(name="今天", filters=replace(wanted, text="林知晴"), actor=people.zhou, at=AT)
    assert negotiation.saved_views(actor=people.zhou) == (("今天", wanted),), "whom somebody looked for is not kept"
    negotiation.save_view(name="今天", filters=CaseFilter(), actor=people.zhou, at=AT)
    assert negotiation.saved_views(actor=people.zhou) == ()
    with pytest.raises(Invalid):
        negotiation.filter_from_plain({"colour": "red"})
    assert negotiation.filter_from_plain({"late": "on", "status": "draft"}) == CaseFilter(late=True, status=("draft",))


@pytest.mark.req("E8")
@pytest.mark.parametrize("count", [1, 2, 9, 10, 30, 70, 71])
def test_half_and_ninety_per_cent_are_nearest_ranks_on_every_database(people: Cast, count: int) -> None:
    """Answers after 1, 2, 3 … hours: the median of n is the ⌈n/2⌉th, the ninetieth the ⌈9n/10⌉th, exactly."""
    case = Case.objects.get(id=steps.submitted(people.lin))
    negotiation.withdraw(case_id=case.id, actor=people.lin.actor, at=AT + timedelta(minutes=1))
    case.refresh_from_db()
    names = [field.attname for field in case._meta.concrete_fields if not field.generated]
    alike = {name: getattr(case, name) for name in names}
    Case.objects.bulk_create(
        Case(
            **{
                **alike,
                "id": new_id(),
                "number": f"HY-RANK-{hours:03d}",
                "submitted_at": AT,
                "first_answer_at": AT + timedelta(hours=hours),
            }
        )
        for hours in reversed(range(1, count + 1))
    )
    answer = negotiation.figures(actor=people.lead, at=AT + timedelta(days=5)).figure("first_answer")
    assert (answer.count, answer.value, answer.p90) == (count, -(-count // 2), -(-count * 9 // 10))


@pytest.mark.req("E8")
def test_each_figure_lists_its_cases(people: Cast) -> None:
    later = AT + timedelta(hours=4)
    case_id = steps.submitted(people.lin)
    steps.submitted(people.chen)
    negotiation.review(case_id=case_id, outcome="accept", actor=people.reviewer, at=later)
    steps.publish(case_id, people, AT + timedelta(days=1))
    told = negotiation.figures(actor=people.lead, at=AT + timedelta(days=2))
    answer = told.figure("first_answer")
    assert (answer.value, answer.p90, answer.unit, answer.count) == (Decimal("4.0"), Decimal("4.0"), "hours", 1)
    assert told.figure("first_offer").value == Decimal("1.0")
    assert told.figure("kept_rate").value is None
    assert [(step.key, step.count) for step in told.funnel][:3] == [("submitted", 2), ("accepted", 1), ("offered", 1)]
    for one in (*told.figures, *told.funnel):
        page = negotiation.cases(actor=people.lead, at=AT + timedelta(days=2), filters=one.filter)
        assert page.count == one.count
    assert negotiation.figures(actor=people.stranger, at=AT).figure("running").count == 0
    negotiation.withdraw(case_id=case_id, actor=people.lin.actor, at=AT + timedelta(days=2))
    lost = negotiation.figures(actor=people.lead, at=AT + timedelta(days=2)).lost
    assert [(figure.key, figure.count) for figure in lost] == [("withdrawn", 1)]
