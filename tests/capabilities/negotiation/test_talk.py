"""Talking, assigning, handing over, problems; what each side sees of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from heyi.capabilities.contact import api as contact
from heyi.capabilities.journal import api as journal
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.models import Case, Message
from tests.capabilities.negotiation import steps
from tests.cast import AT, Cast

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=5)


@pytest.mark.req("E3")
def test_both_sides_talk_with_read_marks(people: Cast) -> None:
    case_id = steps.negotiating(people)
    negotiation.say(case_id=case_id, body="36 期我怕撑不住。", actor=people.lin.actor, at=AT)
    negotiation.say(case_id=case_id, body="住院通知单已看过原件。", internal=True, actor=people.zhou, at=LATER)
    negotiation.say(case_id=case_id, body="看到了，谢谢您。", actor=people.zhou, at=LATER)
    hers = negotiation.messages(case_id=case_id, actor=people.lin.actor, at=LATER)
    assert [message.body for message in hers] == ["36 期我怕撑不住。", "看到了，谢谢您。"]
    assert [message.mine for message in hers] == [True, False]
    his = negotiation.messages(case_id=case_id, actor=people.zhou, at=LATER)
    assert [message.internal for message in his] == [False, True, False]
    assert negotiation.case(case_id=case_id, actor=people.lin.actor, at=LATER).unread == 1
    assert negotiation.mark_read(case_id=case_id, actor=people.lin.actor, at=LATER) == 1
    assert negotiation.messages(case_id=case_id, actor=people.zhou, at=LATER)[-1].read_at == LATER
    assert negotiation.mark_read(case_id=case_id, actor=people.auditor, at=LATER) == 0
    stored = b"".join(bytes(row.body_sealed) for row in Message.objects.filter(case_id=case_id))
    assert "撑不住".encode() not in stored


@pytest.mark.req("E3")
def test_the_files_of_a_long_talk_are_all_found(people: Cast) -> None:
    """Also those far above the messages that a page shows; a note's file stays inside the bank."""
    case_id, upload = steps.negotiating(people), negotiation.Upload(steps.photo(), "通知单.jpg")
    negotiation.say(case_id=case_id, body="", files=[upload], actor=people.lin.actor, at=AT)
    negotiation.say(case_id=case_id, body="存档", files=[upload], internal=True, actor=people.zhou, at=LATER)
    negotiation.say(case_id=case_id, body="收到了", actor=people.zhou, at=LATER)
    found = negotiation.messages_with_files(case_id=case_id, actor=people.zhou, at=LATER)
    assert [(message.internal, len(message.files)) for message in found] == [(False, 1), (True, 1)]
    assert len(negotiation.messages_with_files(case_id=case_id, actor=people.lin.actor, at=LATER)) == 1


@pytest.mark.req("E3")
def test_files_and_canned_answers(people: Cast) -> None:
    case_id = steps.negotiating(people)
    welcome = negotiation.canned_answers(case_id=case_id, actor=people.zhou, at=AT)[0]
    assert welcome.zh.startswith("林")
    said = negotiation.say(case_id=case_id, body=welcome.zh, canned=welcome.key, actor=people.zhou, at=AT)
    changed = negotiation.say(case_id=case_id, body=welcome.zh + "快还钱", canned=welcome.key, actor=people.zhou, at=AT)
    approvals = dict(Message.objects.filter(case_id=case_id).values_list("id", "canned_approval"))
    assert (approvals[said.subject_id], approvals[changed.subject_id]) == ("HG-2026-0101", "")
    negotiation.say(
        case_id=case_id, body="", files=[negotiation.Upload(steps.photo(), "通知单.jpg")], actor=people.lin.actor, at=AT
    )
    sent = negotiation.messages(case_id=case_id, actor=people.zhou, at=AT)[-1].files[0]
    assert sent.file_name == "通知单.jpg"
    assert (
        negotiation.read_file(case_id=case_id, object_id=sent.object_id, actor=people.zhou, at=AT, purpose="talk")
        == steps.photo()
    )
    with pytest.raises(negotiation.MessageEmpty):
        negotiation.say(case_id=case_id, body="  ", actor=people.lin.actor, at=AT)


