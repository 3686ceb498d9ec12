"""The public page against impostors: messages, people, agencies, reports, and the same, signed, for machines."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from heyi.capabilities.journal import api as journal
from heyi.capabilities.staff import api as staff
from heyi.capabilities.vault.models import VaultObject
from heyi.kit.problems import NotAllowed
from heyi.plumbing import clock
from tests import cast
from tests.capabilities.negotiation.steps import photo

pytestmark = [pytest.mark.django_db, pytest.mark.req("C11", "V13")]
PAGE = "/genuine/"
LIST = "/.well-known/bank-contacts.json"


@pytest.fixture
def people() -> cast.Cast:
    return cast.build()


def ask(act: str, **given: str) -> str:
    return Client().post(PAGE, {"act": act, **given}).content.decode()


def asked(what: str) -> str:
    return ask("asked", asked=what)


def suspend(people: cast.Cast) -> None:
    staff.set_agency_status(
        agency_id=people.agency_id, status="suspended", reason="投诉", actor=people.compliance, at=clock.now()
    )


def zhou(people: cast.Cast) -> staff.Member:
    return staff.member(staff_id=people.zhou.id)


def close(people: cast.Cast) -> None:
    staff.close_member(staff_id=people.zhou.id, reason="离职", actor=people.administrator, at=clock.now())


def test_agencies_and_numbers_are_published(people):
    page = Client().get(PAGE).content.decode()
    agency = staff.agency(agency_id=people.agency_id)
    assert agency.entry.name in page
    assert "滨江支行" in page
    suspend(people)
    assert agency.entry.name not in Client().get(PAGE).content.decode()


def test_only_who_may_contact_borrowers_is_on_the_list(people):
    page = Client().get("/genuine/people/").content.decode()
    assert zhou(people).staff_no in page
    assert "周敏" not in page, "the bank publishes surnames"
    for actor in (people.auditor, people.administrator, people.compliance):
        assert f"工号 {staff.member(staff_id=actor.id).staff_no}<" not in page
    other = next(one.code for one in staff.branches() if one.code != zhou(people).branch)
    assert zhou(people).staff_no not in Client().get(f"/genuine/people/?branch={other}").content.decode()
    close(people)
    assert zhou(people).staff_no not in Client().get("/genuine/people/").content.decode()


def test_without_a_certificate_nobody_is_published(people):
    for held in staff.certificates(staff_id=people.zhou.id):
        staff.revoke_certificate(certificate_id=held.id, reason="过期", actor=people.compliance, at=clock.now())
    assert zhou(people).staff_no not in Client().get("/genuine/people/").content.decode()
    assert "查不到" in asked(zhou(people).staff_no)


def test_agency_people_are_published_while_the_agency_may_work(people):
    (agent,) = staff.agents(agency_id=people.agency_id)
    assert agent.number in Client().get("/genuine/people/").content.decode()
    assert "名单里有这个人" in asked(agent.number)
    suspend(people)
    assert agent.number not in Client().get("/genuine/people/").content.decode()
    assert "查不到" in asked(agent.number)


def test_the_bank_may_publish_full_names(people, monkeypatch):
    monkeypatch.setattr(settings, "HEYI", replace(settings.HEYI, staff_names="full"))
    assert "周敏" in Client().get("/genuine/people/").content.decode()


def test_a_number_a_name_a_staff_number_and_an_agency_are_recognised(people):
    agency = staff.agency(agency_id=people.agency_id).entry
    hotline = settings.HEYI.bank_hotline
    for what, title in {
        zhou(people).staff_no: "名单里有这个人",
        "周敏": "名单里有这个人",
        agency.name: "是受我们委托的机构",
        agency.credit_code: "是受我们委托的机构",
        hotline: "是我们公布的电话",
        "+86 " + hotline.replace("-", " "): "是我们公布的电话",
        agency.phone: "是我们公布的电话",
    }.items():
        assert title in asked(what), what


def test_parts_of_a_name_give_nothing_away(people):
    for what in ("周", "敏", "99999", "138 0000 0000", "江城"):
        assert f"查不到「{what}」" in asked(what)


def test_known_and_unknown_have_one_shape(people):
    shapes = set()
    for what in ("周敏", "无此人", "400-000-0000", "400-999-9999"):
        answer = Client().post(PAGE, {"act": "asked", "asked": what})
        page = answer.content.decode()
        shapes.add((answer.status_code, page.count('role="status"'), page.count('class="verdict__title"')))
    assert shapes == {(200, 1, 1)}


def test_a_picture_is_shown_only_of_who_may_contact(people):
    address = f"/genuine/people/{people.zhou.id}/photo/"
    assert Client().get(address).status_code == 404
    staff.set_photo(staff_id=people.zhou.id, data=photo("red"), actor=people.administrator, at=clock.now())
    answer = Client().get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert address in Client().get("/genuine/people/").content.decode()
    with pytest.raises(NotAllowed):
        staff.set_photo(staff_id=people.zhou.id, data=photo("red"), actor=people.zhou, at=clock.now())
    close(people)
    assert Client().get(address).status_code == 404


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def published_key() -> tuple[Ed25519PublicKey, str]:
    (key,) = Client().get("/.well-known/bank-contacts-keys.json").json()["keys"]
    named = json.dumps({name: key[name] for name in ("crv", "kty", "x")}, separators=(",", ":")).encode()
    assert base64.urlsafe_b64encode(hashlib.sha256(named).digest()).rstrip(b"=").decode() == key["kid"]
    return Ed25519PublicKey.from_public_bytes(decoded(key["x"])), key["kid"]


def test_machines_read_the_same_and_check_its_signature(people):
    answer = Client().get(LIST)
    told = answer.json()
    assert told["hotline"]
    assert [one["name"] for one in told["branches"]] == ["滨江支行", "湖畔支行"]
    assert zhou(people).staff_no in {one["staff_no"] for one in told["people"]}
    (agency,) = told["agencies"]
    assert len(agency["people"]) == 1
    assert "contact_name" not in agency
    key, kid = published_key()
    head, middle, signature = answer["X-JWS-Signature"].split(".")
    assert json.loads(decoded(head)) == {"alg": "EdDSA", "kid": kid}
    assert middle == ""
    body = base64.urlsafe_b64encode(answer.content).rstrip(b"=")
    key.verify(decoded(signature), head.encode() + b"." + body)
    forged = base64.urlsafe_b64encode(answer.content.replace(b"400-000-0000", b"400-000-9999")).rstrip(b"=")
    with pytest.raises(InvalidSignature):
        key.verify(decoded(signature), head.encode() + b"." + forged)


def test_the_whole_list_is_one_signed_file(people):
    key, _kid = published_key()
    head, body, signature = Client().get("/.well-known/bank-contacts.jws").content.decode().split(".")
    key.verify(decoded(signature), f"{head}.{body}".encode())
    assert json.loads(decoded(body))["people"]


def test_an_unknown_code_is_not_ours(people):
    assert "查不到，可能不是我们发的" in ask("code", code="ABCD-EFGH")


def report(**typed: object) -> str:
    """The number that the reporter is given."""
    client = Client()
    page = client.post("/genuine/report/", typed, follow=True).content.decode()
    assert "收到了" in page
    (number,) = {one.number for one in staff_reports() if one.number in page}
    return number


def staff_reports() -> list[staff.ImpostorView]:
    compliance = next(one for one in staff.members() if "compliance" in one.roles)
    return staff.impostor_reports(actor=staff.actor_by_id(staff_id=compliance.id, at=clock.now()), at=clock.now())


def test_an_impostor_is_reported_with_files_and_read_by_compliance(people):
    picture = SimpleUploadedFile("短信.jpg", photo("blue"), "image/jpeg")
    number = report(words="自称银行的人要我转账", reach="138", evidence=[picture])
    (told,) = staff.impostor_reports(actor=people.compliance, at=clock.now())
    assert (told.words, told.reach, told.number) == ("自称银行的人要我转账", "138", number)
    (kept,) = told.files
    assert kept.name == "短信.jpg"
    file, data = staff.impostor_file(number=number, object_id=kept.id, actor=people.compliance, at=clock.now())
    assert (file.media_type, data) == ("image/jpeg", photo("blue"))
    assert len(journal.entries(act="staff.report_impostor", limit=5)) == 1
    with pytest.raises(NotAllowed):
        staff.impostor_file(number=number, object_id=kept.id, actor=people.zhou, at=clock.now())


def test_a_file_that_is_no_picture_is_refused_and_nothing_is_kept(people):
    bad = SimpleUploadedFile("a.jpg", b"MZ not a picture", "image/jpeg")
    answer = Client().post("/genuine/report/", {"words": "有人冒充", "evidence": [bad]})
    assert answer.status_code == 422
    assert "只能收照片" in answer.content.decode()
    assert staff_reports() == []
    assert not VaultObject.objects.filter(kind="impostor_report").exists()


def test_the_reporter_follows_the_report_by_its_number(people):
    number = report(words="自称银行的人要我转账")
    state = "/genuine/report/state/"
    assert "正在核实" in Client().post(state, {"number": number}).content.decode()
    act = {"number": number, "actor": people.compliance, "at": clock.now()}
    staff.handle_report(**act, state="looking", words="正在核对录音", note="号码尾号 8888")
    page = Client().post(state, {"number": number}).content.decode()
    assert "正在核对录音" in page
    assert "8888" not in page, "a note stays within the bank"
    assert "要我转账" not in page, "the number shows what became of it, not what was said"
    staff.handle_report(**act, state="closed", outcome="impostor", words="不是我们的人，已报警")
    assert "是冒充的" in Client().post(state, {"number": number}).content.decode()
    with pytest.raises(staff.ReportState):
        staff.handle_report(**act, state="closed", outcome="ours", words="x")
    with pytest.raises(NotAllowed):
        staff.handle_report(**{**act, "actor": people.auditor}, state="looking")
    assert len(journal.entries(act="staff.handle_report", limit=5)) == 2
    assert "没有查到这个编号" in Client().post(state, {"number": "0000000000"}).content.decode()


def test_guessing_is_slowed_down(people):
    answers = [Client().post(PAGE, {"act": "asked", "asked": f"{number}"}).status_code for number in range(21)]
    assert answers == [200] * 20 + [429]
