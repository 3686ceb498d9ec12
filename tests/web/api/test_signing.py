"""Signing in a bank's own app: the same ceremony as on the portal, and nothing of it can be skipped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from heyi.capabilities.contact.models import CodeRecord
from heyi.capabilities.journal import api as journal
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.signing import api as signing
from heyi.plumbing import clock, jobs
from heyi.plumbing.ids import new_token
from tests import cast
from tests.capabilities.negotiation import steps
from tests.web.api.test_api import Caller
from tests.web.portal.story import code_sent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("E6")]


class App:
    """The bank's app on Lin's phone, at an agreement that waits to be signed."""

    def __init__(self, people: cast.Cast, watch: Any) -> None:
        self.people, self.watch = people, watch
        self.caller = Caller(people.integration_token)
        self.case_id, offer_id = steps.offered(people, clock.now())
        negotiation.accept_offer(case_id=self.case_id, offer_id=offer_id, actor=people.lin.actor, at=clock.now())
        jobs.drain(at=clock.now(), rounds=3)
        self.path = f"/cases/{self.case_id}/agreement"

    def get(self, rest: str = "") -> tuple[int, Any]:
        return self.caller.send("GET", self.path + rest)

    def post(self, rest: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        return self.caller.send("POST", self.path + rest, body if body is not None else {}, key=key or new_token(8))

    def wait(self, seconds: int) -> None:
        self.watch.shift(timedelta(seconds=seconds))

    def read_all(self, seconds: int = 12) -> None:
        self.post("/consent")
        for clause in self.get()[1]["clauses"]:
            text = self.get(f"/clauses/{clause['id']}")[1]
            self.wait(seconds)
            assert self.post(f"/clauses/{clause['id']}/acknowledge", {"reading": text["reading"]})[0] == 200
        form = self.get("/cost-form")[1]
        self.wait(form["min_seconds"])
        assert self.post("/cost-form/acknowledge", {"reading": form["reading"]})[0] == 200

    def code(self) -> str:
        """The six digits that Lin reads on her phone."""
        assert self.post("/code")[0] == 200
        jobs.drain(at=clock.now(), rounds=3)
        return code_sent(self.people.lin.party_id, "sign_code")


@pytest.fixture
def app() -> Iterator[App]:
    with time_machine.travel(cast.AT, tick=False) as watch:
        yield App(cast.build(), watch)


def test_the_whole_way_to_the_seal(app: App) -> None:
    assert app.get()[1]["state"] == "prepared"
    app.read_all()
    status, told = app.post("/sign", {"code": app.code()}, key="sign-1")
    assert (status, told["state"]) == (200, "borrower_signed")
    assert app.post("/sign", {"code": "000000"}, key="sign-1")[0] == 409, "another body under the same key"
    view = ceremony(app)
    seconds = {reading.seconds for reading in view.readings}
    assert seconds == {12}, "measured here, from giving out to acknowledging"
    acts = [entry.act for entry in journal.entries(case_id=app.case_id, limit=200)]
    assert acts.count("negotiation.carry_signing") == len(view.readings) + 3
    carried = [e for e in journal.entries(case_id=app.case_id, limit=200) if e.act == "negotiation.carry_signing"]
    assert {entry.actor for entry in carried} == {app.people.integration.label}
    signed = next(e for e in journal.entries(case_id=app.case_id, limit=200) if e.act == "signing.sign_borrower")
    assert signed.actor == app.people.lin.actor.label
    answer = app.caller.client.get(f"/api/v1{app.path}/file")
    assert answer.content.startswith(b"%PDF")


def test_the_same_call_again_gets_the_same_answer_and_spends_no_code(app: App) -> None:
    app.read_all()
    code = app.code()
    first = app.post("/sign", {"code": code}, key="once")
    assert app.post("/sign", {"code": code}, key="once") == first


def test_nothing_can_be_skipped_and_no_code_is_spent_on_it(app: App) -> None:
    app.post("/consent")
    clause = app.get()[1]["clauses"][0]["id"]
    assert app.post(f"/clauses/{clause}/acknowledge", {"reading": "made-up"})[1]["code"] == "api.reading_missing"
    other = app.get(f"/clauses/{app.get()[1]['clauses'][1]['id']}")[1]["reading"]
    assert app.post(f"/clauses/{clause}/acknowledge", {"reading": other})[1]["code"] == "api.reading_missing"
    code = app.code()
    assert app.post("/sign", {"code": code})[1]["code"] in ("signing.not_read", "signing.wrong_state")
    form = app.get("/cost-form")[1]
    app.wait(1)
    status, told = app.post("/cost-form/acknowledge", {"reading": form["reading"]})
    assert (status, told["code"]) == (422, "signing.read_longer")
    assert told["facts"]["seconds_left"] == form["min_seconds"] - 1
    assert not CodeRecord.objects.filter(used_at__isnull=False).exists()


def test_five_wrong_codes_end_the_code_though_each_call_is_refused(app: App) -> None:
    app.read_all()
    code = app.code()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    left = [app.post("/sign", {"code": wrong})[1]["facts"]["tries_left"] for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    assert app.post("/sign", {"code": code})[1]["code"] == "negotiation.sign_code_wrong"


def test_refusing_needs_one_call_and_no_reason(app: App) -> None:
    assert app.post("/refuse")[1]["state"] == "refused"
    jobs.drain(at=clock.now(), rounds=3)
    case = negotiation.case(case_id=app.case_id, actor=app.people.zhou, at=clock.now())
    assert case.status == "negotiating"


def test_an_agreement_of_another_branch_is_not_there(app: App) -> None:
    from heyi.capabilities.staff import api as staff
    from heyi.kit.actors import SYSTEM

    far = staff.create_client(name="far", branches=[cast.AWAY], actor=SYSTEM, at=clock.now())
    caller = Caller(far.token)
    for rest in ("", "/cost-form", "/file", "/consent", "/refuse"):
        posted = rest in ("/consent", "/refuse")
        status, told = caller.send("POST" if posted else "GET", app.path + rest, {} if posted else None)
        assert (status, told["code"]) == (404, "negotiation.case_not_found"), rest


def ceremony(app: App) -> Any:
    case = negotiation.case(case_id=UUID(str(app.case_id)), actor=app.people.zhou, at=clock.now())
    return signing.ceremony(ceremony_id=case.ceremony_id)
