"""外包机构 in the console: kept by compliance, seen by the branches, placed and taken back by leads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from heyi.capabilities.contact import api as contact
from heyi.capabilities.staff import api as staff
from heyi.plumbing import clock
from tests import cast
from tests.capabilities.contact.agencies import approve
from tests.web.console.conftest import Login

pytestmark = [pytest.mark.django_db, pytest.mark.req("B10", "C3")]
ENTRY = {
    "code": "another", "name": "另一家示例公司", "name_en": "Another sample", "credit_code": cast.uscc(78),
    "phone": "400-000-0079", "contract_from": "2026-01-01", "contract_until": "2027-12-31", "branches": ["*"],
}  # fmt: skip


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def page_of(people: cast.Cast) -> str:
    return f"/console/agencies/{people.agency_id}/"


def test_compliance_registers_changes_and_evaluates(people: cast.Cast, login: Login) -> None:
    client = login(people.compliance)
    assert "登记外包机构" in text(client, "/console/agencies/new/")
    for wrong in ({"contract_until": "2025-01-01"}, {"code": "hezhong"}, {"phone": ""}):
        assert client.post("/console/agencies/new/", ENTRY | wrong).status_code == 422
    made = client.post("/console/agencies/new/", ENTRY)["Location"]
    assert "还没有向社会公布" in text(client, made)
    client.post(f"{made}change/", ENTRY | {"announced_on": "2026-01-02"})
    assert "还没有向社会公布" not in text(client, made)
    today = clock.today().isoformat()
    looked = {"on": today, "outcome": "failed", "words": "抽查 50 段录音，3 段没有报工号。"}
    assert client.post(f"{made}evaluate/", looked | {"words": ""}).status_code == 422
    client.post(f"{made}evaluate/", looked)
    assert "最近一次评估没有通过" in text(client, "/console/agencies/")
    client.post(f"{made}agents/", {
        "number": "A-1", "name": "何川", "certificate_no": "C-1", "certificate_until": today,
    })  # fmt: skip
    assert "何川" in text(client, made)
    (agent,) = staff.agents(agency_id=made.split("/")[3])  # type: ignore[arg-type]
    client.post(f"{made}agents/{agent.id}/end/", {"reason": "离职"})
    assert "已离开" in text(client, made)
    client.post(f"{made}status/", {"status": "ended", "reason": "合同终止"})
    assert "已终止合作" in text(client, made)


def test_a_lead_places_once_the_committee_agreed_and_takes_back(people: cast.Cast, login: Login) -> None:
    client, path = login(people.lead), page_of(people)
    given = {"contract_no": "GX-2024-3308", "until": (clock.today() + timedelta(days=60)).isoformat()}
    assert "委员会还没有批准" in client.post(f"{path}place/", given).content.decode()
    approve(people, at=clock.now())
    assert client.post(f"{path}place/", given | {"contract_no": "nobody"}).status_code == 422
    assert client.post(f"{path}place/", given).status_code == 302
    page = text(client, path)
    assert "等告知" in page
    (placed,) = contact.placements(actor=people.lead, at=clock.now())
    client.post(f"{path}recall/{placed.id}/")
    assert "银行收回" in text(client, path)


def test_overdue_reports_are_shown(people: cast.Cast, login: Login) -> None:
    from heyi.capabilities.contact.models import LedgerEntry

    late = clock.now() - timedelta(days=3)
    LedgerEntry.objects.create(
        created_at=late, party_id=people.lin.party_id, contract_id=people.lin.contract_id, channel="call",
        purpose="collection", outcome="reserved", bank_day=late.date(), actor="agency:x", actor_kind="agency",
        agency_id=people.agency_id, leave_until=late, report_by=late, destination_masked="138****2816",
    )  # fmt: skip
    page = text(login(people.compliance), page_of(people))
    assert "关口已对这家机构关上" in page
    assert "138****2816" in page


def test_who_sees_and_who_keeps(people: cast.Cast, login: Login) -> None:
    path = page_of(people)
    assert "和众示例服务有限公司" in text(login(people.zhou), "/console/agencies/")
    stranger = login(people.stranger)
    assert "还没有外包机构" in text(stranger, "/console/agencies/")
    assert stranger.get(path).status_code == 404
    assert login(people.zhou).post(f"{path}status/", {"status": "ended", "reason": "x"}).status_code == 403
    key = login(people.administrator).post(f"{path}key/", {"name": "second machine"})
    assert "heyi_" in key.content.decode()
    assert key["Cache-Control"] == "no-store"
    assert "heyi_" not in text(login(people.administrator), path)
