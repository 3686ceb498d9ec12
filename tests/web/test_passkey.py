"""A passkey from the first to the last step, in a real browser with a virtual authenticator."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from heyi.capabilities.staff import api as staff
from heyi.capabilities.staff.models import User
from heyi.plumbing import clock
from tests.web.logins import PASSWORD, SECRET, a_member

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.req("C9")]

CHROMIUM = os.environ.get("HEYI_CHROMIUM", "/usr/bin/chromium")
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page() -> Iterator[Page]:
    """A page whose browser holds a virtual passkey device; every console error fails the test at its end."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": 1366, "height": 768})
        errors: list[str] = []
        opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        device = opened.context.new_cdp_session(opened)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        yield opened
        browser.close()
        assert [error for error in errors if "404" not in error] == []


def test_a_passkey_is_added_used_alone_used_again_and_removed(page: Page, live_server: LiveServer) -> None:
    site = live_server.url.replace("127.0.0.1", "localhost")
    name = User.objects.get(pk=a_member("manager")).username

    page.goto(f"{site}/console/login/?next=/console/account/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main form[action='/console/login/'] [type=submit]")
    page.fill("[name=code]", staff.totp_now(SECRET, clock.now()))
    page.click("main form:has([name=code]) [type=submit]")
    page.wait_for_url(f"{site}/console/account/")

    page.goto(f"{site}/console/account/passkeys/add/")
    page.fill("[name=name]", "Key of the test")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(f"{site}/console/account/recovery/")
    page.goto(f"{site}/console/account/passkeys/")
    assert page.get_by_text("Key of the test").is_visible()

    page.goto(f"{site}/console/logout/")
    page.click("main form[action='/console/logout/'] [type=submit]")
    page.goto(f"{site}/console/login/?next=/console/account/")
    page.click("#passkey_login")
    page.wait_for_url(f"{site}/console/account/")

    page.goto(f"{site}/console/logout/")
    page.click("main form[action='/console/logout/'] [type=submit]")
    page.goto(f"{site}/console/login/?next=/console/account/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main form[action='/console/login/'] [type=submit]")
    page.click("#mfa_webauthn_authenticate")
    page.wait_for_url(f"{site}/console/account/")

    page.goto(f"{site}/console/again/passkey/?next=/console/account/")
    page.click("#mfa_webauthn_reauthenticate")
    page.wait_for_url(f"{site}/console/account/")

    page.goto(f"{site}/console/account/passkeys/")
    page.click("main a[href$='/remove/']")
    page.click("main form[action$='/remove/'] [type=submit]")
    page.wait_for_url(f"{site}/console/account/passkeys/")
    assert not page.get_by_text("Key of the test").is_visible()
