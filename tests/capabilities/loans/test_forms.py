"""Every form of file gives the same book; every file that is not whole is refused whole."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.models import Contract, ImportRun
from heyi.kit.actors import SYSTEM
from heyi.kit.money import Money
from tests.capabilities.loans.cases import AT, LIN, LIN_ID, WANG, csv_file, lines_file
from tests.capabilities.loans.workbooks import rewritten, saved, xlsx_file

pytestmark = pytest.mark.usefixtures("bank")

ENGLISH = {
    "Contract No": "HT0001",
    "Product Type": "Consumer Loan",
    "Branch Code": "0101",
    "Borrower Name": "林知晴",
    "ID Card No": LIN_ID,
    "Mobile Phone": "+86 138-1234-2816",
    "Outstanding Principal": "CNY 50,000.00",
    "Accrued Interest": "1,234.56",
    "Penalty Interest": "65.44",
    "Past Due Amount": "6,300",
    "Overdue Since": "2025-12-01",
    "DPD": "33",
    "Start Date": "2024-06-01",
    "Maturity Date": "2027-06-01",
}


def take(source: bytes, **options: Any) -> loans.ImportReport:
    given: dict[str, Any] = {"dry_run": False, "actor": SYSTEM, "at": AT}
    return loans.import_loans(source=source, **(given | options))


def assert_lin_is_in_the_book() -> None:
    found = loans.contract_by_no(contract_no="HT0001", day=date(2026, 1, 3), actor=SYSTEM)
    assert found.balance == loans.Balance.of(principal=5_000_000, interest=123_456, penalty=6_544)
    assert (found.product, found.branch, found.days_past_due, found.bucket) == ("consumer", "0101", 33, "M2")
    assert found.oldest_due_on == date(2025, 12, 1)
    assert found.matures_on == date(2027, 6, 1)
    assert found.due_now == Money(630_000)
    assert loans.reach(party_id=found.party_id, actor=SYSTEM).mobile == "13812342816"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(encoding: str, delimiter: str) -> None:
    report = take(csv_file(LIN, WANG, encoding=encoding, delimiter=delimiter))
    assert (report.created, report.refused) == (2, 0)
    assert_lin_is_in_the_book()


def test_utf_16_with_the_big_end_first_and_a_mark() -> None:
    assert take(b"\xfe\xff" + csv_file(LIN, encoding="utf-16-be")).created == 1
    assert_lin_is_in_the_book()


def test_english_headings() -> None:
    report = take(csv_file(ENGLISH))
    assert (report.created, report.refused_rows) == (1, ())
    assert_lin_is_in_the_book()


def test_a_workbook_with_a_title_true_dates_numbers_and_serials() -> None:
    typed: dict[str, Any] = LIN | {
        "本金余额": 50000,
        "欠息": 1234.56,
        "罚息": 65.44,
        "逾期天数": 33,
        "最早逾期日": datetime(2025, 12, 1),  # noqa: DTZ001 - a spreadsheet's date has no zone
        "放款日": 45444,
        "到期日": date(2027, 6, 1),
    }
    report = take(xlsx_file(typed, above=[["示例银行逾期贷款清单"], [], ["数据日期", "2026-01-02"]]))
    assert (report.created, report.refused_rows) == (1, ())
    assert_lin_is_in_the_book()
    assert loans.contract_by_no(contract_no="HT0001", actor=SYSTEM).opened_on == date(2024, 6, 1)


def test_serials_of_a_mac_workbook_count_from_1904() -> None:
    assert take(xlsx_file(LIN | {"放款日": 45444 - 1462}, epoch_1904=True)).created == 1
    assert loans.contract_by_no(contract_no="HT0001", actor=SYSTEM).opened_on == date(2024, 6, 1)


def test_a_hidden_sheet_and_a_sheet_of_notes_are_not_the_book() -> None:
    book = Workbook()
    notes = book.active
    assert notes is not None
    notes.append(["说明", "本表由系统导出"])
    hidden = book.create_sheet("旧数据")
    hidden.append(list(WANG))
    hidden.append(list(WANG.values()))
    hidden.sheet_state = "hidden"
    shown = book.create_sheet("贷款")
    shown.append(list(LIN))
    shown.append(list(LIN.values()))
    assert take(saved(book)).created == 1
    assert_lin_is_in_the_book()


@pytest.mark.parametrize("workbook", [False, True])
def test_a_heading_in_two_rows_with_merged_cells(workbook: bool) -> None:
    names, row = list(LIN), list(LIN.values())
    above = ["" if name in ("欠息", "罚息", "费用") else "余额" if name == "本金余额" else name for name in names]
    below = [name if name in ("本金余额", "欠息", "罚息", "费用") else "" for name in names]
    lines = [["某银行逾期清单"], above, below, row, [" "] * len(row), ["合计"]]
    if workbook:
        book = Workbook()
        for line in lines:
            book.active.append(line)  # type: ignore[union-attr]
        report = take(saved(book))
    else:
        report = take(lines_file(lines[0], *lines[1:5], ["合计", *[""] * (len(row) - 1)]))
    assert (report.rows, report.created, report.passed_over, report.refused_rows) == (2, 1, 1, ())
    assert_lin_is_in_the_book()


def test_a_refusal_names_the_missing_columns_in_the_words_of_the_reader() -> None:
    with pytest.raises(loans.WrongFile) as refused:
        take(lines_file(["合同号", "姓名"], ["1", "2"]))
    assert "本金余额" in loans.tell_refusal(refused.value, language="zh")[0]
    assert "principal" not in loans.tell_refusal(refused.value, language="zh")[0]


def test_the_unit_in_the_heading_counts() -> None:
    row = {("本金余额（万元）" if name == "本金余额" else name): value for name, value in LIN.items()}
    assert take(csv_file(row | {"本金余额（万元）": "5", "年利率(%)": "4.8"})).created == 1
    assert_lin_is_in_the_book()
    assert str(loans.contract_by_no(contract_no="HT0001", actor=SYSTEM).annual_rate) == "0.04800000"


def test_a_mapping_names_what_guessing_misses() -> None:
    strange = {
        "K1": "HT0001", "K2": "XF-01", "K4": "林知晴", "K5": LIN_ID, "K6": "13812342816", "K7": "50", "K8": "1,234.56",
        "K9": "65.44", "K10": "6300", "K11": "2025-12-01", "K12": "2027-06-01",
    }  # fmt: skip
    with pytest.raises(loans.WrongFile) as refused:
        take(csv_file(strange))
    assert refused.value.reason == "no_heading"
    mapping = loans.read_mapping(
        b"""
