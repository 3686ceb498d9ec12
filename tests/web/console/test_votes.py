"""The pages of approvals and training: ask, vote, confirm; take the test; who sees what."""

from __future__ import annotations

import pytest
from django.test import Client

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.staff import api as staff
from heyi.capabilities.staff.models import User
from heyi.kit.actors import SYSTEM, Actor
from heyi.plumbing import clock
from tests import cast
from tests.capabilities.approvals.forms import answers, asked, said
from tests.capabilities.negotiation.steps import photo
from tests.web.console.conftest import Login

pytestmark = [pytest.mark.django_db, pytest.mark.req("C3", "C7")]


def body(client: Client, path: str, **data: object) -> str:
    answer = client.get(path, data)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def form_of(kind: str, about: str) -> dict[str, str]:
    return {"about": about, **{f"q_{key}": text for key, text in answers(kind).items()}}


@pytest.mark.parametrize(
    ("kind", "who", "about"),
    [("visit_vulnerable", "zhou", "GX-2024-3308"), ("campaign", "lead", "年底关怀"), ("agency_placement", "lead", "")],
)
def test_a_request_is_made_from_the_page(people, login: Login, kind, who, about):
    client = login(getattr(people, who))
    assert f"/console/votes/new/{kind}/" in body(client, "/console/votes/")
    about = about or str(people.agency_id)
    page = body(client, f"/console/votes/new/{kind}/")
    assert "个人信息保护影响评估" in page
    lacking = client.post(f"/console/votes/new/{kind}/", form_of(kind, about) | {"q_impact_risk": ""})
    assert lacking.status_code == 422
    assert approvals.approvals(actor=people.compliance, at=clock.now()) == ()
    answer = client.post(f"/console/votes/new/{kind}/", form_of(kind, about))
    assert answer.status_code == 302, answer.content.decode()
    (made,) = approvals.approvals(actor=people.compliance, at=clock.now())
    shown = body(client, answer["Location"])
    assert "答 impact_purpose" in shown
    assert made.status == "waiting"


def test_an_unknown_contract_is_said_beside_the_field(people, login: Login):
    client = login(people.zhou)
    answer = client.post("/console/votes/new/visit_vulnerable/", form_of("visit_vulnerable", "ZZ-1"))
    assert answer.status_code == 422
    assert approvals.approvals(actor=people.compliance, at=clock.now()) == ()
    other = client.post("/console/votes/new/visit_vulnerable/", form_of("visit_vulnerable", "GX-2025-4402"))
    assert other.status_code == 422, "a contract of another branch"


def test_kinds_with_a_page_of_their_own_are_not_asked_here(people, login: Login):
    assert login(people.lead).get("/console/votes/new/pack_change/").status_code == 403


def test_votes_with_a_condition_from_first_to_last(people, login: Login):
    at = clock.now()
    request = asked(
        "visit_vulnerable", people.zhou, subject=f"loans_contract:{people.lin.contract_id}", branch=cast.HOME, at=at
    )
    lead, officer = login(people.lead), login(people.compliance)
    href = f"/console/votes/{request.id}/"
    assert "等我表决" in body(lead, "/console/")
    assert href in body(lead, "/console/votes/")
    wrong = lead.post(f"{href}vote/", {"vote": "no", "reason": "不妥", "conditions": "如果"})
    assert wrong.status_code == 422
    assert "条件只能附在同意上" in wrong.content.decode()
    lead.post(f"{href}vote/", {"vote": "yes", "reason": "有必要", "conditions": "社区陪同\n"})
    assert href not in body(lead, "/console/votes/")
    officer.post(f"{href}vote/", {"vote": "yes", "reason": "同意"})
    page = body(officer, href)
    assert "通过了，但条件还没有全部确认" in page
    assert "社区陪同" in page
    (condition,) = approvals.approval(approval_id=request.id, at=clock.now()).conditions
    officer.post(f"{href}act/", {"act": "confirm", "condition": str(condition.id), "reason": "回函 12 号"})
    assert "批准有效" in body(officer, href)
    officer.post(f"{href}act/", {"act": "revoke", "reason": ""})
    assert approvals.approval(approval_id=request.id, at=clock.now()).stands, "a revocation needs a reason"
    officer.post(f"{href}act/", {"act": "revoke", "reason": "本人不愿意"})
    assert "批准已撤销" in body(officer, href)
    assert href in body(officer, "/console/votes/", tab="all", status="revoked")
    assert href not in body(officer, "/console/votes/", tab="all", status="granted")


