"""What happens by itself: offers end, silent cases end, reminders go once, an outside check waits for its service."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from heyi.capabilities.contact import api as contact
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.adapters.real_name import HttpRealName, LocalRealName
from heyi.capabilities.negotiation.models import Offer
from heyi.capabilities.negotiation.ports import plug_real_name
from heyi.plumbing import outbox
from tests.capabilities.negotiation import steps
from tests.cast import AT, Cast, id_number

pytestmark = pytest.mark.django_db


@pytest.mark.req("E5")
def test_an_offer_ends_at_its_date_and_not_before(people: Cast) -> None:
    case_id, offer_id = steps.offered(people)
    assert negotiation.expire_offers(AT + timedelta(days=9)) == 0
    assert negotiation.expire_offers(AT + timedelta(days=11)) == 1
    assert negotiation.expire_offers(AT + timedelta(days=11)) == 0
    assert Offer.objects.get(id=offer_id).status == "expired"
    assert steps.status(case_id) == "negotiating"


def test_a_reminder_before_the_end_goes_once(people: Cast) -> None:
    case_id, _ = steps.offered(people)
    for hours in (0, 1, 5):
        negotiation.remind_of_offers(AT + timedelta(days=9, hours=hours))
    sent = [line.template for line in contact.ledger(case_id=case_id)]
    assert sent.count("offer_expiring") == 2  # portal and text message


@pytest.mark.req("E2")
def test_silence_ends_a_case_that_waits_for_the_borrower(people: Cast) -> None:
    case_id = steps.submitted(people.lin)
    negotiation.review(case_id=case_id, outcome="request_more", reasons=["income_proof"], actor=people.reviewer, at=AT)
    assert negotiation.close_silent(AT + timedelta(days=29)) == 0
    assert negotiation.close_silent(AT + timedelta(days=32)) == 1
    view = negotiation.case(case_id=case_id, actor=people.lin.actor, at=AT + timedelta(days=32))
    assert (view.status, view.end_reason, view.progress.current) == ("closed", "no_answer", "review")


@pytest.mark.req("E8")
def test_a_missed_service_level_is_noted_once(people: Cast) -> None:
    case_id = steps.submitted(people.lin)
    assert negotiation.note_late(AT + timedelta(days=1)) == 0
    assert negotiation.note_late(AT + timedelta(days=3)) == 1
    assert negotiation.note_late(AT + timedelta(days=4)) == 0
    noted = [item for item in negotiation.timeline(case_id=case_id, actor=people.lead, at=AT) if item.act == "late"]
    assert [item.facts["next_act"] for item in noted] == ["review"]
    assert (
        negotiation.cases(actor=people.lead, at=AT + timedelta(days=3), filters=negotiation.CaseFilter(late=True)).count
        == 1
    )


class Register(BaseHTTPRequestHandler):
    """A real-name service that answers what the test told it to."""

    answer: Any = {"outcome": "mismatched", "reference": "R-1"}
    status = 200
    asked: list[dict[str, str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append(json.loads(body))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(json.dumps(self.answer).encode())

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def register() -> Iterator[type[Register]]:
    server = HTTPServer(("127.0.0.1", 0), Register)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    plug_real_name(HttpRealName(f"http://127.0.0.1:{server.server_port}/check"))
    Register.asked, Register.status, Register.answer = [], 200, {"outcome": "mismatched", "reference": "R-1"}
    yield Register
    server.shutdown()
    server.server_close()
    plug_real_name(LocalRealName())


def verdict(people: Cast, case_id: Any) -> dict[str, str]:
    view = negotiation.case(case_id=case_id, actor=people.reviewer, at=AT)
    return {finding.code: finding.verdict for finding in view.findings}


@pytest.mark.req("E2", "E9")
def test_the_service_says_no_and_then_four_eyes_are_due(people: Cast, register: type[Register]) -> None:
    case_id = steps.submitted(people.lin)
    outbox.deliver_due(at=AT)
    assert register.asked == [{"name": people.lin.name, "id_number": people.lin.id_number}]
    assert verdict(people, case_id)["real_name_mismatch"] == "stop"
    negotiation.review(case_id=case_id, outcome="accept", actor=people.reviewer, at=AT)
    assert steps.status(case_id) == "second_review"


@pytest.mark.req("E2")
def test_a_service_that_is_away_delays_nobody(people: Cast, register: type[Register]) -> None:
    register.status = 503
    case_id = steps.submitted(people.lin)
    outbox.deliver_due(at=AT)
    assert verdict(people, case_id)["real_name"] == "pending"
    register.status, register.answer = 200, {"outcome": "matched"}
    outbox.deliver_due(at=AT + timedelta(minutes=20))
    assert verdict(people, case_id)["real_name"] == "ok"


@pytest.mark.parametrize("answer", [{}, [], "matched", {"outcome": "yes"}])
def test_an_answer_of_another_form_counts_as_away(register: type[Register], answer: Any) -> None:
    from heyi.capabilities.negotiation import ports

    register.answer = answer
    with pytest.raises(negotiation.RealNameAway):
        ports.real_name().check(name="林知晴", id_number=id_number(281))


def test_the_local_service_shows_both_answers() -> None:
    local = LocalRealName()
    assert local.check(name="林知晴", id_number=id_number(281)).outcome == "matched"
    assert local.check(name="林假", id_number=id_number(281)).outcome == "mismatched"
    sound = id_number(281)
    broken = sound[:-1] + ("0" if sound[-1] != "0" else "1")
    assert local.check(name="林知晴", id_number=broken).outcome == "unknown"
