"""What every answer tells the browser: run nothing that is not ours, show us in no frame, keep cookies from scripts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.req("C9")]


def policy_of(answer: object) -> dict[str, set[str]]:
    """The content security policy as directive → sources."""
    told = answer["Content-Security-Policy"]  # type: ignore[index]
    return {name: set(sources) for name, *sources in (part.split() for part in told.split(";") if part.strip())}


@pytest.mark.parametrize("address", ["/", "/console/login/", "/verify/", "/nowhere/"])
def test_the_browser_runs_only_what_is_ours(address: str) -> None:
    answer = Client().get(address, follow=True)
    policy = policy_of(answer)
    every = set().union(*policy.values())
    assert not {one for one in every if "unsafe" in one or one in ("*", "https:", "http:", "blob:")}
    assert {one for one in policy["script-src"] if not one.startswith("'nonce-")} == {"'self'"}
    assert policy["style-src"] == {"'self'"}
    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == {"'none'"}
    assert policy["frame-ancestors"] == {"'none'"}
    assert policy["form-action"] == {"'self'"}
    assert (answer["X-Content-Type-Options"], answer["X-Frame-Options"]) == ("nosniff", "DENY")
    assert answer["Referrer-Policy"] == "same-origin"


def test_the_policy_names_only_what_a_browser_can_read() -> None:
    """One malformed source is an error in every page's console."""
    served = replace(settings.HEYI, live_port=8001, allowed_hosts=("bank.example", "[::1]"))
    assert served.live_sources == ("http://bank.example:8001",)
    assert replace(served, live_port=0).live_sources == ()


def test_a_nonce_is_for_one_answer() -> None:
    one, two = (Client().get("/console/login/").content.decode().partition('nonce="')[2][:16] for _ in range(2))
    assert one != two or not one


def test_scripts_cannot_read_cookies() -> None:
    client = Client()
    client.get("/console/login/")
    client.post("/console/login/", {"login": "nobody", "password": "nothing"})
    assert client.cookies
    for name, cookie in client.cookies.items():
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
    assert (settings.SESSION_COOKIE_HTTPONLY, settings.CSRF_COOKIE_HTTPONLY) == (True, True)


def test_health_is_told_to_any_name_without_a_session(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        answer = Client(headers={"Host": "10.0.0.7"}).get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert not answer.cookies
    assert policy_of(answer)["default-src"] == {"'none'"}
    assert "no-store" in answer["Cache-Control"]
    assert Client(headers={"Host": "10.0.0.7"}).get("/console/login/").status_code == 400
    assert Client().post("/healthz").status_code == 405
