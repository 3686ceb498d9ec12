"""Rows: the good are kept, the bad come back with the reason, the same twice changes nothing."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.adapters import words
from heyi.capabilities.loans.models import Contract, ImportRun, Party, PartyLink
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.canonical import digest
from tests.capabilities.loans.cases import (
    AT,
    LIN,
    LIN_ID,
    WANG,
    WANG_ID,
    bring_in,
    csv_file,
    fault_codes,
    id_number,
    lines_file,
    uscc,
)
from tests.capabilities.loans.workbooks import cells_of, xlsx_file

pytestmark = pytest.mark.usefixtures("bank")

WRONG: list[tuple[dict[str, str], str]] = [
    ({"合同号": ""}, "missing"),
    ({"客户姓名": "无"}, "missing"),
    ({"本金余额": "=SUM(A1:A9)"}, "formula"),
    ({"证件号码": "3.30102E+17"}, "precision_lost"),
    ({"放款日": "去年"}, "date_unclear"),
    ({"放款日": "2024-02-30"}, "date_impossible"),
    ({"放款日": "1024-02-01"}, "date_out_of_range"),
    ({"本金余额": "五万"}, "amount_unclear"),
    ({"本金余额": "1.234"}, "amount_too_fine"),
    ({"本金余额": "999999999999亿"}, "amount_too_large"),
    ({"年利率": "高"}, "rate_unclear"),
    ({"年利率": "300%"}, "rate_out_of_range"),
    ({"逾期天数": "很多"}, "number_unclear"),
    ({"还款日": "32"}, "number_out_of_range"),
    ({"产品类型": "理财"}, "value_unknown"),
    ({"机构号": "9999"}, "branch_unknown"),
    ({"币种": "BTC"}, "currency_unknown"),
    ({"合同号": "X" * 41}, "too_long"),
    ({"通讯地址": "路" * 201}, "too_long"),
    ({"通讯地址": "澄溪\x07路"}, "unprintable"),
    ({"客户姓名": "林2"}, "name_unclear"),
    ({"证件号码": "1101051949"}, "id_number_length"),
    ({"证件号码": "11010519491231OO2X"}, "id_number_characters"),
    ({"证件号码": "00010519491231002X"}, "id_number_region"),
    ({"证件号码": "110105194913310029"}, "id_number_birth_date"),
    ({"证件号码": "110105194912310021"}, "id_number_checksum"),
    ({"客户类型": "企业", "证件号码": "9135"}, "uscc_length"),
    ({"证件号码": "91350100M000100O43"}, "uscc_characters"),
    ({"证件号码": "91350100M000100Y44"}, "uscc_checksum"),
    ({"手机号": "1381234"}, "mobile_unclear"),
    ({"电子邮箱": "lin@"}, "email_unclear"),
    ({"数据日期": "2026-01-04"}, "as_of_in_future"),
    ({"放款日": "2026-01-04", "最早逾期日": ""}, "opened_in_future"),
    ({"放款日": "2025-01-01", "到期日": "2024-12-31"}, "matures_before_opening"),
    ({"最早逾期日": "2026-01-09"}, "overdue_in_future"),
    ({"最早逾期日": "2024-05-31"}, "overdue_before_opening"),
    ({"放款日": "1988-04-12", "最早逾期日": ""}, "born_after_opening"),
    ({"欠息": "-0.01"}, "negative_balance"),
    ({"逾期金额": "(5.00)"}, "negative_balance"),
    ({"欠款总额": "51,300.01"}, "total_mismatch"),
    ({"担保人手机号": "13600001111"}, "missing"),
    ({"担保人": "赵担", "担保人身份证号": LIN_ID[:-1] + "Z"}, "id_number_characters"),
    ({"联系人": "林父", "联系人电话": "110"}, "mobile_unclear"),
]


@pytest.mark.parametrize(("change", "code"), WRONG, ids=[f"{code}-{next(iter(change))}" for change, code in WRONG])
def test_each_fault_is_named_and_the_good_row_is_kept(change: dict[str, str], code: str) -> None:
    bad = LIN | change
    report = bring_in(bad, WANG | dict.fromkeys(bad.keys() - WANG.keys(), ""))
    assert fault_codes(report) == {2: {code}}
    assert (report.created, report.refused) == (1, 1)
    assert list(Contract.objects.values_list("contract_no", flat=True)) == ["HT0002"]


def test_every_code_that_can_be_raised_has_words_in_both_languages() -> None:
    layout_words = words.known_codes()
    for part in ("rows", "warnings", "files", "next_steps"):
        for code in layout_words[part]:
            for language in ("zh", "en"):
                assert words._sentences()[part][code][language]
    assert layout_words["files"] == layout_words["next_steps"]
    assert {code for _, code in WRONG} <= layout_words["rows"]


def test_all_faults_of_a_row_come_at_once() -> None:
    report = bring_in(LIN | {"手机号": "1", "本金余额": "x", "放款日": "?"})
    assert fault_codes(report) == {2: {"mobile_unclear", "amount_unclear", "date_unclear"}}


def test_a_contract_twice_and_one_number_under_two_names() -> None:
    twice = LIN | {"本金余额": "1"}
    other_name = LIN | {"合同号": "HT0003", "客户姓名": "林别名"}
    report = bring_in(LIN, twice, other_name)
    assert fault_codes(report) == {3: {"duplicate_in_file"}, 4: {"identity_contradicts"}}
    assert report.created == 1


def test_more_or_fewer_cells_than_the_heading() -> None:
    heading, row = list(LIN), list(LIN.values())
    report = loans.import_loans(
        source=lines_file(heading, row[:-2], [*row, "56"], [*row, "", ""]), dry_run=True, actor=SYSTEM, at=AT
    )
    assert fault_codes(report) == {2: {"too_few_cells"}, 3: {"too_many_cells"}}
    assert report.created == 1


@pytest.mark.parametrize("word", ["合计", "总 计", "小计：", "Total", "GRAND TOTAL", "合　计"])
def test_totals_rows_are_passed_over(word: str) -> None:
    total = dict.fromkeys(LIN, "") | {"合同号": word, "本金余额": "50,000.00"}
    report = bring_in(LIN, total)
    assert (report.created, report.refused, report.passed_over, report.rows) == (1, 0, 1, 2)


def test_doubtful_rows_are_kept_and_told() -> None:
    report = bring_in(LIN | {"逾期天数": "90"}, WANG | {"逾期金额": "9,999,999"})
    assert report.created == 2
    assert [(row.line, row.faults[0].code) for row in report.warned_rows] == [
        (2, "arrears_contradict"),
        (3, "due_above_total"),
    ]
    assert loans.contract_by_no(contract_no="HT0001", actor=SYSTEM).days_past_due == 33


def test_days_past_due_alone_give_the_date() -> None:
    bring_in(LIN | {"最早逾期日": "", "逾期天数": "40", "数据日期": "2026-01-01"})
    found = loans.contract_by_no(contract_no="HT0001", actor=SYSTEM)
    assert (found.days_past_due, found.bucket) == (42, "M2")


def test_the_same_file_twice_changes_nothing() -> None:
    before = [bring_in(LIN, WANG), *_rows()][1:]
    again = bring_in(LIN, WANG, at=AT + timedelta(days=1))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert _rows() == before


def test_the_same_content_in_another_form_changes_nothing() -> None:
    bring_in(LIN, WANG)
    report = loans.import_loans(source=xlsx_file(LIN, WANG), dry_run=False, actor=SYSTEM, at=AT)
    assert report.unchanged == 2


def _rows() -> list[Any]:
    return [list(model.objects.order_by("id").values()) for model in (Contract, Party, PartyLink)]


def test_a_newer_report_updates_and_silence_erases_nothing() -> None:
    bring_in(LIN | {"电子邮箱": "lin@mail.example", "担保人": "赵担", "担保人身份证号": WANG_ID})
    first = loans.contract_by_no(contract_no="HT0001", actor=SYSTEM)
    report = bring_in(LIN | {"本金余额": "40,000", "手机号": "13911112222"})
    second = loans.contract_by_no(contract_no="HT0001", actor=SYSTEM)
    assert report.updated == 1
    assert second.id == first.id
    assert second.balance.principal.amount_minor == 4_000_000
    assert [link.kind for link in second.links] == ["guarantor"]
    reach = loans.reach(party_id=second.party_id, actor=SYSTEM)
    assert (reach.mobile, reach.email) == ("13911112222", "lin@mail.example")
    assert loans.find_by_identity(mobile="13911112222", actor=SYSTEM) == (second.party_id,)
    assert loans.find_by_identity(mobile="13812342816", actor=SYSTEM) == ()


def test_what_a_later_report_leaves_out_stays_known() -> None:
    bring_in(LIN | {"年利率": "7.2%", "还款日": "10", "数据日期": "2026-01-02"})
    first = loans.contract_by_no(contract_no="HT0001", actor=SYSTEM)
    bring_in({name: cell for name, cell in LIN.items() if name not in ("放款日", "到期日")} | {"本金余额": "40,000"})
    second = loans.contract_by_no(contract_no="HT0001", actor=SYSTEM)
    assert second.balance.principal.amount_minor == 4_000_000
    for name in ("annual_rate", "due_day", "opened_on", "matures_on", "as_of"):
        assert getattr(second, name) == getattr(first, name) is not None, name


def test_an_older_report_does_not_overwrite() -> None:
    bring_in(LIN | {"数据日期": "2026-01-02"})
    report = bring_in(LIN | {"数据日期": "2026-01-01", "本金余额": "1"})
    assert fault_codes(report) == {2: {"older_than_book"}}
    assert loans.contract_by_no(contract_no="HT0001", actor=SYSTEM).balance.principal.amount_minor == 5_000_000


def test_a_contract_does_not_move_to_another_borrower() -> None:
    bring_in(LIN)
    report = bring_in(LIN | {"客户姓名": "王磊", "证件号码": WANG_ID})
    assert fault_codes(report) == {2: {"borrower_changed"}}
    assert (
        loans.party(
            party_id=loans.contract_by_no(contract_no="HT0001", actor=SYSTEM).party_id, actor=SYSTEM
        ).name_masked
        == "林＊晴"
    )


def test_enterprises_guarantors_contacts_and_joint_debtors() -> None:
    firm = LIN | {
        "产品类型": "经营贷", "客户姓名": "澄溪机电有限公司", "证件号码": uscc(42), "指定联系人": "财务负责人",
        "指定联系人手机号": "13500001111", "担保人": "赵担", "担保人身份证号": id_number(3), "配偶姓名": "钱共",
        "配偶身份证号": id_number(4), "联系人": "孙友", "联系人电话": "13500002222", "联系人关系": "朋友",
    }  # fmt: skip
    assert bring_in(firm).refused_rows == ()
    found = loans.contract_by_no(contract_no="HT0001", actor=SYSTEM)
    assert loans.party(party_id=found.party_id, actor=SYSTEM).kind == "enterprise"
    assert {(link.kind, link.relation) for link in found.links} == {
        ("contact_person", "friend"),
        ("designated_contact", ""),
        ("guarantor", ""),
        ("spouse_joint_debt", "spouse"),
    }


def test_a_dry_run_tells_all_and_writes_nothing() -> None:
    bring_in(LIN)
    before = (_rows(), ImportRun.objects.count(), len(journal.entries(limit=50)))
    errors = io.BytesIO()
    report = bring_in(
        LIN | {"本金余额": "1"}, WANG, LIN | {"合同号": "HT0003", "手机号": "1"}, dry_run=True, errors=errors
    )
    assert (report.created, report.updated, report.refused, report.run_id) == (1, 1, 1, None)
    assert errors.getvalue()
    assert (_rows(), ImportRun.objects.count(), len(journal.entries(limit=50))) == before


def test_one_entry_a_run_with_the_digest_of_the_file() -> None:
    report = bring_in(LIN, WANG | {"手机号": "1"})
    entries = [entry for entry in journal.entries(limit=50) if entry.act == "loans.import_loans"]
    assert len(entries) == 1
    assert entries[0].subject == f"loans_importrun:{report.run_id}"
    assert entries[0].digests["file"] == digest(csv_file(LIN, WANG | {"手机号": "1"})) == report.digest
    assert (entries[0].facts["created"], entries[0].facts["refused"]) == (1, 1)


def test_progress_is_told_by_rows() -> None:
    heard: list[tuple[int, int]] = []
    bring_in(LIN, WANG, progress=lambda done, total: heard.append((done, total)))
    assert heard == [(2, 2)]


@pytest.mark.req("C9")
def test_who_may_import_and_where() -> None:
    clerk = Actor("staff", None, frozenset({"manager"}), frozenset({"0101"}))
    with pytest.raises(loans.MayNot):
        bring_in(LIN, actor=clerk)
    core = Actor("integration", None, frozenset({"integration"}), frozenset({"0101"}))
    report = bring_in(LIN, WANG, actor=core)
    assert fault_codes(report) == {3: {"branch_not_yours"}}


def _mended(sent_back: bytes, encoding: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(sent_back.decode(encoding), newline=""), delimiter=delimiter))


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";"), ("gb18030", "\t"), ("utf-16", ",")]
)
def test_refused_rows_come_back_in_the_same_form_and_go_in_again_when_mended(encoding: str, delimiter: str) -> None:
    bad = WANG | {"手机号": "1390", "客户姓名": "王磊"}
    errors = io.BytesIO()
    source = csv_file(LIN, bad, encoding=encoding, delimiter=delimiter)
    loans.import_loans(source=source, dry_run=False, actor=SYSTEM, at=AT, errors=errors)
    rows = _mended(errors.getvalue(), encoding, delimiter)
    assert rows[0] == [*LIN, "错误说明"]
    assert rows[1][:-1] == list(bad.values())
    assert rows[1][-1] == "“手机号”不是 11 位手机号码"
    mended = errors.getvalue().decode(encoding).replace("1390", "13912345678").encode(encoding)
    assert loans.import_loans(source=mended, dry_run=False, actor=SYSTEM, at=AT).created == 1


def test_nothing_is_written_to_the_error_file_when_all_rows_are_good() -> None:
    errors = io.BytesIO()
    bring_in(LIN, errors=errors)
    assert errors.getvalue() == b""


def test_errors_of_an_english_file_are_english() -> None:
    errors = io.BytesIO()
    row = {
        "Contract No": "1",
        "Product": "card",
        "Branch": "0101",
        "Name": "Li Lei",
        "ID Number": "1",
        "Principal": "1",
    }
    bring_in(row, errors=errors)
    rows = _mended(errors.getvalue(), "utf-8", ",")
    assert rows[0][-1] == "Error"
    assert rows[1][-1].startswith("“ID Number” has the wrong length")


@pytest.mark.req("C9")
def test_a_live_cell_goes_back_as_text() -> None:
    attack = '=HYPERLINK("http://x.example","点我")'
    row = LIN | {"客户姓名": attack, "手机号": "+86 138", "本金余额": "-5", "通讯地址": "@SUM(1)"}
    errors = io.BytesIO()
    bring_in(row, errors=errors)
    cells = _mended(errors.getvalue(), "utf-8", ",")[1]
    assert [cell[0] for cell in cells if cell[:2] in ("'=", "'+", "'-", "'@")] == ["'"] * 4
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    errors = io.BytesIO()
    loans.import_loans(source=xlsx_file(row), dry_run=True, actor=SYSTEM, at=AT, errors=errors)
    sent = [cell for line in cells_of(errors.getvalue()) for cell in line]
    assert {kind for _, kind in sent} <= {"s", "n"}
    assert ("'" + attack, "s") in sent


@pytest.mark.req("C9")
def test_a_formula_of_a_workbook_is_refused_and_never_computed() -> None:
    row: dict[str, Any] = LIN | {"本金余额": "=50000+1"}
    report = loans.import_loans(source=xlsx_file(row), dry_run=False, actor=SYSTEM, at=AT)
    assert fault_codes(report) == {2: {"formula"}}


def test_a_run_that_breaks_off_leaves_whole_chunks_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from heyi.capabilities.loans.actions import importing

    monkeypatch.setattr(importing, "CHUNK_ROWS", 1)

    def pull_the_plug(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring_in(LIN, WANG, progress=pull_the_plug)
    assert Contract.objects.count() == 1
    assert ImportRun.objects.get().state == "stopped"
    report = bring_in(LIN, WANG)
    assert (report.created, report.unchanged) == (1, 1)
