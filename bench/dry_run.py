"""How fast a pack is replayed over the ledger: ten million contacts, made by DuckDB itself, judged by a pack.

    python -m bench dry_run                       10,000,000 contacts, the pack of mainland China
    HEYI_BENCH_CONTACTS=1000000 HEYI_BENCH_PACK=us …

The clock runs from the ledger in DuckDB to the sums by clause, branch, agency and day; every count, hold and agreed
hour is worked out for each contact. Goal: 60 seconds on two cores.
"""

from __future__ import annotations

import os
import resource
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from duckdb import DuckDBPyConnection

from bench.ratio import keep

if TYPE_CHECKING:
    from heyi.capabilities.compliance.domain import Pack

CONTACTS = int(os.environ.get("HEYI_BENCH_CONTACTS", "10000000"))
PACK = os.environ.get("HEYI_BENCH_PACK", "cn")
GOAL_SECONDS = 60.0
FIRST = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 180
A_PERSON = 25
WAYS = "['call','call','call','call','sms','sms','email','letter','visit','portal']"
PURPOSES = "['collection','collection','collection','reminder','reminder','negotiation','service','code']"


def main() -> None:
    """Make the ledger, replay it, print and keep the figures."""
    import django

    django.setup()
    from heyi.capabilities.compliance.adapters.pack_files import load
    from heyi.capabilities.contact.dry_run import run

    pack = load(PACK)
    with TemporaryDirectory(prefix="heyi-bench-") as folder:
        measure(pack, run.open_database(threads=2, spill=Path(folder)))


def measure(pack: Pack, database: DuckDBPyConnection) -> None:
    """One replay of the invented ledger."""
    from heyi.capabilities.contact.dry_run import run

    invent(database)
    span = run.Span(FIRST, FIRST + timedelta(days=DAYS))
    marks: list[tuple[str, float]] = []
    made = resource.getrusage(resource.RUSAGE_SELF)
    before, start = made.ru_utime + made.ru_stime, time.perf_counter()
    replay = run.judge(database, pack, span, stage=lambda name: marks.append((name, time.perf_counter() - start)))
    judged = time.perf_counter() - start
    figures = run.figures(database, replay)
    seconds = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    peak = used.ru_maxrss / 1024
    print(
        f"dry run of {figures.contacts:,} contacts by {pack.name} ({len(pack.rules)} rules): {seconds:.1f} s "
        f"(judged after {judged:.1f} s, {used.ru_utime + used.ru_stime - before:.0f} s of processor), "
        f"{figures.contacts / seconds:,.0f} rows/s, peak {peak:,.0f} MB; "
        f"goal {GOAL_SECONDS:.0f} s for 10 M: {'reached' if seconds <= GOAL_SECONDS else 'NOT reached'}"
    )
    print(f"   {dict(figures.outcomes)}; most: {[(one.rule_id, one.contacts) for one in figures.by_clause[:4]]}")
    keep(f"dry_run_{PACK}", {"contacts": figures.contacts, "seconds": seconds, "stages": marks, "peak_mb": peak})


def invent(database: DuckDBPyConnection, contacts: int = CONTACTS) -> None:
    """Twenty-five contacts a person over half a year, with 120 branches, 40 agencies, holds on one person in twenty."""
    from heyi.capabilities.compliance.domain.expressions.sql import VOCABULARY
    from heyi.capabilities.compliance.queries.clocks import working_calendar
    from heyi.capabilities.contact.dry_run.frame import OUTCOME_CODES

    def coded(name: str, word: str) -> str:
        whens = " ".join(f"WHEN '{one}' THEN {code}" for code, one in enumerate(VOCABULARY[name]))
        return f"CASE {word} {whens} END"

    people = max(contacts // A_PERSON, 1)
    first, execute = int(FIRST.timestamp()) * 1_000_000, database.execute
    execute("SELECT setseed(0.5)")
    connected, unanswered, sent = (OUTCOME_CODES[name] for name in ("connected", "unanswered", "sent"))
    execute(f"""CREATE TEMP TABLE past AS SELECT row_number() OVER (ORDER BY us) AS id, * EXCLUDE (way, dice),
        CASE WHEN way <> 'call' THEN {sent} WHEN dice < 0.4 THEN {connected} ELSE {unanswered} END AS outcome,
        way = 'call' AND dice < 0.2 AS effective, {coded("channel", "way")} AS channel FROM (
        SELECT {first} + day * 86400000000 + (hour * 3600 + (hash(i * 3) % 3600)::BIGINT) * 1000000 AS us, party,
               party * 2 + i % 2 AS contract, party * 2 + (i // 7) % 2 AS point, dice,
               {WAYS}[1 + (hash(i * 5) % 10)::INT] AS way,
               {coded("purpose", f"{PURPOSES}[1 + (hash(i * 7) % 8)::INT]")} AS purpose,
               CASE WHEN hash(i * 11) % 50 = 0 THEN 0 ELSE 2 END AS recipient,
               1 + i % 2 AS note,
               'B' || (party % 120)::VARCHAR AS branch,
               CASE WHEN i % 3 = 0 THEN 'A' || (party % 40)::VARCHAR END AS agency
        FROM (SELECT i, (hash(i) % {people})::BIGINT AS party, (hash(i // 2) % {DAYS})::BIGINT AS day,
                     (hash(i * 13) % 16)::BIGINT AS hour, (hash(i * 17) % 1000) / 1000.0 AS dice
              FROM range({contacts}) t(i)))""")
    execute(f"""CREATE TEMP TABLE holds AS SELECT party, CASE WHEN party % 3 = 0 THEN party * 2 END AS contract,
        ['agreement_active', 'dispute', 'complaint', 'no_contact'][1 + (party % 4)::INT] AS kind,
        {first} + (party % 100) * 86400000000 AS since, {first} + (party % 100 + 40) * 86400000000 AS "until"
        FROM (SELECT r AS party FROM range(0, {people}, 20) t(r))""")
    execute(f"""CREATE TEMP TABLE hours AS SELECT r AS party, 68400000000 AS window_start, 79200000000 AS window_end,
        {first} AS since, {1 << 62} AS "until" FROM range(0, {people}, 50) t(r)""")
    known = '"actor_kind":"bank","recorder_active":true,"certificate_valid":true,"staff_count":2'
    known += ',"unlock":[],"opted_out":false,"stopped_channels":[]'
    known += ',"consents":[],"notices":["hand_over"],"approvals":[],"time_barred":false,"wording":"demand"'
    known += ',"agency_announced":true,"agency_reporting":true,"caller_reporting":true'
    execute(f"""CREATE TEMP TABLE notes AS SELECT * FROM (VALUES (1, '{{"discloses_debt":true,{known}}}'::JSON),
        (2, '{{"discloses_debt":false,{known}}}'::JSON)) t(note, facts)""")
    execute("CREATE TEMP TABLE calendar (day BIGINT, kind VARCHAR)")
    calendar, rows = working_calendar("cn"), []
    for ordinal in range(FIRST.toordinal() - 1, FIRST.toordinal() + DAYS + 2):
        rows += [(ordinal, kind) for kind in sorted(calendar.kinds(date.fromordinal(ordinal)) or ())]
    database.executemany("INSERT INTO calendar VALUES (?, ?)", rows)
