"""A real Chromium against the running pages. Every test that asks for ``page`` also proves what no page may do:
log an error, break the content policy, or ask another host for anything.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

import pytest
from django.db import connections
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

T = TypeVar("T")

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the thread of the tests

CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = (375, 812)
TIMEOUT_MS = 15_000


def chromium_path() -> str:
    """The browser of the distribution. Fails, and says what to install, when there is none: never a silent skip."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CANDIDATES)), None)
    if not found:
        pytest.fail("No Chromium. Install it: sudo apt-get install chromium", pytrace=False)
    return found


def offstage(work: Callable[[], T]) -> T:
    """Run ``work`` in a thread of its own. Playwright's loop occupies this one, so anything that starts a loop
    (signing a PDF does) would fail here.
    """

    def play() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(play).result()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a module. Not longer: while it lives, its loop stands in the way of tests that run their own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        yield browser
        browser.close()


@dataclass
class Watch:
    """What a page did that it may not do. ``allow`` takes parts of console messages that a test expects."""

    home: str
    faults: list[str] = field(default_factory=list)
    allow: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console {message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and address.netloc != urlsplit(self.home).netloc:
            self.faults.append(f"asked another host: {request.url}")

    def judge(self) -> list[str]:
        return [fault for fault in self.faults if not any(part in fault for part in self.allow)]


@pytest.fixture
def watch(live_server) -> Watch:  # type: ignore[no-untyped-def]
    """The watch over this test's page; ``watch.allow.append("…")`` for an error that the test provokes."""
    return Watch(home=live_server.url)


@pytest.fixture
def page(chromium: Browser, live_server, watch: Watch) -> Iterator[Page]:  # type: ignore[no-untyped-def]
    """A fresh phone: Chinese, Shanghai time, no cookies. Relative addresses go to the live server."""
    context = chromium.new_context(
        base_url=live_server.url,
        viewport={"width": PHONE[0], "height": PHONE[1]},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    context.set_default_timeout(TIMEOUT_MS)
    opened = context.new_page()
    watch.follow(opened)
    yield opened
    context.close()
    assert watch.judge() == []


@pytest.fixture
def bare_page(chromium: Browser, live_server, watch: Watch) -> Iterator[Page]:  # type: ignore[no-untyped-def]
    """The same phone with scripts switched off."""
    context = chromium.new_context(base_url=live_server.url, locale="zh-CN", java_script_enabled=False)
    context.set_default_timeout(TIMEOUT_MS)
    opened = context.new_page()
    watch.follow(opened)
    yield opened
    context.close()
    assert watch.judge() == []
