"""Time limits in the browser: what runs out, the month, and one debt's limitation explained, recorded, withdrawn."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.models import LimitationEventRecord, PermissionRecord
from heyi.kit.actors import SYSTEM
from heyi.plumbing import clock
from tests import cast
from tests.web.console.conftest import Login

pytestmark = [pytest.mark.django_db, pytest.mark.req("C2", "B22")]


def body(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def test_the_page_counts_lists_and_shows_the_month(people: cast.Cast, login: Login) -> None:
    at = clock.now()
    compliance.refresh_limitation(at)
    compliance.start_clock(
        kind="credit_objection",
        subject="credit:1",
        starts_on=clock.bank_day(at),
        branch=cast.HOME,
        actor=people.lead,
        at=at,
    )
    page = body(login(people.lead), "/console/clocks/?within=10000")
    assert "GX-2024-3308" in page
    assert "征信异议答复" in page
    assert re.search(r"其他\s+1", page) or clock.bank_day(at).month != (clock.bank_day(at) + timedelta(20)).month
    stranger = body(login(people.stranger), "/console/clocks/?within=10000")
    assert "GX-2024-3308" not in stranger
    assert "征信异议答复" not in stranger


def test_a_month_of_an_unpublished_year_says_so(people: cast.Cast, login: Login) -> None:
    assert "还没有公布" in body(login(people.lead), "/console/clocks/?month=2027-03")
    assert "还没有公布" not in body(login(people.lead), "/console/clocks/?month=2026-03")


def test_a_day_narrows_both_lists(people: cast.Cast, login: Login) -> None:
    assert "时效届满" in body(login(people.lead), "/console/clocks/?day=2027-01-05")
    assert "时效" in body(login(people.lead), "/console/clocks/?day=nonsense&month=x&within=y")


def test_a_limit_is_ended_with_what_was_done(people: cast.Cast, login: Login) -> None:
    at = clock.now()
    running = compliance.start_clock(
        kind="complaint_answer", subject="complaint:9", starts_on=clock.bank_day(at), actor=people.lead, at=at
    )
    answer = login(people.lead).post(f"/console/clocks/{running.id}/end/", {"outcome": "已书面答复"})
    assert answer.status_code == 302
    assert compliance.clocks_of(subject="complaint:9")[0].outcome == "已书面答复"


def test_a_notice_on_record_is_due_when_its_validity_ends(people: cast.Cast, login: Login) -> None:
    at = clock.now()
    told = PermissionRecord.objects.create(
        created_at=at, sort="notice", about="hand_over", party_id=people.lin.party_id,
        contract_id=people.lin.contract_id, evidence_sealed=b"", given_at=at, until=at + timedelta(days=10),
        recorded_by="manager",
    )  # fmt: skip
    page = body(login(people.lead), "/console/clocks/")
    assert "通知有效期" in page
    assert "委托机构" in page
    assert "通知有效期" not in body(login(people.stranger), "/console/clocks/")
    day = clock.bank_day(told.until).isoformat()
    assert "通知有效期" in body(login(people.lead), f"/console/clocks/?day={day}")
    compliance.end_permission(permission_id=told.id, actor=people.zhou, at=clock.now())
    assert "通知有效期" not in body(login(people.lead), "/console/clocks/")


def start_form(**different: str) -> dict[str, str]:
    return {
        "kind": "complaint_answer",
        "contract_no": "GX-2024-3308",
        "evidence": "TS-2026-0031",
        "starts_on": clock.today().isoformat(),
        "ends_on": "",
        "reason": "柜台投诉",
        **different,
    }


def test_a_limit_that_no_room_starts_is_started_by_hand_and_extended_as_far_as_the_rule_goes(
    people: cast.Cast, login: Login
) -> None:
    client = login(people.lead)
    assert "投诉答复" in body(client, "/console/clocks/new/")
    assert client.post("/console/clocks/new/", start_form()).status_code == 302
    running = compliance.clocks_of(subject="GX-2024-3308:TS-2026-0031")[0]
    assert running.branch == cast.HOME
    assert "这个编号已经在计时" in client.post("/console/clocks/new/", start_form()).content.decode()
    page = body(client, f"/console/clocks/?day={running.due_on.isoformat()}")
    assert "TS-2026-0031" in page
    assert "延长到共 30 天" in page
    extend = f"/console/clocks/{running.id}/extend/"
    assert client.post(extend, {"reason": "案情复杂"}).headers["Location"] == "/console/clocks/"
    assert "/console/votes/" in client.post(extend, {"reason": "特别复杂"}).headers["Location"]


@pytest.mark.parametrize(
    ("different", "said"),
    [
        ({"contract_no": "GX-2025-4402"}, "合同"),
        ({"evidence": "13800138000"}, "不要写身份证号和手机号"),
        ({"ends_on": "2030-01-01"}, "对不上"),
    ],
)
def test_a_limit_started_by_hand_that_does_not_fit_says_where(
    people: cast.Cast, login: Login, different: dict[str, str], said: str
) -> None:
    answer = login(people.lead).post("/console/clocks/new/", start_form(**different))
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_missed_limit_says_what_holds_now(people: cast.Cast, login: Login) -> None:
    at = clock.now()
    compliance.start_clock(
        kind="complaint_answer",
        subject="late:1",
        starts_on=clock.bank_day(at) - timedelta(days=20),
        actor=people.lead,
        at=at,
    )
    assert "办结时会记下超期" in body(login(people.lead), "/console/clocks/")


def test_a_past_day_of_the_calendar_shows_the_debts_that_it_counts(people: cast.Cast, login: Login) -> None:
    compliance.record_limitation_event(
        contract_id=people.lin.contract_id,
        kind="called_due",
        on=clock.today() - timedelta(days=1200),
        evidence="notice:1",
        actor=SYSTEM,
        at=clock.now(),
    )
    view = compliance.limitation_of(contract_id=people.lin.contract_id, actor=people.lead, at=clock.now())
    assert view is not None
    page = body(login(people.lead), f"/console/clocks/?day={view.standing.expires_on}")
    assert "GX-2024-3308" in page
    assert "请法务判断" in page


def test_one_debt_is_explained_and_an_event_recorded_and_withdrawn(people: cast.Cast, login: Login) -> None:
    client, path = login(people.lead), f"/console/loans/{people.lin.contract_id}/limitation/"
    assert "第一百八十九条" in body(client, path)
    day = clock.today() - timedelta(days=3)
    sent = {"kind": "demand", "on": day.isoformat(), "until": "", "evidence": "EMS 1029384756"}
    assert client.post(path + "record/", sent).status_code == 302
    event = LimitationEventRecord.objects.get()
    assert "EMS 1029384756" in body(client, path)
    assert client.post(f"{path}{event.id}/withdraw/", {"reason": "没有送达"}).status_code == 302
    assert "EMS 1029384756" not in body(client, path)


def test_what_does_not_fit_keeps_what_was_typed(people: cast.Cast, login: Login) -> None:
    path = f"/console/loans/{people.lin.contract_id}/limitation/record/"
    later = clock.today() + timedelta(days=9)
    answer = login(people.lead).post(path, {"kind": "demand", "on": later.isoformat(), "evidence": "EMS 1"})
    assert answer.status_code == 422
    assert "EMS 1" in answer.content.decode()
    assert not LimitationEventRecord.objects.exists()


def test_a_barred_debt_is_told_as_such_and_nothing_more(people: cast.Cast, login: Login) -> None:
    contract = people.lin.contract_id
    compliance.record_limitation_event(
        contract_id=contract,
        kind="called_due",
        on=clock.today() - timedelta(days=1200),
        evidence="notice:1",
        actor=SYSTEM,
        at=clock.now(),
    )
    page = body(login(people.lead), f"/console/loans/{contract}/limitation/")
    assert "已超过诉讼时效" in page
    assert "不得说要起诉" in page


def test_another_branch_finds_nothing(people: cast.Cast, login: Login) -> None:
    body(login(people.stranger), f"/console/loans/{people.lin.contract_id}/limitation/", status=404)