columns: {contract_no: K1, product: K2, name: K4, id_number: K5, mobile: K6, principal: K7, interest: K8, penalty: K9,
          due_now: K10, oldest_due_on: K11, matures_on: K12}
defaults: {branch: "0101"}
values: {product: {XF-01: consumer}}
units: {principal: 1000}
""",
        kind="loans",
    )
    report = take(csv_file(strange), mapping=mapping)
    assert (report.created, report.refused_rows) == (1, ())
    assert_lin_is_in_the_book()


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (b"columns: [", {"file": "not_yaml_or_json"}),
        (b"[1, 2]", {"file": "not_a_mapping"}),
        (b'{"columns": {"colour": "X"}}', {"colour": "unknown_field"}),
        (b"fields: {}", {"fields": "unknown_part"}),
        (b"units: {principal: many}", {"file": "not_a_mapping"}),
        (b"values: {product: card}", {"file": "not_a_mapping"}),
    ],
)
def test_a_mapping_that_cannot_be_used_says_where(text: bytes, fields: dict[str, str]) -> None:
    with pytest.raises(loans.BadMapping) as refused:
        loans.read_mapping(text, kind="loans")
    assert refused.value.facts["fields"] == fields


WHOLE = csv_file(LIN, WANG)
GB = csv_file(LIN, WANG, encoding="gb18030")
BOOK = xlsx_file(LIN, WANG)


def doctype(name: str, content: bytes) -> bytes:
    """A sheet that declares an entity."""
    if not name.endswith("sheet1.xml"):
        return content
    return b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + content.partition(b"?>")[2]


def cut_sheet(name: str, content: bytes) -> bytes:
    """A sheet whose XML breaks off, in an archive that is itself in order."""
    return content[: len(content) - 200] if name.endswith("sheet1.xml") else content


def bomb() -> bytes:
    """A few kilobytes that unpack to a thousand times as much."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for _ in range(16):
                member.write(b" " * (1 << 20))
    return out.getvalue()


def two_sheets() -> bytes:
    book = Workbook()
    for name, row in (("一月", LIN), ("二月", WANG)):
        sheet = book.create_sheet(name)
        sheet.append(list(row))
        sheet.append(list(row.values()))
    return saved(book)