@pytest.mark.req("E3")
def test_a_case_changes_hands_with_a_reason(people: Cast) -> None:
    case_id = steps.negotiating(people)
    with pytest.raises(negotiation.ReasonNeeded):
        negotiation.reassign(case_id=case_id, member_id=people.he.id, reason=" ", actor=people.lead, at=AT)
    with pytest.raises(negotiation.NotYourAct):
        negotiation.reassign(case_id=case_id, member_id=people.he.id, reason="我来", actor=people.he, at=AT)
    with pytest.raises(negotiation.NobodyToAssign):
        negotiation.reassign(case_id=case_id, member_id=people.stranger.id, reason="换人", actor=people.lead, at=AT)
    negotiation.hand_over(case_id=case_id, member_id=people.he.id, note="答应她周四前回复", actor=people.zhou, at=AT)
    view = negotiation.case(case_id=case_id, actor=people.he, at=AT)
    assert view.manager is not None
    assert view.manager.id == people.he.id
    assert [a.member.id for a in view.assignments if a.role == "manager"] == [people.he.id, people.zhou.id]
    assert view.assignments[0].note == "答应她周四前回复"
    assert "manager_assigned" in {line.template for line in contact.ledger(case_id=case_id)}


@pytest.mark.req("E3")
def test_load_decides_who_gets_the_next_case(people: Cast) -> None:
    first, second = steps.submitted(people.lin), steps.submitted(people.chen)
    named = {Case.objects.get(id=case_id).reviewer_id for case_id in (first, second)}
    assert named == {people.reviewer.id, people.second_reviewer.id}


@pytest.mark.req("E3")
def test_a_phone_call_counts_in_the_ledger(people: Cast) -> None:
    case_id = steps.negotiating(people)
    negotiation.log_phone(
        case_id=case_id, outcome="connected", effective=True, minutes=12, words="谈了收入", actor=people.zhou, at=AT
    )
    calls = [line for line in contact.ledger(case_id=case_id) if line.channel == "call"]
    assert [(line.status, line.minutes) for line in calls] == [("connected", 12)]


@pytest.mark.req("E7")
def test_i_have_a_problem_puts_the_bank_to_move(people: Cast) -> None:
    case_id, _ = steps.offered(people)
    raised = negotiation.raise_problem(
        case_id=case_id, kind="new_hardship", words="孩子又住院了", actor=people.lin.actor, at=AT
    )
    view = negotiation.case(case_id=case_id, actor=people.lin.actor, at=AT)
    assert (view.progress.turn, view.progress.next_act) == ("bank", "answer_problem")
    negotiation.answer_problem(
        case_id=case_id, problem_id=raised.subject_id, words="先停一期", actor=people.zhou, at=LATER
    )
    view = negotiation.case(case_id=case_id, actor=people.lin.actor, at=LATER)
    assert (view.progress.turn, view.progress.next_act) == ("borrower", "answer_offer")
    assert view.problems[0].answer == "先停一期"


@pytest.mark.req("E7")
def test_the_timeline_joins_acts_contacts_and_their_place_in_the_tree(people: Cast) -> None:
    case_id, _, _ = steps.countered(people)
    journal.sequence(AT)
    bank = negotiation.timeline(case_id=case_id, actor=people.zhou, at=AT)
    assert {"submit", "accept", "publish_offer", "counter"} <= {item.act for item in bank}
    assert {"contact", "offer", "case"} <= {item.kind for item in bank}
    published = next(item for item in bank if item.act == "publish_offer")
    assert (published.actor_name, published.side) == ("周敏", "bank")
    assert published.index is not None
    hers = {item.act for item in negotiation.timeline(case_id=case_id, actor=people.lin.actor, at=AT)}
    assert "counter" in hers
    assert "draft_offer" not in hers
    with pytest.raises(negotiation.CaseNotFound):
        negotiation.timeline(case_id=case_id, actor=people.stranger, at=AT)
