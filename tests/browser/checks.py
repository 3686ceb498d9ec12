"""What every screen must stand: axe, three widths, large type. For tests that drive a page."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from heyi.web.ui.context import ELDER, SIZE_COOKIE

WIDTHS = (375, 768, 1366)
HEIGHTS = {375: 812, 768: 1024, 1366: 768}
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PICTURES = os.environ.get("HEYI_PICTURES", "")
"""A folder for pictures of what the tests see; none are taken without it."""


def at_widths(page: Page, *widths: int) -> Iterator[int]:
    """Give the page each width in turn: ``for width in at_widths(page):``."""
    for width in widths or WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 900)})
        yield width


def assert_good_screen(page: Page, *widths: int, name: str = "") -> None:
    """Axe, no sideways scroll, one heading and a title, at each width."""
    for width in at_widths(page, *widths):
        page.evaluate("scrollTo(0, 0)")  # a bar that stays on top covers what was scrolled under it
        picture(page, f"{name or _slug(page)}-{width}")
        assert_axe_clean(page)
        assert_no_sideways_scroll(page)
        assert_headed(page)


def assert_axe_clean(page: Page, *, ignore: tuple[str, ...] = ()) -> None:
    """No violation of WCAG 2.2 A and AA that axe can find. ``ignore`` takes rule ids, with a reason at the call."""
    results = Axe().run(page, options={**RULES, "resultTypes": ["violations"]})
    found = [violation for violation in results.response["violations"] if violation["id"] not in ignore]
    told = [f"{fault['id']}: {fault['help']}\n  " + "\n  ".join(_places(fault)) for fault in found]
    assert not found, f"{page.url} at {page.viewport_size}\n" + "\n".join(told)


def assert_no_sideways_scroll(page: Page) -> None:
    """The page is not wider than the window; the widest thing is named."""
    wide = page.evaluate(
        """() => {
          const room = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= room) return [];
          return [...document.body.querySelectorAll('*')]
            .filter((node) => node.getBoundingClientRect().right > room + 1)
            .slice(0, 5).map((node) => node.outerHTML.slice(0, 120));
        }"""
    )
    assert not wide, f"{page.url} scrolls sideways at {page.viewport_size}: " + "\n".join(wide)


def assert_headed(page: Page) -> None:
    """A title, a language, exactly one first heading."""
    assert page.title().strip(), f"{page.url} has no title"
    assert page.locator("html").get_attribute("lang"), f"{page.url} names no language"
    assert page.locator("h1").count() == 1, f"{page.url} has {page.locator('h1').count()} first headings"


def assert_large_targets(page: Page, *, at_least: int = 60) -> None:
    """Elder mode: buttons, links that stand alone and inputs are at least 60 px high (MIIT's rules of 2021)."""
    small = page.evaluate(
        """(least) => [...document.querySelectorAll('.btn:not(.bulk .btn), .barlink, .input, .links__item, .choice')]
            .filter((node) => node.offsetParent && node.getBoundingClientRect().height < least)
            .map((node) => node.outerHTML.slice(0, 100))""",
        at_least,
    )
    assert not small, f"{page.url}: targets below {at_least} px: " + "\n".join(small)


@contextmanager
def elder_mode(page: Page) -> Iterator[None]:
    """Large type for as long as the block lasts; the page is loaded again."""
    address = {"url": page.url.partition("?")[0].partition("#")[0]}
    page.context.add_cookies([{"name": SIZE_COOKIE, "value": ELDER, **address}])  # type: ignore[list-item]
    page.reload()
    assert page.locator("html").get_attribute("data-size") == "elder"
    yield
    page.context.clear_cookies(name=SIZE_COOKIE)


def in_english(page: Page) -> None:
    """From the next page on in English."""
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": _base(page)}])


def be(page: Page, client: Client, home: str) -> None:
    """Let the browser be who the test client is logged in as. ``home`` is the live server's address."""
    for name in (settings.SESSION_COOKIE_NAME,):
        if name in client.cookies:
            page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": home}])


@contextmanager
def page_after(page: Page) -> Iterator[None]:
    """Wait until the page that the click inside leads to stands: axe on one that goes just then breaks off."""
    with page.expect_navigation():
        yield


def picture(page: Page, name: str) -> None:
    """A picture of the whole page, when HEYI_PICTURES names a folder."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def _places(fault: dict) -> list[str]:  # type: ignore[type-arg]
    return [node["html"][:160] + "  " + _why(node) for node in fault["nodes"][:6]]


def _why(node: dict) -> str:  # type: ignore[type-arg]
    return " ".join(check["message"] for check in node["any"][:1])


def _slug(page: Page) -> str:
    return re.sub(r"\W+", "-", urlsplit(page.url).path).strip("-") or "first"


def _base(page: Page) -> str:
    address = urlsplit(page.url)
    return f"{address.scheme}://{address.netloc}"
