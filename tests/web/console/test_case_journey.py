"""A whole case by the bank's people, without script: every step is a form that is sent and a page that comes back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from heyi.capabilities.contact import api as contact
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.models import Case, Offer
from heyi.capabilities.signing import api as signing
from heyi.plumbing import clock
from heyi.web.console.case import gate
from tests import cast
from tests.capabilities.negotiation import steps
from tests.web.console.conftest import Login

pytestmark = [pytest.mark.django_db, pytest.mark.req("E2", "E3", "E4", "E5", "E6", "E7", "B8")]

TERMS = {
    "method": "equal_instalments",
    "periods": "36",
    "annual_rate": "4.8",
    "first_due_on": "2027-01-15",
    "waive_penalty": "507.95",
    "first_period": "month",
    "grace_pays": "interest",
    "reason": "36 期，每个月压力小一些。",
}


def url(case_id: UUID, rest: str = "") -> str:
    return f"/console/cases/{case_id}/{rest}"


def act(client: Client, case_id: UUID, name: str, **data: object) -> str:
    """Do it, and return the page that comes after: it has to be a redirect to a tab."""
    answer = client.post(url(case_id, f"do/{name}/"), data)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return client.get(answer["Location"]).content.decode()


def refused(client: Client, case_id: UUID, name: str, **data: object) -> str:
    """The page that says why not."""
    answer = client.post(url(case_id, f"do/{name}/"), data)
    assert answer.status_code in (403, 409, 422), answer.status_code
    return answer.content.decode()


def status(case_id: UUID) -> str:
    return Case.objects.values_list("status", flat=True).get(id=case_id)


@pytest.fixture
def lin(people: cast.Cast) -> UUID:
    """Lin's application, handed in an hour ago."""
    return steps.submitted(people.lin, clock.now() - timedelta(hours=1))


def test_from_the_application_to_the_seal(people: cast.Cast, login: Login, lin: UUID) -> None:
    reviewer, zhou, lead = login(people.reviewer), login(people.zhou), login(people.lead)
    act(reviewer, lin, "take_up")
    act(reviewer, lin, "accept", words="谢谢您说得这么清楚。")
    assert status(lin) == "negotiating"
    if Case.objects.get(id=lin).assignee_id != people.zhou.id:
        act(lead, lin, "assign", role="manager", member=str(people.zhou.id))

    act(zhou, lin, "say", body="您好，我们先看看每个月多少您还得起。", tab="plan")
    page = zhou.get(url(lin, "plan/"))
    assert page.context["proposals"]
    assert zhou.post(url(lin, "plan/try/"), TERMS).status_code == 200
    assert not Offer.objects.filter(case_id=lin).exists()
    assert zhou.post(url(lin, "plan/save/"), TERMS).status_code == 302
    assert zhou.post(url(lin, "plan/save/"), {**TERMS, "then": "publish"}).status_code == 302
    assert status(lin) == "offer_open"

    wish = negotiation.Wish(periods=48)
    negotiation.counter(case_id=lin, wish=wish, reason="想长一点。", actor=people.lin.actor, at=clock.now())
    told = refused(zhou, lin, "accept_counter")
    assert "主管" in told
    assert status(lin) == "countered"
    act(zhou, lin, "submit", reason="收入减少有流水。")
    assert "不能做两次" in refused(lead, lin, "accept_counter") or status(lin) == "countered"
    act(lead, lin, "approve", approval=asked(lin), reason="可以。")
    steps.hear_votes(clock.now())
    assert status(lin) == "agreed"

    act(zhou, lin, "open_signing")
    ceremony = Case.objects.get(id=lin).ceremony_id
    assert ceremony is not None
    _borrower_signs(ceremony, people)
    assert "银行盖章" in zhou.get(url(lin, "plan/")).content.decode()
    act(zhou, lin, "sign")
    for language in ("zh", "en"):
        file = zhou.post(url(lin, f"papers/agreement/{language}/"))
        assert file["Content-Type"] == "application/pdf"
        assert file.content.startswith(b"%PDF")


