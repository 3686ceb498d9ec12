"""Figures, dates and words as people of each language read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from heyi.kit.money import Money
from heyi.web.ui import words
from heyi.web.ui.templatetags import heyi_ui as ui

EVENING = datetime(2026, 11, 24, 18, 30, 7, tzinfo=UTC)
"""Already 25 November, 02:30, at the bank."""


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Money(518460), "5,184.60"),
        (518460, "5,184.60"),
        (0, "0.00"),
        (-1, "-0.01"),
        (10**15, "10,000,000,000,000.00"),
        (Decimal("1.5"), "1.50"),
        (None, "–"),
    ],
)
def test_money(value: object, told: str) -> None:
    assert ui.money(value) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Decimal("0.048"), "4.8%"),
        (Decimal("0.1"), "10%"),
        (Decimal("0.18250"), "18.25%"),
        (Decimal("0"), "0%"),
        (None, "–"),
    ],
)
def test_rate(value: Decimal | None, told: str) -> None:
    assert ui.rate(value) == told


@pytest.mark.parametrize(
    ("language", "short", "long"),
    [("zh-hans", "11 月 25 日（周三）", "2026 年 11 月 25 日"), ("en", "Wed 25 Nov", "25 November 2026")],
)
def test_days_follow_the_banks_clock(language: str, short: str, long: str) -> None:
    with translation.override(language):
        assert ui.day(EVENING) == ui.day(date(2026, 11, 25)) == short
        assert ui.full_day(EVENING) == long
    assert ui.moment(EVENING) == "11-25 02:30"
    assert ui.full_moment(EVENING) == "2026-11-25 02:30:07"


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (timedelta(minutes=18, seconds=42), "18 分 42 秒", "18 minutes 42 seconds"),
        (3 * 86_400 + 4 * 3600 + 59, "3 天 4 小时", "3 days 4 hours"),
        (1, "1 秒", "1 second"),
        (0, "不到 1 秒", "under 1 second"),
    ],
)
def test_duration(value: timedelta | int, zh: str, en: str) -> None:
    assert ui.duration(value) == zh
    with translation.override("en"):
        assert ui.duration(value) == en


@pytest.mark.parametrize(
    ("value", "kind", "told"),
    [
        ("林晴", "name", "林＊"),
        ("林小晴", "name", "林＊晴"),
        ("欧阳小晴", "name", "欧＊＊晴"),
        ("13812342816", "mobile", "138＊＊＊＊2816"),
        ("330106199001012816", "id_number", "3301＊＊＊＊＊＊＊＊＊＊2816"),
        ("lin@example.cn", "email", "l＊＊＊@example.cn"),
        ("6222020200112233", "account", "＊＊＊＊2233"),
        ("", "name", ""),
    ],
)
def test_masks_leave_no_more_than_they_say(value: str, kind: str, told: str) -> None:
    assert ui.masked(value, kind) == told


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(1, 4, 25), (Money(50), Money(200), 25), (9, 4, 100), (1, 0, 0)]
)
def test_percent_of(part: object, whole: object, percent: int) -> None:
    assert ui.percent_of(part, whole) == percent


def test_a_code_without_words_shows_itself_instead_of_failing() -> None:
    assert words.word("loans.product", "unheard_of") == "unheard_of"
    assert words.problem("nobody.wrote_this") == words.problem("heyi.problem")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_problem_can_be_told_without_any_fact(language: str) -> None:
    with translation.override(language):
        for code in words.problems():
            assert all(words.problem(code)), code


def test_lists_keep_their_order() -> None:
    assert [code for code, _ in words.choices("staff.role")][:2] == ["manager", "reviewer"]
