"""规则包 in the console: what holds and why, every clause, a change from its figures to the committee's vote."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.adapters import pack_files
from heyi.capabilities.compliance.models import PackVersion
from heyi.capabilities.compliance.queries import packs
from heyi.capabilities.contact import api as contact
from heyi.plumbing import clock, outbox
from tests import cast
from tests.web.console.conftest import Login

pytestmark = [pytest.mark.django_db, pytest.mark.req("C3", "B9")]
RULE = "/console/rules/clauses/cn/CN-STD-FREQ-N/"
EDIT = "/console/rules/changes/new/cn/CN-STD-FREQ-N/"


@pytest.fixture(autouse=True)
def _adopted():
    packs._read_once.cache_clear()
    compliance.adopt_due(clock.now() - timedelta(days=1))


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def asked(client: Client, path: str = EDIT, **given: object) -> str:
    told = {"max": "2", "reason": "投诉偏多", "effect": "少打扰", "holds_from": clock.today().isoformat(), **given}
    answer = client.post(path, told)
    return answer["Location"] if answer.status_code == 302 else answer.content.decode()


def test_the_overview_shows_what_holds_since_when_and_by_whose_word(people: cast.Cast, login: Login) -> None:
    page = text(login(people.zhou), "/console/rules/")
    assert compliance.pack(at=clock.now()).version in page
    assert "随软件安装" in page
    assert "上传修改" not in page, "a manager reads the rules and proposes none"
    assert "上传修改" in text(login(people.compliance), "/console/rules/")


def test_clauses_are_searched_and_filtered(people: cast.Cast, login: Login) -> None:
    client = login(people.zhou)
    page = text(client, "/console/rules/clauses/?q=夜间")
    assert "CN-STD-TIME" in page
    assert "CN-CC-68a" not in page
    hard = text(client, "/console/rules/clauses/?severity=hard")
    assert "CN-CC-68a" in hard
    assert "CN-STD-TIME" not in hard
    assert "没有符合的规则" in text(client, "/console/rules/clauses/?q=没有这样的规则")
    lists = text(client, "/console/rules/clauses/?severity=checklist")
    assert "人工核对" in lists
    first = compliance.pack(at=clock.now()).checklists[0]
    assert first.items[0].asks.zh in text(client, f"/console/rules/clauses/cn/{first.id}/")


def test_a_clause_tells_both_sides_in_both_languages_with_source_figures_and_cases(people, login) -> None:
    page = text(login(people.zhou), RULE)
    for words in ("每天接通的电话不超过 3 次", "at most 3 answered calls", "GB/T 45251-2025", "本行采用的标准", "相符"):
        assert words in page
    assert "提议修改" not in page
    text(login(people.zhou), "/console/rules/clauses/cn/CN-NOWHERE/", 404)
    text(login(people.zhou), "/console/rules/clauses/xx/CN-STD-TIME/", 404)


def test_a_change_is_looked_at_asked_voted_and_holds(people: cast.Cast, login: Login) -> None:
    client = login(people.compliance)
    assert 'value="3"' in text(client, EDIT)
    assert "每日接通上限由 3 次改为 2 次" in asked(client, look="1", reason="", effect=""), "reasons come later"
    seen = asked(client, look="1")
    assert "每日接通上限由 3 次改为 2 次" in seen
    assert not compliance.proposals(), "looking asks nobody"
    path = asked(client, send="1")
    page = text(client, path)
    assert "等待表决" in page
    assert "投诉偏多" in page
    found = compliance.proposals()[0]
    runs = contact.dry_runs()
    assert {run.pack_version for run in runs} == {found.version, compliance.pack(at=clock.now()).version}
    for run in runs:
        contact.do_dry_run(run.id)
    assert text(client, path).count("0 次联系里会拦下 0 次") == 2, "the voters see what it would have changed"
    for person in (people.lead, people.second_lead, people.reviewer):
        approvals.vote(approval_id=found.approval_id, vote="yes", reason="同意", actor=person, at=clock.now())
    outbox.deliver_due(at=clock.now())
    compliance.adopt_due(clock.now())
    assert "已生效" in text(client, path)
    beside = text(client, f"{RULE.rstrip('/')}/BANK/")
    assert "本行从严的形式" in beside
    assert "每日接通上限由 3 次改为 2 次" in beside
    old = PackVersion.objects.exclude(version=found.version).get().version
    assert "这是当时的规则" in text(client, f"{RULE}?version={old}")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"max": "9", "send": "1"}, "只能比法规更严"),
        ({"max": "3", "send": "1"}, "还没有改动任何数字"),
        ({"max": "x", "send": "1"}, "form-item--wrong"),
        ({"reason": "", "send": "1"}, "form-item--wrong"),
        ({"holds_from": "2020-01-01", "send": "1"}, "生效日只能选今天"),
    ],
)
def test_what_cannot_be_asked_says_why_and_keeps_what_was_filled_in(people, login, given, told) -> None:
    page = asked(login(people.compliance), **given)
    assert told in page
    assert "少打扰" in page
    assert not compliance.proposals()


def test_hours_persons_and_un_adopting_are_fields_too(people: cast.Cast, login: Login) -> None:
    client = login(people.lead)
    hours = "/console/rules/changes/new/cn/HEYI-HOURS/"
    assert 'name="call.start"' in text(client, hours)
    whom = "/console/rules/changes/new/cn/CN-CC-68a/"
    assert "本人" in text(client, whom)
    assert "只能比法规更严" in asked(client, whom, allowed=["debtor", "contact_person"], send="1")
    assert asked(client, whom, allowed=["debtor"], send="1").startswith("/console/rules/changes/")
    assert "建议" in asked(client, unadopt="on", look="1")


def test_a_file_is_checked_and_asked_for(people: cast.Cast, login: Login) -> None:
    client = login(people.compliance)
    path = "/console/rules/changes/upload/"
    text(client, path)
    folder = Path(str(pack_files.installed("cn")))
    words = (folder / "rules" / "hours.yaml").read_text("utf-8")
    given = {"pack": "cn", "folder": "rules", "send": "1"}
    broken = SimpleUploadedFile("hours.yaml", words.replace('start: "22:00"', "start: 22:00", 1).encode())
    assert "rules/hours.yaml:" in asked(client, path, file=broken, **given)
    other = SimpleUploadedFile("hours.yaml", words.replace("夜间不联系", "夜里不联系", 1).encode())
    location = asked(client, path, file=other, **given)
    assert "标题由“夜间不联系”改为“夜里不联系”" in text(client, location)


def test_a_new_release_waits_to_be_proposed(people: cast.Cast, login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    held = compliance.on_disk("cn")
    newer = pack_files.with_files(held, {"overlay/own.yaml": "- {rule: CN-CBA-FREQ, parameters: {max: 4}}"})
    client = login(people.compliance)
    assert "看差异并提议" not in text(client, "/console/rules/")
    monkeypatch.setattr(packs, "on_disk", lambda name: newer)
    packs._read_once.cache_clear()
    assert "看差异并提议" in text(client, "/console/rules/")
    assert "本行从严" in text(client, "/console/rules/changes/installed/cn/")
    location = asked(client, "/console/rules/changes/installed/cn/", send="1")
    answer = client.post(f"{location}withdraw/", {"reason": "先不改"})
    assert answer.status_code == 302
    assert "已撤回" in text(client, location)
    packs._read_once.cache_clear()


def test_only_those_who_may_propose_open_the_forms(people: cast.Cast, login: Login) -> None:
    for path in (EDIT, "/console/rules/changes/upload/", "/console/rules/changes/installed/cn/"):
        text(login(people.zhou), path, 403)
    missing = f"/console/rules/changes/{UUID(int=1)}/"
    text(login(people.compliance), missing, 404)
