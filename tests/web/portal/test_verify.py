"""Anybody who holds a document may check it: no login, nothing kept, one plain sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from heyi.capabilities.signing import api as signing
from heyi.capabilities.vault import api as vault
from heyi.capabilities.vault.models import VaultObject
from heyi.kit.actors import SYSTEM, Actor
from heyi.plumbing.ids import new_id
from heyi.web.portal import verify
from tests.capabilities.signing.cases import AT, facts
from tests.capabilities.signing.conftest import Play

LATER = AT + timedelta(minutes=10)

pytestmark = [pytest.mark.django_db, pytest.mark.req("B2", "C5", "T5")]


def sealed_agreement() -> bytes:
    """A finished agreement, made by the real ceremony."""
    borrower = Actor(kind="borrower", id=new_id())
    made = signing.prepare(
        agreement=signing.compose(facts=facts(number=f"HY-{new_id()}")),
        subject_id=borrower.id,
        case_id=new_id(),
        actor=SYSTEM,
        at=AT,
    )
    play = Play(made.id, borrower, Actor(kind="staff", id=new_id()))
    play.up_to_signature()
    signing.seal_due(LATER)
    document = signing.document(ceremony_id=made.id, language="zh")
    return vault.get(object_id=document, actor=borrower, at=LATER, purpose="read")


@pytest.fixture
def agreement() -> bytes:
    return sealed_agreement()


def check(data: bytes, **extra: object) -> tuple[int, str]:
    upload = SimpleUploadedFile("协议.pdf", data, content_type="application/pdf")
    answer = Client().post("/verify/", {"document": upload}, **extra)
    return answer.status_code, answer.content.decode()


def test_a_genuine_agreement_says_so(agreement: bytes) -> None:
    kept = VaultObject.objects.count()
    status, page = check(agreement)
    assert status == 200
    assert "verdict--ok" in page
    assert "是原件，没改过" in page
    assert "和本行存档的那一份完全相同" in page
    assert "check--stop" not in page
    assert page.count("第三方可信时间") == 3
    assert VaultObject.objects.count() == kept, "the file is not kept"


def test_one_changed_byte_is_seen(agreement: bytes) -> None:
    at = agreement.index(b"/Contents") - 400
    changed = agreement[:at] + bytes([agreement[at] ^ 1]) + agreement[at + 1 :]
    status, page = check(changed)
    assert status == 200
    assert "verdict--ok" not in page
    assert "不能确认这是原件" in page
    assert "seal--stop" in page


@pytest.mark.parametrize("data", [b"%PDF-1.7\nnothing signed", b"GIF89a", b"\x00" * 1000])
def test_anything_else_proves_nothing(data: bytes) -> None:
    status, page = check(data)
    assert status == 200
    assert "verdict--stop" in page


def test_nothing_chosen_and_too_much_are_told_beside_the_field(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Client().post("/verify/", {}).status_code == 422
    monkeypatch.setattr(settings, "HEYI", replace(settings.HEYI, upload_mb=1))
    status, page = check(b"x" * (2**20 + 1))
    assert status == 422
    assert "请选 1 MB 以内的" in page


def test_one_address_cannot_ask_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "CHECKS_AN_HOUR", 2)
    assert [check(b"x")[0] for _ in range(3)] == [200, 200, 429]
    assert check(b"x", REMOTE_ADDR="203.0.113.9")[0] == 200


def test_the_number_of_the_printed_code_is_shown_and_nothing_else() -> None:
    client = Client()
    assert "HY-2026-003308" in client.get("/verify/?n=HY-2026-003308").content.decode()
    assert "<b>" not in client.get("/verify/?n=HY-<b>x").content.decode()


def test_it_reads_in_english() -> None:
    with translation.override("en"):
        page = Client(headers={"accept-language": "en"}).get("/verify/").content.decode()
    assert "When the halves match, it is genuine" in page


def test_the_first_page_leads_to_everything() -> None:
    page = Client().get("/").content.decode()
    assert all(f'href="{there}"' in page for there in ("/my/", "/verify/", "/console/"))
