"""The loan book in the browser: contracts, reveals, holds, invitations, files, payments without a contract."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans import pieces
from heyi.capabilities.loans.actions import importing, staged_work
from heyi.capabilities.loans.models import Contract, ImportRun, StagedFile
from heyi.capabilities.staff.models import RoleGrant
from heyi.kit.actors import SYSTEM
from heyi.kit.money import Money
from heyi.plumbing import clock
from tests import cast
from tests.web.console.conftest import Login
from tests.web.logins import prove

pytestmark = [pytest.mark.django_db, pytest.mark.req("E1", "C5", "B23")]

HEADS = "合同号,产品,机构号,姓名,证件号码,手机号,本金余额,欠息,未知列\n"


def body(client: Client, path: str, **data: object) -> str:
    answer = client.get(path, data)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def acts(name: str) -> list[journal.EntryView]:
    return [one for one in journal.entries(limit=200) if one.act == name]


def test_the_book_lists_ones_own_branch_masked(people: cast.Cast, login: Login) -> None:
    page = body(login(people.zhou), "/console/loans/")
    assert "GX-2024-3308" in page
    assert "林＊晴" in page
    assert "林知晴" not in page
    assert "GX-2025-4402" not in page, "the other branch"
    assert "GX-2025-4402" in body(login(people.auditor), "/console/loans/")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"text": "林知晴"}, ["GX-2024-3308"]),
        ({"product": "credit_card"}, ["XYK-2021-6620"]),
        ({"least": "40", "branch": cast.HOME, "sort": "total"}, ["GX-2024-3308", "JY-2023-0912"]),
        ({"most": "3"}, []),
    ],
)
def test_the_book_is_filtered(people: cast.Cast, login: Login, asked: dict[str, str], found: list[str]) -> None:
    page = body(login(people.zhou), "/console/loans/", **asked)
    assert [number for number in ("GX-2024-3308", "XYK-2021-6620", "JY-2023-0912") if number in page] == found or (
        set(found) <= {number for number in ("GX-2024-3308", "XYK-2021-6620", "JY-2023-0912") if number in page}
    )


def test_a_contract_shows_its_parts(people: cast.Cast, login: Login) -> None:
    page = body(login(people.zhou), f"/console/loans/{people.works.contract_id}/")
    assert "395,900.00" in page
    assert "指定联系人" in page
    assert "示例器材有限公司" not in page


def test_a_field_is_shown_in_full_for_a_purpose(people: cast.Cast, login: Login) -> None:
    client, path = login(people.zhou), f"/console/loans/{people.lin.contract_id}/reveal/"
    field = f"{people.lin.party_id}:mobile"
    asked = client.post(path, {"field": field, "purpose": "call"})
    assert asked["Location"].startswith("/console/again/"), "who sits here proves it once more"
    prove(client)
    assert client.post(path, {"field": field, "purpose": ""}).status_code == 422
    page = client.post(path, {"field": field, "purpose": "call"})
    assert people.lin.mobile in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    part = client.post(path, {"field": field, "purpose": "call"}, headers={"HX-Request": "true"}).content.decode()
    assert people.lin.mobile in part
    assert "<html" not in part
    (first, _) = acts("loans.reveal")
    assert (first.facts["field"], first.facts["purpose"]) == ("mobile", "call")
    strangers = f"{people.chen.party_id}:mobile"
    assert client.post(path, {"field": strangers, "purpose": "call"}).status_code == 404


def test_who_does_not_work_with_borrowers_sees_them_masked(people: cast.Cast, login: Login) -> None:
    for actor in (people.auditor, people.administrator):
        client = login(actor)
        prove(client)
        assert "/reveal/" not in body(client, f"/console/loans/{people.lin.contract_id}/")
        sent = {"field": f"{people.lin.party_id}:mobile", "purpose": "call"}
        assert client.post(f"/console/loans/{people.lin.contract_id}/reveal/", sent).status_code == 403
    assert not acts("loans.reveal")


def test_a_hold_is_placed_and_lifted(people: cast.Cast, login: Login) -> None:
    path = f"/console/loans/{people.lin.contract_id}/hold/"
    login(people.zhou).post(path, {"kind": "dispute", "reason": "说金额不对"})
    (hold,) = compliance.holds(party_id=people.lin.party_id, at=clock.now())
    page = body(login(people.compliance), f"/console/loans/{people.lin.contract_id}/")
    assert "账目有异议" in page
    lift = f"{path}{hold.id}/lift/"
    assert login(people.zhou).post(lift, {"reason": "核对过了"}).status_code == 403
    elsewhere = f"/console/loans/{people.chen.contract_id}/hold/{hold.id}/lift/"
    assert login(people.compliance).post(elsewhere, {"reason": "核对过了"}).status_code == 404
    login(people.compliance).post(lift, {"reason": "核对过了"})
    assert compliance.holds(party_id=people.lin.party_id, at=clock.now()) == ()


def test_a_borrower_is_invited_once_shown(people: cast.Cast, login: Login) -> None:
    client = login(people.zhou)
    page = client.post(f"/console/loans/{people.lin.contract_id}/invite/").content.decode()
    assert "/s/" in page
    assert client.post(f"/console/loans/{people.afar.contract_id}/invite/").status_code == 404


def sent(text: str, kind: str = "loans") -> dict[str, Any]:
    return {"kind": kind, "file": SimpleUploadedFile("台账.csv", text.encode(), content_type="text/csv")}


def row(number: str, serial: int, principal: str = "1,200.50") -> str:
    return f'{number},consumer,{cast.HOME},许安,{cast.id_number(serial)},13900001111,"{principal}",0,x\n'


def back(client: Client, path: str) -> str:
    """The refused rows."""
    return b"".join(client.get(f"{path}refused/").streaming_content).decode("utf-8-sig")


def worked() -> None:
    loans.work_staged(clock.now())


def test_a_file_is_looked_at_before_it_is_imported(people: cast.Cast, login: Login) -> None:
    client = login(people.administrator)
    before = Contract.objects.count()
    answer = client.post("/console/imports/", sent(HEADS + row("XF-1", 501) + row("XF-2", 502, "-5") + row("", 503)))
    assert answer.status_code == 302, answer.content.decode()
    path = answer["Location"]
    page = body(client, path)
    assert "排队中" in page
    assert "确认导入" not in page
    assert client.post(f"{path}confirm/").status_code == 409, "nobody looked at it yet"
    worked()
    page = body(client, f"{path}state/")
    assert "还没有写入" in page
    assert "hx-get" not in page, "the page stops asking when there is nothing new to come"
    assert "为负数" in page
    assert "未知列" in page
    assert Contract.objects.count() == before
    refused = back(client, path)
    assert "XF-2" in refused
    assert "XF-1" not in refused
    assert "排队中" in client.post(f"{path}confirm/", follow=True).content.decode()
    assert "台账.csv" in body(client, "/console/imports/")
    worked()
    assert "写入 1 行，退回 2 行" in body(client, path)
    assert Contract.objects.count() == before + 1
    assert client.post(f"{path}confirm/").status_code == 409, "one file, one import"
    assert ImportRun.objects.get().file_name == "台账.csv"
    assert "台账.csv" in body(client, "/console/imports/")
    assert "XF-2" in back(client, path)


def limited(monkeypatch: pytest.MonkeyPatch, mib: int) -> None:
    monkeypatch.setattr(settings, "HEYI", replace(settings.HEYI, import_file_mib=mib))


def test_a_long_file_is_kept_in_pieces_and_comes_in_whole(
    people: cast.Cast, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "PIECE_BYTES", 256)
    client, before = login(people.administrator), Contract.objects.count()
    lines = [row(f"XF-{n}", 530 + n) for n in range(9)] + [row(f"XF-9{n}", 560 + n, "-5") for n in range(9)]
    path = client.post("/console/imports/", sent(HEADS + "".join(lines)))["Location"]
    assert len(StagedFile.objects.get().pieces) > 3
    worked()
    client.post(f"{path}confirm/")
    worked()
    assert Contract.objects.count() == before + 9
    assert len(StagedFile.objects.get().error_pieces) > 3
    refused = back(client, path)
    assert [f"XF-9{n}" in refused for n in range(9)] == [True] * 9


def test_a_file_beyond_the_limit_is_refused_in_plain_words(
    people: cast.Cast, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = login(people.administrator)
    assert "最大 256 MB" in body(client, "/console/imports/")
    limited(monkeypatch, 1)
    answer = client.post("/console/imports/", sent(HEADS + "," * 2**20))
    assert answer.status_code == 422
    assert "文件超过 1 MB，没有收下" in answer.content.decode()
    assert client.post("/console/imports/", {"kind": "loans"}).status_code == 422
    empty = client.post("/console/imports/", sent(""))
    assert "超过" not in empty.content.decode()
    assert not StagedFile.objects.exists()


def test_a_wrong_file_is_refused_with_the_reason(people: cast.Cast, login: Login) -> None:
    client = login(people.administrator)
    path = client.post("/console/imports/", sent("一,二\n1,2\n"))["Location"]
    worked()
    page = body(client, path)
    assert "用不了，什么都没有写入" in page
    assert "确认导入" not in page
    assert client.post(f"{path}confirm/").status_code == 409


def test_progress_is_told_while_the_worker_is_at_it(
    people: cast.Cast, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK_ROWS", 2)
    client = login(people.administrator)
    path = client.post("/console/imports/", sent(HEADS + "".join(row(f"XF-{n}", 510 + n) for n in range(4))))[
        "Location"
    ]
    seen: list[str] = []
    beat = staged_work._beat

    def told(staged_id: Any, done: int, total: int) -> None:
        beat(staged_id, done, total)
        seen.append(body(client, f"{path}state/"))

    monkeypatch.setattr(staged_work, "_beat", told)
    worked()
    assert "2 / 4 行" in seen[0]
    assert "every 1s" in seen[0]


def test_what_a_killed_worker_left_is_taken_up_and_given_up_in_the_end(
    people: cast.Cast, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = login(people.administrator)
    before = Contract.objects.count()
    path = client.post("/console/imports/", sent(HEADS + row("XF-1", 501)))["Location"]
    worked()
    client.post(f"{path}confirm/")

    def killed(*_args: Any, **_named: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(staged_work, "_finish", killed)
        with pytest.raises(SystemExit):
            worked()
    file = StagedFile.objects.get()
    assert file.stage == "working"
    worked()
    assert StagedFile.objects.get().stage == "working", "it may still be alive"
    StagedFile.objects.update(beat_at=clock.now() - timedelta(minutes=3))
    worked()
    assert "导入完成" in body(client, path)
    assert Contract.objects.count() == before + 1, "the same rows again add nothing"

    StagedFile.objects.update(stage="working", attempts=3, beat_at=clock.now() - timedelta(minutes=3))
    worked()
    assert "中断了，没有做完" in body(client, path)
    assert "排队中" in client.post(f"{path}retry/", follow=True).content.decode()
    worked()
    assert StagedFile.objects.get().stage == "done"


def test_a_run_without_a_sign_of_life_does_not_run_for_ever(people: cast.Cast) -> None:
    at = clock.now()
    made = {"kind": "loans", "form": "csv", "file_digest": "0", "actor": "system", "state": "running"}
    dead = ImportRun.objects.create(created_at=at - timedelta(hours=1), beat_at=at - timedelta(minutes=11), **made)
    alive = ImportRun.objects.create(created_at=at - timedelta(hours=1), beat_at=at - timedelta(minutes=1), **made)
    loans.work_staged(at)
    assert ImportRun.objects.get(id=dead.id).state == "stopped"
    assert ImportRun.objects.get(id=alive.id).state == "running"
    assert journal.entries(act="loans.import_loans", result="stopped", limit=1)


def test_who_lost_the_right_does_not_import_later(people: cast.Cast, login: Login) -> None:
    client = login(people.administrator)
    path = client.post("/console/imports/", sent(HEADS + row("XF-1", 501)))["Location"]
    worked()
    client.post(f"{path}confirm/")
    assert people.administrator.id is not None
    RoleGrant.objects.filter(member_id=people.administrator.id).update(until=clock.now() - timedelta(days=1))
    worked()
    assert StagedFile.objects.get().stage == "stopped"
    assert not Contract.objects.filter(contract_no="XF-1").exists()


@pytest.mark.parametrize("kind", ["loans", "payments", "instalments"])
def test_a_template_can_be_filled_in(people: cast.Cast, login: Login, kind: str) -> None:
    answer = login(people.administrator).get(f"/console/imports/template/{kind}/")
    heads = next(iter(openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values))
    assert "合同号*" in heads


def test_only_the_administrator_imports(people: cast.Cast, login: Login) -> None:
    assert login(people.lead).get("/console/imports/").status_code == 403


def unmatched(number: str = "GX-2024-330X") -> loans.PaymentView:
    return loans.record_payment(
        source="柜面",
        reference="P-1",
        contract_no=number,
        amount=Money.from_decimal(Decimal("100.00")),
        received_on=date(2026, 1, 5),
        remark="林知晴还款",
        actor=SYSTEM,
        at=clock.now(),
    )


def test_a_payment_finds_its_contract(people: cast.Cast, login: Login) -> None:
    view, client = unmatched(), login(people.zhou)
    assert "P-1" in body(client, "/console/payments/")
    page = body(client, f"/console/payments/{view.id}/", q="林知晴")
    assert "GX-2024-3308" in page
    answer = client.post(f"/console/payments/{view.id}/match/", {"contract": str(people.lin.contract_id)})
    assert answer["Location"] == f"/console/loans/{people.lin.contract_id}/"
    assert loans.payment(payment_id=view.id, actor=SYSTEM).state == "matched"
    assert client.post(f"/console/payments/{view.id}/match/", {"contract": "junk"}).status_code == 302
    assert client.post(f"/console/payments/{view.id}/reverse/").status_code == 403
    login(people.administrator).post(f"/console/payments/{view.id}/reverse/")
    assert loans.payment(payment_id=view.id, actor=SYSTEM).state == "reversed"


def test_a_payment_is_not_booked_on_another_branch(people: cast.Cast, login: Login) -> None:
    view, client = unmatched(), login(people.zhou)
    page = body(client, f"/console/payments/{view.id}/", q="GX-2025-4402")
    assert "没有找到" in page
    path = f"/console/payments/{view.id}/match/"
    assert client.post(path, {"contract": str(people.afar.contract_id)}).status_code == 404
    assert loans.payment(payment_id=view.id, actor=SYSTEM).state == "unmatched"
