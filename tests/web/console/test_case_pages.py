"""The pages of a case: each tab in each state, for who may see it and who may not; what is revealed is written down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.contact.models import Message
from heyi.capabilities.journal import api as journal
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.models import Case
from heyi.plumbing import clock
from heyi.web.console.case.tabs import TABS
from tests import cast
from tests.capabilities.negotiation import steps
from tests.web.console.conftest import Login
from tests.web.logins import prove

pytestmark = [pytest.mark.django_db, pytest.mark.req("E2", "E3", "E4", "C9")]


def url(case_id: UUID, rest: str = "") -> str:
    return f"/console/cases/{case_id}/{rest}"


def acts(case_id: UUID) -> list[str]:
    """What the journal holds about the case, newest first."""
    return [entry.act for entry in journal.entries(case_id=case_id, limit=50)]


@pytest.fixture
def lin(people: cast.Cast) -> UUID:
    """Lin's application, handed in an hour ago."""
    return steps.submitted(people.lin, clock.now() - timedelta(hours=1))


def test_the_plan_page_asks_each_question_once(
    people: cast.Cast, login: Login, django_assert_max_num_queries: Any
) -> None:
    """144 questions once; most of them were the same few rows."""
    case_id, _ = steps.offered(people, clock.now() - timedelta(hours=1))
    client = login(people.zhou)
    client.get(url(case_id))
    with django_assert_max_num_queries(81):
        assert client.get(url(case_id)).status_code == 200


@pytest.mark.parametrize("tab", ["", *(f"{name}/" for name in TABS)])
def test_every_tab_opens_masked(people: cast.Cast, login: Login, lin: UUID, tab: str) -> None:
    for actor in (people.zhou, people.reviewer, people.lead, people.compliance, people.auditor):
        answer = login(actor).get(url(lin, tab))
        told = answer.content.decode()
        assert answer.status_code == 200, (actor, tab)
        assert people.lin.name not in told
        assert people.lin.mobile not in told
        assert people.lin.id_number not in told


@pytest.mark.parametrize("state", ["submitted", "negotiating", "offered", "countered"])
def test_the_case_opens_where_the_work_is(people: cast.Cast, login: Login, state: str) -> None:
    at = clock.now() - timedelta(hours=1)
    made: Any = steps.submitted(people.lin, at) if state == "submitted" else getattr(steps, state)(people, at)
    case_id = made if isinstance(made, UUID) else made[0]
    answer = login(people.zhou).get(url(case_id))
    assert answer.templates[0].name == (
        "console/case/review.html" if state == "submitted" else "console/case/plan.html"
    )


@pytest.mark.req("C9")
def test_a_stranger_gets_one_answer_for_a_foreign_case_and_for_none(people: cast.Cast, login: Login, lin: UUID) -> None:
    stranger = login(people.stranger)
    foreign, nothing = stranger.get(url(lin)), stranger.get(url(uuid4()))
    assert (foreign.status_code, nothing.status_code) == (404, 404)
    token = {answer: answer.content.decode().count("csrfmiddlewaretoken") for answer in (foreign, nothing)}
    assert len(set(token.values())) == 1
    assert "林" not in foreign.content.decode()
    for rest in ("messages/", f"papers/{uuid4()}/", f"plan/versions/{uuid4()}/"):
        assert stranger.get(url(lin, rest)).status_code == 404
    for act in ("do/say/", "do/accept/", "plan/save/", "plan/try/"):
        assert stranger.post(url(lin, act), {"body": "x"}).status_code == 404


@pytest.mark.req("C9")
def test_looking_beyond_the_branch_takes_a_reason_and_shows_only(people: cast.Cast, login: Login, lin: UUID) -> None:
    stranger = login(people.stranger)
    assert stranger.post(url(lin, "look/"), {"branch": cast.HOME, "reason": " "}).status_code == 404
    assert stranger.get(url(lin)).status_code == 404
    wrong = stranger.post(url(lin, "look/"), {"branch": cast.AWAY, "reason": "同事请我看一眼"})
    assert wrong.status_code == 404
    answer = stranger.post(url(lin, "look/"), {"branch": cast.HOME, "reason": "同事请我看一眼"}, follow=True)
    assert answer.status_code == 200
    told = answer.content.decode()
    assert "跨网点" in told
    assert "/do/" not in told
    assert "staff.look_beyond_branch" in {entry.act for entry in journal.entries(limit=20)}
    assert all("/do/" not in stranger.get(url(lin, f"{tab}/")).content.decode() for tab in TABS)
    assert stranger.post(url(lin, "do/accept/"), {"words": ""}).status_code == 403
    hold = {"kind": "dispute", "reason": "不是我的案件"}
    assert stranger.post(url(lin, "do/place_hold/"), hold).status_code == 403
    assert not compliance.holds(party_id=people.lin.party_id, at=clock.now())
    assert Case.objects.get(id=lin).status == "submitted"