def _borrower_signs(ceremony_id: UUID, people: cast.Cast) -> None:
    who = {"ceremony_id": ceremony_id, "actor": people.lin.actor}
    at = clock.now()
    view = signing.agree_to_esign(**who, at=at)
    later = at + timedelta(minutes=5)
    for clause in view.agreement.clauses:
        signing.read_clause(**who, clause_id=clause.id, seconds=10, at=later)
    signing.acknowledge_cost_form(**who, seconds=60, at=later)
    signing.sign_as_borrower(**who, code_verified_at=later, at=later)


@pytest.mark.req("B8")
def test_the_author_does_not_approve(people: cast.Cast, login: Login) -> None:
    case_id = steps.negotiating(people, clock.now() - timedelta(hours=1))
    lead, second = login(people.lead), login(people.second_lead)
    kept = lead.post(url(case_id, "plan/save/"), {**TERMS, "periods": "48", "then": "submit"})
    assert kept.status_code == 302
    told = refused(lead, case_id, "approve", approval=asked(case_id), reason="我自己批")
    assert "要由别人表决" in told
    assert "我自己批" in told
    assert status(case_id) == "negotiating"
    refused(second, case_id, "reject", approval=asked(case_id), reason="")
    act(second, case_id, "reject", approval=asked(case_id), reason="首期再晚一点。")
    steps.hear_votes(clock.now())
    assert "首期再晚一点" in lead.get(url(case_id, "plan/")).content.decode()
    lead.post(url(case_id, "plan/save/"), {**TERMS, "periods": "48", "then": "submit"})
    page = second.get(url(case_id, "plan/")).content.decode()
    assert f'name="approval" value="{asked(case_id)}"' in page
    act(second, case_id, "approve", approval=asked(case_id), reason="可以。")
    steps.hear_votes(clock.now())
    assert status(case_id) == "offer_open"


def asked(case_id: UUID) -> UUID | None:
    """The request for the version that waits."""
    return Offer.objects.get(case_id=case_id, status="awaiting_approval").approval_id


@pytest.mark.req("B8", "C3")
def test_the_list_of_approvals_and_the_case_decide_the_same_request(people: cast.Cast, login: Login) -> None:
    case_id = steps.negotiating(people, clock.now() - timedelta(hours=1))
    zhou, lead = login(people.zhou), login(people.lead)
    zhou.post(url(case_id, "plan/save/"), {**TERMS, "periods": "48", "then": "submit"})
    vote = f"/console/votes/{asked(case_id)}/"
    assert vote in lead.get("/console/votes/").content.decode()
    page = lead.get(vote).content.decode()
    assert "要表决的方案" in page
    assert "48" in page
    assert lead.post(f"{vote}vote/", {"vote": "yes", "reason": "测算可持续。"}).status_code == 302
    steps.hear_votes(clock.now())
    assert status(case_id) == "offer_open"
    version = Offer.objects.get(case_id=case_id)
    assert "测算可持续。" in lead.get(url(case_id, f"plan/versions/{version.id}/")).content.decode()
    other = steps.submitted(people.chen, clock.now())
    assert (
        lead.post(url(other, "do/approve/"), {"approval": version.approval_id, "reason": "别的案件"}).status_code == 404
    )


