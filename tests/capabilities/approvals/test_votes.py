"""Four eyes and committees: who votes, what the votes decide, and what a yes is worth."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.approvals import domain
from heyi.capabilities.journal import api as journal
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM
from heyi.kit.problems import Invalid, NotAllowed
from heyi.plumbing import outbox
from heyi.plumbing.models import OutboxMessage
from tests import cast
from tests.capabilities.approvals.forms import SUBJECT, answers, asked, said
from tests.cast import AT, HOME, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.req("C3")]
DAY = timedelta(days=1)


@pytest.fixture
def people() -> Cast:
    return cast.build()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The events of this room, as another room would hear them."""
    heard: list[object] = []
    monkeypatch.setattr(outbox, "emit", lambda event, *, at: heard.append(event))
    return heard


def visit(people: Cast, **different: object) -> approvals.Approval:
    return asked(
        "visit_vulnerable",
        people.zhou,
        **{"subject": "visits_visit:1", "branch": HOME, "party_id": people.lin.party_id, **different},  # type: ignore[arg-type]
    )


def test_a_committee_decides_at_its_quorum(people, told):
    change = asked("pack_change", people.compliance)
    assert change.status == "waiting"
    assert said(change, people.lead).status == "waiting"
    assert said(change, people.second_lead, "no").status == "waiting"
    done = said(change, people.reviewer)
    assert (done.status, done.stands, len(done.votes)) == ("granted", True, 3)
    assert done.valid_until == AT + 90 * DAY
    assert told == [domain.ApprovalGranted(change.id, "pack_change", SUBJECT, AT + 90 * DAY)]
    assert [one.id for one in approvals.standing(kind="pack_change", subject=SUBJECT, at=AT)] == [change.id]
    assert approvals.standing(kind="campaign", subject=SUBJECT, at=AT) == ()


def test_a_motion_without_its_majority_is_lost(people, told):
    change = asked("pack_change", people.compliance)
    said(change, people.lead)
    said(change, people.second_lead, "no")
    assert said(change, people.reviewer, "abstain").status == "refused"
    assert told == [domain.ApprovalRefused(change.id, "pack_change", SUBJECT)]
    assert approvals.standing(kind="pack_change", subject=SUBJECT, at=AT) == ()


def test_who_asked_or_prepared_it_does_not_vote(people):
    change = asked("pack_change", people.lead, apart=[people.reviewer.id])
    for person in (people.lead, people.reviewer):
        with pytest.raises(approvals.OwnRequest):
            said(change, person)
        assert change.id not in [one.id for one in approvals.waiting(actor=person, at=AT)]
    assert [one.id for one in approvals.waiting(actor=people.second_lead, at=AT)] == [change.id]


def test_a_person_votes_once(people):
    change = asked("pack_change", people.compliance)
    said(change, people.lead)
    with pytest.raises(approvals.AlreadyVoted):
        said(change, people.lead, "no")
    assert approvals.waiting(actor=people.lead, at=AT) == ()


@pytest.mark.parametrize("who", ["zhou", "auditor", "administrator", "integration"])
def test_other_roles_have_no_vote(people, who):
    change = asked("pack_change", people.compliance)
    with pytest.raises((approvals.MayNotVote, approvals.ApprovalNotFound)):
        said(change, getattr(people, who))


def test_another_branch_neither_sees_nor_votes(people):
    request = visit(people)
    with pytest.raises(approvals.ApprovalNotFound):
        said(request, people.stranger)
    with pytest.raises(approvals.ApprovalNotFound):
        approvals.papers(approval_id=request.id, actor=people.stranger, at=AT)
    assert approvals.waiting(actor=people.stranger, at=AT) == ()
    assert approvals.approvals(actor=people.stranger, at=AT) == ()
    with pytest.raises(approvals.MayNotAsk):
        asked("visit_vulnerable", people.stranger, subject="visits_visit:2", branch=HOME)


