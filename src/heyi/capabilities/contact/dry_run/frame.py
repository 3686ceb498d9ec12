# ruff: noqa: S608 – every statement is put together from names and numbers of our own
"""What the gate would have known at each past contact, for all of them at once: DuckDB statements over the ledger.

The tables that come in (all numbers are 64 bits; ``us``, ``since``, ``until`` are microseconds since 1970):

- ``past``: one row an outgoing contact that left: ``id`` (rises with the time, ties by the order of writing), ``us``,
  ``party``, ``contract`` (NULL: none named), ``point``, ``channel``, ``purpose``, ``outcome``, ``recipient`` (places in
  ``VOCABULARY`` and ``OUTCOMES``), ``effective``, and ``note``: which of the ``notes`` was taken;
- ``notes``: ``note``, ``facts``: what was told at the time and is not counted, as JSON; the same words are one note;
- ``holds``: ``party``, ``contract``, ``kind``, ``since``, ``until``; ``hours``: ``party``, ``window_start``,
  ``window_end``, ``since``, ``until``; ``calendar``: ``day`` (proleptic ordinal), ``kind`` (NULL on an ordinary day).

The table that goes out, ``seen``, has the columns that ``compliance.domain.replay`` reads. Each contact is judged
against what had really happened before it. What the ledger does not tell is NULL: not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from heyi.capabilities.compliance.domain import BORROWER_INITIATED
from heyi.capabilities.compliance.domain.expressions.sql import VOCABULARY, codes, column, quoted
from heyi.capabilities.compliance.domain.expressions.tree import NEVER, Fact, Has, Nth
from heyi.capabilities.contact.domain import OUTCOMES

DAY: Final = 86_400_000_000
FIRST_DAY: Final = datetime(1970, 1, 1, tzinfo=UTC).toordinal()
OUTCOME_CODES: Final[Mapping[str, int]] = {name: place for place, name in enumerate(sorted(OUTCOMES))}

_CALL, _VISIT, _PORTAL = (codes("channel", (name,))[0] for name in ("call", "visit", "portal"))
_OWN: Final = ", ".join(str(code) for code in codes("purpose", tuple(sorted(BORROWER_INITIATED))))
_ANSWERED: Final = f"outcome IN ({OUTCOME_CODES['connected']}, {OUTCOME_CODES['reserved']})"
_FAILED: Final = ", ".join(str(OUTCOME_CODES[name]) for name in ("unanswered", "invalid"))
_BY_BANK: Final = f"purpose NOT IN ({_OWN})"
_CALLED: Final = f"channel = {_CALL} AND {_BY_BANK}"
_COUNTS: Final[Mapping[str, tuple[str, str]]] = {
    "connected_today": ("party, today", f"{_CALLED} AND {_ANSWERED}"),
    "effective_today": ("party, today", f"{_CALLED} AND effective"),
    "unanswered_today": ("party, point, today", f"{_CALLED} AND outcome IN ({_FAILED}, {OUTCOME_CODES['reserved']})"),
    "same_purpose_today": (
        "party, purpose, today",
        f"channel <> {_PORTAL} AND outcome NOT IN ({_FAILED})",
    ),
}
"""Each count of a day: within which rows, and which of those before this one. As ``contact.gate`` counts them."""
_SERIES: Final[Mapping[str, str]] = {
    "calls": _CALLED,
    "connected": f"{_CALLED} AND {_ANSWERED}",
    "effective": f"{_CALLED} AND effective",
    "visits": f"channel = {_VISIT} AND {_BY_BANK}",
}
OF_CONTRACT: Final = "_of_contract"

Leaf = Fact | Has | Nth
BASE: Final = frozenset({"now", "today", "time", "purpose", "channel", "recipient"})


def statements(
    needs: Iterable[Leaf], *, zone: ZoneInfo, first: datetime, last: datetime, judged_from: datetime | None = None
) -> Iterator[str]:
    """What makes ``seen``, in order. ``first`` and ``last`` bound the instants of the ledger; earlier than
    ``judged_from`` a contact only counts.
    """
    wanted = {column(leaf): leaf for leaf in needs}
    offset = offset_sql(zone, first, last)
    placed = f'(us + {offset}) // {DAY} + {FIRST_DAY} AS today, (us + {offset}) % {DAY} AS "time"'
    yield f"CREATE OR REPLACE TEMP TABLE local AS SELECT *, {placed} FROM past"
    counts = [f"{_count(name)} AS {quoted(name)}" for name in _COUNTS if name in wanted]
    yield f"CREATE OR REPLACE TEMP TABLE counted AS SELECT {', '.join(['*', *counts])} FROM local"
    joins: list[str] = []
    columns = ["l.id", "l.us AS now", "l.today", 'l."time"', "l.purpose", "l.channel", "l.recipient"]
    columns += [f"l.{quoted(name)}" for name in _COUNTS if name in wanted]
    series = [leaf for leaf in wanted.values() if isinstance(leaf, Nth)]
    for table, leaf in {_table(leaf): leaf for leaf in series}.items():
        yield _of_person(table, leaf)
        joins.append(_asof(table))
    for leaf in series:
        if _is_of_contract(leaf):
            yield _of_contract(leaf)
            joins.append(_asof(_table(leaf) + OF_CONTRACT, f" AND {_table(leaf)}{OF_CONTRACT}.contract = l.contract"))
        columns.append(f"{_newest(leaf)} AS {quoted(column(leaf))}")
    held = sorted(leaf.member for leaf in wanted.values() if isinstance(leaf, Has) and leaf.name == "holds")
    if held:
        yield _held(held)
        joins.append("LEFT JOIN held ON held.id = l.id")
        columns += [_hold_column(kind) for kind in held]
    if "agreed" in wanted:
        yield _AGREED
        joins.append("LEFT JOIN agreed ON agreed.id = l.id")
        columns += ["agreed.id IS NOT NULL AS agreed", "agreed.window_start", "agreed.window_end"]
    kinds = sorted(leaf.member for leaf in wanted.values() if isinstance(leaf, Has) and leaf.name == "day_kinds")
    if kinds:
        yield _days(kinds)
        joins.append("LEFT JOIN days ON days.day = l.today")
        columns += [f"days.{quoted(kind)} AS {quoted(f'day_kinds:{kind}')}" for kind in kinds]
    told = {name: leaf for name, leaf in wanted.items() if _is_told(leaf)}
    if told:
        yield _notes(told)
        joins.append("LEFT JOIN told ON told.note = l.note")
        columns += [f"told.{quoted(name)}" for name in told if not name.startswith("holds:")]
    only = f" WHERE l.us >= {_micros(judged_from)}" if judged_from is not None else ""
    yield f"CREATE OR REPLACE TEMP VIEW seen AS SELECT {', '.join(columns)} FROM counted l {' '.join(joins)}{only}"


def offset_sql(zone: ZoneInfo, first: datetime, last: datetime) -> str:
    """The zone's offset in microseconds as SQL over ``us``, from Python's own zone data, for all instants between."""
    changes = list(_changes(zone, first - timedelta(days=1), last + timedelta(days=1)))
    if len(changes) == 1:
        return str(changes[0][1])
    whens = " ".join(f"WHEN us < {until} THEN {offset}" for until, offset in changes[:-1])
    return f"(CASE {whens} ELSE {changes[-1][1]} END)"


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[tuple[int, int]]:
    """Until when (µs), which offset (µs); found hour by hour: zones change on the hour or the half."""
    at, step, offset = first.astimezone(UTC).replace(minute=0, second=0, microsecond=0), timedelta(minutes=30), None
    while at <= last:
        now = at.astimezone(zone).utcoffset() or timedelta()
        if offset is not None and now != offset:
            yield _micros(at), offset // timedelta(microseconds=1)
        offset, at = now, at + step
    yield 1 << 62, (offset or timedelta()) // timedelta(microseconds=1)


def _micros(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _count(name: str) -> str:
    within, which = _COUNTS[name]
    return (
        f"count(*) FILTER (WHERE {which}) OVER "
        f"(PARTITION BY {within} ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    )


def _of_person(table: str, leaf: Nth) -> str:
    """The past contacts of a series, each with the person's n-th newest up to it."""
    newest = f"lag(value, {leaf.n - 1}) OVER (PARTITION BY party ORDER BY id) AS value"
    return f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT id, party, {newest} FROM ({_chosen(leaf)})"


