"""«怎么联系我»: the borrower switches media, and reads what stands for them and who may contact them."""

from __future__ import annotations

import pytest

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.contact import api as contact
from heyi.kit.actors import SYSTEM
from heyi.plumbing import clock
from tests import cast
from tests.capabilities.contact.agencies import handed_over
from tests.web.logins import borrower_login

pytestmark = [pytest.mark.django_db, pytest.mark.req("B9", "B25")]


def test_what_stands_is_told_in_plain_words_and_media_are_switched() -> None:
    people = cast.build()
    handed_over(people)
    at = clock.now()
    compliance.place_hold(kind="vulnerability", party_id=people.lin.party_id, reason="重病", actor=SYSTEM, at=at)
    client = borrower_login(people.lin.party_id)
    page = client.get("/my/reach/").content.decode()
    assert "慢慢谈" in page
    assert "重病" not in page
    assert "和众示例服务有限公司" in page
    client.post("/my/reach/switch/", {"channel": "call", "act": "stop"})
    assert set(contact.channels_stopped(party_id=people.lin.party_id)) == {"call"}
    assert "起停用" in client.get("/my/reach/").content.decode()
    client.post("/my/reach/switch/", {"channel": "call", "act": "allow"})
    assert contact.channels_stopped(party_id=people.lin.party_id) == {}
    assert client.post("/my/reach/switch/", {"channel": "portal"}).status_code == 422
    other = borrower_login(people.chen.party_id).get("/my/reach/").content.decode()
    assert "和众" not in other