def test_each_role_that_is_asked_for_has_to_agree(people):
    request = visit(people)
    said(request, people.lead)
    assert said(request, people.second_lead).status == "waiting", "two leads are not a lead and a compliance officer"
    assert said(request, people.compliance).status == "granted"


def test_one_no_of_four_eyes_refuses(people):
    assert said(visit(people), people.compliance, "no").status == "refused"


def test_four_eyes_know_no_abstention(people):
    with pytest.raises(Invalid) as refused:
        said(visit(people), people.lead, "abstain")
    assert refused.value.facts["fields"] == {"vote": "not_listed"}


def test_conditions_hold_the_approval_back_until_confirmed(people, told):
    request = visit(people)
    said(request, people.lead, conditions=["由社区工作人员陪同"])
    granted = said(request, people.compliance)
    assert (granted.status, granted.stands, told) == ("conditional", False, [])
    assert approvals.standing(kind="visit_vulnerable", subject="visits_visit:1", at=AT) == ()
    (condition,) = granted.conditions
    with pytest.raises(approvals.OwnRequest):
        approvals.confirm_condition(condition_id=condition.id, proof="约好了", actor=people.zhou, at=AT)
    stands = approvals.confirm_condition(
        condition_id=condition.id, proof="社区回函 12 号", actor=people.compliance, at=AT
    )
    assert stands.stands
    assert told == [domain.ApprovalGranted(request.id, "visit_vulnerable", "visits_visit:1", AT + 30 * DAY)]
    with pytest.raises(approvals.UnknownCondition):
        approvals.confirm_condition(condition_id=condition.id, proof="再来", actor=people.lead, at=AT)


def test_conditions_come_with_a_yes_only(people):
    with pytest.raises(Invalid):
        said(visit(people), people.lead, "no", conditions=["如果"])


def test_a_form_that_is_not_complete_is_not_asked(people):
    with pytest.raises(approvals.FormIncomplete) as refused:
        asked(
            "visit_vulnerable",
            people.zhou,
            branch=HOME,
            assessment=answers("visit_vulnerable", impact_risk=" ", situation="rich", more="?"),
        )
    assert refused.value.facts["fields"] == {
        "impact_risk": "missing", "situation": "not_listed", "more": "unknown"
    }  # fmt: skip


@pytest.mark.parametrize(("kind", "assessed"), [("agency_placement", 5), ("campaign", 5), ("pack_change", 0)])
def test_article_55_asks_for_an_impact_assessment(kind, assessed):
    assert len(approvals.kind(kind).impact) == assessed


def test_the_same_is_asked_once_at_a_time(people):
    change = asked("pack_change", people.compliance)
    with pytest.raises(approvals.AlreadyAsked) as refused:
        asked("pack_change", people.lead)
    assert refused.value.facts["approval_id"] == str(change.id)
    approvals.withdraw(approval_id=change.id, reason="写错了", actor=people.compliance, at=AT)
    assert asked("pack_change", people.lead).status == "waiting"


def test_nobody_else_withdraws(people, told):
    change = asked("pack_change", people.compliance)
    with pytest.raises(NotAllowed):
        approvals.withdraw(approval_id=change.id, reason="不想", actor=people.lead, at=AT)
    approvals.withdraw(approval_id=change.id, reason="写错了", actor=people.compliance, at=AT)
    with pytest.raises(approvals.AlreadyDecided):
        said(change, people.lead)
    assert told == [domain.ApprovalWithdrawn(change.id, "pack_change", SUBJECT)]


def granted(people: Cast) -> approvals.Approval:
    change = asked("pack_change", people.compliance)
    for person in (people.lead, people.second_lead, people.reviewer):
        change = said(change, person)
    return change


