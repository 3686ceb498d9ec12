"""The pages without login in a real browser: the first page and the check of a document."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import (
    assert_axe_clean,
    assert_good_screen,
    assert_large_targets,
    assert_no_sideways_scroll,
    elder_mode,
    in_english,
    picture,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("address", "name"), [("/", "landing")])
def test_the_public_pages_fit_and_are_accessible(page: Page, address: str, name: str) -> None:
    page.goto(address)
    assert_good_screen(page, name=name)


@pytest.mark.parametrize("address", ["/"])
def test_they_read_in_large_type(page: Page, address: str) -> None:
    page.goto(address)
    with elder_mode(page):
        picture(page, f"elder-{address.strip('/') or 'landing'}-375")
        assert_no_sideways_scroll(page)
        assert_axe_clean(page)
        assert_large_targets(page)


@pytest.mark.parametrize("address", ["/"])
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
    bare_page.goto("/")
    bare_page.get_by_role("button", name="长辈版").click()
    expect(bare_page.locator("html")).to_have_attribute("data-size", "elder")
    bare_page.get_by_role("button", name="English").click()
    expect(bare_page.locator("html")).to_have_attribute("lang", "en")
    assert bare_page.url.endswith("/")
