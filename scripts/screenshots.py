#!/usr/bin/env python
"""The pictures of the README, taken from a running demo (`make demo`) in the Chromium of the distribution.

    scripts/screenshots.py [--base http://127.0.0.1:8000] [--logins var/demo.json] [--into docs/images] [--only NAME]

The demo writes who may log in to ``demo.json``: ``{"manager": {"username", "password", "totp"}, "borrower":
{"mobile", "id_tail"}}``. Codes are read from the demo's inbox, as a visitor would read them.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as BrowserError

ROOT = Path(__file__).resolve().parents[1]
PHONE, DESK = (375, 812), (1366, 768)
SHARP = 2
WORKER_MS = 1500
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: where, as whom, how large, and what is clicked before it is taken."""

    name: str
    path: str
    who: str = ""
    size: tuple[int, int] = PHONE
    clicks: tuple[str, ...] = ()
    language: str = "zh-hans"


SHOTS = (
    Shot("landing", "/"),
    Shot("verify", "/verify/", size=DESK),
    Shot("portal-home", "/my/", who="borrower"),
    Shot("portal", "/my/", who="borrower", clicks=("main a[href*='/offer']",)),
    Shot("sign", "/my/", who="signer", clicks=("main a[href*='/sign']",)),
    Shot("console-home", "/console/", who="manager", size=DESK),
    Shot("console-list", "/console/cases/", who="manager", size=DESK),
    Shot(
        "console", "/console/cases/?status=negotiating", who="manager", size=DESK, clicks=("[data-row]:nth-child(2) a",)
    ),
)


class Away(SystemExit):
    """Something that the pictures need is not there; the text says what to do."""


def main(arguments: list[str]) -> int:
    given = _arguments(arguments)
    logins = _logins(Path(given.logins))
    wanted = [shot for shot in SHOTS if given.only in ("", shot.name)]
    given.into.mkdir(parents=True, exist_ok=True)
    missed = []
    cookies: dict[str, list[Any]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=list(ARGUMENTS))
        for shot in wanted:
            try:
                take(browser, shot, base=given.base, logins=logins, cookies=cookies, into=given.into)
                print(f"{shot.name}: {given.into / shot.name}.png")
            except BrowserError as error:
                missed.append(shot.name)
                print(f"{shot.name}: not taken. {str(error).splitlines()[0]}", file=sys.stderr)
        browser.close()
    return 1 if missed else 0


def take(
    browser: Browser,
    shot: Shot,
    *,
    base: str,
    logins: dict[str, dict[str, str]],
    cookies: dict[str, list[Any]],
    into: Path,
) -> None:
    """Open the page as somebody, click through, take the picture. Each person logs in once: no code counts twice."""
    width, height = shot.size
    context = browser.new_context(
        base_url=base,
        viewport={"width": width, "height": height},
        device_scale_factor=SHARP,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    context.set_default_timeout(10_000)
    context.add_cookies([{"name": "heyi_language", "value": shot.language, "url": base}])
    page = context.new_page()
    if shot.who in cookies:
        context.add_cookies(cookies[shot.who])
    elif shot.who:
        ENTER[shot.who](page, context, logins[shot.who])
        cookies[shot.who] = [cookie for cookie in context.cookies() if cookie["name"] != "heyi_language"]
    page.goto(shot.path)
    for selector in shot.clicks:
        page.locator(selector).first.click()
        page.wait_for_load_state()
    page.screenshot(path=str(into / f"{shot.name}.png"), full_page=False)
    context.close()


def enter_staff(page: Page, _context: BrowserContext, login: dict[str, str]) -> None:
    """User name and password, then the code that the authenticator would show."""
    from heyi.capabilities.staff.domain import totp_now
    from heyi.plumbing import clock

    page.goto("/console/login/")
    page.fill("[name=login]", login["username"])
    page.fill("[name=password]", login["password"])
    page.click("form:has([name=password]) [type=submit]")
    page.fill("[name=code]", totp_now(login["totp"], clock.now()))
    page.click("form:has([name=code]) [type=submit]")
    page.wait_for_url("**/console/")


def enter_borrower(page: Page, context: BrowserContext, login: dict[str, str]) -> None:
    """Mobile and tail of the ID number, then the code from the demo's inbox."""
    page.goto("/enter/")
    page.fill("[name=mobile]", login["mobile"])
    page.fill("[name=id_tail]", login["id_tail"])
    page.click("form:has([name=mobile]) [type=submit]")
    page.wait_for_url("**/enter/code/")
    page.fill("[name=code]", _code_from_inbox(context, login["mobile"]))
    page.click("form:has([name=code]) [type=submit]")
    page.wait_for_url("**/my/**")


ENTER = {"manager": enter_staff, "borrower": enter_borrower, "signer": enter_borrower}


def _code_from_inbox(context: BrowserContext, mobile: str) -> str:
    """The newest six-digit code for this number; the worker needs a moment to send it."""
    inbox = context.new_page()
    inbox.wait_for_timeout(WORKER_MS)
    for _ in range(20):
        inbox.goto("/demo/inbox/")
        ours = inbox.locator("article", has_text=mobile).first
        found = re.search(r"(?<!\d)(\d{6})(?!\d)", ours.locator("p").inner_text()) if ours.count() else None
        if found:
            inbox.close()
            return found.group(1)
        inbox.wait_for_timeout(500)
    raise Away("No code arrived in the demo's inbox. Is the worker running? heyi doctor says.")


def _logins(path: Path) -> dict[str, dict[str, str]]:
    if not path.exists():
        raise Away(f"{path} is missing. Start the demo first: make demo")
    loaded: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8"))
    return loaded


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        raise Away("No Chromium. Install it: sudo apt-get install chromium")
    return found


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--logins", default=str(ROOT / "var" / "demo.json"))
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--only", default="")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
