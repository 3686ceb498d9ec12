"""Pages for those who keep order: figures, people and rights, the record of acts, refused contacts."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from heyi.capabilities.contact import api as contact
from heyi.capabilities.journal import api as journal
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM
from heyi.plumbing import clock
from heyi.web.console import charts
from tests import cast
from tests.web.console.conftest import Login
from tests.web.logins import SECRET

pytestmark = [pytest.mark.django_db, pytest.mark.req("E8", "C9", "B2")]


def body(client: Client, path: str, **data: object) -> str:
    answer = client.get(path, data)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def test_every_figure_opens_its_list(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    client = login(people.lead)
    page = body(client, "/console/figures/")
    links = {part.split('"')[0] for part in page.split('<a class="stat" href="')[1:]}
    assert len(links) >= 6
    assert page.count('class="stat"') == 10
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link
    assert "看表格" in page
    assert "/ 3%" in page or "/ " in page


def test_figures_of_another_branch_are_not_counted(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    page = body(login(people.stranger), "/console/figures/", branch=cast.HOME, weeks="4")
    assert '<span class="stat__value">1<' not in page
    assert "滨江支行" not in page
    assert "滨江支行" in body(login(people.auditor), "/console/figures/")


def test_two_lines_stay_in_the_box_and_apart() -> None:
    start = date(2026, 9, 7)
    chart = charts.weeks([(start + timedelta(weeks=n), n * 7, n * 7) for n in range(12)])
    assert chart.rows[0].text == "0"
    assert int(chart.rows[-1].text) >= 77
    assert abs(float(chart.first.label_y) - float(chart.second.label_y)) > 13.9
    assert charts.weeks([(start, 0, 0)]).first.path == "M34.0 194.0"


def just_proved(client: Client) -> Client:
    """Typed the code again a moment ago."""
    asked = client.get("/console/people/new/")["Location"]
    assert client.post(asked, {"code": staff.totp_now(SECRET, clock.now())}).status_code == 302
    return client


def test_rights_ask_for_a_fresh_code(people: cast.Cast, login: Login) -> None:
    client = login(people.administrator)
    for path in ("/console/people/new/", "/console/people/clients/new/"):
        assert client.get(path)["Location"].startswith("/console/again/")
    answer = client.post(f"/console/people/{people.he.id}/grant/", {"role": "lead", "reason": "x"})
    assert answer["Location"].startswith("/console/again/")
    assert staff.member(staff_id=people.he.id).roles == {"manager"}


def test_a_colleague_is_taken_on_and_rights_change_with_a_reason(people: cast.Cast, login: Login) -> None:
    client = just_proved(login(people.administrator))
    given = {
        "display_name": "秦川",
        "staff_no": "90001",
        "username": "qinchuan",
        "branch": cast.HOME,
        "roles": ["manager"],
        "password": "short",
        "reason": "新入职",
    }
    weak = client.post("/console/people/new/", given)
    assert weak.status_code == 422
    assert "太容易被猜到" in weak.content.decode()
    path = client.post("/console/people/new/", {**given, "password": cast.PASSWORD})["Location"]
    assert "客户经理" in body(client, path)
    assert client.post(f"{path}grant/", {"role": "auditor", "reason": "兼任"}).status_code == 422
    client.post(f"{path}grant/", {"role": "lead", "reason": "升任"})
    client.post(f"{path}revoke/", {"role": "manager", "reason": "转岗"})
    (made,) = [one for one in staff.members() if one.username == "qinchuan"]
    assert made.roles == {"lead"}
    assert "转岗" in body(client, path)
    client.post(f"{path}switch/", {"act": "close", "reason": "离职"})
    assert not staff.member(staff_id=made.id).active
    client.post(f"{path}switch/", {"act": "reopen", "reason": "回来"})
    assert staff.member(staff_id=made.id).active


def test_nobody_changes_their_own_rights(people: cast.Cast, login: Login) -> None:
    client, path = login(people.administrator), f"/console/people/{people.administrator.id}/"
    assert "另一位系统管理员" in body(client, path)
    assert client.post(f"{path}revoke/", {"role": "administrator", "reason": "x"}).status_code == 403


def test_a_key_is_shown_once_and_revoked(people: cast.Cast, login: Login) -> None:
    client = just_proved(login(people.administrator))
    answer = client.post("/console/people/clients/new/", {"name": "手机银行二号", "branches": [cast.HOME]})
    page = answer.content.decode()
    token = page.split("<code")[1].split(">")[1].split("<")[0]
    assert token.startswith("heyi_")
    assert answer["Cache-Control"] == "no-store"
    assert token not in body(client, "/console/people/")
    made = next(one for one in staff.clients() if one.name == "手机银行二号")
    client.post(f"/console/people/clients/{made.id}/end/", {"reason": "换供应商"})
    with pytest.raises(staff.BadClientKey):
        staff.client_actor(token)


def test_a_branch_is_opened(people: cast.Cast, login: Login) -> None:
    client = login(people.administrator)
    given = {"code": "0107", "name": "山前支行", "name_en": "Shanqian", "city": "示例市", "phone": ""}
    assert client.post("/console/people/branches/new/", given).status_code == 302
    assert client.post("/console/people/branches/new/", given).status_code == 422
    assert "山前支行" in body(client, "/console/people/")


def test_the_auditor_reads_and_proves(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    client = login(people.auditor)
    assert "正在入链" in body(client, "/console/audit/", check="1")
    journal.sequence(clock.now())
    page = body(client, "/console/audit/", room="negotiation.", case_id=str(lin_case))
    assert "negotiation.submit" in page
    assert "loans." not in page.split("<tbody>")[1].split("</tbody>")[0]
    assert "最新的记录都对得上" in body(client, "/console/audit/", check="1")
    assert "没有符合条件的记录" in body(client, "/console/audit/", until="2020-01-01")
    newest = journal.entries(limit=1)[0]
    proof = body(client, f"/console/audit/{newest.id}/")
    assert "这条记录对得上" in proof
    assert str(newest.id) in proof
    assert client.get(f"/console/audit/{people.lin.party_id}/").status_code == 404


def test_a_changed_entry_is_named(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    journal.sequence(clock.now())
    newest = journal.entries(limit=1)[0]
    with connection.cursor() as cursor:
        for name in _triggers(cursor):
            cursor.execute(_off(name))
        cursor.execute("UPDATE journal_entry SET result = 'other' WHERE subject = %s", [newest.subject])
    client = login(people.auditor)
    page = body(client, "/console/audit/", check="1")
    assert "有记录和当时写下的不一样" in page
    assert str(newest.id) in page
    assert "这条记录对得上" not in body(client, f"/console/audit/{newest.id}/")


def _triggers(cursor) -> list[str]:  # type: ignore[no-untyped-def]
    if connection.vendor == "postgresql":
        return ["journal_entry"]
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal_entry'")
    return [name for (name,) in cursor.fetchall()]


def _off(name: str) -> str:
    return f"ALTER TABLE {name} DISABLE TRIGGER USER" if connection.vendor == "postgresql" else f"DROP TRIGGER {name}"


def test_refused_contacts_are_listed_with_their_rule(people: cast.Cast, login: Login) -> None:
    at = clock.now()
    from heyi.capabilities.compliance import api as compliance

    compliance.place_hold(
        kind="no_contact", party_id=people.lin.party_id, reason="本人要求", actor=people.compliance, at=at
    )
    contact.send(
        actor=SYSTEM,
        at=at,
        party_id=people.lin.party_id,
        purpose="negotiation",
        template="invitation",
        values={"link": "https://example.org/s/x", "contract_tail": "3308"},
        channel="sms",
    )
    contact.deliver_due(at + timedelta(seconds=1))
    page = body(login(people.compliance), "/console/refusals/")
    assert "林＊晴" in page
    assert "HEYI-NO-CONTACT" in page


@pytest.mark.parametrize("path", ["/console/audit/", "/console/refusals/", "/console/people/"])
def test_managers_do_not_see_these(people: cast.Cast, login: Login, path: str) -> None:
    assert login(people.zhou).get(path).status_code == 403
