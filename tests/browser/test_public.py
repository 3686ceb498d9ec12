"""The pages without login in a real browser: the first page and the check of a document."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from heyi.capabilities.staff.models import ImpostorReport
from heyi.plumbing import clock
from tests.browser.checks import (
    assert_axe_clean,
    assert_good_screen,
    assert_large_targets,
    assert_no_sideways_scroll,
    elder_mode,
    in_english,
    page_after,
    picture,
)
from tests.browser.fixtures import offstage
from tests.capabilities.contact.test_third_persons import code_of
from tests.capabilities.negotiation.steps import photo
from tests.web.portal.test_verify import sealed_agreement

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("address", "name"), [("/", "landing"), ("/verify/", "verify"), ("/genuine/", "genuine"), ("/stop/", "stop")]
)
def test_the_public_pages_fit_and_are_accessible(page: Page, address: str, name: str) -> None:
    page.goto(address)
    assert_good_screen(page, name=name)


@pytest.mark.parametrize("address", ["/", "/verify/", "/stop/"])
def test_they_read_in_large_type(page: Page, address: str) -> None:
    page.goto(address)
    with elder_mode(page):
        picture(page, f"elder-{address.strip('/') or 'landing'}-375")
        assert_no_sideways_scroll(page)
        assert_axe_clean(page)
        assert_large_targets(page)


@pytest.mark.parametrize("address", ["/", "/verify/", "/stop/"])
def test_they_read_in_english(page: Page, address: str) -> None:
    page.goto(address)
    in_english(page)
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    picture(page, f"english-{address.strip('/') or 'landing'}-375")
    assert_no_sideways_scroll(page)
    chinese = page.evaluate("document.querySelector('main').innerText.match(/[\\u4e00-\\u9fff]+/g)")
    assert set(chinese or ()) <= {"示例银行"}


def test_the_switches_work_without_script(bare_page: Page) -> None:
    bare_page.goto("/verify/")
    bare_page.get_by_role("button", name="长辈版").click()
    expect(bare_page.locator("html")).to_have_attribute("data-size", "elder")
    bare_page.get_by_role("button", name="English").click()
    expect(bare_page.locator("html")).to_have_attribute("lang", "en")
    assert bare_page.url.endswith("/verify/")


@pytest.mark.parametrize("content", [b"%PDF-1.7 sample", b"no pdf at all"], ids=["unsigned", "text"])
def test_a_file_that_proves_nothing_is_refused_in_words(page: Page, content: bytes) -> None:
    page.goto("/verify/")
    page.set_input_files("#id_document", {"name": "x.pdf", "mimeType": "application/pdf", "buffer": content})
    expect(page.locator(".drop__name").first).to_have_text("x.pdf")
    page.get_by_role("button", name="查一查").click()
    expect(page.locator(".verdict__title")).to_be_visible()
    assert_axe_clean(page)
    picture(page, "verify-stop-375")


def test_a_genuine_agreement_is_sealed(page: Page) -> None:
    page.goto("/verify/")
    agreement = offstage(sealed_agreement)
    page.set_input_files("#id_document", {"name": "协议.pdf", "mimeType": "application/pdf", "buffer": agreement})
    page.get_by_role("button", name="查一查").click()
    expect(page.locator(".verdict__title")).to_have_text("是原件，没改过")
    expect(page.locator(".check--stop")).to_have_count(0)
    assert_good_screen(page, name="verify-ok")


@pytest.mark.req("B11")
def test_a_relative_opts_out_without_script(bare_page: Page) -> None:
    bare_page.goto("/stop/")
    bare_page.get_by_label("不想再被联系的手机号").fill("137 0000 8888")
    bare_page.get_by_label("亲属").check()
    bare_page.get_by_role("button", name="发验证码").click()
    expect(bare_page.get_by_text("137****8888")).to_be_visible()
    bare_page.get_by_label("短信验证码").fill(offstage(lambda: code_of(clock.now())))
    bare_page.get_by_role("button", name="确认，以后不再联系").click()
    expect(bare_page.get_by_role("heading", level=1)).to_have_text("登记好了，不再打扰")


@pytest.mark.req("B11")
def test_the_pages_of_opting_out_are_accessible(page: Page) -> None:
    page.goto("/stop/")
    page.get_by_label("不想再被联系的手机号").fill("13700008888")
    with page_after(page):
        page.get_by_role("button", name="发验证码").click()
    assert_good_screen(page, name="stop-code")
    page.get_by_label("短信验证码").fill(offstage(lambda: code_of(clock.now())))
    with page_after(page):
        page.get_by_role("button", name="确认，以后不再联系").click()
    assert_good_screen(page, name="stop-done")


def chosen(name: str, data: bytes) -> Any:
    return {"name": name, "mimeType": "image/jpeg", "buffer": data}


@pytest.mark.req("C11")
def test_chosen_files_are_named_taken_away_and_sent(page: Page) -> None:
    page.goto("/genuine/report/")
    page.get_by_label("发生了什么").fill("有人要我转账")
    page.set_input_files("#id_evidence", [chosen("a.jpg", photo("red")), chosen("b.jpg", photo("blue"))])
    expect(page.locator(".files__name")).to_have_count(2)
    page.get_by_role("button", name="不传这个 a.jpg").click()
    page.set_input_files("#id_evidence", [chosen("c.jpg", bytes(10 * 2**20 + 1))])
    expect(page.locator(".files__one--wrong")).to_contain_text("太大了，最多 10 MB")
    page.get_by_role("button", name="告诉银行").click()
    assert page.url.endswith("/genuine/report/"), "what is too large is not sent"
    page.get_by_role("button", name="不传这个 c.jpg").click()
    assert_axe_clean(page)
    picture(page, "files-375")
    page.get_by_role("button", name="告诉银行").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("收到了，谢谢您告诉我们")
    assert page.url.endswith("/genuine/report/state/")
    (told,) = offstage(lambda: list(ImpostorReport.objects.all()))
    assert len(told.files) == 1


@pytest.mark.req("C11")
def test_files_are_sent_without_script(bare_page: Page) -> None:
    bare_page.goto("/genuine/report/")
    bare_page.get_by_label("发生了什么").fill("有人要我转账")
    bare_page.get_by_label("截图、照片或信件").set_input_files([chosen("a.jpg", photo("red"))])
    bare_page.get_by_role("button", name="告诉银行").click()
    expect(bare_page.get_by_role("heading", level=1)).to_have_text("收到了，谢谢您告诉我们")
