"""暂停联系 in the console: listed, placed, read and lifted by those who may, within their branches."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from heyi.capabilities.compliance import api as compliance
from heyi.plumbing import clock
from tests import cast
from tests.web.console.conftest import Login

pytestmark = [pytest.mark.django_db, pytest.mark.req("B9", "C9")]
REASON = "本人来电说账单第三笔不是他花的"


def placed(people: cast.Cast, kind: str = "dispute") -> UUID:
    at = clock.now() - timedelta(hours=1)
    return compliance.place_hold(kind=kind, party_id=people.lin.party_id, reason=REASON, actor=people.lead, at=at).id


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def test_the_list_shows_what_stands_and_what_has_ended(people: cast.Cast, login: Login) -> None:
    first, second = placed(people), placed(people, "no_contact")
    compliance.lift_hold(hold_id=second, reason="本人说可以联系", actor=people.lead, at=clock.now())
    client = login(people.zhou)
    assert text(client, "/console/holds/").count("/console/holds/0") == 2
    page = text(client, "/console/holds/?state=1")
    assert str(first) in page
    assert str(second) not in page
    assert str(second) in text(client, "/console/holds/?state=0&kind=no_contact")
    assert "没有符合的暂停" in text(client, "/console/holds/?kind=deceased")
    assert "没有符合的暂停" in text(login(people.stranger), "/console/holds/")
    text(login(people.stranger), f"/console/holds/{first}/", 404)


def test_a_hold_is_placed_by_contract_number_and_says_what_is_wrong(people: cast.Cast, login: Login) -> None:
    client = login(people.zhou)
    page = text(client, "/console/holds/new/")
    assert "协议履行中" not in page, "a manager does not place what follows from a signature"
    given = {"contract_no": "GX-2024-3308", "kind": "dispute", "reason": REASON}
    for wrong in ({"contract_no": "GX-2025-4402"}, {"until": "2020-01-01"}, {"reason": " "}):
        assert client.post("/console/holds/new/", given | wrong).status_code == 422
    made = client.post("/console/holds/new/", given)
    assert made.status_code == 302
    shown = text(client, made["Location"])
    assert "GX-2024-3308" in shown
    assert REASON not in shown
    assert compliance.holds(party_id=people.lin.party_id, at=clock.now())[0].kind == "dispute"


def test_the_reason_is_shown_on_asking(people: cast.Cast, login: Login) -> None:
    hold = placed(people)
    answer = login(people.auditor).post(f"/console/holds/{hold}/reason/")
    assert REASON in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


def test_only_whom_the_kind_names_lifts_it_and_with_a_reason(people: cast.Cast, login: Login) -> None:
    hold, path = placed(people), ""
    path = f"/console/holds/{hold}/lift/"
    assert login(people.zhou).post(path, {"reason": "好了"}).status_code == 403
    lead = login(people.lead)
    assert "还缺一个理由" in lead.post(path, {"reason": " "}).content.decode()
    assert lead.post(path, {"reason": "核实完毕"}).status_code == 302
    assert "已经结束" in text(lead, f"/console/holds/{hold}/")
    assert compliance.holds(party_id=people.lin.party_id, at=clock.now()) == ()