def a_zip(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, b"x")
    return out.getvalue()


REFUSED = {
    "empty": (b"", "empty"),
    "only blank lines": (b"\r\n \r\n", "empty"),
    "only a heading": (WHOLE.partition(b"\r\n")[0] + b"\r\n", "no_rows"),
    "cut off in the last line": (WHOLE[:-22], "truncated_line"),
    "cut off inside a quote": (WHOLE[: WHOLE.rindex(b'"1,234') + 4], "truncated_quote"),
    "cut off inside a character": (csv_file(LIN)[: csv_file(LIN).rindex("林".encode()) + 2], "truncated_character"),
    "cut off inside a character of GB18030": (GB[: GB.rindex("王".encode("gb18030")) + 1], "truncated_character"),
    "odd byte of UTF-16": (csv_file(LIN, encoding="utf-16")[:-1], "truncated_character"),
    "broken quoting": (WHOLE.replace(b'"50,000.00"', b'"50,000.00"x', 1), "broken_quoting"),
    "no known heading": (lines_file(["甲", "乙"], ["1", "2"]), "no_heading"),
    "a needed column is missing": (lines_file(["合同号", "姓名"], ["1", "2"]), "heading_missing"),
    "two headings of one meaning": (csv_file(LIN | {"借款人": "林知晴"}), "heading_twice"),
    "binary": (b"HT\x00\x01\x02\x00\x00\xff\xfe" * 50, "binary"),
    "neither UTF-8 nor GB18030": (b"\xff\xff\xff,\x80\x80\r\n" * 5, "encoding_unclear"),
    "PDF": (b"%PDF-1.7 ...", "not_a_table"),
    "picture": (b"\x89PNG\r\n\x1a\n", "not_a_table"),
    "web page saved as xls": (b"<html><table><tr><td>1</td></tr></table></html>", "not_a_table"),
    "old or encrypted workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100, "old_workbook"),
    "binary workbook": (a_zip("xl/workbook.bin"), "binary_workbook"),
    "another archive": (a_zip("readme.txt"), "not_a_table"),
    "workbook cut off": (BOOK[: len(BOOK) // 2], "damaged_workbook"),
    "workbook with a sheet that breaks off": (rewritten(BOOK, cut_sheet), "damaged_workbook"),
    "workbook with a changed byte": (BOOK[:900] + bytes([BOOK[900] ^ 0xFF]) + BOOK[901:], "damaged_workbook"),
    "workbook with an entity": (rewritten(BOOK, doctype), "hostile_workbook"),
    "workbook that unpacks a thousandfold": (bomb(), "unpacks_too_large"),
    "two sheets of data": (two_sheets(), "several_sheets"),
    "a row that never ends": (WHOLE + b"x," * (2 << 20), "line_too_long"),
    "a quoted row that never ends": (WHOLE + b'"\n",' * (1 << 20), "line_too_long"),
    "too many columns": (WHOLE + b"," * 500 + b"x\r\n", "too_many_columns"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_not_whole_is_refused_whole(name: str) -> None:
    data, reason = REFUSED[name]
    with pytest.raises(loans.WrongFile) as refused:
        take(data)
    assert refused.value.reason == reason
    assert not Contract.objects.exists()
    assert not ImportRun.objects.exists()
    for language in ("zh", "en"):
        why, then = loans.tell_refusal(refused.value, language=language)
        assert why
        assert then
    refusals = [entry for entry in journal.entries(limit=5) if entry.act == "loans.import_loans"]
    assert [(entry.result, entry.facts["reason"]) for entry in refusals] == [("refused", reason)]


def test_every_cut_of_a_file_is_refused_or_loses_only_whole_lines() -> None:
    """Wherever the transfer broke off: no half row ever reaches the book."""
    whole = WHOLE
    for end in range(len(whole.partition(b"\r\n")[0]) + 2, len(whole) - 2, 7):
        try:
            report = take(whole[:end], dry_run=True)
        except loans.WrongFile:
            continue
        assert report.created + report.refused <= 2
        complete = whole[:end].endswith(b"\r\n")
        last_cell_only = whole[:end].rpartition(b"\r\n")[2].count(b",") >= whole.partition(b"\r\n")[0].count(b",")
        assert complete or last_cell_only


def test_a_last_line_without_a_line_end_is_fine_when_it_is_complete() -> None:
    assert take(WHOLE.rstrip()).created == 2
