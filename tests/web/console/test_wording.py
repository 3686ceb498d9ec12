"""Wording in the console: the composer stops and explains, another person releases, phrases fit the person."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from heyi.capabilities.compliance.models import WordingReview
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.models import Message, Offer
from heyi.plumbing import clock
from heyi.web.console.case import gate
from tests import cast
from tests.capabilities.negotiation import steps
from tests.web.console.conftest import Login

pytestmark = [pytest.mark.django_db, pytest.mark.req("C1", "C8", "V11")]
BLOCKED, WARNED = "再不还钱就让你单位领导都知道", "你必须马上还钱"


@pytest.fixture(autouse=True)
def _any_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "require_talk", lambda page: None)


def test_the_composer_says_what_is_wrong_and_what_to_say_instead(
    people: cast.Cast, login: Login, lin_case: UUID
) -> None:
    zhou = login(people.zhou)
    answer = zhou.post(f"/console/cases/{lin_case}/do/say/", {"body": BLOCKED, "tab": "review"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<mark>" in page
    assert "可以这样说" in page
    assert BLOCKED in page
    assert not Message.objects.filter(case_id=lin_case).exists()
    note = zhou.post(f"/console/cases/{lin_case}/do/say/", {"body": BLOCKED, "internal": "1", "tab": "review"})
    assert note.status_code == 302, "a note stays inside"


def test_a_lead_reads_and_releases_and_then_it_goes(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    zhou, compliance = login(people.zhou), login(people.compliance)
    zhou.post(f"/console/cases/{lin_case}/do/say/", {"body": BLOCKED, "tab": "review"})
    row = WordingReview.objects.get()
    listed = compliance.get("/console/wording/").content.decode()
    assert str(row.id) in listed
    assert BLOCKED not in listed
    one = f"/console/wording/{row.id}/"
    assert BLOCKED not in compliance.get(one).content.decode()
    assert BLOCKED in compliance.post(f"{one}read/").content.decode()
    assert compliance.post(f"{one}release/", {"reason": " "}).status_code == 422
    assert compliance.post(f"{one}release/", {"reason": "培训用的例句"}).status_code == 302
    assert zhou.post(f"{one}release/", {"reason": "我要"}).status_code == 403
    sheet = compliance.post("/console/wording/released/")
    assert sheet.content.decode() == f"hard\t{BLOCKED}\n"
    said = zhou.post(f"/console/cases/{lin_case}/do/say/", {"body": BLOCKED, "tab": "review"})
    assert said.status_code == 302


def test_anybody_of_the_bank_tries_a_sentence_and_nothing_is_kept(people: cast.Cast, login: Login) -> None:
    zhou = login(people.zhou)
    assert "被拦下的话" not in zhou.get("/console/wording/").content.decode()
    assert "<mark>" in zhou.post("/console/wording/", {"text": BLOCKED}).content.decode()
    assert "没有发现不合适的地方" in zhou.post("/console/wording/", {"text": "您慢慢看，不着急。"}).content.decode()
    assert not WordingReview.objects.exists()


def test_phrases_fit_the_person_with_and_without_scripts(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    zhou = login(people.zhou)
    address = f"/console/cases/{lin_case}/phrases/"
    assert "我们相信您有能力克服眼前的困难" in zhou.get(address).content.decode()
    part = zhou.post(address, {"body": BLOCKED}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "<mark>" in part
    chosen = zhou.get(f"/console/cases/{lin_case}/?script=any_offer_1").content.decode()
    assert "这里有两个方案，您看哪个轻松一点。</textarea>" in chosen


TERMS = {
    "method": "equal_instalments", "periods": "36", "annual_rate": "4.8", "first_due_on": "2027-01-15",
    "waive_penalty": "507.95", "first_period": "month", "grace_pays": "interest",
}  # fmt: skip


def test_the_plan_editor_shows_each_place_and_a_warning_can_be_confirmed(
    people: cast.Cast, login: Login, lin_case: UUID
) -> None:
    zhou, address = login(people.zhou), f"/console/cases/{lin_case}/plan/save/"
    stopped = zhou.post(address, {**TERMS, "reason": BLOCKED, "then": "publish"})
    page = stopped.content.decode()
    assert stopped.status_code == 422
    assert "<mark>" in page
    assert "可以这样说" in page
    assert "wording_confirmed" not in page, "what is forbidden cannot be confirmed"
    warned = zhou.post(address, {**TERMS, "reason": WARNED, "then": "publish"}).content.decode()
    assert "可以这样说" in warned
    found = re.search(r'formaction="([^"]+)" name="wording_confirmed" value="([^"]+)"', warned)
    assert found is not None
    assert not Offer.objects.filter(case_id=lin_case).exists()
    sent = zhou.post(found[1], {**TERMS, "reason": WARNED, "wording_confirmed": found[2]})
    assert sent.status_code == 302
    assert Offer.objects.get(case_id=lin_case).status == "open", "what was pressed first goes on"


def test_every_act_with_words_for_the_borrower_shows_the_places(
    people: cast.Cast, login: Login, lin_case: UUID
) -> None:
    steps.publish(lin_case, people, clock.now())
    wish = negotiation.Wish(periods=40)
    negotiation.counter(case_id=lin_case, wish=wish, reason="想长一点。", actor=people.lin.actor, at=clock.now())
    zhou, address = login(people.zhou), f"/console/cases/{lin_case}/do/decline_counter/"
    page = zhou.post(address, {"reason": "beyond_limit", "words": BLOCKED}).content.decode()
    assert "<mark>" in page
    warned = zhou.post(address, {"reason": "beyond_limit", "words": WARNED}).content.decode()
    found = re.search(r'name="wording_confirmed" value="([^"]+)"', warned)
    assert found is not None
    given = {"reason": "beyond_limit", "words": WARNED, "wording_confirmed": found[1]}
    assert zhou.post(address, given).status_code == 302
    said = negotiation.messages(case_id=lin_case, actor=people.lin.actor, at=clock.now())
    assert [one.body for one in said] == [WARNED], "the borrower reads why"


@pytest.mark.req("C8")
def test_other_words_for_a_phrase_are_proposed_looked_at_and_put_to_the_vote(people: cast.Cast, login: Login) -> None:
    zhou, auditor = login(people.zhou), login(people.auditor)
    address = "/console/wording/scripts/any_open_1/"
    page = zhou.get(address).content.decode()
    assert "还没有改过" in page
    assert "提交表决" in page
    assert "提交表决" not in auditor.get(address).content.decode(), "who oversees only reads"
    typed = {
        "zh": "您好，我是本行客户经理，您可以打官方客服核对工号。现在方便说几句吗？",
        "en": "Hello, I am a manager of this bank; you can check my staff number. May I talk to you now?",
        "reason": "更短", "reader": "借款人，听得懂", "holds_from": clock.today().isoformat(),
    }  # fmt: skip
    assert auditor.post(address, typed).status_code == 200
    refused = zhou.post(address, {**typed, "zh": BLOCKED})
    assert refused.status_code == 422
    assert BLOCKED in refused.content.decode(), "what was typed is not lost"
    assert zhou.post(address, {**typed, "reason": ""}).status_code == 422
    assert "还没有改过" in zhou.get(address).content.decode()
    done = zhou.post(address, typed, follow=True).content.decode()
    assert "已提交表决" in done
    assert "更短" in done
    assert zhou.get("/console/wording/scripts/nothing/").status_code == 404
