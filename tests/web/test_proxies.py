"""Nobody chooses their own address: only the bank's proxies may tell it."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest
from django.conf import LazySettings
from django.test import Client

from heyi.capabilities.staff.models import User
from heyi.config import environment
from heyi.plumbing.models import Attempt
from heyi.web.ui.proxies import client_address
from tests.web.logins import a_member
from tests.web.test_login import password_step

pytestmark = pytest.mark.req("C9")

TRUSTED = (ip_network("10.0.0.0/8"), ip_network("2001:db8:5::/48"))


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 10.1.1.1", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9, 10.1.1.1, 10.2.2.2", "203.0.113.9"),
        ("127.0.0.1, 203.0.113.9:5123", "203.0.113.9"),
        ("[2001:db8::7]:443, 2001:db8:5::1", "2001:db8::7"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", "10.9.9.9"),
        ("nonsense", "10.9.9.9"),
        ("203.0.113.9, nonsense, 10.1.1.1", "10.1.1.1"),
        ("10.1.1.1, 10.2.2.2", "10.1.1.1"),
        (", ".join(["198.51.100.1"] * 5000), "198.51.100.1"),
    ],
)
def test_the_client_is_the_last_one_that_no_proxy_of_ours_is(forwarded: str, address: str) -> None:
    assert client_address("10.9.9.9", forwarded, TRUSTED) == address


@pytest.fixture
def behind_proxy(settings: LazySettings) -> None:
    settings.HEYI = replace(settings.HEYI, trusted_proxies=TRUSTED)


@pytest.mark.django_db
def test_a_forged_address_gives_no_further_tries(behind_proxy: None) -> None:
    """Straight to the server, or through the proxy with a lie on the left: the sixth try is locked either way."""
    for peer, told in (("203.0.113.66", "{n}.1.1.1"), ("10.0.0.5", "{n}.1.1.1, 203.0.113.77")):
        name = staff_name()
        for number in range(5):
            password_step(Client(), name, "wrong", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=told.format(n=number + 1))
        answer = password_step(Client(), name, "wrong", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=told.format(n=99))
        assert answer.status_code == 429, peer


@pytest.mark.django_db
def test_people_behind_one_proxy_are_counted_apart(behind_proxy: None) -> None:
    name = staff_name()
    for _ in range(6):
        password_step(Client(), name, "wrong", REMOTE_ADDR="10.0.0.5", HTTP_X_FORWARDED_FOR="203.0.113.1")
    other = password_step(Client(), name, "wrong", REMOTE_ADDR="10.0.0.5", HTTP_X_FORWARDED_FOR="203.0.113.2")
    assert other.status_code == 200


@pytest.mark.django_db
def test_limits_of_the_portal_count_the_real_address(behind_proxy: None) -> None:
    for number in range(3):
        forged = {"REMOTE_ADDR": "203.0.113.66", "HTTP_X_FORWARDED_FOR": f"{number + 1}.2.2.2"}
        Client().post("/enter/", {"mobile": "13900000077", "id_tail": "1234"}, **forged)
    assert set(Attempt.objects.filter(purpose="portal.entry").values_list("subject", "count")) == {("203.0.113.66", 3)}


@pytest.mark.django_db
def test_only_a_proxy_may_say_https(behind_proxy: None, settings: LazySettings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    told = {"HTTP_X_FORWARDED_PROTO": "https"}
    assert Client().get("/enter/", REMOTE_ADDR="10.0.0.5", **told).status_code == 200
    assert Client().get("/enter/", REMOTE_ADDR="203.0.113.66", **told).status_code == 301


def test_wrong_networks_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEYI_TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.300")
    with pytest.raises(environment.BadSetting, match=r"192\.0\.2\.300"):
        environment.read()
    monkeypatch.setenv("HEYI_TRUSTED_PROXIES", "10.0.0.0/8,2001:db8::1")
    assert [str(one) for one in environment.read().trusted_proxies] == ["10.0.0.0/8", "2001:db8::1/128"]


def staff_name() -> str:
    return str(User.objects.get(pk=a_member("manager")).username)
