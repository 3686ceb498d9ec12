"""The public page against impostors: messages, people, agencies, reports, and the same for machines."""

from __future__ import annotations

import pytest
from django.test import Client

from heyi.capabilities.journal import api as journal
from heyi.capabilities.staff import api as staff
from heyi.kit.problems import NotAllowed
from heyi.plumbing import clock
from tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.req("C11", "V13")]
PAGE = "/genuine/"


@pytest.fixture
def people() -> cast.Cast:
    return cast.build()


def ask(act: str, **given: str) -> str:
    return Client().post(PAGE, {"act": act, **given}).content.decode()


def test_agencies_and_numbers_are_published(people):
    page = Client().get(PAGE).content.decode()
    agency = staff.agency(agency_id=people.agency_id)
    assert agency.entry.name in page
    assert "滨江支行" in page
    staff.set_agency_status(
        agency_id=people.agency_id, status="suspended", reason="投诉", actor=people.compliance, at=clock.now()
    )
    assert agency.entry.name not in Client().get(PAGE).content.decode()


def test_machines_read_the_same(people):
    told = Client().get("/.well-known/bank-contacts.json").json()
    assert told["hotline"]
    assert [one["name"] for one in told["branches"]] == ["滨江支行", "湖畔支行"]
    assert len(told["agencies"]) == 1
    assert "contact_name" not in told["agencies"][0]


def test_an_unknown_code_is_not_ours(people):
    assert "查不到，可能不是我们发的" in ask("code", code="ABCD-EFGH")


def test_a_staff_card_shows_no_more_than_needed(people):
    zhou = staff.member(staff_id=people.zhou.id)
    page = ask("person", staff_no=zhou.staff_no)
    assert "是我们的工作人员" in page
    assert "姓周" in page
    assert "周敏" not in page
    assert "查不到这个人" in ask("person", staff_no="99999")
    staff.close_member(staff_id=people.zhou.id, reason="离职", actor=people.administrator, at=clock.now())
    assert "查不到这个人" in ask("person", staff_no=zhou.staff_no)


def test_an_impostor_is_reported_and_read_by_compliance(people):
    page = ask("report", words="自称银行的人要我转账", reach="138")
    assert "收到了" in page
    (report,) = staff.impostor_reports(actor=people.compliance, at=clock.now())
    assert (report.words, report.reach) == ("自称银行的人要我转账", "138")
    assert report.number in page
    assert len(journal.entries(act="staff.report_impostor", limit=5)) == 1
    with pytest.raises(NotAllowed):
        staff.impostor_reports(actor=people.zhou, at=clock.now())
    assert Client().post(PAGE, {"act": "report", "words": ""}).status_code == 422


def test_guessing_is_slowed_down(people):
    answers = [Client().post(PAGE, {"act": "code", "code": "ABCD-EFGH"}).status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]
