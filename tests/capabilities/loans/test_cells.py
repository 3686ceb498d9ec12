"""Cells as people type them: read right, or refused with the reason. Nothing is guessed."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heyi.capabilities.loans.domain import cells
from heyi.capabilities.loans.domain.faults import BadCell


def day(text: str) -> date:
    return cells.day(cells.clean(text))


def amount(text: str, **unit: int) -> int:
    return cells.amount_minor(cells.clean(text), **unit)


@pytest.mark.parametrize(
    "text",
    [
        "2026年1月3日",
        "2026-01-03",
        "2026-1-3",
        "2026/1/3",
        "2026/01/03",
        "2026.1.3",
        "20260103",
        "２０２６年１月３日",
        "２０２６－０１－０３",
        " 2026-01-03 00:00:00 ",
        "46025",
        "46025.0",
        "'2026-01-03",
    ],
)
def test_dates_as_people_type_them(text: str) -> None:
    assert day(text) == date(2026, 1, 3)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-02-30", "date_impossible"),
        ("20261301", "date_impossible"),
        ("2026年13月1日", "date_impossible"),
        ("03/01/2026", "date_unclear"),
        ("1/3/26", "date_unclear"),
        ("明天", "date_unclear"),
        ("2026-01/03", "date_unclear"),
        ("0001-01-01", "date_out_of_range"),
        ("00012", "date_out_of_range"),
    ],
)
def test_dates_that_are_none_are_refused(text: str, code: str) -> None:
    with pytest.raises(BadCell) as refused:
        day(text)
    assert refused.value.code == code


@given(st.dates(date(1950, 1, 1), date(2150, 12, 31)))
def test_every_way_of_writing_gives_the_same_day(value: date) -> None:
    y, m, d = value.year, value.month, value.day
    serial = str((value - cells.EXCEL_EPOCH).days)
    written = [f"{y}-{m:02d}-{d:02d}", f"{y}/{m}/{d}", f"{y}年{m}月{d}日", f"{y}{m:02d}{d:02d}", f"{y}.{m}.{d}", serial]
    assert {day(text) for text in written} == {value}
    mac = cells.day(str((value - cells.MAC_EPOCH).days).zfill(5), epoch=cells.MAC_EPOCH)
    assert mac == value


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1,234.56", 123456),
        ("1234.56", 123456),
        ("１，２３４．５６", 123456),
        ("¥1,234.56", 123456),
        ("￥1234.5", 123450),
        ("1234元", 123400),
        ("人民币 1,234.5600 元", 123456),
        ("CNY 1,234.56", 123456),
        ("1.2万元", 1200000),
        ("3万", 3000000),
        ("0.05亿元", 500000000),
        ("(1,234.56)", -123456),
        ("（1,234.56）", -123456),
        ("-1,234.56", -123456),
        ("1234.56-", -123456),
        ("+7", 700),
        ("0", 0),
        ("0.00", 0),
        ("'12.30", 1230),
        ("12,345,678,901.23", 1234567890123),
    ],
)
def test_amounts_as_people_type_them(text: str, minor: int) -> None:
    assert amount(text) == minor


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,23", "amount_unclear"),
        ("12,34.56", "amount_unclear"),
        ("1.234,56", "amount_unclear"),
        ("一千", "amount_unclear"),
        ("12abc", "amount_unclear"),
        ("", "amount_unclear"),
        ("1.235", "amount_too_fine"),
        ("0.0000001万元", "amount_too_fine"),
        ("1.2E+05", "precision_lost"),
        ("9999999999999999", "amount_unclear"),
        ("99999999亿", "amount_too_large"),
    ],
)
def test_amounts_that_are_none_are_refused(text: str, code: str) -> None:
    with pytest.raises(BadCell) as refused:
        amount(text)
    assert refused.value.code == code


def test_the_unit_of_the_heading_counts_unless_the_cell_has_its_own() -> None:
    assert amount("1.5", scale=10_000) == 1_500_000
    assert amount("1.5元", scale=10_000) == 150
    assert amount("1234", digits=0) == 1234


@given(st.integers(-(10**14), 10**14))
def test_every_amount_comes_back_from_its_figures(minor: int) -> None:
    whole, fen = divmod(abs(minor), 100)
    sign = "-" if minor < 0 else ""
    for text in (f"{sign}{whole:,}.{fen:02d}", f"{sign}{whole}.{fen:02d}", f"{sign}¥{whole:,}.{fen:02d}元"):
        assert amount(text) == minor


@pytest.mark.parametrize(
    ("text", "percent", "fraction"),
    [
        ("4.8%", False, "0.048"),
        ("4.8％", False, "0.048"),
        ("0.048", False, "0.048"),
        ("4.8", False, "0.048"),
        ("4.8", True, "0.048"),
        ("0.5", True, "0.005"),
        ("18.25%", False, "0.1825"),
        ("0", False, "0"),
    ],
)
def test_rates(text: str, percent: bool, fraction: str) -> None:
    assert cells.rate(text, percent=percent) == Decimal(fraction)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("abc", "rate_unclear"),
        ("-1", "rate_unclear"),
        ("NaN", "rate_unclear"),
        ("1200%", "rate_out_of_range"),
        ("1e400", "rate_out_of_range"),
    ],
)
def test_rates_that_are_none(text: str, code: str) -> None:
    with pytest.raises(BadCell) as refused:
        cells.rate(text)
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", " =cmd|' /C calc'!A0", cells.FORMULA_MARK + "=SUM(A1)", "＝1+1"])
def test_a_formula_is_never_taken_for_a_value(text: str) -> None:
    with pytest.raises(BadCell) as refused:
        cells.clean(text)
    assert refused.value.code == "formula"


@pytest.mark.parametrize(
    "text", ["=1+1", "+86 138", "-5", "@SUM(1)", "\t=1", "\r=1", "  =1", cells.FORMULA_MARK + "=A1"]
)
def test_what_goes_back_to_a_spreadsheet_does_not_run(text: str) -> None:
    sent = cells.disarm(text)
    assert sent.startswith("'")
    assert "\x00" not in sent


@given(st.text(max_size=30))
def test_no_text_leaves_live(text: str) -> None:
    assert not cells.disarm(text).startswith(cells.LIVE)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (cells.day, cells.amount_minor, cells.rate, cells.count, cells.number_text):
        with suppress(BadCell):
            read(cells.clean(text))


@pytest.mark.parametrize("text", ["", " ", "-", "——", "无", "N/A", "null", "　"])
def test_words_for_nothing(text: str) -> None:
    assert cells.clean(text) == ""


def test_a_number_that_a_spreadsheet_rounded_is_refused() -> None:
    with pytest.raises(BadCell) as refused:
        cells.number_text("3.30102E+17")
    assert refused.value.code == "precision_lost"


def test_excel_serials_count_from_the_end_of_1899() -> None:
    assert cells.day("45292") == date(2024, 1, 1) == cells.EXCEL_EPOCH + timedelta(days=45292)
