# ruff: noqa: S608 – every statement is put together from names and numbers of our own
"""Judges every past contact by a pack, in DuckDB, and counts what would have been refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb

from heyi.capabilities.compliance.domain import Pack
from heyi.capabilities.compliance.domain.replay import Replay, replay_of
from heyi.capabilities.contact.domain.dry_runs import ClauseCount, Figures, Share
from heyi.capabilities.contact.dry_run import frame

REFUSED: Final = ("refused", "needs_approval")
DAYS_SHOWN: Final = 3660


@dataclass(frozen=True, slots=True)
class Span:
    """The instants between which the ledger lies. Contacts before ``judged_from`` count, and are not judged."""

    first: datetime
    last: datetime
    judged_from: datetime | None = None


MEMORY: Final = "2GB"
"""What a replay may hold; the rest lies in ``spill`` on the disk, a little slower."""


def open_database(*, threads: int | None = None, spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """An empty database in memory that reads nothing from the network and installs nothing.

    With ``spill``, a folder that only this user reads, what does not fit lies there.
    """
    settings: dict[str, Any] = {"autoinstall_known_extensions": False, "preserve_insertion_order": False}
    if threads:
        settings["threads"] = threads
    if spill is not None:
        settings |= {"memory_limit": MEMORY, "temp_directory": str(spill)}
    database = duckdb.connect(config=settings)
    database.execute("SET enable_progress_bar = false")
    return database


def looks_back(pack: Pack) -> timedelta:
    """How long before a contact the rules of this pack look; the calendar day of the contact at least."""
    spans = [timedelta(days=1)]
    for rule in pack.rules:
        if rule.kind in ("rolling_limit", "gap_after_talk"):
            days, hours = rule.parameters.get("days", 0), rule.parameters.get("hours", 0)
            spans.append(timedelta(days=int(days) + 1, hours=int(hours)))
    return max(spans)


def judge(
    database: duckdb.DuckDBPyConnection, pack: Pack, span: Span, *, stage: Callable[[str], None] = lambda name: None
) -> Replay:
    """Fill ``judged`` (``id`` and the columns of bits) from ``past``, ``holds``, ``hours`` and ``calendar``."""
    replay = replay_of(pack)
    stage("counting")
    for statement in frame.statements(
        replay.needs, zone=pack.timezone, first=span.first, last=span.last, judged_from=span.judged_from
    ):
        database.execute(statement)
    stage("judging")
    database.execute(f"CREATE OR REPLACE TEMP TABLE judged AS {replay.select}")
    return replay


def figures(database: duckdb.DuckDBPyConnection, replay: Replay) -> Figures:
    """The sums of ``judged``: by outcome, clause, branch, agency and day."""
    masks = ", ".join(replay.columns)
    found = database.execute(f"SELECT {masks}, count(*) FROM judged GROUP BY {masks}").fetchall()
    said = [(row[:-1], replay.clauses(row[:-1]), int(row[-1])) for row in found]
    outcomes: Counter[str] = Counter()
    contacts: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for _, clauses, count in said:
        outcomes[replay.outcome(clauses)] += count
        contacts.update(dict.fromkeys(clauses, count))
        binding = [clause for clause in clauses if clause not in replay.advice]
        if len(binding) == 1:
            alone[binding[0]] += count
    _note_refusing(database, replay, said)
    return Figures(
        contacts=sum(outcomes.values()),
        outcomes=tuple(sorted(outcomes.items())),
        by_clause=tuple(
            ClauseCount(clause, count, alone[clause], clause in replay.advice)
            for clause, count in contacts.most_common()
        ),
        by_branch=_shares(database, replay, "p.branch"),
        by_agency=_shares(database, replay, "p.agency"),
        by_day=_shares(database, replay, _day("l.today"), limit=DAYS_SHOWN),
    )


def _note_refusing(
    database: duckdb.DuckDBPyConnection, replay: Replay, said: list[tuple[tuple[int, ...], tuple[str, ...], int]]
) -> None:
    """A small table of the bits that refuse, to be joined: what the words mean is decided once, in Python."""
    columns = ", ".join(f"{name} BIGINT" for name in replay.columns)
    database.execute(f"CREATE OR REPLACE TEMP TABLE refusing ({columns})")
    marks = ", ".join("?" for _ in replay.columns)
    for bits, clauses, _ in said:
        if replay.outcome(clauses) in REFUSED:
            database.execute(f"INSERT INTO refusing VALUES ({marks})", list(bits))


def _shares(database: duckdb.DuckDBPyConnection, replay: Replay, name: str, *, limit: int = 500) -> tuple[Share, ...]:
    same = " AND ".join(f"r.{column} = j.{column}" for column in replay.columns)
    rows = database.execute(
        f"""SELECT {name} AS name, count(*), count(r.{replay.columns[0]})
            FROM judged j JOIN local l USING (id) JOIN past p USING (id) LEFT JOIN refusing r ON {same}
            GROUP BY name ORDER BY name LIMIT {limit}"""
    ).fetchall()
    return tuple(Share(str(row[0] or ""), int(row[1]), int(row[2])) for row in rows)


def _day(ordinal: str) -> str:
    return f"CAST(DATE '1970-01-01' + CAST({ordinal} - {frame.FIRST_DAY} AS INTEGER) AS VARCHAR)"
