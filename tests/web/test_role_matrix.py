"""Every address of the router × everybody who may knock, against the declaration; generated, nothing is forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from typing import Final
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client, override_settings

from heyi.plumbing.access import STAFF_ROLES, Access
from heyi.web.ui.routes import Route, all_routes
from tests.web.logins import agency, borrower_login, integration, staff_login

pytestmark = [pytest.mark.django_db, pytest.mark.req("C9", "B23")]

PERSONS: Final = ("anonymous", "borrower", "integration", "agency", "no role", *STAFF_ROLES)
ARGUMENT: Final = re.compile(r"<(?:(\w+):)?\w+>")
TO_LOGIN: Final = (302, 204)


def client_of(person: str) -> Client:
    match person:
        case "anonymous":
            return Client()
        case "borrower":
            return borrower_login()
        case "integration":
            return integration()
        case "agency":
            return agency()
        case "no role":
            return staff_login()
        case role:
            return staff_login(role)


def expected(access: Access, person: str) -> bool:
    """Read from the declaration alone, written a second time on purpose."""
    audience = access.audience
    if "public" in audience:
        return True
    if person in ("anonymous", "borrower", "integration", "agency"):
        return person in audience
    return "staff" in audience or person in audience


def address(route: Route) -> str:
    """The pattern with random values in place of its arguments."""
    assert not re.search(r"[\^$(]", route.pattern), f"{route.pattern}: use path(), so that this test can fill it in"
    made = {
        "uuid": str(uuid4()),
        "uuidstr": str(uuid4()),
        "int": "987654",
        "slug": "some-thing",
        "path": "some/thing",
        "str": "something",
    }
    return ARGUMENT.sub(lambda found: made.get(found.group(1) or "str", "something"), route.pattern)


def calls(route: Route) -> Iterator[tuple[str, Access]]:
    for method, access in route.access.items():
        if access is not None:
            yield from ((one, access) for one in (("GET", "POST") if method == "*" else (method,)))


def undeclared() -> list[str]:
    return [
        f"{method} {route.pattern}" for route in all_routes() for method, access in route.access.items() if not access
    ]


def faults(person: str, *, below: str = "/") -> list[str]:
    """The cells of this person that differ from the declaration. Nothing that the calls write is kept."""
    client, found = client_of(person), []
    cookies = copy(client.cookies)
    for route in (one for one in all_routes() if one.pattern.startswith(below)):
        for method, access in calls(route):
            with transaction.atomic():
                client.cookies = copy(cookies)
                answer = client.generic(method, address(route))
                transaction.set_rollback(True)
            turned_away = getattr(answer, "turned_away", False)
            if expected(access, person) == turned_away or not plausible(answer.status_code, turned_away=turned_away):
                found.append(f"{person}: {method} {route.pattern} → {answer.status_code}, audience {access.audience}")
    return found


def plausible(status: int, *, turned_away: bool) -> bool:
    return status in (401, 403, *TO_LOGIN) if turned_away else status < 500 or status == 503


def test_every_route_names_its_audience() -> None:
    assert undeclared() == []


@pytest.mark.parametrize("person", PERSONS)
def test_the_guard_lets_in_exactly_whom_the_declaration_names(person: str) -> None:
    assert faults(person) == []


@override_settings(ROOT_URLCONF="tests.web.sample_urls")
def test_a_route_without_a_declaration_is_found() -> None:
    assert undeclared() == ["* /sample/undeclared/"]


@override_settings(ROOT_URLCONF="tests.web.sample_urls")
@pytest.mark.parametrize("person", PERSONS)
def test_a_route_without_a_declaration_is_closed_to_everybody(
    person: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = client_of(person).get("/sample/undeclared/")
    assert answer.status_code == 404
    assert b"nobody said" not in answer.content
    assert "access.undeclared" in capsys.readouterr().out + caplog.text


@override_settings(ROOT_URLCONF="tests.web.sample_urls")
@pytest.mark.parametrize("person", ["anonymous", "borrower", "integration", "agency", "no role", "auditor"])
def test_the_sample_of_every_audience_stands_the_same_test(person: str) -> None:
    assert [fault for fault in faults(person, below="/sample/") if "/sample/exempt/" not in fault] == []


@override_settings(ROOT_URLCONF="tests.web.sample_urls")
def test_the_matrix_sees_a_guard_that_lets_somebody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Access, "admits", lambda self, actor: actor is not None)
    assert any("no role" in fault and "/sample/lead/" in fault for fault in faults("no role", below="/sample/"))
