"""Idle and absolute limits, for staff and borrowers, and what happens to a session key at a login."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from heyi.plumbing import clock
from heyi.web.ui import sessions
from tests.web.logins import borrower_login, staff_login

pytestmark = [pytest.mark.django_db, pytest.mark.req("C9"), pytest.mark.urls("tests.web.sample_urls")]

START = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
WHO = {"staff": (lambda: staff_login("manager"), "/sample/manager/"), "borrower": (borrower_login, "/sample/borrower/")}


@pytest.fixture
def travel() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.mark.parametrize("audience", ["staff", "borrower"])
def test_who_is_away_too_long_is_logged_out(audience: str, travel: time_machine.Traveller) -> None:
    login, url = WHO[audience]
    client, idle = login(), settings.SESSION_IDLE_SECONDS[audience]
    assert client.get(url).status_code == 200
    travel.shift(timedelta(seconds=idle - 1))
    assert client.get(url).status_code == 200
    travel.shift(timedelta(seconds=idle - 1))
    assert client.get(url).status_code == 200
    travel.shift(timedelta(seconds=idle))
    answer = client.get(url)
    assert answer.status_code == 302
    assert "ended=idle" in answer.url
    assert client.get(url).status_code == 302


@pytest.mark.parametrize("audience", ["staff", "borrower"])
def test_nobody_stays_longer_than_the_absolute_limit(audience: str, travel: time_machine.Traveller) -> None:
    login, url = WHO[audience]
    client, step = login(), timedelta(minutes=10)
    statuses, passed = [], timedelta()
    while passed < timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS[audience]):
        statuses.append(client.get(url).status_code)
        travel.shift(step)
        passed += step
    assert set(statuses) == {200}
    answer = client.get(url)
    assert answer.status_code == 302
    assert "ended=absolute" in answer.url


def test_a_page_that_polls_does_not_keep_somebody_logged_in(travel: time_machine.Traveller) -> None:
    client = staff_login("manager")
    client.get("/sample/manager/")
    for _ in range(14):
        travel.shift(timedelta(minutes=1))
        assert client.get("/sample/quiet/").status_code == 200
    travel.shift(timedelta(minutes=1))
    assert client.get("/sample/quiet/").status_code == 302


def test_one_limit_does_not_end_the_other_login(travel: time_machine.Traveller) -> None:
    client = borrower_login(client=staff_login("manager"))
    client.get("/sample/manager/")
    for _ in range(3):
        travel.shift(timedelta(minutes=14))
        assert client.get("/sample/manager/").status_code == 200
    travel.shift(timedelta(minutes=14))
    assert client.get("/sample/manager/").status_code == 200


def test_the_session_key_changes_when_a_borrower_logs_in() -> None:
    client = staff_login("manager")
    fixed = client.cookies[settings.SESSION_COOKIE_NAME].value
    borrower_login(client=client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != fixed
    assert client.get("/sample/borrower/").status_code == 200
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = fixed
    assert thief.get("/sample/borrower/").status_code == 302


def test_another_borrower_in_the_same_browser_finds_nothing_of_the_first() -> None:
    client = borrower_login(uuid4())
    session = client.session
    session["draft"] = "what the first one wrote"
    session.save()
    other = borrower_login(uuid4(), client=client)
    assert "draft" not in other.session


def test_logging_a_borrower_out_leaves_the_colleague_logged_in() -> None:
    client = borrower_login(client=staff_login("manager"))
    request = type("R", (), {"session": client.session})()
    sessions.end_session(request)
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    assert client.get("/sample/borrower/").status_code == 302
    assert client.get("/sample/manager/").status_code == 200


def test_a_page_view_writes_the_session_once_a_minute_at_most(travel: time_machine.Traveller) -> None:
    client = staff_login("manager")
    client.get("/sample/manager/")
    seen = client.session["clocks"]["staff"]["seen"]
    travel.shift(timedelta(seconds=59))
    client.get("/sample/manager/")
    assert client.session["clocks"]["staff"]["seen"] == seen
    travel.shift(timedelta(seconds=1))
    client.get("/sample/manager/")
    assert client.session["clocks"]["staff"]["seen"] == seen + 60


def test_what_no_cookie_can_open_any_more_is_deleted(travel: time_machine.Traveller) -> None:
    borrower_login()
    assert sessions.clear_expired(clock.now()) == 0
    travel.shift(timedelta(hours=13))
    assert sessions.clear_expired(clock.now()) == 1
    assert not Session.objects.exists()