def _of_contract(leaf: Nth) -> str:
    """The same debt by debt. What named no debt may have been about any of the person's debts."""
    chosen = _chosen(leaf)
    debts = "SELECT DISTINCT party, contract FROM local WHERE contract IS NOT NULL"
    named = f"SELECT id, party, contract, value FROM ({chosen}) WHERE contract IS NOT NULL"
    unnamed = (
        f"SELECT c.id, c.party, d.contract, c.value FROM ({chosen}) c JOIN ({debts}) d ON d.party = c.party "
        "WHERE c.contract IS NULL"
    )
    newest = f"lag(value, {leaf.n - 1}) OVER (PARTITION BY party, contract ORDER BY id) AS value"
    return (
        f"CREATE OR REPLACE TEMP TABLE {_table(leaf)}{OF_CONTRACT} AS "
        f"SELECT id, party, contract, {newest} FROM ({named} UNION ALL {unnamed})"
    )


def _chosen(leaf: Nth) -> str:
    value = "today" if leaf.unit == "day" else "us"
    return f"SELECT id, party, contract, {value} AS value FROM local WHERE {_SERIES[_of_all(leaf)]}"


def _asof(table: str, also: str = "") -> str:
    """The newest row of the series before this contact."""
    return f"ASOF LEFT JOIN {table} ON {table}.party = l.party{also} AND {table}.id < l.id"


