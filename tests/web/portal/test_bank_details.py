"""What borrowers need of the bank: the account to pay to and the ways to complain, the same wherever they are told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client

from heyi.capabilities.contact.adapters import word_files
from heyi.config import environment
from heyi.config.environment import BadSetting, Complaints, RepaymentAccount
from tests.web.portal.story import Visitor

CHANNELS = Complaints(
    "400-000-0001", "care@bank.example", "示例市示例路 1 号", "http://127.0.0.1:8000/complain/", "12378"
)
ACCOUNT = {"HEYI_REPAY_PAYEE": "示例银行", "HEYI_REPAY_BANK": "示例支行", "HEYI_REPAY_ACCOUNT": "0000 0000 01"}


def read(monkeypatch: pytest.MonkeyPatch, **given: str) -> environment.Environment:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return environment.read()


@pytest.mark.req("C6")
def test_the_page_names_every_channel_and_how_long_it_takes(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(settings, "HEYI", replace(settings.HEYI, complaints=CHANNELS))
    page = Client().get("/complain/").content.decode()
    for told in ("tel:4000000001", "mailto:care@bank.example", "示例市示例路 1 号", "tel:12378"):
        assert told in page
    for days in ("15 天内", "30 天", "60 天", "银保监会令2020年第3号"):
        assert days in page
    assert "还不能直接提交" in page


def test_a_form_of_the_banks_own_is_linked(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    own = replace(CHANNELS, url="https://bank.example/complaints", mail="", address="")
    monkeypatch.setattr(settings, "HEYI", replace(settings.HEYI, complaints=own))
    page = Client().get("/complain/").content.decode()
    assert 'href="https://bank.example/complaints"' in page
    assert "还不能直接提交" not in page
    assert "mailto:" not in page


@pytest.mark.parametrize("address", ["/", "/verify/", "/enter/"])
def test_every_public_page_leads_there(address: str, db: None) -> None:
    assert 'href="/complain/"' in Client().get(address).content.decode()


def test_every_letter_says_where_to_complain() -> None:
    letters = [one for one in word_files.load().values() if "letter" in one.channels]
    assert letters
    for one in letters:
        contact = next(block.text for block in one.blocks if block.id == "bank_contact")
        for text in (contact.zh, contact.en):
            assert all(place in text for place in ("{complaint_phone}", "{complaint_url}", "{supervisor}"))


def test_half_an_account_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch).repayment is None
    for missing in ACCOUNT:
        with monkeypatch.context() as patch, pytest.raises(BadSetting, match=missing):
            read(patch, **{name: value for name, value in ACCOUNT.items() if name != missing})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HEYI_REPAY_ACCOUNT", "pay me"),
        ("HEYI_REPAY_REFERENCE", "{name}"),
        ("HEYI_COMPLAINT_URL", "javascript:alert(1)"),
        ("HEYI_COMPLAINT_MAIL", "care at bank"),
    ],
)
def test_what_cannot_be_used_stops_the_start(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        read(monkeypatch, **{**ACCOUNT, name: value})


def test_the_reference_leads_the_money_to_its_contract() -> None:
    assert RepaymentAccount("a", "b", "1", "还款 {contract_tail}").reference_for("3308") == "还款 3308"


def test_who_owes_reads_how_to_pay(lin: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "想从别的银行转账" not in lin.get("home")
    account = RepaymentAccount("示例银行股份有限公司", "示例支行", "0000 0000 01", "还款 {contract_tail}")
    monkeypatch.setattr(settings, "HEYI", replace(settings.HEYI, repayment=account))
    page = lin.get("home")
    for told in ("示例银行股份有限公司", "示例支行", "0000 0000 01", "还款 3308"):
        assert told in page


def test_the_bank_is_named_in_the_readers_language(settings) -> None:  # type: ignore[no-untyped-def]
    settings.HEYI = replace(settings.HEYI, bank_name="滨江银行", bank_name_en="Riverside Bank")
    client = Client()
    assert "滨江银行" in client.get("/").content.decode()
    client.cookies["heyi_language"] = "en"
    english = client.get("/").content.decode()
    assert "Riverside Bank" in english
    assert "滨江银行" not in english
    settings.HEYI = replace(settings.HEYI, bank_name_en="")
    assert "滨江银行" in client.get("/").content.decode(), "a bank without an English name keeps its own"
