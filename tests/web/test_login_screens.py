"""The login in a real browser: a passkey from the first to the last step, and every page around it as a good screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from heyi.capabilities.staff import api as staff
from heyi.capabilities.staff.models import User
from heyi.plumbing import clock
from tests.browser.checks import assert_good_screen, assert_large_targets, elder_mode, in_english
from tests.browser.fixtures import Watch
from tests.web.logins import PASSWORD, SECRET, a_member

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.req("C9")]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def site(page: Page, live_server: LiveServer, watch: Watch) -> str:
    """The live server by name, because a passkey belongs to a name and never to a number; and a device for keys."""
    watch.home = live_server.url.replace("127.0.0.1", "localhost")
    watch.allow += ["404", "429"]
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return watch.home


def log_in(page: Page, site: str, name: str) -> None:
    page.goto(f"{site}/console/login/?next=/console/account/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main form[action='/console/login/'] [type=submit]")


def log_out(page: Page, site: str) -> None:
    page.goto(f"{site}/console/logout/")
    page.click("main form[action='/console/logout/'] [type=submit]")


def test_a_passkey_is_added_used_alone_used_again_and_removed(page: Page, site: str) -> None:
    name = User.objects.get(pk=a_member("manager")).username
    log_in(page, site, name)
    page.fill("[name=code]", staff.totp_now(SECRET, clock.now()))
    page.click("main form:has([name=code]) [type=submit]")
    page.wait_for_url(f"{site}/console/account/")

    page.goto(f"{site}/console/account/passkeys/add/")
    assert_good_screen(page)
    page.fill("[name=name]", "Key of the test")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(f"{site}/console/account/recovery/")
    assert_good_screen(page)
    page.goto(f"{site}/console/account/passkeys/")
    assert page.get_by_text("Key of the test").is_visible()
    assert_good_screen(page)

    log_out(page, site)
    page.goto(f"{site}/console/login/?next=/console/account/")
    page.click("#passkey_login")
    page.wait_for_url(f"{site}/console/account/")

    log_out(page, site)
    log_in(page, site, name)
    page.click("#mfa_webauthn_authenticate")
    page.wait_for_url(f"{site}/console/account/")

    page.goto(f"{site}/console/again/passkey/?next=/console/account/")
    assert_good_screen(page)
    page.click("#mfa_webauthn_reauthenticate")
    page.wait_for_url(f"{site}/console/account/")

    page.goto(f"{site}/console/account/passkeys/")
    page.click("main a[href$='/remove/']")
    assert_good_screen(page)
    page.click("main form[action$='/remove/'] [type=submit]")
    page.wait_for_url(f"{site}/console/account/passkeys/")
    assert not page.get_by_text("Key of the test").is_visible()


def test_the_pages_around_the_login_are_good_screens(page: Page, site: str) -> None:
    """Axe, three widths, large type; in both languages where the words are longest."""
    member_id = a_member("manager", factor=False)
    name = User.objects.get(pk=member_id).username
    page.goto(f"{site}/console/login/?ended=idle")
    assert_good_screen(page)
    with elder_mode(page):
        assert_good_screen(page, 375)
        assert_large_targets(page)
    log_in(page, site, "nobody-here")
    assert_good_screen(page)

    log_in(page, site, name)
    page.wait_for_url(f"{site}/console/account/totp/")
    assert_good_screen(page)
    secret = page.locator("main code").inner_text()
    page.fill("[name=code]", staff.totp_now(secret, clock.now()))
    page.click("main form:has([name=code]) [type=submit]")
    page.wait_for_url(f"{site}/console/account/recovery/")
    code = page.locator("main code").first.inner_text()
    for address in ("account/", "account/password/", "account/totp/remove/", "account/recovery/new/", "logout/"):
        page.goto(f"{site}/console/{address}")
        assert_good_screen(page)
    page.goto(f"{site}/console/again/code/")
    assert_good_screen(page)

    log_out(page, site)
    log_in(page, site, name)
    page.wait_for_url(f"{site}/console/login/code/")
    assert_good_screen(page)
    page.fill("[name=code]", code)
    page.click("main form:has([name=code]) [type=submit]")
    page.wait_for_url(f"{site}/console/account/")

    log_out(page, site)
    in_english(page)
    for _ in range(5):
        log_in(page, site, name + "x")
    assert page.get_by_role("heading", level=1).inner_text() == "Please come back later"
    assert_good_screen(page)
