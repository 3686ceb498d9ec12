"""How fast the gate decides, for a debtor with 10,000 past contacts, on one core.

    python -m bench gate                     pure decisions, and one question by the ledger
    HEYI_BENCH_POSTGRES=postgresql://… …     the ledger in PostgreSQL (an empty database that may be migrated), and
                                             decisions in bulk against one query a check

- pure: facts known, all rules asked: decisions a second and the 99th percentile;
- in bulk: many contacts judged by the replay's SQL, counts included (DuckDB), against one indexed query a check in
  PostgreSQL. Goal: 100 times the reference;
- ledger: ``may_contact`` with every fact read from the database, as the API does it. Goal: p99 within 10 ms.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from bench.ratio import keep, side_by_side

PAST = 10_000
PURE = 100_000
BULK = 2_000_000
DAY_US = 86_400_000_000
ASKED = 500
GOAL_P99_MS = 10.0
AT = datetime(2026, 3, 2, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def main() -> None:
    """Set up a bank in a temporary folder, measure three times, print and keep."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("HEYI_DATA_DIR", folder)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heyi.config.settings")
        if url := os.environ.get("HEYI_BENCH_POSTGRES"):
            os.environ["DATABASE_URL"] = url
        import django

        django.setup()
        found = {"pure": pure(), "ledger": ledger()}
        in_bulk()
    keep("gate", found)


def pure() -> dict[str, float]:
    """Decisions a second with the facts at hand; every tenth is refused."""
    from heyi.capabilities.compliance.adapters.pack_files import load
    from heyi.capabilities.compliance.domain import decide
    from heyi.capabilities.compliance.domain.given import facts_of

    pack, dice = load("cn"), Random(7)
    given = [
        facts_of({"purpose": "collection", "channel": "call", "connected_today": 3 if dice.random() < 0.1 else 1}, AT)
        for _ in range(1000)
    ]
    decide(given[0], pack, AT)
    times = []
    start = time.perf_counter()
    for number in range(PURE):
        before = time.perf_counter()
        decide(given[number % 1000], pack, AT)
        times.append(time.perf_counter() - before)
    rate, p99 = PURE / (time.perf_counter() - start), statistics.quantiles(times, n=100)[98]
    print(f"pure: {rate:,.0f} decisions/s by {len(pack.rules)} rules, p99 {p99 * 1e6:.0f} µs")
    return {"per_second": rate, "p99_us": p99 * 1e6}


def in_bulk() -> None:
    """Two million contacts judged by the replay, counts included, against one indexed query a check (PostgreSQL).

    The reference reads the counts of the day and of the week, the last talk, the holds and the agreed hours, and knows
    no rule: it is let off lightly.
    """
    from django.db import connection

    from bench import dry_run
    from heyi.capabilities.compliance.adapters.pack_files import load
    from heyi.capabilities.contact.dry_run import run

    if connection.vendor != "postgresql":
        print("in bulk: set HEYI_BENCH_POSTGRES to compare with one query a check")
        return
    pack, database = load("cn"), run.open_database(threads=2)
    dry_run.invent(database, contacts=BULK)
    database.execute("CREATE TABLE contacts AS SELECT party, us, point, channel, purpose, outcome, effective FROM past")
    rows = database.execute(
        "SELECT party, us, point, purpose FROM contacts USING SAMPLE reservoir(2000) REPEATABLE (7)"
    )
    checks = [
        {
            "party": party,
            "us": us,
            "point": point,
            "purpose": purpose,
            "day": us // DAY_US * DAY_US,
            "week": us - 7 * DAY_US,
        }
        for party, us, point, purpose in rows.fetchall()
    ]
    with tempfile.TemporaryDirectory() as folder, connection.cursor() as cursor:
        for table, columns in TABLES.items():
            file = Path(folder) / f"{table}.csv"
            database.execute(f"COPY {table} TO '{file}' (HEADER false)")
            cursor.execute(f"CREATE TEMP TABLE bench_{table} ({columns})")
            with file.open("rb") as source, cursor.copy(f"COPY bench_{table} FROM STDIN (FORMAT csv)") as copy:
                while block := source.read(1 << 20):
                    copy.write(block)
            cursor.execute(f"CREATE INDEX ON bench_{table} (party{', us' if table == 'contacts' else ''})")
            cursor.execute(f"ANALYZE bench_{table}")

        def one_by_one() -> int:
            for check in checks:
                cursor.execute(QUERY, check)
                cursor.fetchone()
            return len(checks)

        def replayed() -> int:
            run.judge(database, pack, run.Span(dry_run.FIRST, dry_run.FIRST + timedelta(days=dry_run.DAYS)))
            return BULK

        side_by_side(
            "gate_in_bulk", unit="checks", candidate=replayed, reference=one_by_one,
            reference_name="one indexed PostgreSQL query a check", goal=100.0,
        )  # fmt: skip


