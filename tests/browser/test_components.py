"""The shared look in a real browser: every component, both faces, three widths, large type, no script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.checks import (
    assert_axe_clean,
    assert_good_screen,
    assert_large_targets,
    assert_no_sideways_scroll,
    at_widths,
    be,
    elder_mode,
    picture,
)
from tests.browser.fixtures import Watch
from tests.web.logins import staff_login

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GUIDE = "/ui/components/"
CONSOLE = "/ui/components/?face=console"


@pytest.fixture
def inside(page: Page, live_server: LiveServer) -> Page:
    be(page, staff_login("manager"), live_server.url)
    return page


@pytest.mark.parametrize("address", [GUIDE, CONSOLE])
def test_every_component_is_accessible_and_fits(inside: Page, address: str) -> None:
    inside.goto(address)
    assert_good_screen(inside, name="guide" if address == GUIDE else "guide-console")


def test_large_type_fits_and_is_large(inside: Page) -> None:
    inside.goto(GUIDE)
    with elder_mode(inside):
        for width in at_widths(inside, 375, 768):
            picture(inside, f"guide-elder-{width}")
            assert_no_sideways_scroll(inside)
            assert_axe_clean(inside)
        assert_large_targets(inside)


def test_the_drawer_takes_the_focus_and_gives_it_back(inside: Page) -> None:
    inside.set_viewport_size({"width": 1366, "height": 768})
    inside.goto(CONSOLE)
    opener = inside.locator("[data-row] a").first
    opener.click()
    expect(inside.locator("[data-drawer]")).to_be_focused()
    assert_axe_clean(inside)
    picture(inside, "drawer-1366")
    inside.keyboard.press("Escape")
    expect(inside.locator("[data-drawer]")).to_have_count(0)
    expect(opener).to_be_focused()


def test_the_keyboard_walks_ticks_and_finds(inside: Page) -> None:
    inside.set_viewport_size({"width": 1366, "height": 768})
    inside.goto(CONSOLE)
    inside.keyboard.press("j")
    expect(inside.locator("[data-row] a").first).to_be_focused()
    inside.keyboard.press("j")
    inside.keyboard.press("x")
    expect(inside.locator("[data-bulk-count]")).to_have_text("2")
    inside.keyboard.press("Control+k")
    expect(inside.locator("#palette-q")).to_be_focused()
    assert_axe_clean(inside)


def test_a_part_that_cannot_be_fetched_says_so(inside: Page, watch: Watch) -> None:
    watch.allow += ["htmx:", "Failed to load resource", "Error Code 404"]
    inside.goto(CONSOLE)
    inside.evaluate("htmx.ajax('GET', '/ui/nowhere/', '#drawer-slot').catch(() => null)")
    toast = inside.locator("[data-toasts] .toast")
    expect(toast).to_contain_text("找不到这一项")
    assert_axe_clean(inside)
    toast.get_by_role("button").click()
    expect(toast).to_have_count(0)
    inside.context.set_offline(True)
    inside.evaluate("htmx.ajax('GET', '/ui/components/drawer/', '#drawer-slot').catch(() => null)")
    expect(toast).to_contain_text("没有发出去")


def test_without_script_the_drawer_is_a_page(bare_page: Page, live_server: LiveServer) -> None:
    be(bare_page, staff_login("manager"), live_server.url)
    bare_page.goto(CONSOLE)
    bare_page.locator("[data-row] a").first.click()
    expect(bare_page.locator("h1")).to_be_visible()


def test_the_watch_sees_an_inline_style(inside: Page, watch: Watch) -> None:
    """The planted violation: the content policy refuses it, and the watch would fail the test."""
    inside.goto(GUIDE)
    inside.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    assert any("style" in fault for fault in watch.judge())
    watch.faults.clear()


def test_axe_sees_an_image_without_words(inside: Page) -> None:
    """The planted violation for axe."""
    inside.goto(GUIDE)
    inside.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/static/ui/logo.svg\">')"
    )
    with pytest.raises(AssertionError, match="image-alt"):
        assert_axe_clean(inside)


def test_sideways_scroll_is_seen(inside: Page) -> None:
    """The planted violation for the width."""
    inside.goto(GUIDE)
    inside.evaluate("document.querySelector('h1').style.width = '4000px'")
    with pytest.raises(AssertionError, match="scrolls sideways"):
        assert_no_sideways_scroll(inside)
