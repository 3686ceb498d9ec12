"""The built-in test: drawn from the pack, fair, once handed in for good, and worth a certificate at the mark."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain import exam
from heyi.capabilities.journal import api as journal
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.problems import Invalid
from heyi.plumbing.limits import TooMany
from tests import cast
from tests.cast import AT, HOME

pytestmark = [pytest.mark.django_db, pytest.mark.req("C7")]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def people() -> cast.Cast:
    return cast.build()


@pytest.fixture
def newcomer(people: cast.Cast) -> Actor:
    member = staff.create_member(
        username="new", display_name="新来", staff_no="N1", branch=HOME, roles=["manager"], password=cast.PASSWORD,
        actor=SYSTEM, at=AT,
    )  # fmt: skip
    return Actor(kind="staff", id=member.id, roles=frozenset({"manager"}), branches=frozenset({HOME}))


def answered(sitting: compliance.Sitting, *, wrong: int = 0) -> dict[str, str]:
    """The right answers, but for the first ``wrong``."""
    told = {one.key: one.right for one in sitting.questions}
    for one in sitting.questions[:wrong]:
        told[one.key] = "refused" if one.right == "allowed" else "allowed"
    return told


def test_the_draw_is_the_same_for_a_seed_and_mixed():
    pack = compliance.pack(at=AT)
    first, again, other = (exam.draw(pack, seed=seed, count=12) for seed in ("a", "a", "b"))
    assert first == again
    assert [one.key for one in first] != [one.key for one in other]
    sides = Counter(one.right == "allowed" for one in first)
    assert sides == {True: 6, False: 6}
    assert len({one.rule_id for one in first}) >= 8


def test_every_question_has_one_answer_and_its_clause():
    pack = compliance.pack(at=AT)
    asked = exam.questions(pack)
    assert len(asked) > 30
    for one in asked:
        assert one.right in exam.ANSWERS
        assert one.source
        assert one.teaches.zh
        assert one.teaches.en


def test_a_case_that_another_clause_answers_otherwise_is_not_asked():
    pack = compliance.pack(at=AT)
    rule = next(one for one in pack.rules if one.id == "CN-STD-TIME")
    at_ten = next(case for case in rule.cases if case.expect == "refused")
    twisted = replace(rule, cases=(replace(at_ten, expect="allowed"),))
    others = tuple(replace(one, cases=()) for one in pack.rules if one.id != rule.id)
    assert exam.questions(replace(pack, rules=(*others, twisted))) == ()


def test_passing_issues_the_certificate_that_opens_the_gate(newcomer):
    going = compliance.start_exam(kind="collection", actor=newcomer, at=AT)
    assert (len(going.questions), going.result) == (12, None)
    done = compliance.hand_in(sitting_id=going.id, answers=answered(going, wrong=2), actor=newcomer, at=AT + MINUTE)
    assert (done.result.right, done.result.asked, done.result.passed) == (10, 12, True)
    assert staff.certificate_valid(member_id=newcomer.id, at=AT + MINUTE)
    (held,) = staff.certificates(staff_id=newcomer.id)
    assert held.evidence == f"compliance_exam_sitting:{going.id} 10/12"
    acts = [entry.act for entry in journal.entries(actor=newcomer.label, limit=10)]
    assert acts == ["compliance.hand_in_exam", "compliance.start_exam"]


def test_below_the_mark_there_is_none(newcomer):
    going = compliance.start_exam(kind="collection", actor=newcomer, at=AT)
    done = compliance.hand_in(sitting_id=going.id, answers=answered(going, wrong=3), actor=newcomer, at=AT)
    assert not done.result.passed
    assert not staff.certificate_valid(member_id=newcomer.id, at=AT)


@pytest.mark.parametrize(("right", "asked", "good"), [(8, 10, True), (7, 10, False), (10, 12, True), (9, 12, False)])
def test_the_mark_is_exact(right, asked, good):
    assert exam.passed(right, asked, percent=80) is good


def test_what_is_not_answered_is_wrong(newcomer):
    going = compliance.start_exam(kind="collection", actor=newcomer, at=AT)
    assert compliance.hand_in(sitting_id=going.id, answers={}, actor=newcomer, at=AT).result.right == 0


def test_a_test_is_handed_in_once_in_time_and_by_its_taker(people, newcomer):
    going = compliance.start_exam(kind="collection", actor=newcomer, at=AT)
    with pytest.raises(compliance.ExamNotFound):
        compliance.hand_in(sitting_id=going.id, answers={}, actor=people.zhou, at=AT)
    with pytest.raises(compliance.ExamNotFound):
        compliance.sitting(sitting_id=going.id, actor=people.zhou)
    with pytest.raises(Invalid):
        compliance.hand_in(sitting_id=going.id, answers={"X#0": "allowed"}, actor=newcomer, at=AT)
    with pytest.raises(compliance.ExamOver):
        compliance.hand_in(sitting_id=going.id, answers=answered(going), actor=newcomer, at=AT + 32 * MINUTE)
    compliance.hand_in(sitting_id=going.id, answers=answered(going, wrong=9), actor=newcomer, at=AT)
    with pytest.raises(compliance.ExamOver):
        compliance.hand_in(sitting_id=going.id, answers=answered(going), actor=newcomer, at=AT)


def test_an_open_test_is_gone_on_with_and_tries_are_counted(newcomer):
    for _ in range(3):
        going = compliance.start_exam(kind="collection", actor=newcomer, at=AT)
        assert compliance.start_exam(kind="collection", actor=newcomer, at=AT).id == going.id
        compliance.hand_in(sitting_id=going.id, answers={}, actor=newcomer, at=AT)
    with pytest.raises(TooMany):
        compliance.start_exam(kind="collection", actor=newcomer, at=AT)


@pytest.mark.parametrize(
    ("who", "kind"), [("auditor", "collection"), ("zhou", "security"), ("integration", "collection")]
)
def test_there_is_a_test_for_those_who_need_it(people, who, kind):
    with pytest.raises(compliance.NoExam):
        compliance.start_exam(kind=kind, actor=getattr(people, who), at=AT)
