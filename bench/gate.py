"""How fast the gate decides, for a debtor with 10,000 past contacts, on one core.

    python -m bench gate                     pure decisions, a work list in memory, one question by the ledger
    HEYI_BENCH_POSTGRES=postgresql://… …     the ledger in PostgreSQL (an empty database that may be migrated)

- pure: facts known, all rules asked: decisions a second and the 99th percentile;
- work list: many debtors at one moment, judged by the replay's SQL over counts held in memory (DuckDB, one thread);
- ledger: ``may_contact`` with every fact read from the database, as the API does it. Goal: p99 within 10 ms.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bench.ratio import keep

PAST = 10_000
PURE = 100_000
LIST = 1_000_000
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
        found = {"pure": pure(), "work_list": work_list(), "ledger": ledger()}
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


def work_list() -> dict[str, float]:
    """A million debtors, each with everything that the rules ask, judged at one moment on one thread."""
    from heyi.capabilities.compliance.adapters.pack_files import load
    from heyi.capabilities.contact.dry_run import bulk, run

    pack, database = load("cn"), run.open_database(threads=1)
    database.execute("SELECT setseed(0.5)")
    database.execute(
        f"""CREATE TEMP TABLE people AS SELECT i AS id, (random() * 4)::BIGINT AS connected_today,
            (random() * 4)::BIGINT AS effective_today, (random() * 7)::BIGINT AS unanswered_today,
            (random() * 4)::BIGINT AS same_purpose_today, random() < 0.05 AS "holds:agreement_active",
            random() < 0.05 AS "holds:dispute" FROM range({LIST}) t(i)"""
    )
    start = time.perf_counter()
    counted = bulk.judge_list(database, pack, at=AT, purpose="collection", channel="call")
    seconds = time.perf_counter() - start
    allowed = sum(count for outcome, count in counted.items() if outcome in ("allowed", "advised"))
    print(f"work list: {LIST / seconds:,.0f} decisions/s on one thread ({allowed:,} of {LIST:,} may be called)")
    return {"per_second": LIST / seconds}


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