def _newest(leaf: Nth) -> str:
    whole, own = f"{_table(leaf)}.value", f"{_table(leaf)}{OF_CONTRACT}.value"
    chosen = f"CASE WHEN l.contract IS NULL THEN {whole} ELSE {own} END" if _is_of_contract(leaf) else whole
    return f"coalesce({chosen}, {NEVER})"


def _table(leaf: Nth) -> str:
    """One table serves the series of the person and that of the debt."""
    return f"{_of_all(leaf)}_{leaf.n}_{leaf.unit}"


def _is_of_contract(leaf: Nth) -> bool:
    return leaf.series.endswith(OF_CONTRACT)


def _of_all(leaf: Nth) -> str:
    return leaf.series.removesuffix(OF_CONTRACT)


def _held(kinds: list[str]) -> str:
    """The kinds of holds that stood: those on the person and on the contract; where none was named, on any."""
    flags = ", ".join(f"bool_or(h.kind = {_text(kind)}) AS {quoted(kind)}" for kind in kinds)
    return f"""CREATE OR REPLACE TEMP TABLE held AS
        SELECT l.id, {flags} FROM local l JOIN holds h ON h.party = l.party
        WHERE h.since <= l.us AND l.us < h."until"
          AND (h.contract IS NULL OR l.contract IS NULL OR h.contract = l.contract)
        GROUP BY l.id"""


def _hold_column(kind: str) -> str:
    """What was noted goes first: the holds of somebody who does not owe are also those of the debtor."""
    name = quoted(f"holds:{kind}")
    return f"coalesce(told.{name}, held.{quoted(kind)}, FALSE) AS {name}"


_AGREED: Final = """CREATE OR REPLACE TEMP TABLE agreed AS
    SELECT l.id, any_value(h.window_start) AS window_start, any_value(h.window_end) AS window_end
    FROM local l JOIN hours h ON h.party = l.party WHERE h.since <= l.us AND l.us < h."until" GROUP BY l.id"""


def _days(kinds: list[str]) -> str:
    flags = ", ".join(f"coalesce(bool_or(kind = {_text(kind)}), FALSE) AS {quoted(kind)}" for kind in kinds)
    return f"CREATE OR REPLACE TEMP TABLE days AS SELECT day, {flags} FROM calendar GROUP BY day"


def _is_told(leaf: Leaf) -> bool:
    """Facts that no history gives: only what was told when the contact was made says them."""
    if isinstance(leaf, Nth):
        return False
    if isinstance(leaf, Has):
        return leaf.name != "day_kinds"
    return leaf.name not in (BASE | set(_COUNTS) | {"agreed", "window_start", "window_end"})


def _notes(told: Mapping[str, Leaf]) -> str:
    columns = ", ".join(f"{_told(leaf)} AS {quoted(name)}" for name, leaf in told.items())
    return f"CREATE OR REPLACE TEMP TABLE told AS SELECT note, {columns} FROM notes"


def _told(leaf: Leaf) -> str:
    """From the note of what was known when the contact was made; NULL where nobody noted it."""
    if isinstance(leaf, Has):
        path = _text(f"$.{leaf.name}")
        return (
            f"CASE WHEN json_type(facts, {path}) = 'ARRAY' THEN "
            f"json_contains(json_extract(facts, {path}), {_text(chr(34) + leaf.member + chr(34))}) END"
        )
    assert isinstance(leaf, Fact)
    text = f"json_extract_string(facts, {_text('$.' + leaf.name)})"
    if leaf.name in VOCABULARY:
        whens = " ".join(f"WHEN {_text(word)} THEN {code}" for code, word in enumerate(VOCABULARY[leaf.name]))
        return f"CASE {text} {whens} END"
    return f"CAST({text} AS {'BIGINT' if leaf.name in _NUMBERS else 'BOOLEAN'})"


_NUMBERS: Final = frozenset({"staff_count", "end_time"})


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