def test_beyond_own_authority_the_draft_is_kept_and_the_way_told(people: cast.Cast, login: Login) -> None:
    case_id = steps.negotiating(people, clock.now() - timedelta(hours=1))
    zhou = login(people.zhou)
    answer = zhou.post(url(case_id, "plan/save/"), {**TERMS, "periods": "48", "then": "publish"})
    assert answer.status_code == 409
    told = answer.content.decode()
    assert "主管" in told
    assert Offer.objects.get(case_id=case_id).status == "draft"
    assert status(case_id) == "negotiating"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"periods": ""}, "periods"),
        ({"periods": "999"}, "periods"),
        ({"annual_rate": "abc"}, "annual_rate"),
        ({"waive_penalty": "999999"}, "waive_penalty"),
        ({"method": "grace_then_equal", "grace_periods": ""}, "grace_periods"),
        ({"method": "custom", "custom": ""}, "custom"),
        ({"method": "custom", "custom": "2027-01-15 1,000\n2027-02-15 剩下的 x"}, "custom"),
        ({"first_due_on": "2020-01-01"}, "first_due_on"),
    ],
)
def test_what_cannot_stand_is_told_beside_its_field(
    people: cast.Cast, login: Login, changed: dict[str, str], field: str
) -> None:
    case_id = steps.negotiating(people, clock.now() - timedelta(hours=1))
    answer = login(people.zhou).post(url(case_id, "plan/save/"), {**TERMS, **changed})
    assert answer.status_code == 422
    form = answer.context["terms"]
    assert field in form.errors
    assert TERMS["reason"] in answer.content.decode()
    assert not Offer.objects.filter(case_id=case_id).exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"method": "equal_principal"},
        {"method": "interest_first"},
        {"method": "frozen_balance"},
        {"method": "step_up", "step_every": "12", "step_rate": "5"},
        {"method": "grace_then_equal", "grace_periods": "2", "grace_pays": "nothing"},
        {"method": "lump_sum_settlement", "discount": "1000"},
        {"method": "custom", "custom": "2027-01-15 10,000\n2027/2/15 10000\n2027-03-15 剩下的"},
        {"method": "equal_instalments", "due_day": "15", "first_period": "days"},
    ],
)
def test_every_method_is_computed(people: cast.Cast, login: Login, changed: dict[str, str]) -> None:
    case_id = steps.negotiating(people, clock.now() - timedelta(hours=1))
    zhou = login(people.zhou)
    part = zhou.post(url(case_id, "plan/try/"), {**TERMS, **changed}, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert part.context["shown"], part.context["terms"].errors
    assert part.content.decode().lstrip().startswith('<div class="stack figures" id="figures"')
    whole = zhou.post(url(case_id, "plan/try/"), {**TERMS, **changed})
    assert whole.context["shown"]["main"] == part.context["shown"]["main"]


@pytest.mark.req("B9", "E3")
def test_what_the_gate_refuses_is_shown_before_and_does_not_leave(people: cast.Cast, login: Login) -> None:
    case_id = steps.negotiating(people, clock.now() - timedelta(hours=1))
    zhou = login(people.zhou)
    page = act(zhou, case_id, "place_hold", kind="no_contact", reason="本人 11 月 20 日来信要求。")
    assert "本人要求不联系" in page
    shown = zhou.get(url(case_id, "plan/")).content.decode()
    assert "现在不能发送" in shown
    assert "HEYI-NO-CONTACT" in shown
    told = refused(zhou, case_id, "say", body="您好", tab="plan")
    assert "没有发出去" in told
    assert "您好" in told
    act(zhou, case_id, "say", body="先等她联系。", internal="1", tab="plan")
    bodies = [m.body for m in negotiation.messages(case_id=case_id, actor=people.zhou, at=clock.now())]
    assert bodies == ["先等她联系。"]
    assert gate.talk_purpose(negotiation.messages(case_id=case_id, actor=people.zhou, at=clock.now())) == "negotiation"
    lead = login(people.lead)
    hold = lead.get(url(case_id, "compliance/")).context["standing"][0]["id"]
    act(lead, case_id, "lift_hold", hold=str(hold), reason="本人打来说可以联系了。")
    act(zhou, case_id, "say", body="您好", tab="plan")


def test_a_canned_answer_keeps_its_approval(people: cast.Cast, login: Login) -> None:
    case_id = steps.negotiating(people, clock.now() - timedelta(hours=1))
    zhou = login(people.zhou)
    page = zhou.get(url(case_id, "plan/?canned=welcome"))
    text = page.context["talk"]["body"]
    assert text
    told = act(zhou, case_id, "say", body=text, canned="welcome", tab="plan")
    assert "HG-2026-0101" in told


def test_a_phone_call_counts_and_stays(people: cast.Cast, login: Login) -> None:
    case_id = steps.negotiating(people, clock.now() - timedelta(hours=1))
    zhou = login(people.zhou)
    call = {"outcome": "connected", "minutes": "6", "effective": "on", "words": "说了 48 期。"}
    act(zhou, case_id, "log_phone", **call, tab="timeline")
    assert [line.minutes for line in contact.ledger(case_id=case_id) if line.kind == "call"] == [6]
    told = refused(zhou, case_id, "log_phone", **{**call, "outcome": "unanswered"}, tab="plan")
    assert "说了 48 期" in told


def test_the_case_changes_hands(people: cast.Cast, login: Login) -> None:
    case_id = steps.negotiating(people, clock.now() - timedelta(hours=1))
    held = Case.objects.get(id=case_id).assignee_id
    holder, other = (people.zhou, people.he) if held == people.zhou.id else (people.he, people.zhou)
    refused(login(holder), case_id, "hand_over", member=str(other.id), note="")
    act(login(holder), case_id, "hand_over", member=str(other.id), note="谈到 48 期。", tab="plan")
    assert Case.objects.get(id=case_id).assignee_id == other.id
    act(login(people.lead), case_id, "reassign", member=str(holder.id), reason="休假", tab="plan")
    assert Case.objects.get(id=case_id).assignee_id == holder.id


def test_refusing_more_appeal_and_the_end(people: cast.Cast, login: Login, lin: UUID) -> None:
    reviewer, second, lead = login(people.reviewer), login(people.second_reviewer), login(people.lead)
    refused(reviewer, lin, "refuse", words="这次没有通过。")
    act(reviewer, lin, "request_more", reasons=["income_proof"], words="请补一张工资流水。")
    assert status(lin) == "more_requested"
    negotiation.submit(case_id=lin, actor=people.lin.actor, at=clock.now())
    act(reviewer, lin, "refuse", reasons=["answers_contradict"], words="有几处对不上。")
    assert status(lin) == "refused"
    negotiation.appeal(case_id=lin, words="请再看一遍。", actor=people.lin.actor, at=clock.now())
    assert "同一个人" in refused(reviewer, lin, "decide_appeal", overturn="yes", words="改")
    act(second, lin, "decide_appeal", overturn="yes", words="看过了，通过。")
    assert status(lin) == "negotiating"
    act(lead, lin, "close", reason="no_income")
    assert status(lin) == "closed"
    assert "暂时没有收入" in lead.get(url(lin, "plan/")).content.decode()


@pytest.mark.req("E2")
def test_a_business_needs_two_reviewers(people: cast.Cast, login: Login) -> None:
    case_id = steps.submitted(people.works, clock.now() - timedelta(hours=1))
    reviewer = login(people.reviewer)
    assert "两位同事" in reviewer.get(url(case_id, "review/")).content.decode()
    act(reviewer, case_id, "accept")
    assert status(case_id) == "second_review"
    assert "同一个人" in refused(reviewer, case_id, "second_review", confirm="yes")
    act(login(people.second_reviewer), case_id, "second_review", confirm="yes")
    assert status(case_id) == "negotiating"


def test_somebody_else_acted_first(people: cast.Cast, login: Login) -> None:
    case_id, _offer, counter = steps.countered(people, clock.now() - timedelta(hours=1))
    seen = Case.objects.get(id=case_id).version
    negotiation.withdraw_offer(case_id=case_id, offer_id=counter, actor=people.lin.actor, at=clock.now())
    told = refused(
        login(people.zhou), case_id, "decline_counter", reason="beyond_limit", words="做不到。", seen=str(seen)
    )
    assert "先动了一步" in told


@pytest.mark.req("E7")
def test_a_problem_is_answered(people: cast.Cast, login: Login) -> None:
    case_id = steps.negotiating(people, clock.now() - timedelta(hours=1))
    done = negotiation.raise_problem(
        case_id=case_id, kind="pay_later", words="下周发工资。", actor=people.lin.actor, at=clock.now()
    )
    zhou = login(people.zhou)
    assert "下周发工资" in zhou.get(url(case_id)).content.decode()
    act(zhou, case_id, "answer_problem", problem=str(done.subject_id), words="好的，晚几天没关系。", outcome="later")
    assert negotiation.case(case_id=case_id, actor=people.zhou, at=clock.now()).problems[0].answered_at