TABLES = {
    "contacts": "party bigint, us bigint, point bigint, channel int, purpose int, outcome int, effective boolean",
    "holds": "party bigint, contract bigint, kind text, since bigint, until bigint",
    "hours": "party bigint, window_start bigint, window_end bigint, since bigint, until bigint",
}
QUERY = """SELECT count(*) FILTER (WHERE us >= %(day)s AND channel = 0 AND outcome = 0),
    count(*) FILTER (WHERE us >= %(day)s AND effective),
    count(*) FILTER (WHERE us >= %(day)s AND outcome = 5 AND point = %(point)s),
    count(*) FILTER (WHERE us >= %(day)s AND purpose = %(purpose)s), count(*), max(us) FILTER (WHERE effective),
    (SELECT array_agg(kind) FROM bench_holds h WHERE h.party = %(party)s AND since <= %(us)s AND %(us)s < until),
    (SELECT min(window_start) FROM bench_hours h WHERE h.party = %(party)s AND since <= %(us)s AND %(us)s < until)
    FROM bench_contacts WHERE party = %(party)s AND us >= %(week)s AND us < %(us)s"""


def ledger() -> dict[str, float]:
    """One question after the other through the door, with 10,000 past contacts of the same debtor."""
    from django.core.management import call_command
    from django.db import connection

    from heyi.capabilities.contact import api as contact
    from heyi.capabilities.contact import ports
    from heyi.capabilities.contact.models import LedgerEntry
    from heyi.plumbing.clock import bank_day
    from heyi.plumbing.ids import new_id

    call_command("migrate", verbosity=0)
    party, dice = new_id(), Random(7)
    ports.plug(carriers={}, reach=lambda *, party_id, contract_id: ports.Reachable("13800000000", "", "", "debtor"))
    moments = (AT - timedelta(minutes=17 * number) for number in range(PAST))
    LedgerEntry.objects.bulk_create(
        (
            LedgerEntry(
                created_at=at, party_id=party, channel="call", purpose="collection", bank_day=bank_day(at),
                outcome=dice.choice(("connected", "unanswered")), point_index="x", actor="system",
            )
            for at in moments
        ),
        batch_size=1000,
    )  # fmt: skip
    times = []
    for _ in range(ASKED):
        before = time.perf_counter()
        contact.may_contact(party_id=party, channel="call", purpose="collection", at=AT)
        times.append(time.perf_counter() - before)
    p99, rate = statistics.quantiles(times, n=100)[98] * 1000, ASKED / sum(times)
    verdict = "goal reached" if p99 <= GOAL_P99_MS else "BELOW GOAL"
    print(
        f"ledger ({connection.vendor}, {PAST:,} past contacts): {rate:,.0f} questions/s, "
        f"median {statistics.median(times) * 1000:.1f} ms, p99 {p99:.1f} ms: {verdict}"
    )
    return {"per_second": rate, "p99_ms": p99}
