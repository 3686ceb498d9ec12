"""Reads clocks and calendars from a pack's folder. As trusted as the installed package; a bad file raises BadPack."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from heyi.capabilities.compliance.domain.calendar import Calendar, CalendarYear
from heyi.capabilities.compliance.domain.clocks import DeadlineKind, LimitationPack, parse_deadlines, parse_limitation
from heyi.capabilities.compliance.domain.rules import BadPack


@cache
def limitation_pack(name: str) -> LimitationPack:
    """How this jurisdiction counts limitation."""
    return parse_limitation(_read(_folder(name) / "clocks" / "limitation.yaml"))


@cache
def deadline_kinds(name: str) -> Mapping[str, DeadlineKind]:
    """The other time limits by kind."""
    return parse_deadlines(_read(_folder(name) / "clocks" / "deadlines.yaml"))


@cache
def calendar(name: str) -> Calendar:
    """The years whose notice is entered."""
    folder = _folder(name) / "calendar"
    years = (_year(_read(each)) for each in sorted(folder.iterdir(), key=lambda each: each.name) if _is_year(each))
    return Calendar({year.year: year for year in years})


def _folder(name: str) -> Traversable:
    return files("heyi.packs") / name


def _is_year(file: Traversable) -> bool:
    return file.name.endswith(".yaml")


def _read(file: Traversable) -> Mapping[str, Any]:
    raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    if not isinstance(raw, Mapping):
        raise BadPack(where=file.name, problem="a mapping is expected")
    return raw


def _year(raw: Mapping[str, Any]) -> CalendarYear:
    off, worked = (frozenset(raw.get(key) or ()) for key in ("off_days", "working_days"))
    if not all(type(day) is date and day.year == raw["year"] for day in off | worked):
        raise BadPack(where=f"calendar/{raw['year']}", problem="every day must be a date of that year")
    source = raw["source"]
    return CalendarYear(
        year=int(raw["year"]),
        published=bool(raw.get("published", True)),
        off_days=off,
        working_days=worked,
        source=source if isinstance(source, str) else str(source.get("text", "")),
    )