def test_the_asker_withdraws_and_nobody_else_sees_the_button(people, login: Login):
    request = asked("campaign", people.lead, at=clock.now())
    href = f"/console/votes/{request.id}/"
    assert "撤回申请" in body(login(people.lead), href)
    assert "撤回申请" not in body(login(people.second_lead), href)
    login(people.lead).post(f"{href}act/", {"act": "withdraw", "reason": "写错了"})
    assert "申请已撤回" in body(login(people.lead), href)


def test_another_branch_gets_no_page(people, login: Login):
    request = asked("visit_vulnerable", people.zhou, subject="v:1", branch=cast.HOME, at=clock.now())
    stranger = login(people.stranger)
    assert stranger.get(f"/console/votes/{request.id}/").status_code == 404
    assert stranger.post(f"/console/votes/{request.id}/vote/", {"vote": "yes", "reason": "x"}).status_code == 404


def test_the_page_is_whole_in_english(people, login: Login):
    request = asked("campaign", people.lead, at=clock.now())
    said(request, people.second_lead, at=clock.now())
    client = login(people.compliance)
    client.cookies["heyi_language"] = "en"
    page = body(client, f"/console/votes/{request.id}/")
    assert "Personal information protection impact assessment" in page
    assert "What is the campaign for?" in page


@pytest.fixture
def newcomer(people: cast.Cast) -> Actor:
    member = staff.create_member(
        username="new", display_name="新来", staff_no="N1", branch=cast.HOME, roles=["manager"],
        password=cast.PASSWORD, actor=SYSTEM, at=clock.now(),
    )  # fmt: skip
    User.objects.filter(pk=member.id).update(password_given_at=None)
    return Actor(kind="staff", id=member.id, roles=frozenset({"manager"}), branches=frozenset({cast.HOME}))


def test_a_newcomer_takes_the_test_and_learns_from_it(people, login: Login, newcomer: Actor):
    client = login(newcomer)
    assert "现在不能联系借款人" in body(client, "/console/training/")
    href = client.post("/console/training/exam/", {"kind": "collection"})["Location"]
    assert body(client, href).count("<fieldset") == 12
    going = compliance.open_sitting(actor=newcomer, kind="collection", at=clock.now())
    assert going is not None
    assert going.questions[0].teaches.zh not in body(client, href), "the answers come afterwards"
    client.post(href, {one.key: one.right for one in going.questions})
    done = body(client, href)
    assert "通过了" in done
    assert going.questions[0].teaches.zh in done
    assert staff.certificate_valid(member_id=newcomer.id, at=clock.now())
    assert "现在不能联系借款人" not in body(client, "/console/training/")
    assert login(people.zhou).get(href).status_code == 404


def test_the_lead_sees_whose_certificate_is_missing(people, login: Login, newcomer: Actor):
    page = body(login(people.lead), "/console/training/")
    assert "新来" in page
    assert "高远" not in page, "another branch"
    assert "新来" not in body(login(people.zhou), "/console/training/")


def test_compliance_records_a_training(people, login: Login, newcomer: Actor):
    client = login(people.compliance)
    given = {"staff_id": str(newcomer.id), "kind": "security", "evidence": "签到表 2026-11"}
    assert client.post("/console/training/record/", given).status_code == 302
    (held,) = staff.certificates(staff_id=newcomer.id)
    assert held.evidence == "签到表 2026-11"
    assert client.post("/console/training/record/", given | {"evidence": ""}).status_code == 422
    assert login(people.lead).post("/console/training/record/", given).status_code == 403


@pytest.mark.req("C11")
def test_reports_of_impostors_are_taken_on_by_compliance(people, login: Login):
    number = staff.report_impostor(words="要我转账", reach="", files=[("a.jpg", photo("red"))], at=clock.now())
    client = login(people.compliance)
    assert "要我转账" in body(client, "/console/impostors/")
    page = f"/console/impostors/{number}/"
    assert "要我转账" in body(client, page)
    assert client.post(page, {"state": "closed"}).status_code == 422
    done = {"state": "closed", "outcome": "impostor", "words": "已报警"}
    assert client.post(page, done).status_code == 302
    assert "已报警" in body(client, page)
    standing = staff.report_standing(number=number)
    assert standing is not None
    assert (standing.state, standing.outcome) == ("closed", "impostor")
    (kept,) = staff.impostor_report(number=number, actor=people.compliance, at=clock.now()).files
    assert client.get(f"{page}files/{kept.id}/").content == photo("red")
    assert login(people.auditor).post(page, {"state": "looking"}).status_code == 403
    assert login(people.zhou).get("/console/impostors/").status_code == 403
