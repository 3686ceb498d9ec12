"""Logging in to the console: password and code, first enrolment, lockout, the same answer for everybody."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from heyi.capabilities.journal import api as journal
from heyi.capabilities.staff import api as staff
from heyi.capabilities.staff.models import User
from heyi.kit.actors import SYSTEM
from heyi.plumbing import clock
from tests.web.logins import PASSWORD, SECRET, a_branch, a_member, staff_login

pytestmark = [pytest.mark.django_db, pytest.mark.req("C9", "B23")]

LOGIN = "/console/login/"
CODE = "/console/login/code/"
START = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)


def username(member_id: object) -> str:
    return User.objects.get(pk=member_id).username


def password_step(client: Client, name: str, password: str = PASSWORD, **extra: str) -> object:
    return client.post(LOGIN, {"login": name, "password": password}, **extra)


def code_step(client: Client, code: str | None = None) -> object:
    return client.post(CODE, {"code": code or staff.totp_now(SECRET, clock.now())})


def inside(client: Client) -> bool:
    return client.get(reverse("mfa_index")).status_code == 200


def test_password_and_code_open_the_console() -> None:
    client, member_id = Client(), a_member("manager")
    answer = password_step(client, username(member_id))
    assert (answer.status_code, answer.url) == (302, CODE)
    assert not inside(client)
    answer = code_step(client)
    assert (answer.status_code, answer.url) == (302, "/console/")
    assert inside(client)
    assert journal.entries(limit=1)[0].act == "staff.login"


def test_after_the_login_one_is_back_where_one_wanted_to_go() -> None:
    client, member_id = Client(), a_member("manager")
    answer = client.get("/ui/components/?face=console")
    assert answer.status_code == 302
    page = client.get(answer.url).content.decode()
    wanted = re.search(r'name="next" value="([^"]+)"', page.partition('action="/console/login/"')[2])
    assert wanted
    client.post(LOGIN, {"login": username(member_id), "password": PASSWORD, "next": wanted.group(1)})
    assert code_step(client).url == "/ui/components/?face=console"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_foreign_address_is_not_followed(elsewhere: str) -> None:
    client, member_id = Client(), a_member("manager")
    client.post(LOGIN, {"login": username(member_id), "password": PASSWORD, "next": elsewhere})
    assert code_step(client).url == "/console/"


def test_the_session_key_changes_at_the_login() -> None:
    client, member_id = Client(), a_member("manager")
    password_step(client, username(member_id))
    fixed = client.cookies[settings.SESSION_COOKIE_NAME].value
    code_step(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != fixed
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = fixed
    assert not inside(thief)


def test_a_password_without_the_code_opens_nothing() -> None:
    client, member_id = Client(), a_member("manager")
    password_step(client, username(member_id))
    answer = code_step(client, "000000")
    assert answer.status_code == 200
    assert "验证码不对" in answer.content.decode()
    assert not inside(client)


def test_a_code_is_worth_nothing_the_second_time() -> None:
    member_id = a_member("manager")
    with time_machine.travel(START, tick=False):
        code = staff.totp_now(SECRET, clock.now())
        first, second = Client(), Client()
        password_step(first, username(member_id))
        code_step(first, code)
        password_step(second, username(member_id))
        assert code_step(second, code).status_code == 200
        assert not inside(second)


def test_five_wrong_codes_close_the_second_step_for_a_while() -> None:
    member_id = a_member("manager")
    with time_machine.travel(START, tick=False) as traveller:
        client = Client()
        password_step(client, username(member_id))
        for _ in range(5):
            code_step(client, "000000")
        answer = code_step(client)
        assert "15 分钟" in answer.content.decode()
        assert not inside(client)
        traveller.shift(timedelta(minutes=15))
        password_step(client, username(member_id))
        assert code_step(client).status_code == 302


def strip(page: bytes) -> str:
    """The page without what differs at every call: token and nonce."""
    return re.sub(
        r'(csrfmiddlewaretoken" value|nonce|x-csrftoken&quot;:|x-csrftoken":)="?\s*"?[^"]*', r"\1", page.decode()
    )


def test_known_unknown_and_closed_accounts_get_the_same_answer() -> None:
    known, closed = a_member("manager"), a_member("manager")
    User.objects.filter(pk=closed).update(is_active=False)
    answers = []
    for name, password in (
        (username(known), "wrong-password-1"),
        ("nobody-here", "wrong-password-1"),
        (username(closed), "wrong-password-1"),
        (username(closed), PASSWORD),
    ):
        answer = password_step(Client(), name, password)
        answers.append((answer.status_code, strip(answer.content).replace(name, "NAME")))
    assert answers[0][0] == 200
    assert len(set(answers)) == 1


@pytest.mark.parametrize("who", ["known", "unknown"])
def test_the_sixth_try_from_one_place_is_told_when_to_come_back(who: str) -> None:
    name = username(a_member("manager")) if who == "known" else "nobody-here"
    with time_machine.travel(START, tick=False) as traveller:
        client = Client()
        statuses = [password_step(client, name, "wrong-password-1").status_code for _ in range(5)]
        assert statuses[:4] == [200] * 4
        answer = password_step(client, name.upper())
        assert answer.status_code == 429
        assert "10:15" in answer.content.decode()
        assert 0 < int(answer["Retry-After"]) <= 15 * 60 + 1
        elsewhere = password_step(Client(), name, REMOTE_ADDR="10.1.2.3")
        assert elsewhere.status_code == (302 if who == "known" else 200)
        traveller.shift(timedelta(minutes=15, seconds=1))
        assert password_step(client, name).status_code == (302 if who == "known" else 200)


def test_the_lockout_page_is_the_same_for_known_and_unknown() -> None:
    pages = []
    with time_machine.travel(START, tick=False):
        for name in (username(a_member("manager")), "nobody-here"):
            client = Client()
            for _ in range(6):
                answer = password_step(client, name, "wrong-password-1")
            pages.append((answer.status_code, strip(answer.content)))
    assert pages[0] == pages[1]


def test_without_a_second_factor_one_gets_no_further_than_enrolling_one() -> None:
    client, member_id = Client(), a_member("manager", factor=False)
    assert password_step(client, username(member_id)).url == "/console/"
    for url in ("/ui/components/", reverse("mfa_index"), reverse("mfa_list_webauthn")):
        answer = client.get(url)
        assert (answer.status_code, answer.url) == (302, reverse("mfa_activate_totp"))
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    secret = page.context["form"].secret
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert wrong.status_code == 200
    secret = client.session["mfa.totp.secret"]
    done = client.post(reverse("mfa_activate_totp"), {"code": staff.totp_now(secret, clock.now())})
    assert (done.status_code, done.url) == (302, reverse("mfa_view_recovery_codes"))
    codes = re.findall(r"<code>(\w+)</code>", client.get(done.url).content.decode())
    assert len(codes) == 10
    assert "<code>" not in client.get(done.url).content.decode()
    assert client.get("/ui/components/").status_code == 200

    again = Client()
    password_step(again, username(member_id))
    assert code_step(again, codes[0]).status_code == 302
    assert inside(again)
    third = Client()
    password_step(third, username(member_id))
    assert code_step(third, codes[0]).status_code == 200


def test_a_lost_phone_is_forgotten_by_an_administrator_and_enrolled_anew() -> None:
    member_id = a_member("manager")
    staff.forget_second_factors(staff_id=member_id, reason="lost phone", actor=SYSTEM, at=clock.now())
    assert staff_login(member_id=member_id).get("/ui/components/").url == reverse("mfa_activate_totp")


def test_a_new_password_ends_the_other_logins() -> None:
    member_id = a_member("manager")
    here, there = staff_login(member_id=member_id), staff_login(member_id=member_id)
    new = "quiet-orchard-77"
    answer = here.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.status_code == 302
    assert inside(here)
    assert not inside(there)
    assert journal.entries(limit=1)[0].facts == {"change": "password_changed"}


def test_logging_out_ends_the_session_on_the_server() -> None:
    client = staff_login("manager")
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(reverse("account_logout"))
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    assert not inside(client)


@pytest.mark.parametrize(
    "name", ["account_signup", "account_reset_password", "account_email", "account_set_password", "mfa_trust"]
)
def test_what_is_not_needed_is_not_routed(name: str) -> None:
    from django.urls import NoReverseMatch

    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("url_name", ["account_login", "account_inactive"])
def test_the_entrance_reads_in_both_languages(language: str, url_name: str) -> None:
    client = Client()
    client.post(reverse("ui:language"), {"language": language, "next": "/"})
    page = client.get(reverse(url_name)).content.decode()
    assert ("登录" in page) == (language == "zh-hans")


@pytest.mark.parametrize(
    "url_name",
    [
        "mfa_index",
        "account_change_password",
        "account_inactive",
        "account_logout",
        "mfa_list_webauthn",
        "account_reauthenticate",
        "mfa_reauthenticate",
    ],
)
def test_the_pages_of_the_own_account_render(url_name: str) -> None:
    assert staff_login("manager").get(reverse(url_name)).status_code == 200


@pytest.mark.parametrize("url_name", ["mfa_add_webauthn", "mfa_generate_recovery_codes", "mfa_deactivate_totp"])
def test_the_delicate_pages_of_the_own_account_ask_again_and_then_render(url_name: str) -> None:
    member_id = a_member("manager")
    client = staff_login(member_id=member_id)
    asked = client.get(reverse(url_name))
    assert asked.url.startswith(reverse("mfa_reauthenticate"))
    back = client.post(asked.url, {"code": staff.totp_now(SECRET, clock.now()), "next": reverse(url_name)})
    assert (back.status_code, back.url) == (302, reverse(url_name))
    assert client.get(back.url).status_code == 200


def appointed(username: str = "chenlihua") -> UUID:
    """A colleague with the first password that an administrator chose."""
    return staff.create_member(
        username=username, display_name="陈丽华", staff_no="S-7001", branch=a_branch(), roles=["manager"],
        password=PASSWORD, actor=SYSTEM, at=clock.now(),
    ).id  # fmt: skip


def choose(client: Client, new: str, old: str = PASSWORD) -> HttpResponse:
    return client.post(reverse("account_change_password"), {"oldpassword": old, "password1": new, "password2": new})


def test_a_password_that_somebody_else_chose_opens_only_the_page_that_changes_it() -> None:
    appointed()
    client, change = Client(), reverse("account_change_password")
    password_step(client, "chenlihua")
    for door in ("/console/", reverse("mfa_activate_totp"), reverse("mfa_add_webauthn"), reverse("mfa_index")):
        assert client.get(door).url == change
    assert "先换成自己的密码" in client.get(change).content.decode()
    answer = choose(client, "quiet-orchard-77")
    assert client.get(answer.url).url == reverse("mfa_activate_totp"), "then a second factor"
    assert journal.entries(limit=1)[0].facts == {"change": "password_changed"}
    assert "二维码" in client.get(reverse("mfa_activate_totp")).content.decode()


@pytest.mark.parametrize(
    "weak",
    [PASSWORD, "short-77", "password1234", "chenlihua-2026", "77-CHENLIHUA-77", "word-s-7001-word", "1234567890123"],
)
def test_a_weak_password_is_not_taken(weak: str) -> None:
    client = staff_login(member_id=appointed())
    assert choose(client, weak).status_code == 200
    assert client.get("/console/").url == reverse("account_change_password")


def test_an_administrator_gives_a_way_back_in_that_is_shown_once() -> None:
    member_id = a_member("manager")
    there, admin = staff_login(member_id=member_id), staff_login("administrator")
    again = admin.get("/console/people/new/")["Location"]
    assert admin.post(again, {"code": staff.totp_now(SECRET, clock.now())}).status_code == 302
    answer = admin.post(f"/console/people/{member_id}/renew/", {"reason": "忘了密码", "factors": "on"})
    password = re.search(r'<code class="mono wrap">([^<]+)</code>', answer.content.decode())
    assert password
    assert answer["Cache-Control"] == "no-store"
    assert not inside(there), "running logins end"
    assert {entry.act for entry in journal.entries(limit=3)} >= {"staff.set_password", "staff.forget_second_factors"}
    assert "忘了密码" in admin.get(f"/console/people/{member_id}/").content.decode(), "the reason is kept"
    client = Client()
    password_step(client, username(member_id), password.group(1))
    assert client.get("/console/").url == reverse("account_change_password")


def test_only_the_demo_lets_a_given_password_stay(settings):  # type: ignore[no-untyped-def]
    given = {"display_name": "周", "branch": a_branch(), "roles": ["manager"], "password": PASSWORD, "actor": SYSTEM}
    staff.create_member(username="one", staff_no="1", at=clock.now(), keeps_password=True, **given)
    settings.HEYI = replace(settings.HEYI, demo=True)
    staff.create_member(username="two", staff_no="2", at=clock.now(), keeps_password=True, **given)
    waiting = User.objects.filter(password_given_at__isnull=False)
    assert [user.username for user in waiting] == ["one"]


def test_the_present_password_is_not_tried_out_at_an_open_screen() -> None:
    client = staff_login("manager")
    for number in range(5):
        assert choose(client, "quiet-orchard-77", old=f"guess-{number}").status_code == 200
    answer = choose(client, "quiet-orchard-77")
    assert "试了太多次" in answer.content.decode()
