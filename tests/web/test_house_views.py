"""Language, size of text, alive and ready."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from heyi.capabilities.vault.domain import StoreAway
from heyi.web.ui import readiness

START = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("name", ["language", "size"])
@pytest.mark.parametrize(
    ("wanted", "then"), [("/console/login/", "/console/login/"), ("//evil.example/", "/"), ("", "/")]
)
def test_a_choice_brings_one_back_to_this_site_only(name: str, wanted: str, then: str) -> None:
    assert Client().post(reverse(f"ui:{name}"), {name: "en", "next": wanted}).url == then


@pytest.mark.parametrize(
    ("name", "value", "cookie"),
    [
        ("language", "en", settings.LANGUAGE_COOKIE_NAME),
        ("size", "elder", "heyi_size"),
        ("size", "standard", "heyi_size"),
    ],
)
def test_a_choice_is_kept(name: str, value: str, cookie: str) -> None:
    client = Client()
    client.post(reverse(f"ui:{name}"), {name: value})
    kept = client.cookies[cookie]
    assert kept.value == value
    assert kept["httponly"]
    assert kept["samesite"] == "Lax"


@pytest.mark.django_db
def test_large_type_is_left_by_its_own_button() -> None:
    """What the page's button sends is one of the sizes that are kept."""
    client = Client()
    for wanted in ("elder", "standard"):
        (offered,) = re.findall(r'name="size" value="(\w+)"', client.get("/").content.decode())
        assert offered == wanted
        client.post(reverse("ui:size"), {"size": offered})
    assert 'data-size="elder"' not in client.get("/").content.decode()


@pytest.mark.parametrize(("size", "status"), [(51 * 2**20 + 1, 413), (51 * 2**20, 403)], ids=["more", "enough"])
def test_what_is_larger_than_any_page_takes_is_refused_unread(size: int, status: int) -> None:
    """Five files of 10 MiB and a form around them. The smaller one gets as far as the check against forged forms."""
    client = Client(enforce_csrf_checks=True)
    answer = client.generic("POST", "/verify/", b"x", "text/plain", CONTENT_LENGTH=str(size))
    assert answer.status_code == status
    if status == 413:
        assert "最多 50 MB" in answer.content.decode()


@pytest.mark.parametrize(("name", "value"), [("language", "xx"), ("language", ""), ("size", "huge")])
def test_what_is_not_offered_is_not_kept(name: str, value: str) -> None:
    assert not Client().post(reverse(f"ui:{name}"), {name: value}).cookies


@pytest.mark.parametrize("name", ["language", "size"])
def test_a_link_changes_nothing(name: str) -> None:
    assert Client().get(reverse(f"ui:{name}")).status_code == 405


def test_alive_touches_nothing() -> None:
    """Without leave for the database: a query would fail this test."""
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
class TestReady:
    @pytest.fixture(autouse=True)
    def _fresh(self) -> None:
        readiness._last.clear()

    def test_every_part_is_named(self) -> None:
        answer = Client().get("/readyz")
        assert answer.status_code == 200
        assert answer.json() == {"status": "ok", "parts": {"database": "ok", "journal": "ok", "objects": "ok"}}

    def test_a_part_that_is_away_is_named_without_detail(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def away() -> None:
            raise StoreAway(store="folder", why="/secret/path")

        monkeypatch.setitem(readiness.PROBES, "objects", away)
        with time_machine.travel(START, tick=False) as traveller:
            answer = Client().get("/readyz")
            assert answer.status_code == 503
            assert answer.json()["parts"] == {"database": "ok", "journal": "ok", "objects": "away"}
            assert "secret" not in answer.content.decode()
            monkeypatch.undo()
            assert Client().get("/readyz").status_code == 503
            traveller.shift(timedelta(seconds=2))
            assert Client().get("/readyz").status_code == 200

    def test_the_database_that_is_away_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken() -> None:
            raise connection.Database.OperationalError("gone")

        monkeypatch.setattr(connection, "cursor", broken)
        assert Client().get("/readyz").json()["parts"]["database"] == "away"