def test_what_was_granted_can_be_taken_back(people, told):
    change = granted(people)
    with pytest.raises(NotAllowed):
        approvals.revoke(approval_id=change.id, reason="不妥", actor=people.lead, at=AT)
    gone = approvals.revoke(approval_id=change.id, reason="监管来函", actor=people.compliance, at=AT + DAY)
    assert (gone.status, gone.ended_by) == ("revoked", people.compliance.label)
    assert approvals.standing(kind="pack_change", subject=SUBJECT, at=AT + DAY) == ()
    assert told[-1] == domain.ApprovalRevoked(change.id, "pack_change", SUBJECT)
    with pytest.raises(approvals.NotInForce):
        approvals.revoke(approval_id=change.id, reason="再来", actor=people.compliance, at=AT + DAY)


def test_dates_count_before_the_tick_writes_them_down(people, told):
    waiting, change = asked("pack_change", people.lead, subject="x:1"), granted(people)
    late, over = AT + 15 * DAY, AT + 90 * DAY
    with pytest.raises(approvals.AlreadyDecided):
        said(waiting, people.second_lead, at=late)
    assert approvals.standing(kind="pack_change", subject=SUBJECT, at=over - timedelta(seconds=1))
    assert approvals.standing(kind="pack_change", subject=SUBJECT, at=over) == ()
    told.clear()
    assert approvals.expire_due(over) == 2
    assert approvals.expire_due(over) == 0
    assert told == [
        domain.ApprovalExpired(waiting.id, "pack_change", "x:1", "waiting"),
        domain.ApprovalExpired(change.id, "pack_change", SUBJECT, "granted"),
    ]
    assert approvals.approval(approval_id=waiting.id, at=over).status == "expired"
    assert approvals.approval(approval_id=change.id, at=over).status == "lapsed"


def test_an_overdue_request_does_not_stand_in_the_way(people):
    asked("pack_change", people.compliance)
    assert asked("pack_change", people.compliance, at=AT + 16 * DAY).status == "waiting"


def test_votes_cannot_be_changed_in_the_database(people):
    said(asked("pack_change", people.compliance), people.lead)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE approvals_vote SET word = 'no'")


def test_texts_are_sealed_read_with_a_trace_and_shredded_with_the_person(people):
    request = visit(people)
    said(request, people.lead, conditions=["由社区工作人员陪同"])
    papers = approvals.papers(approval_id=request.id, actor=people.compliance, at=AT)
    assert papers.assessment["need"] == "答 need"
    assert papers.impact["impact_risk"] == "答 impact_risk"
    assert list(papers.reasons.values()) == ["看过评估表"]
    assert list(papers.conditions.values()) == ["由社区工作人员陪同"]
    acts = [entry.act for entry in journal.entries(party_id=people.lin.party_id, limit=500)]
    assert {"approvals.ask", "approvals.vote", "approvals.read_papers"} <= set(acts)
    vault.shred(subject_id=people.lin.party_id, actor=SYSTEM, at=AT, reason="request_by_person")
    left = approvals.papers(approval_id=request.id, actor=people.compliance, at=AT)
    assert left.assessment == {}
    assert left.impact["impact_risk"] == "答 impact_risk", "PIPL 56: kept at least three years; it names nobody"


def test_the_events_leave_with_the_act(people):
    outbox.subscribe(domain.ApprovalGranted, "tests.capabilities.approvals.test_votes.heard")
    try:
        granted(people)
        message = OutboxMessage.objects.get(subscriber="tests.capabilities.approvals.test_votes.heard")
        assert message.payload["kind"] == "pack_change"
    finally:
        outbox._subscribers[outbox._name(domain.ApprovalGranted)].remove(
            "tests.capabilities.approvals.test_votes.heard"
        )


def test_a_stricter_rule_may_be_asked_for(people):
    waiver = asked("waiver_above_authority", people.zhou, branch=HOME, subject="o:1", each_role=("lead", "compliance"))
    assert said(waiver, people.compliance).status == "waiting"
    assert said(waiver, people.lead).status == "granted"
    with pytest.raises(Invalid):
        asked("waiver_above_authority", people.zhou, branch=HOME, subject="o:2", each_role=("auditor",))
