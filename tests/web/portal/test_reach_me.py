"""«怎么联系我»: the borrower switches media, and reads what stands for them and who may contact them."""

from __future__ import annotations

from datetime import time, timedelta
from uuid import UUID

import pytest

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.contact import api as contact
from heyi.capabilities.journal import api as journal
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
    agreed = {"start": time(19), "end": time(21), "evidence": "message:1", "actor": SYSTEM, "at": at}
    compliance.agree_hours(party_id=people.lin.party_id, **agreed)
    compliance.agree_hours(party_id=people.chen.party_id, **agreed)
    assert "19:00–21:00" in client.get("/my/reach/").content.decode()
    assert "取消好了" in client.post("/my/reach/hours/", follow=True).content.decode()
    assert compliance.agreed_window(party_id=people.lin.party_id) is None
    assert compliance.agreed_window(party_id=people.chen.party_id), "only one's own"
    with pytest.raises(compliance.NoHoursAgreed):
        compliance.end_hours(party_id=people.chen.party_id, evidence="x", actor=people.lin.actor, at=at)
    (entry,) = journal.entries(act="compliance.end_hours", limit=10)
    assert (entry.actor, dict(entry.facts)) == (people.lin.actor.label, {"start": "19:00", "end": "21:00"})
    assert "取消约定时间" not in client.get("/my/reach/").content.decode()
    other = borrower_login(people.chen.party_id).get("/my/reach/").content.decode()
    assert "和众" not in other


def test_a_consent_is_taken_back_as_easily_as_it_was_given() -> None:
    people, at = cast.build(), clock.now()

    def agreed(contract_id: UUID | None) -> compliance.Permission:
        return compliance.record_permission(
            sort="consent",
            about="visit",
            party_id=people.lin.party_id,
            contract_id=contract_id,
            evidence="通话录音 0231",
            given_at=at - timedelta(days=1),
            until=at + timedelta(days=9),
            actor=people.zhou,
            at=at,
        )

    to_one, to_all = agreed(people.lin.contract_id), agreed(None)
    client, other = borrower_login(people.lin.party_id), borrower_login(people.chen.party_id)
    assert client.get("/my/reach/").content.decode().count("收回同意") == 2
    assert "收回同意" not in other.get("/my/reach/").content.decode()
    assert other.post("/my/reach/consent/", {"permission": to_one.id}).status_code == 404
    assert client.post("/my/reach/consent/", {"permission": "x"}).status_code == 404
    assert len(compliance.permissions_of(party_id=people.lin.party_id, at=clock.now())) == 2
    assert "收回了" in client.post("/my/reach/consent/", {"permission": to_one.id}, follow=True).content.decode()
    assert compliance.permissions_of(party_id=people.lin.party_id, at=clock.now()) == (to_all,)