@pytest.mark.req("C4")
def test_an_auditor_reads_and_cannot_act(people: cast.Cast, login: Login, lin: UUID) -> None:
    auditor = login(people.auditor)
    for tab in TABS:
        told = auditor.get(url(lin, f"{tab}/")).content.decode()
        assert "/do/" not in told
        assert "/reveal/" not in told
    for act in ("do/say/", "do/accept/", "do/place_hold/", "plan/save/", "reveal/", "sensitive/"):
        assert auditor.post(url(lin, act), {}).status_code == 403


@pytest.mark.req("C9")
def test_revealing_takes_a_purpose_and_is_journaled(people: cast.Cast, login: Login, lin: UUID) -> None:
    manager = login(people.zhou)
    asked = manager.post(url(lin, "reveal/"), {"field": "mobile", "purpose": "call"})
    assert asked["Location"].startswith("/console/again/")
    prove(manager)
    assert manager.post(url(lin, "reveal/"), {"field": "mobile", "purpose": "curious"}).status_code == 422
    assert "loans.reveal" not in acts(lin)
    answer = manager.post(url(lin, "reveal/"), {"field": "mobile", "purpose": "call"})
    assert people.lin.mobile in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    seen = journal.entries(case_id=lin, limit=1)[0]
    assert (seen.act, seen.facts["field"], seen.facts["purpose"]) == ("loans.reveal", "mobile", "call")
    part = manager.post(url(lin, "reveal/"), {"field": "mobile", "purpose": "call"}, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()


@pytest.mark.req("E9")
def test_health_words_are_read_for_a_purpose(people: cast.Cast, login: Login) -> None:
    words = {**steps.ANSWERS["happened"], "sensitive_consent": "on", "sensitive_words": "孩子要做手术"}
    case_id = steps.submitted(people.lin, clock.now() - timedelta(hours=1), happened=words)
    reviewer = login(people.reviewer)
    assert "孩子要做手术" not in reviewer.get(url(case_id, "review/")).content.decode()
    assert "negotiation.read_sensitive" not in acts(case_id)
    prove(reviewer)
    assert reviewer.post(url(case_id, "sensitive/"), {"purpose": ""}).status_code == 422
    told = reviewer.post(url(case_id, "sensitive/"), {"purpose": "review"}).content.decode()
    assert "孩子要做手术" in told
    assert "negotiation.read_sensitive" in acts(case_id)


@pytest.mark.req("E1", "E9")
def test_papers_open_for_a_purpose(people: cast.Cast, login: Login, lin: UUID) -> None:
    reviewer = login(people.reviewer)
    proof = negotiation.case(case_id=lin, actor=people.reviewer, at=clock.now()).proofs[0]
    page = url(lin, f"papers/{proof.object_id}/")
    assert reviewer.get(page).status_code == 200
    assert "vault.read" not in acts(lin)
    picture = reviewer.post(page, {"purpose": "review", "as": "preview"})
    assert picture["Content-Type"] == "image/jpeg"
    file = reviewer.post(page, {"purpose": "review", "as": "file"})
    assert file["Content-Disposition"].startswith("attachment")
    read = [one for one in journal.entries(case_id=lin, limit=50) if one.act == "vault.read"]
    assert [one.facts["purpose"] for one in read] == ["review", "review"], "a picture is opened for a purpose as well"
    assert reviewer.post(page, {"purpose": "because", "as": "file"})["Content-Type"].startswith("text/html")
    assert reviewer.get(url(lin, f"papers/{uuid4()}/")).status_code == 404


def test_the_timeline_tells_everything_and_proves_it(people: cast.Cast, login: Login, lin: UUID) -> None:
    manager = login(people.zhou)
    told = manager.get(url(lin, "timeline/")).content.decode()
    assert "提交申请" in told
    assert "待入链" in told
    journal.sequence(clock.now())
    entry = next(one for one in journal.entries(case_id=lin, limit=50) if one.act == "negotiation.submit")
    assert f"#{entry.index}" in manager.get(url(lin, "timeline/")).content.decode()
    assert manager.get(url(lin, f"timeline/{entry.id}/")).status_code == 200
    receipt = manager.get(url(lin, f"timeline/{entry.id}/?format=json")).json()
    assert receipt["index"] == entry.index
    assert "提交申请" not in manager.get(url(lin, "timeline/?kind=contact")).content.decode()
    other = steps.submitted(people.chen, clock.now() - timedelta(minutes=30))
    foreign = journal.entries(case_id=other, limit=1)[0]
    assert manager.get(url(lin, f"timeline/{foreign.id}/")).status_code == 404


def missing_words(caplog: pytest.LogCaptureFixture) -> Iterator[str]:
    return (record.getMessage() for record in caplog.records if "words.missing" in record.getMessage())


def test_every_code_has_its_words(
    people: cast.Cast, login: Login, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    case_id, *_ = steps.countered(people, clock.now() - timedelta(hours=1))
    lead = login(people.lead)
    for tab in TABS:
        lead.get(url(case_id, f"{tab}/"))
    told = capfd.readouterr()
    assert "words.missing" not in told.out + told.err
    assert not list(missing_words(caplog))


@pytest.mark.req("E3")
def test_a_wish_for_a_call_stands_in_the_talk_and_on_the_first_page(people, login, lin_case) -> None:  # type: ignore[no-untyped-def]
    at = clock.now()
    negotiation.ask_call(
        case_id=lin_case, on=clock.bank_day(at), window="evening", words="想打电话", actor=people.lin.actor, at=at
    )
    zhou = login(people.zhou)
    assert "18:00–20:00 接电话" in zhou.get(f"/console/cases/{lin_case}/plan/").content.decode()
    home = zhou.get("/console/").content.decode()
    assert "约了今天接电话的" in home
    assert "18:00–20:00" in home


@pytest.mark.req("C1")
def test_agreed_hours_are_changed_only_with_evidence(people, login, lin_case) -> None:  # type: ignore[no-untyped-def]
    zhou = login(people.zhou)
    page = zhou.get(url(lin_case, "compliance/")).content.decode()
    assert "09:00–19:00" in page
    assert "借款人在申请里选的" in page
    assert "negotiation_submission" not in page, "no id where a person looks for a proof"
    typed = {"start": "10:00", "end": "12:00", "tab": "compliance"}
    zhou.post(url(lin_case, "do/agree_hours/"), typed)
    now = compliance.agreed_window(party_id=people.lin.party_id)
    assert now is not None
    assert now.start.hour == 9, "nothing without evidence"
    zhou.post(url(lin_case, "do/agree_hours/"), {**typed, "evidence": "11-22 站内留言"})
    now = compliance.agreed_window(party_id=people.lin.party_id)
    assert now is not None
    assert (now.start.hour, now.end.hour, now.evidence) == (10, 12, "11-22 站内留言")
    assert login(people.auditor).post(url(lin_case, "do/agree_hours/"), typed).status_code in (403, 404)
    assert "取消约定时间" in zhou.get(url(lin_case, "compliance/")).content.decode()
    zhou.post(url(lin_case, "do/end_hours/"), {"evidence": " "})
    assert compliance.agreed_window(party_id=people.lin.party_id), "nothing without evidence"
    zhou.post(url(lin_case, "do/end_hours/"), {"evidence": "11-22 电话录音 88 号"})
    assert compliance.agreed_window(party_id=people.lin.party_id) is None
    page = zhou.get(url(lin_case, "compliance/")).content.decode()
    assert "没有约定，按规定的时段" in page
    assert "取消约定时间" not in page
    assert zhou.post(url(lin_case, "do/end_hours/"), {"evidence": "再来"}).status_code == 409


@pytest.mark.req("C2")
def test_the_posts_receipt_of_a_letter_is_noted_once_and_only_on_its_own_case(people, login, lin_case) -> None:  # type: ignore[no-untyped-def]
    letter = Message.objects.create(
        created_at=clock.now(),
        party_id=people.lin.party_id,
        contract_id=people.lin.contract_id,
        case_id=lin_case,
        purpose="collection",
        channel="letter",
        template="demand_letter",
        language="zh",
        discloses_debt=True,
        destination_sealed=b"",
        body_sealed=b"",
        status="sent",
        queued_by="system",
        priority=5,
        next_attempt_at=clock.now(),
        expires_at=clock.now(),
    )
    zhou = login(people.zhou)
    assert "回执说送到了" in zhou.get(url(lin_case, "compliance/")).content.decode()
    elsewhere = steps.submitted(people.chen, clock.now())
    assert zhou.post(url(elsewhere, "do/confirm_arrival/"), {"message": letter.id}).status_code == 404
    typed = {"message": letter.id, "tab": "compliance"}
    assert "信送到了" in zhou.post(url(lin_case, "do/confirm_arrival/"), typed, follow=True).content.decode()
    letter.refresh_from_db()
    assert letter.status == "delivered"
    assert "回执说送到了" not in zhou.get(url(lin_case, "compliance/")).content.decode()
    assert journal.entries(act="contact.confirm_arrival", case_id=lin_case, limit=9)[0].actor == people.zhou.label
