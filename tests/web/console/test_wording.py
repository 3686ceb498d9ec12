"""Wording in the console: the composer stops and explains, another person releases, phrases fit the person."""

from __future__ import annotations

from uuid import UUID

import pytest

from heyi.capabilities.compliance.models import WordingReview
from heyi.capabilities.negotiation.models import Message
from heyi.web.console.case import gate
from tests import cast
from tests.web.console.conftest import Login

pytestmark = [pytest.mark.django_db, pytest.mark.req("C1", "C8", "V11")]
BLOCKED = "再不还钱就让你单位领导都知道"


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
