"""Files to take away: no cell of them is ever run by a spreadsheet."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import openpyxl
import pytest

from heyi.web.console import sheets

EVIL = ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")']


@pytest.mark.parametrize("text", EVIL)
def test_a_formula_becomes_plain_text(text: str) -> None:
    assert sheets.harmless(text) == f"'{text}"


@pytest.mark.parametrize("value", ["林＊晴", "HY-2026-000001", "", Decimal("-12.50"), -3])
def test_everything_else_stays_as_it_is(value: sheets.Value) -> None:
    assert sheets.harmless(value) == value


def test_a_csv_holds_no_formula_and_opens_as_utf8() -> None:
    data = b"".join(sheets.csv_lines([["名", "x"], *([text, "林，晴"] for text in EVIL)]))
    assert data.startswith(sheets.BOM)
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row[0][0] for row in rows[1:]] == ["'"] * len(EVIL)


def test_a_workbook_holds_no_formula() -> None:
    with sheets.workbook([[text, Decimal("5184.60")] for text in EVIL], title="案件") as stream:
        sheet = openpyxl.load_workbook(stream).active
        cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s", "n"}
