"""Coming in by short link or mobile number: the code, and the same answer for everybody who does not fit."""

from __future__ import annotations

import re

import pytest

from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact import sealed
from heyi.capabilities.contact.models import Message
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.vault import api as vault
from tests.cast import AT, Cast

pytestmark = pytest.mark.django_db


def code_sent(people: Cast) -> str:
    """The code in the latest text to Lin."""
    row = Message.objects.filter(party_id=people.lin.party_id, template="entry_code").latest("created_at", "id")
    key = vault.subject_key(subject_id=people.lin.party_id, at=AT)
    found = re.search(r"\d{6}", sealed.unseal_wording(key, bytes(row.body_sealed)).text)
    assert found
    return found[0]


@pytest.mark.req("E1")
def test_a_short_link_the_id_tail_and_a_code_let_in(people: Cast) -> None:
    invited = negotiation.invite(contract_id=people.lin.contract_id, actor=people.zhou, at=AT)
    token = invited.url.rpartition("/")[2]
    tail = people.lin.id_number[-4:]
    assert negotiation.ask_code(token=token, id_tail=tail, at=AT) == ""
    entered = negotiation.enter(token=token, id_tail=tail, code=code_sent(people), at=AT)
    assert (entered.party_id, entered.contract_id) == (people.lin.party_id, people.lin.contract_id)
    assert entered.actor == people.lin.actor
    sent = {line.template for line in contact.ledger(party_id=people.lin.party_id)}
    assert {"invitation", "entry_code"} <= sent


@pytest.mark.req("E1")
def test_the_mobile_number_lets_in_too(people: Cast) -> None:
    tail = people.lin.id_number[-4:]
    shown = negotiation.ask_code(mobile=people.lin.mobile, id_tail=tail, at=AT)
    assert shown.endswith("2816")
    entered = negotiation.enter(mobile=people.lin.mobile, id_tail=tail, code=code_sent(people), at=AT)
    assert entered.contract_id is None


@pytest.mark.req("E9")
def test_known_and_unknown_get_the_same_answer(people: Cast) -> None:
    known = negotiation.ask_code(mobile=people.lin.mobile, id_tail="0000", at=AT)
    unknown = negotiation.ask_code(mobile="13899992816", id_tail="0000", at=AT)
    assert known == unknown
    assert Message.objects.filter(template="entry_code").count() == 0
    token = negotiation.invite(contract_id=people.lin.contract_id, actor=people.zhou, at=AT).url.rpartition("/")[2]
    for link in (token, "no-such-link"):
        assert negotiation.ask_code(token=link, id_tail="0000", at=AT) == ""
        with pytest.raises(negotiation.EntryRefused) as refused:
            negotiation.enter(token=link, id_tail="0000", code="000000", at=AT)
        assert refused.value.facts["tries_left"] in range(5)


def test_only_those_who_work_on_it_invite(people: Cast) -> None:
    with pytest.raises(negotiation.CaseNotFound):
        negotiation.invite(contract_id=people.lin.contract_id, actor=people.stranger, at=AT)
    with pytest.raises(negotiation.NotYourAct):
        negotiation.invite(contract_id=people.lin.contract_id, actor=people.auditor, at=AT)
