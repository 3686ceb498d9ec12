"""Borrower A cannot read or move anything of borrower B: every address of the portal, with A's own ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.urls import reverse

from heyi.capabilities.journal import api as journal
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.models import Case, MessageFile, Proof
from heyi.plumbing import clock, jobs
from heyi.web.portal import urls
from tests.capabilities.negotiation import steps
from tests.cast import Cast
from tests.web.portal.story import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.req("B25", "C9")]

PUBLIC = {
    *("landing", "verify", "complain", "genuine", "contacts_machine", "login", "code", "code_again", "short_link"),
    *("stop", "stop_code", "stop_again", "stop_done", "leave"),
    *("people", "person_photo", "report", "report_state", "contacts_signed", "contacts_keys"),
}
NAMELESS = {"home", "reach_me", "switch_channel", "end_hours", "end_consent"}
"""Pages of whoever is logged in, whose address names nothing."""


def lins_ids(people: Cast) -> dict[str, object]:
    """Everything of Lin's that an address can name, with files, a receipt, a signed version and a letter's place."""
    case_id, offer_id = steps.offered(people, clock.now())
    upload = negotiation.Upload(steps.photo("blue"), "a.jpg")
    negotiation.say(case_id=case_id, body="x", files=[upload], actor=people.lin.actor, at=clock.now())
    negotiation.accept_offer(case_id=case_id, offer_id=offer_id, actor=people.lin.actor, at=clock.now())
    jobs.drain(at=clock.now())
    ceremony_id = Case.objects.get(id=case_id).ceremony_id
    journal.sequence(clock.now())
    proof = Proof.objects.filter(case_id=case_id).first()
    assert proof is not None
    return {
        "case_id": case_id,
        "contract_id": people.lin.contract_id,
        "offer_id": offer_id,
        "proof_id": proof.id,
        "object_id": MessageFile.objects.get(message__case_id=case_id).object_id,
        "entry_id": journal.entries(case_id=case_id, limit=1)[0].id,
        "slug": "name",
        "clause_id": "repayment",
        "language": "zh",
        "ceremony_id": ceremony_id,
    }


def addresses(ids: dict[str, object]) -> Iterator[tuple[str, str]]:
    """(name, address) of each page that is somebody's own."""
    for route in urls.urlpatterns:
        if route.name not in PUBLIC | NAMELESS:
            names = re.findall(r"<\w+:(\w+)>", str(route.pattern))
            yield str(route.name), reverse(f"portal:{route.name}", kwargs={name: ids[name] for name in names})


def answers(visitor: Visitor, ids: dict[str, object]) -> dict[str, tuple[int, bytes]]:
    """What each address answers, read and posted to; what a call writes is not kept."""
    found = {}
    for name, address in addresses(ids):
        for method in ("get", "post"):
            with transaction.atomic():
                answer = getattr(visitor.client, method)(address)
                transaction.set_rollback(True)
            body = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"|"x-csrftoken": "\w+"', b"", answer.content)
            found[f"{method} {name}"] = (answer.status_code, re.sub(rb'name="next" value="[^"]*"', b"", body))
    return found


def test_another_borrower_gets_the_same_404_as_for_what_does_not_exist(people: Cast, chen: Visitor) -> None:
    ids = lins_ids(people)
    nowhere: dict[str, object] = {name: uuid4() if isinstance(value, UUID) else value for name, value in ids.items()}
    hers, nobodys = answers(chen, ids), answers(chen, nowhere)
    assert {name: status for name, (status, _) in hers.items() if status != 404 and name != "get start"} == {}
    assert [name for name in hers if hers[name] != nobodys[name]] == []


def test_the_owner_is_let_in(people: Cast, lin: Visitor) -> None:
    """The other half of the proof: the same addresses answer to Lin."""
    found = answers(lin, lins_ids(people))
    missing = {name for name, (status, _) in found.items() if status == 404 and name.startswith("get ")}
    assert missing <= {"get version", "get agreement"}, "an agreement that nobody signed yet is no agreement"


def test_nobody_reads_without_a_login(people: Cast, lin: Visitor) -> None:
    lin.client.logout()
    assert {status for status, _ in answers(lin, lins_ids(people)).values()} == {302}
