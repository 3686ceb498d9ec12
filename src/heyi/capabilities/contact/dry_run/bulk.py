# ruff: noqa: S608 – every statement is put together from names and numbers of our own
"""Many people at one moment: the same statement as a replay, over facts that are already counted."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import duckdb

from heyi.capabilities.compliance.domain import Pack
from heyi.capabilities.compliance.domain.expressions.evaluate import moment_of
from heyi.capabilities.compliance.domain.expressions.sql import codes, column, quoted
from heyi.capabilities.compliance.domain.replay import replay_of

QUIET: Final = {"recipient": codes("recipient", ("debtor",))[0], "actor_kind": codes("actor_kind", ("bank",))[0]}


def judge_list(
    database: duckdb.DuckDBPyConnection, pack: Pack, *, at: datetime, purpose: str, channel: str
) -> dict[str, int]:
    """Judge everybody in ``people`` (``id`` and the facts that differ from «nothing stands») at ``at``.

    Fills ``judged`` (``id`` and bits) and counts the outcomes. A column that ``people`` lacks is: the debtor, asked by
    the bank, nothing held, nothing stopped, and otherwise NULL, which closes wherever a rule asks.
    """
    replay, moment = replay_of(pack), moment_of(at, pack.timezone)
    given = {row[0] for row in database.execute("SELECT column_name FROM (DESCRIBE people)").fetchall()}
    fixed = {"now": moment.now, "today": moment.today, "time": moment.time}
    fixed |= {"purpose": codes("purpose", (purpose,))[0], "channel": codes("channel", (channel,))[0], **QUIET}
    columns = [f"{value} AS {quoted(name)}" for name, value in fixed.items() if name not in given]
    for name in sorted({column(leaf) for leaf in replay.needs} - set(fixed)):
        nothing = "FALSE" if name.startswith(("holds:", "stopped_channels:")) or name == "agreed" else "NULL"
        columns.append(quoted(name) if name in given else f"{nothing} AS {quoted(name)}")
    columns += [quoted(name) for name in fixed if name in given]
    database.execute(f"CREATE OR REPLACE TEMP VIEW seen AS SELECT id, {', '.join(columns)} FROM people")
    database.execute(f"CREATE OR REPLACE TEMP TABLE judged AS {replay.select}")
    masks = ", ".join(replay.columns)
    counted: dict[str, int] = {}
    for row in database.execute(f"SELECT {masks}, count(*) FROM judged GROUP BY {masks}").fetchall():
        outcome = replay.outcome(replay.clauses(row[:-1]))
        counted[outcome] = counted.get(outcome, 0) + int(row[-1])
    return counted
