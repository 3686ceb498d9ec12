"""The API: same refusals everywhere, calls that repeat safely, and nothing of others."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM
from heyi.plumbing import clock
from heyi.plumbing.ids import new_id, new_token
from heyi.web.api import idempotency
from tests import cast
from tests.capabilities.negotiation.steps import ANSWERS, photo

pytestmark = pytest.mark.django_db
BASE = "/api/v1"


class Caller:
    """A client of the API with one key."""

    def __init__(self, token: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def send(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        answer = self.client.generic(
            method,
            BASE + path,
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={"Idempotency-Key": key or new_token(8)},
        )
        return answer.status_code, answer.json()


@pytest.fixture
def people() -> cast.Cast:
    return cast.build()


@pytest.fixture
def app(people: cast.Cast) -> Caller:
    return Caller(people.integration_token)


def contract_in(number: str, **changed: Any) -> dict[str, Any]:
    return {
        "contract_no": number,
        "product": "consumer",
        "branch": cast.HOME,
        "borrower": {"kind": "person", "name": "顾安", "id_number": cast.id_number(77), "mobile": "13900000077"},
        "balance": {"principal_minor": 1_000_000, "interest_minor": 20_000},
        **changed,
    }


def test_without_a_key_or_with_a_wrong_one_there_is_nothing(people: cast.Cast) -> None:
    for caller in (Caller("nonsense"), Caller("")):
        status, body = caller.send("GET", f"/cases/{new_id()}")
        assert (status, body["code"]) == (401, "staff.bad_client_key")


def test_good_contracts_are_kept_and_bad_ones_come_back_with_reasons(app: Caller) -> None:
    sound = cast.id_number(78)
    wrong = sound[:-1] + ("0" if sound[-1] != "0" else "1")
    bad = contract_in("API-2", borrower={"kind": "person", "name": "顾安", "id_number": wrong})
    status, body = app.send("PUT", "/contracts", {"contracts": [contract_in("API-1"), bad]})
    assert status == 200
    assert (body["created"], [row["place"] for row in body["refused"]]) == (1, [1])
    assert body["refused"][0]["faults"][0]["words"]
    assert loans.contract_by_no(contract_no="API-1", actor=SYSTEM).balance.total.amount_minor == 1_020_000


def test_the_same_key_has_its_effect_once_and_another_body_is_refused(app: Caller) -> None:
    first = app.send("PUT", "/contracts", {"contracts": [contract_in("API-1")]}, key="k1")
    assert app.send("PUT", "/contracts", {"contracts": [contract_in("API-1")]}, key="k1") == first
    status, body = app.send("PUT", "/contracts", {"contracts": [contract_in("API-9")]}, key="k1")
    assert (status, body["code"]) == (409, "api.idempotency_key_reused")
    assert body["what"]
    assert body["next"]


def test_a_key_is_forgotten_after_a_month(app: Caller) -> None:
    app.send("PUT", "/contracts", {"contracts": [contract_in("API-1")]}, key="k1")
    assert idempotency.forget_old(clock.now() + timedelta(days=29)) == 0
    assert idempotency.forget_old(clock.now() + timedelta(days=31)) == 1
    assert app.send("PUT", "/contracts", {"contracts": [contract_in("API-9")]}, key="k1")[0] == 200


def test_a_call_that_changes_something_needs_a_key(app: Caller) -> None:
    answer = app.client.put(
        f"{BASE}/contracts", json.dumps({"contracts": [contract_in("API-1")]}), content_type="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "api.idempotency_key_missing")


def test_payments_are_booked_once_taken_back_once_and_wait_when_unknown(app: Caller, people: cast.Cast) -> None:
    number = loans.contract(contract_id=people.lin.contract_id, actor=SYSTEM).contract_no
    before = loans.contract(contract_id=people.lin.contract_id, actor=SYSTEM).balance.total
    payment = {
        "source": "core",
        "reference": "P-1",
        "contract_no": number,
        "amount_minor": 50_000,
        "received_on": clock.today().isoformat(),
    }
    status, booked = app.send("POST", "/payments", payment)
    assert (status, booked["state"]) == (200, "matched")
    assert app.send("POST", "/payments", payment)[1]["repeated"] is True
    assert (
        before - loans.contract(contract_id=people.lin.contract_id, actor=SYSTEM).balance.total
    ).amount_minor == 50_000
    app.send("POST", f"/payments/{booked['id']}/reversal")
    assert loans.contract(contract_id=people.lin.contract_id, actor=SYSTEM).balance.total == before
    status, waiting = app.send("POST", "/payments", payment | {"reference": "P-2", "contract_no": "nobody"})
    assert (status, waiting["state"]) == (200, "unmatched")


@pytest.mark.req("E1", "E2")
def test_a_banks_own_app_applies_for_its_user(app: Caller, people: cast.Cast) -> None:
    case_id = applied(app, people)
    status, case = app.send("GET", f"/cases/{case_id}")
    assert status == 200
    assert case["status"] in ("submitted", "in_review")
    assert case["turn"] == "bank"
    assert case["by"]
    assert all(step["complete"] for step in case["steps"] if step["key"] in ("who", "contact", "income", "truth"))


def test_an_unfinished_application_is_refused_with_every_gap(app: Caller, people: cast.Cast) -> None:
    number = loans.contract(contract_id=people.lin.contract_id, actor=SYSTEM).contract_no
    _, done = app.send("POST", "/cases", {"contract_no": number})
    status, body = app.send("POST", f"/cases/{done['case_id']}/submit")
    assert (status, body["code"]) == (422, "negotiation.not_complete")
    assert {"who", "contact", "truth"} <= set(body["facts"]["steps"])


@pytest.mark.req("E5", "B6", "B2", "T5")
def test_an_offer_is_answered_once_and_every_act_has_a_receipt(app: Caller, people: cast.Cast) -> None:
    from tests.capabilities.negotiation.steps import publish

    at = clock.now()
    case_id = applied(app, people)
    negotiation.review(case_id=case_id, outcome="accept", actor=people.reviewer, at=at)
    offer_id = publish(case_id, people, at)
    _, case = app.send("GET", f"/cases/{case_id}")
    assert [offer["status"] for offer in case["offers"]] == ["open"]
    status, done = app.send("POST", f"/cases/{case_id}/offers/{offer_id}/answer", {"answer": "accept"})
    assert (status, done["status"]) == (200, "agreed")
    status, _ = app.send("POST", f"/cases/{case_id}/offers/{offer_id}/answer", {"answer": "decline"})
    assert status == 409
    journal.sequence(clock.now())
    _, acts = app.send("GET", f"/cases/{case_id}/journal")
    assert app.send("GET", f"/cases/{case_id}/journal?before={acts[0]['id']}") == (200, acts[1:])
    accepted = next(act for act in acts if act["act"] == "negotiation.accept_offer")
    status, receipt = app.send("GET", f"/cases/{case_id}/journal/{accepted['id']}/receipt")
    assert status == 200
    assert b"negotiation.accept_offer" in bytes.fromhex(receipt["entry"])


def test_a_receipt_of_another_case_is_not_there(app: Caller, people: cast.Cast) -> None:
    case_id = applied(app, people)
    journal.sequence(clock.now())
    foreign = next(entry for entry in journal.entries(limit=100) if entry.case_id != case_id)
    status, _ = app.send("GET", f"/cases/{case_id}/journal/{foreign.id}/receipt")
    assert status == 404


def test_another_branchs_client_sees_nothing(app: Caller, people: cast.Cast) -> None:
    case_id = applied(app, people)
    other = staff.create_client(name="other app", branches=[cast.AWAY], actor=SYSTEM, at=clock.now())
    stranger = Caller(other.token)
    for method, path, body in (
        ("GET", f"/cases/{case_id}", None),
        ("GET", f"/cases/{case_id}/messages", None),
        ("GET", f"/cases/{case_id}/journal", None),
        ("POST", f"/cases/{case_id}/messages", {"body": "hello"}),
        ("PUT", f"/cases/{case_id}/answers/income", {"values": {"monthly": "1"}}),
    ):
        missing = stranger.send(method, path.replace(str(case_id), str(new_id())), body)
        assert stranger.send(method, path, body)[0] == missing[0] == 404


def test_checkpoints_are_for_everybody(people: cast.Cast) -> None:
    journal.sequence(clock.now())
    answer = Client().get(f"{BASE}/journal/checkpoint")
    assert answer.status_code == 200
    assert answer.json()["note"]


def applied(app: Caller, people: cast.Cast) -> UUID:
    """Lin's application, handed in by the bank's app."""
    lin = people.lin
    number = loans.contract(contract_id=lin.contract_id, actor=SYSTEM).contract_no
    status, done = app.send("POST", "/cases", {"contract_no": number, "verified_at": clock.now().isoformat()})
    assert status == 200, done
    case = f"/cases/{done['case_id']}"
    steps = {
        "who": {"name": lin.name, "id_number": lin.id_number},
        **ANSWERS,
        "contact": {**ANSWERS["contact"], "mobile": lin.mobile},
    }
    for step, values in steps.items():
        status, body = app.send("PUT", f"{case}/answers/{step}", {"values": values})
        assert status == 200, body
    for kind, colour in (("income", "white"), ("hardship", "grey")):
        file = SimpleUploadedFile(f"{kind}.jpg", photo(colour), "image/jpeg")
        answer = app.client.post(f"{BASE}{case}/proofs", {"kind": kind, "file": file})
        assert answer.status_code == 200, answer.content
    status, body = app.send("POST", f"{case}/submit")
    assert status == 200, body
    return UUID(done["case_id"])


@pytest.mark.req("E2")
@pytest.mark.parametrize("told", ["2026-11-09T10:00:00", "2099-01-01T00:00:00+08:00"])
def test_who_the_user_is_was_proved_at_a_known_moment_and_not_in_the_future(
    told: str, app: Caller, people: cast.Cast
) -> None:
    number = loans.contract(contract_id=people.lin.contract_id, actor=SYSTEM).contract_no
    status, body = app.send("POST", "/cases", {"contract_no": number, "verified_at": told})
    assert status == 422
    assert "verified_at" in next(iter(body["facts"]["fields"]))


@pytest.mark.req("C9")
def test_a_nul_is_refused_at_the_door(app: Caller) -> None:
    status, _ = app.send("PUT", "/contracts", {"contracts": [contract_in("API-\0")]})
    assert status == 400
