"""From headings to fields: known words, units in brackets, an explicit mapping where guessing fails. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import zip_longest
from typing import Final

HEADING_ROWS: Final = 30
"""How many rows from the top may come before the heading: titles, dates, blank lines."""

_BRACKETS: Final = re.compile(r"[(（\[【]([^)）\]】]*)[)）\]】]")
_TOTAL_INITIALS: Final = frozenset("合总小本累共TtSsGgＴｔＳｓＧｇ*'")
"""What a word for a total may begin with: spares names and numbers the comparison."""
_NOISE: Final = re.compile(r"[\s_\-*:：.·#]+")


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field that a file may fill: its name, the words for it, whether a file is useless without it."""

    name: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything the importer knows by heart about one kind of file (packs/cn/import_columns.yaml)."""

    kind: str
    fields: tuple[FieldSpec, ...]
    values: Map[str, Map[str, str]]
    totals: frozenset[str]
    units: Map[str, int]
    percent: frozenset[str]
    error_column: FieldSpec
    words: Map[str, str] = field(default_factory=dict)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(spec.name for spec in self.fields if spec.required)


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What a mapping file says: by field a heading, a value for all rows, their words for ours, a unit."""

    columns: Map[str, str] = field(default_factory=dict)
    defaults: Map[str, str] = field(default_factory=dict)
    values: Map[str, Map[str, str]] = field(default_factory=dict)
    units: Map[str, int] = field(default_factory=dict)


NO_MAPPING: Final = ColumnMapping()


@dataclass(frozen=True, slots=True)
class Column:
    """A field found in the file: where, under which words, in which unit."""

    field: str
    index: int
    heading: str
    scale: int = 1
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A heading understood. ``unknown`` are headings that nothing was made of, ``missing`` the fields still wanted."""

    columns: tuple[Column, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    doubled: tuple[str, ...]
    language: str

    def heading_of(self, name: str) -> str:
        return next((column.heading for column in self.columns if column.field == name), name)


@lru_cache(maxsize=4_096)
def key(text: str) -> str:
    """A heading or coded value without case, width, spaces and signs."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold())


def bare_heading(text: str) -> tuple[str, str]:
    """The heading's key and the text inside its brackets: ``本金余额（万元）`` → ``("本金余额", "万元")``."""
    plain = unicodedata.normalize("NFKC", text)
    found = _BRACKETS.search(plain)
    return key(_BRACKETS.sub("", plain)), key(found.group(1)) if found else ""


def understand(heading: Sequence[str], *, catalogue: Catalogue, mapping: ColumnMapping = NO_MAPPING) -> Layout:
    """Say which column fills which field. A mapped heading wins over a guessed one."""
    mapped = {key(words): name for name, words in mapping.columns.items()}
    errors = {key(word) for word in (*catalogue.error_column.zh, *catalogue.error_column.en)}
    columns: dict[str, Column] = {}
    unknown: list[str] = []
    doubled: list[str] = []
    for index, text in enumerate(heading):
        bare, unit = bare_heading(text)
        if not bare or bare in errors:
            continue
        name = mapped.get(key(text)) or mapped.get(bare)
        if name is None:
            name = catalogue.words.get(bare)
            if name in mapping.columns:
                name = None
        if name is None:
            unknown.append(text)
        elif name in columns:
            doubled.append(text)
        else:
            scale = mapping.units.get(name) or catalogue.units.get(unit, 1)
            columns[name] = Column(name, index, text.strip(), scale, unit in catalogue.percent)
    given = columns.keys() | mapping.defaults.keys()
    return Layout(
        columns=tuple(columns.values()),
        unknown=tuple(unknown),
        missing=tuple(name for name in catalogue.required if name not in given),
        doubled=tuple(doubled),
        language="zh" if any(ord(char) > 0x2E80 for text in heading for char in text) else "en",
    )


def score(heading: Sequence[str], *, catalogue: Catalogue, mapping: ColumnMapping = NO_MAPPING) -> int:
    """How many fields a row would fill if it were the heading; used to find heading row and delimiter."""
    return len(understand(heading, catalogue=catalogue, mapping=mapping).columns)


def find_heading(
    rows: Sequence[Sequence[str]], *, catalogue: Catalogue, mapping: ColumnMapping = NO_MAPPING
) -> tuple[int, list[str]]:
    """The heading among the first thirty rows and the index of its last row: whatever fills most fields, at least two.

    A heading may stand in two rows with merged cells, groups above and names below. ``(-1, [])`` when there is none.
    """
    best, heading, best_score = -1, list[str](), 1
    scores = [score(row, catalogue=catalogue, mapping=mapping) for row in rows[:HEADING_ROWS]]
    for index, found in enumerate(scores):
        if found > best_score:
            best, heading, best_score = index, list(rows[index]), found
        if index and found and scores[index - 1]:
            merged = [below or above for above, below in zip_longest(rows[index - 1], rows[index], fillvalue="")]
            together = score(merged, catalogue=catalogue, mapping=mapping)
            if together > best_score:
                best, heading, best_score = index, merged, together
    return best, heading


def is_total(cells: Sequence[str], *, totals: frozenset[str]) -> bool:
    """True for a totals row: one of its first four cells says so."""
    return any(cell.lstrip()[:1] in _TOTAL_INITIALS and key(cell) in totals for cell in cells[:4])
