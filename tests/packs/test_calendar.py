"""The calendar of mainland China, day by day against two libraries that others keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
import holidays
import pytest
import yaml

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.adapters import pack_files
from heyi.capabilities.compliance.domain import CLOSED, Refused, decide
from heyi.capabilities.compliance.domain.given import QUIET_DAY
from tests.house.source import SRC

FOLDER = SRC / "packs" / "cn" / "calendar"
YEARS = (2024, 2025, 2026, 2027)
PUBLISHED = (2024, 2025, 2026)


@cache
def read(year: int) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{year}.yaml").read_text("utf-8"))
    return found


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def works(year: int, day: date) -> bool:
    """As the data says: a make-up day works, a named day rests, otherwise Monday to Friday."""
    book = read(year)
    return day in book["working_days"] or (day not in book["off_days"] and day.weekday() < 5)


@pytest.mark.req("B9", "V6")
@pytest.mark.parametrize("year", PUBLISHED)
def test_every_day_is_what_both_libraries_say(year: int) -> None:
    kept = holidays.country_holidays("CN", years=year)
    ours = {day: works(year, day) for day in days_of(year)}
    assert ours == {day: kept.is_working_day(day) for day in ours}
    assert ours == {day: chinese_calendar.is_workday(day) for day in ours}


@pytest.mark.req("B9")
def test_the_make_up_days_of_2026_are_those_of_the_notice() -> None:
    notice = ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
    assert [day.isoformat()[5:] for day in read(2026)["working_days"]] == notice


@pytest.mark.req("B9")
@pytest.mark.parametrize("year", YEARS)
def test_a_year_is_sorted_sourced_and_lies_within_itself(year: int) -> None:
    book = read(year)
    assert book["year"] == year
    assert book["source"]["text"]
    assert book["source"].get("link") or book["source"].get("clause")
    for name in ("off_days", "working_days"):
        assert book[name] == sorted(set(book[name]))
        assert {day.year for day in book[name]} <= {year}
    assert all(day.weekday() >= 5 for day in book["working_days"]), "only a weekend is worked in lieu"
    assert not set(book["off_days"]) & set(book["working_days"])


@pytest.mark.req("B9")
@pytest.mark.parametrize(("year", "count"), [(2024, 11), (2025, 13), (2026, 13), (2027, 13)])
def test_the_statutory_days_are_those_of_the_regulation(year: int, count: int) -> None:
    """Eleven days until the revision of 2024-11-10, thirteen since; each is a holiday by name in the library, too."""
    statutory = {row["date"]: row for row in read(year)["statutory_days"]}
    kept = holidays.country_holidays("CN", years=year, language="en_US", observed=False)
    named = {day for day in days_of(year) if day in kept and "Day off" not in kept[day]}
    assert len(statutory) == count
    assert set(statutory) == named
    assert set(statutory) <= set(read(year)["off_days"])


@pytest.mark.req("B9")
def test_the_year_without_a_notice_says_so() -> None:
    assert [read(year)["published"] for year in YEARS] == [True, True, True, False]
    assert read(2027)["working_days"] == []
    assert read(2027)["as_of"] >= date(2026, 11, 1)


def refusing(day: str) -> set[str]:
    """What refuses a collection call at three in the afternoon of ``day``, with the calendar as shipped."""
    known = replace(QUIET_DAY, purpose="collection", channel="call", day_kinds=compliance.working_calendar().kinds)
    at = datetime.fromisoformat(f"{day}T15:00:00").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    verdict = decide(known, pack_files.load("cn"), at)
    return {hit.rule_id for hit in verdict.clauses} if isinstance(verdict, Refused) else set()


@pytest.mark.req("B9", "V6")
@pytest.mark.parametrize(
    ("day", "clauses"),
    [
        ("2026-02-13", set()),
        ("2026-02-14", set()),  # a Saturday that is worked
        ("2026-02-17", {"HEYI-HOLIDAY-CALLS"}),
        ("2026-02-23", {"HEYI-HOLIDAY-CALLS"}),  # a Monday off in lieu
        ("2026-02-24", set()),
        ("2027-02-06", {"HEYI-HOLIDAY-CALLS"}),  # the Regulation names it, notice or no notice
        ("2027-02-24", {CLOSED}),  # nobody knows yet
        ("2028-02-24", {CLOSED}),
    ],
)
def test_what_depends_on_a_year_without_a_notice_is_closed(day: str, clauses: set[str]) -> None:
    assert refusing(day) == clauses
