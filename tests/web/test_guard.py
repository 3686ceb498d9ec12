"""The guard by itself: who acts, where the others are sent, what a refusal shows."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from tests.web.logins import SECRET, a_member, borrower_login, integration, staff_login

pytestmark = [pytest.mark.django_db, pytest.mark.req("C9"), pytest.mark.urls("tests.web.sample_urls")]


def login_and_next(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.path, parse_qs(parts.query)["next"][0]


def test_the_actor_is_who_is_logged_in() -> None:
    member_id, party_id = a_member("manager"), uuid4()
    assert staff_login(member_id=member_id).get("/sample/staff/").json() == {"actor": "staff", "id": str(member_id)}
    assert borrower_login(party_id).get("/sample/borrower/").json() == {"actor": "borrower", "id": str(party_id)}
    assert integration().get("/sample/integration/").json()["actor"] == "integration"
    assert Client().get("/sample/public/").json() == {"actor": None, "id": None}


def test_one_browser_may_hold_a_borrower_and_a_member_of_staff() -> None:
    client = borrower_login(client=staff_login("manager"))
    assert client.get("/sample/manager/").json()["actor"] == "staff"
    assert client.get("/sample/borrower/").json()["actor"] == "borrower"
    assert client.get("/sample/both/").json()["actor"] == "borrower"
    assert client.get("/console/sample/both/").json()["actor"] == "staff"
    assert client.get("/console/sample/public/").json()["actor"] == "staff"
    assert client.get("/sample/public/").json()["actor"] == "borrower"


def test_strangers_are_sent_to_the_fitting_login() -> None:
    assert login_and_next(Client().get("/sample/lead/?a=1").url) == ("/console/login/", "/sample/lead/?a=1")
    assert Client().get("/console/sample/both/").url.startswith("/console/login/")
    assert not Client().get("/sample/borrower/").url.startswith("/console/")
    assert not Client().get("/sample/both/").url.startswith("/console/")


def test_a_part_of_a_page_sends_the_whole_page_to_the_login() -> None:
    answer = Client().get(
        "/sample/lead/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/console/cases/?page=2"}
    )
    assert answer.status_code == 204
    assert login_and_next(answer["HX-Redirect"]) == ("/console/login/", "/console/cases/?page=2")


def test_a_foreign_referer_is_not_where_one_comes_back_to() -> None:
    answer = Client().post("/sample/lead/", headers={"Referer": "https://evil.example/phish"})
    assert login_and_next(answer.url) == ("/console/login/", "/")


def test_the_wrong_role_gets_a_plain_page_that_says_what_to_do() -> None:
    answer = staff_login("manager").get("/sample/lead/")
    assert answer.status_code == 403
    assert "heyi.not_allowed" in answer.content.decode()


def test_missing_and_forbidden_objects_look_the_same() -> None:
    client = staff_login("manager")
    pages = {
        client.get(url).content.replace(url.encode(), b"URL")
        for url in ("/console/sample/missing/", "/console/sample/not-yours/")
    }
    assert len({page.split(b"<main")[1] for page in pages}) == 1
    assert not any(b"0190-secret" in page for page in pages)
    assert client.get("/console/sample/not-yours/").status_code == 404


@pytest.mark.parametrize(
    ("url", "status", "code"), [("not-allowed", 403, "heyi.not_allowed"), ("late", 409, "heyi.conflict")]
)
def test_a_named_refusal_becomes_a_page(url: str, status: int, code: str) -> None:
    answer = staff_login("manager").get(f"/console/sample/{url}/")
    assert answer.status_code == status
    assert code in answer.content.decode()


def test_a_cookie_does_not_count_where_forged_requests_are_not_checked() -> None:
    for client in (staff_login("manager"), borrower_login()):
        assert client.get("/sample/exempt/").status_code == 200
        assert client.post("/sample/exempt/").status_code in (302, 401)
    assert integration().post("/sample/exempt/").status_code == 200


def test_a_forged_form_gets_a_plain_page() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("ui:language"), {"language": "en"})
    assert answer.status_code == 403
    assert "heyi.forged" in answer.content.decode()


@pytest.mark.parametrize("header", ["Bearer heyi_wrong", "bearer  ", "Basic dTpw", "Bearer"])
def test_a_wrong_key_is_refused_in_json(header: str) -> None:
    answer = Client(headers={"Authorization": header}).get("/sample/integration/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    told = answer.json()
    assert (told["code"], told["facts"]) == ("staff.bad_client_key", {})
    assert told["what"]
    assert told["next"]


def test_a_key_opens_nothing_but_the_api() -> None:
    assert integration().get("/sample/manager/").status_code == 302


@pytest.mark.parametrize("role", ["manager", "reviewer", "lead", "compliance", "auditor", "administrator"])
def test_a_role_taken_back_is_refused_at_the_next_request(role: str) -> None:
    member_id = a_member(role)
    client = staff_login(member_id=member_id)
    assert client.get(f"/sample/{role}/").status_code == 200
    staff.revoke_role(staff_id=member_id, role=role, reason="moved", actor=SYSTEM, at=clock.now())
    assert client.get(f"/sample/{role}/").status_code == 403
    staff.grant_role(staff_id=member_id, role=role, reason="back", actor=SYSTEM, at=clock.now())
    assert client.get(f"/sample/{role}/").status_code == 200


def test_a_closed_account_is_out_at_the_next_request() -> None:
    member_id = a_member("manager")
    client = staff_login(member_id=member_id)
    assert client.get("/sample/manager/").status_code == 200
    staff.close_member(staff_id=member_id, reason="left", actor=SYSTEM, at=clock.now())
    assert client.get("/sample/manager/").status_code == 302


def test_a_delicate_act_asks_for_a_fresh_proof_and_comes_back() -> None:
    client = staff_login("manager")
    asked = client.get("/console/sample/reveal/")
    assert asked.url == f"{reverse('mfa_reauthenticate')}?next=%2Fconsole%2Fsample%2Freveal%2F"
    wrong = client.post(asked.url, {"code": "000000", "next": "/console/sample/reveal/"})
    assert wrong.status_code == 200
    assert client.get("/console/sample/reveal/").status_code == 302
    back = client.post(asked.url, {"code": staff.totp_now(SECRET, clock.now()), "next": "/console/sample/reveal/"})
    assert back.url == "/console/sample/reveal/"
    assert client.get(back.url).content == b"revealed"


def test_an_unknown_audience_is_a_mistake_at_once() -> None:
    with pytest.raises(ValueError, match="managers"):
        open_to("managers", why="a slip of the pen")
    with pytest.raises(ValueError, match="missing"):
        open_to(why="nobody named")
