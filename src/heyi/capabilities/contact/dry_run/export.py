# ruff: noqa: S608 – every statement is put together from names and numbers of our own
"""The ledger, the holds, the agreed hours and the calendar out of the bank's database into DuckDB, chunk by chunk.

The chunks are CSV files in a folder that only this user reads, gone after the run; they hold ids and codes, no name, no
number, no word. No extension of DuckDB is needed, and both databases are read the same way.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

import duckdb
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain import Days
from heyi.capabilities.compliance.domain.expressions.sql import VOCABULARY
from heyi.capabilities.contact.dry_run.frame import OUTCOME_CODES
from heyi.capabilities.contact.dry_run.run import Span
from heyi.capabilities.contact.models import LedgerEntry
from heyi.capabilities.loans import api as loans

CHUNK: Final = 100_000
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
FOR_EVER: Final = 1 << 62

_RAW: Final = (
    ("uid", "UUID"),
    ("us", "BIGINT"),
    ("party", "UUID"),
    ("contract", "UUID"),
    ("point", "VARCHAR"),
    ("channel", "TINYINT"),
    ("purpose", "TINYINT"),
    ("outcome", "TINYINT"),
    ("effective", "BOOLEAN"),
    ("agency", "VARCHAR"),
    ("facts", "VARCHAR"),
)
_HOLDS: Final = (("party", "UUID"), ("contract", "UUID"), ("kind", "VARCHAR"), ("since", "BIGINT"), ("until", "BIGINT"))
_HOURS: Final = (
    ("party", "UUID"),
    ("window_start", "BIGINT"),
    ("window_end", "BIGINT"),
    ("since", "BIGINT"),
    ("until", "BIGINT"),
)
_BRANCHES: Final = (("contract", "UUID"), ("branch", "VARCHAR"))
_CALENDAR: Final = (("day", "BIGINT"), ("kind", "VARCHAR"))

Columns = Sequence[tuple[str, str]]
Progress = Callable[[int, int], None]


def contacts(*, since: datetime, until: datetime) -> QuerySet[LedgerEntry]:
    """The contacts that a replay judges: outgoing, and they left or may have left."""
    return LedgerEntry.objects.filter(direction="out", created_at__gte=since, created_at__lt=until).exclude(
        outcome="not_sent"
    )


def load(
    database: duckdb.DuckDBPyConnection,
    folder: Path,
    *,
    since: datetime,
    until: datetime,
    days: Days | None,
    looks_back: timedelta = timedelta(),
    progress: Progress = lambda done, total: None,
) -> Span | None:
    """Fill ``past``, ``holds``, ``hours`` and ``calendar``. None when no contact lies between the two instants.

    What happened within ``looks_back`` before ``since`` is read too: it counts for the first days and is not judged.
    """
    if not contacts(since=since, until=until).exists():
        return None
    rows = contacts(since=since - looks_back, until=until)
    total = rows.count()
    loader = _Loader(database, folder)
    loader.fill("raw", _RAW, _entries(rows), lambda done: progress(done, total))
    loader.fill("holds", _HOLDS, _holds())
    loader.fill("hours", _HOURS, _agreed_hours())
    loader.fill("branches", _BRANCHES, loans.branches())
    database.execute(_NOTES)
    database.execute(_PAST)
    database.execute("DROP TABLE raw")
    first, last = database.execute("SELECT min(us), max(us) FROM past").fetchone() or (None, None)
    if first is None or last is None:
        return None
    span = Span(EPOCH + timedelta(microseconds=first), EPOCH + timedelta(microseconds=last), judged_from=since)
    loader.fill("calendar", _CALENDAR, _calendar(span, days))
    return span


_NOTES: Final = """CREATE OR REPLACE TEMP TABLE notes AS
    SELECT row_number() OVER () AS note, facts, CASE json_extract_string(facts, '$.recipient') {whens} END AS recipient
    FROM (SELECT DISTINCT facts::JSON AS facts FROM raw)""".format(
    whens=" ".join(f"WHEN '{word}' THEN {code}" for code, word in enumerate(VOCABULARY["recipient"]))
)
_PAST: Final = """CREATE OR REPLACE TEMP TABLE past AS
    SELECT row_number() OVER (ORDER BY r.us, r.uid) AS id, r.* EXCLUDE (facts), n.note, n.recipient, b.branch
    FROM raw r JOIN notes n ON n.facts = r.facts::JSON LEFT JOIN branches b ON b.contract = r.contract"""


class _Loader:
    def __init__(self, database: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.database, self.file = database, folder / "chunk.csv"

    def fill(
        self,
        name: str,
        columns: Columns,
        rows: Iterable[Sequence[Any]],
        told: Callable[[int], None] = lambda done: None,
    ) -> None:
        """A table of these rows, a file of at most ``CHUNK`` of them at a time."""
        declared = ", ".join(f'"{column}" {kind}' for column, kind in columns)
        read = "{" + ", ".join(f"'{column}': '{kind}'" for column, kind in columns) + "}"
        self.database.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({declared})")
        source, done = iter(rows), 0
        while chunk := list(islice(source, CHUNK)):
            with self.file.open("w", newline="", encoding="utf-8") as out:
                csv.writer(out).writerows(chunk)
            self.database.execute(
                f"INSERT INTO {name} SELECT * FROM read_csv(?, header=false, delim=',', quote='\"', columns={read})",
                [str(self.file)],
            )
            self.file.unlink()
            done += len(chunk)
            told(done)


def micros(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - EPOCH) // MICROSECOND


def _entries(rows: QuerySet[LedgerEntry]) -> Iterator[Sequence[Any]]:
    channels = {word: code for code, word in enumerate(VOCABULARY["channel"])}
    purposes = {word: code for code, word in enumerate(VOCABULARY["purpose"])}
    plain = rows.annotate(told=Cast("facts", CharField())).values_list(
        "id",
        "created_at",
        "party_id",
        "contract_id",
        "point_index",
        "channel",
        "purpose",
        "outcome",
        "effective",
        "agency_id",
        "told",
    )
    for uid, at, party, contract, point, channel, purpose, outcome, effective, agency, told in plain.iterator(
        chunk_size=20_000
    ):
        way = (channels.get(channel, ""), purposes.get(purpose, ""), OUTCOME_CODES[outcome])
        yield uid, micros(at), party, contract or "", point, *way, effective, agency or "", told


def _holds() -> Iterator[Sequence[Any]]:
    for hold in compliance.all_holds():
        ends = [micros(end) for end in (hold.until, hold.lifted_at) if end is not None]
        yield hold.party_id, hold.contract_id or "", hold.kind, micros(hold.placed_at), min(ends, default=FOR_EVER)


def _agreed_hours() -> Iterator[Sequence[Any]]:
    for party_id, window, since, ended in compliance.all_agreed_hours():
        until = micros(ended) if ended is not None else FOR_EVER
        yield party_id, _of_day(window.start), _of_day(window.end), micros(since), until


def _of_day(at: time) -> int:
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond


def _calendar(span: Span, days: Days | None) -> Iterator[Sequence[Any]]:
    """One line a kind of each day, one without a kind on an ordinary day; nothing where the calendar does not reach."""
    day, last = span.first.toordinal() - 1, span.last.toordinal() + 1
    for ordinal in range(day, last + 1) if days else ():
        kinds = days(date.fromordinal(ordinal)) if days else None
        if kinds is not None:
            yield from ((ordinal, kind) for kind in sorted(kinds) or [""])
