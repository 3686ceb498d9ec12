"""The stream of a case is for those who may see the case, and every act changes its stamp."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpResponse
from django.test import AsyncClient, Client

from heyi.capabilities.negotiation import api as negotiation
from heyi.plumbing import clock
from tests import cast
from tests.capabilities.negotiation.steps import negotiating
from tests.web.logins import borrower_login

pytestmark = pytest.mark.django_db


@pytest.mark.req("E3")
def test_messages_and_read_marks_ring_the_bell() -> None:
    people = cast.build()
    case_id = negotiating(people)
    seen = {negotiation.stamps(case_ids=[case_id])[case_id]}
    at = clock.now()
    negotiation.say(case_id=case_id, body="您好", actor=people.zhou, at=at)
    seen.add(negotiation.stamps(case_ids=[case_id])[case_id])
    negotiation.mark_read(case_id=case_id, actor=people.lin.actor, at=at)
    seen.add(negotiation.stamps(case_ids=[case_id])[case_id])
    assert len(seen) == 3


@pytest.mark.req("C9")
def test_the_stream_of_somebody_elses_case_is_not_there() -> None:
    people = cast.build()
    case_id = negotiating(people)
    address = f"/live/cases/{case_id}/"
    own, other = borrower_login(people.lin.party_id), borrower_login(people.chen.party_id)
    assert streamed(own, address)["Content-Type"] == "text/event-stream"
    assert streamed(other, address).status_code == 404
    assert streamed(Client(), address).status_code == 302


def test_a_server_for_pages_gives_no_thread_to_a_stream() -> None:
    people = cast.build()
    case_id = negotiating(people)
    assert borrower_login(people.lin.party_id).get(f"/live/cases/{case_id}/").status_code == 204


def test_only_pages_of_the_same_host_may_read_the_stream() -> None:
    people = cast.build()
    case_id = negotiating(people)
    own = borrower_login(people.lin.party_id)
    near = streamed(own, f"/live/cases/{case_id}/", origin="http://testserver:8000")
    far = streamed(own, f"/live/cases/{case_id}/", origin="https://elsewhere.example")
    assert near["Access-Control-Allow-Origin"] == "http://testserver:8000"
    assert "Access-Control-Allow-Origin" not in far


def streamed(client: Client, address: str, *, origin: str = "http://testserver") -> HttpResponse:
    """The answer of the server for streams, asked with the client's cookies."""
    caller = AsyncClient()
    caller.cookies = client.cookies
    answer: HttpResponse = async_to_sync(caller.get)(address, headers={"Origin": origin})
    return answer
