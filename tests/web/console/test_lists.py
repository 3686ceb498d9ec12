"""Lists of cases through the browser: filters, looks, export, acts on many; another branch's rows never appear."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from uuid import UUID

import openpyxl
import pytest
from django.test import Client

from heyi.capabilities.journal import api as journal
from heyi.capabilities.negotiation.models import Case
from heyi.plumbing import clock
from tests import cast
from tests.capabilities.negotiation import steps
from tests.web.console.conftest import Login

pytestmark = [pytest.mark.django_db, pytest.mark.req("E3", "E8", "B23")]


def body(client: Client, path: str, **data: object) -> str:
    answer = client.get(path, data)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def test_the_home_page_counts_and_links(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    page = body(login(people.zhou), "/console/")
    assert "周敏" in page
    assert "/console/cases/?turn=bank&amp;assignee=me" in page
    assert "林＊晴" in page
    assert "林知晴" not in page


@pytest.mark.parametrize("who", ["reviewer", "lead", "compliance", "auditor", "administrator"])
def test_every_role_has_a_home(people: cast.Cast, login: Login, lin_case: UUID, who: str) -> None:
    assert "<h1>" in body(login(getattr(people, who)), "/console/")


def test_a_list_shows_what_the_address_asks_for(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    client = login(people.zhou)
    assert "林＊晴" in body(client, "/console/cases/", status="negotiating,offer_open", product="consumer")
    assert "没有符合条件的案件" in body(client, "/console/cases/", product="mortgage")
    assert "林＊晴" in body(client, "/console/cases/", text="林知晴")
    assert "没有算进去" in body(client, "/console/cases/", submitted_from="nonsense")


def test_chips_take_a_condition_off(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    page = body(login(people.zhou), "/console/cases/", status="negotiating", product="consumer", sort="-amount")
    assert 'href="?product=consumer&amp;sort=-amount"' in page


@pytest.mark.parametrize("sort", ["due", "-due", "amount", "-amount", "-overdue_days", "newest", "junk"])
def test_every_order_works(people: cast.Cast, login: Login, lin_case: UUID, sort: str) -> None:
    assert "林＊晴" in body(login(people.zhou), "/console/cases/", sort=sort, page="0")


def test_another_branch_sees_nothing(people: cast.Cast, login: Login, lin_case: UUID, afar_case: UUID) -> None:
    client = login(people.stranger)
    number = Case.objects.get(id=lin_case).number
    for path, data in (
        ("/console/", {}),
        ("/console/cases/", {}),
        ("/console/cases/", {"text": "林知晴"}),
        ("/console/search/", {"q": "林知晴"}),
        ("/console/search/", {"q": number[-6:]}),
        ("/console/loans/", {"text": "GX-2024-3308"}),
        ("/console/cases/bulk/", {"all": "1"}),
    ):
        page = body(client, path, **data)
        assert number not in page, path
        assert "林＊晴" not in page, path
        assert "3308" not in page.replace("GX-2024-3308", ""), path
    assert client.get(f"/console/cases/{lin_case}/brief/").status_code == 404
    assert client.get(f"/console/loans/{people.lin.contract_id}/").status_code == 404
    export = client.post("/console/cases/bulk/export/", {"all": "1", "form": "csv", "reason": "周报"})
    assert number not in b"".join(export.streaming_content).decode()
    picked = client.post("/console/cases/bulk/export/", {"pick": [str(lin_case)], "form": "csv", "reason": "周报"})
    assert number not in b"".join(picked.streaming_content).decode()


def test_a_look_is_a_drawer_and_a_page(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    client = login(people.zhou)
    assert "<h1" in body(client, f"/console/cases/{lin_case}/brief/")
    part = client.get(f"/console/cases/{lin_case}/brief/", headers={"HX-Request": "true"}).content.decode()
    assert "data-drawer" in part
    assert "<html" not in part


def test_columns_and_density_are_kept(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    client = login(people.zhou)
    answer = client.post(
        "/console/cases/columns/",
        {"column": ["due", "branch"], "density": "compact", "next": "/console/cases/?product=consumer"},
    )
    assert answer["Location"] == "/console/cases/?product=consumer"
    page = body(client, "/console/cases/")
    assert 'data-density="compact"' in page
    assert "今日联系</th>" not in page
    assert "网点</th>" in page
    away = client.post("/console/cases/columns/", {"column": ["due"], "next": "https://evil.example/"})
    assert away["Location"] == "/console/cases/"


def test_a_view_is_kept_under_a_name_and_forgotten(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    client = login(people.zhou)
    client.post("/console/cases/views/", {"name": "消费贷", "query": "?product=consumer&due_today=1"})
    page = body(client, "/console/cases/")
    assert "消费贷" in page
    assert "due_today=1" in page
    client.post("/console/cases/views/", {"name": "消费贷", "query": "?product=consumer", "forget": "1"})
    assert ">消费贷<" not in body(client, "/console/cases/")
    assert ">消费贷<" not in body(login(people.he), "/console/cases/")


def test_an_export_is_what_is_filtered_masked_marked_and_journaled(
    people: cast.Cast, login: Login, lin_case: UUID
) -> None:
    client = login(people.zhou)
    answer = client.post(
        "/console/cases/bulk/export/", {"all": "1", "product": "consumer", "form": "csv", "reason": "给行长的周报"}
    )
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    mark, heads, *rows = list(csv.reader(io.StringIO(text)))
    assert "周敏" in mark[0]
    assert "个人消费贷款" in mark[0]
    assert len(rows) == 1
    assert rows[0][heads.index("借款人")] == "林＊晴"
    assert "林知晴" not in text
    (entry,) = [one for one in journal.entries(limit=50) if one.act == "negotiation.export_cases"]
    assert entry.facts["rows"] == 1
    assert entry.facts["conditions"] == ["product"]
    assert set(entry.digests) == {"reason", "filter"}
    assert entry.actor == people.zhou.label


def test_a_workbook_holds_the_same(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    answer = login(people.zhou).post(
        "/console/cases/bulk/export/", {"pick": [str(lin_case)], "form": "xlsx", "reason": "周报"}
    )
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = list(book.active.values)
    assert len(rows) == 3
    assert rows[2][1] == "林＊晴"


def test_nothing_leaves_without_a_reason(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    answer = login(people.zhou).post("/console/cases/bulk/export/", {"all": "1", "form": "csv", "reason": " "})
    assert answer.status_code == 422
    assert not [one for one in journal.entries(limit=50) if one.act == "negotiation.export_cases"]


def test_many_cases_go_to_a_colleague_with_a_reason(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    client = login(people.lead)
    page = body(client, "/console/cases/bulk/", all="1", act="assign")
    assert 'name="seen" value="1"' in page
    sent = {"all": "1", "seen": "1", "act": "assign", "member_id": str(people.he.id), "reason": "周敏休假"}
    assert client.post("/console/cases/bulk/assign/", {**sent, "seen": "7"}).status_code == 422
    assert client.post("/console/cases/bulk/assign/", {**sent, "reason": ""}).status_code == 422
    assert Case.objects.get(id=lin_case).assignee_id == people.zhou.id
    assert client.post("/console/cases/bulk/assign/", sent).status_code == 302
    assert Case.objects.get(id=lin_case).assignee_id == people.he.id


def test_what_cannot_go_is_told_and_stays(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    client = login(people.he)
    sent = {"pick": [str(lin_case)], "seen": "1", "member_id": str(people.he.id), "reason": "我来"}
    answer = client.post("/console/cases/bulk/assign/", sent, follow=True)
    assert "1 件没有动" in answer.content.decode()
    assert Case.objects.get(id=lin_case).assignee_id == people.zhou.id


def test_nothing_ticked_touches_nothing(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    client = login(people.lead)
    assert "一件也没有选" in body(client, "/console/cases/bulk/", act="assign")
    sent = {"seen": "0", "member_id": str(people.he.id), "reason": "x"}
    client.post("/console/cases/bulk/assign/", sent)
    assert Case.objects.get(id=lin_case).assignee_id == people.zhou.id


@pytest.mark.parametrize("path", ["/console/approvals/", "/console/talks/"])
def test_the_short_lists(people: cast.Cast, login: Login, lin_case: UUID, path: str) -> None:
    assert "没有符合条件的案件" in body(login(people.lead), path)


def test_search_finds_by_number_name_and_contract(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    client, number = login(people.zhou), Case.objects.get(id=lin_case).number
    assert client.get("/console/search/", {"q": number})["Location"] == f"/console/cases/{lin_case}/"
    for text in ("林知晴", "GX-2024-3308", "13812342816", people.lin.id_number, number[-6:]):
        page = body(client, "/console/search/", q=text)
        assert "林＊晴" in page, text
    assert "要写全" in body(client, "/console/search/")


def next_of(client: Client, case_id: UUID) -> str:
    page = client.get(f"/console/cases/{case_id}/").content.decode()
    found = re.search(r'href="/console/cases/([0-9a-f-]+)/[^"]*"[^>]*data-key="e"', page)
    return found[1] if found else ""


def test_next_goes_along_the_list_that_was_looked_at(people: cast.Cast, login: Login) -> None:
    at = clock.now()
    older, newer = steps.submitted(people.lin, at - timedelta(hours=2)), steps.submitted(people.chen, at)
    client = login(people.reviewer)
    client.get("/console/cases/", {"sort": "newest"})
    assert next_of(client, newer) == str(older)
    assert next_of(client, older) == "", "the last of the list"
    client.get("/console/cases/", {"sort": "oldest"})
    assert next_of(client, older) == str(newer)
    client.get("/console/cases/", {"product": "credit_card", "sort": "oldest"})
    assert next_of(client, newer) == "", "the filter holds one"
    assert next_of(client, older) == str(newer), "what left the list leads to its first"
    client.get("/console/cases/", {"text": "林知晴"})
    assert client.session["console.queue"] == {}, "what was typed to find somebody is not kept"


def test_the_palette_suggests_what_may_be_seen(people: cast.Cast, login: Login) -> None:
    steps.submitted(people.lin, clock.now())
    here = login(people.zhou).get("/console/search/suggest/", {"q": "林知晴"}).content.decode()
    assert "林＊晴" in here
    assert "GX-2024-3308" in here
    assert "林知晴" not in here
    away = login(people.stranger).get("/console/search/suggest/", {"q": "林知晴"}).content.decode()
    assert "没有找到" in away
    assert "<li" not in login(people.zhou).get("/console/search/suggest/", {"q": "林"}).content.decode()
