"""A replay is asked for by a person, done by the worker beside its other work, and read on a page of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import Q

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain import Pack
from heyi.capabilities.contact.domain import DryRunUnclear, DryRunView, Figures
from heyi.capabilities.contact.dry_run import export, run
from heyi.capabilities.contact.models import DryRun
from heyi.capabilities.contact.queries.dry_runs import dry_run
from heyi.capabilities.journal import api as journal
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.problems import NotAllowed
from heyi.plumbing import clock

log = structlog.get_logger()

ASKERS: Final = ("compliance", "auditor", "system")
LEASE: Final = timedelta(minutes=10)
"""A run that said nothing for so long is taken up again: its worker is gone."""
MOST_TRIES: Final = 3
NOTHING: Final = Figures(0, (), (), (), (), ())


def ask_dry_run(*, version: str, since: datetime, until: datetime, actor: Actor, at: datetime) -> DryRunView:
    """Replay the pack of ``version`` over the contacts from ``since`` to ``until``; the worker does it.

    Raises NotAllowed, DryRunUnclear (also for a version that was not kept).
    """
    if not actor.has(*ASKERS):
        raise NotAllowed(act="contact.ask_dry_run")
    if not since < until <= at:
        raise DryRunUnclear(fields={"since": "must_lie_before_the_end", "until": "must_have_passed"})
    try:
        known = compliance.pack_of(version).version
    except compliance.VersionUnknown as error:
        raise DryRunUnclear(fields={"version": "unknown"}) from error
    with transaction.atomic():
        row = DryRun.objects.create(
            created_at=at, asked_by=actor.label, pack_version=known, since=since, until=until, stage="waiting"
        )
        _tell(row, "ask_dry_run", actor, at)
    return dry_run(run_id=row.id)


def start_dry_runs(at: datetime) -> int:
    """A tick: take one waiting run and do it in a thread of its own, so that messages do not wait for it."""
    run_id = _take(at)
    if run_id is None:
        return 0
    threading.Thread(target=_in_thread, args=(run_id,), name=f"dry-run-{run_id}", daemon=True).start()
    return 1


def do_dry_run(run_id: UUID) -> DryRunView:
    """Do a run that was taken, here and now; what goes wrong is written down with it."""
    passed, row = clock.stopwatch(), DryRun.objects.get(id=run_id)
    try:
        pack = compliance.pack_of(row.pack_version)
        found = replay_pack(pack=pack, since=row.since, until=row.until, stage=_teller(run_id))
    except Exception as error:
        log.exception("contact.dry_run_failed", run=str(run_id))
        _end(run_id, "failed", took=passed(), error=type(error).__name__)
    else:
        _end(run_id, "done", took=passed(), figures=found.stored())
    return dry_run(run_id=run_id)


Tell = Callable[[str, int, int], None]


def replay_pack(
    *, pack: Pack, since: datetime, until: datetime, stage: Tell = lambda name, done, total: None
) -> Figures:
    """What the pack would have said of the contacts from ``since`` to ``until``; nothing is written. Raises BadPack."""
    with TemporaryDirectory(prefix="heyi-dry-run-") as folder:
        database = run.open_database(spill=Path(folder))
        try:
            span = export.load(
                database,
                Path(folder),
                since=since,
                until=until,
                days=compliance.working_calendar().kinds,
                looks_back=run.looks_back(pack),
                progress=lambda done, total: stage("reading", done, total),
            )
            if span is None:
                return NOTHING
            judged = run.judge(database, pack, span, stage=lambda name: stage(name, 0, 0))
            stage("adding", 0, 0)
            return run.figures(database, judged)
        finally:
            database.close()


def _take(at: datetime) -> UUID | None:
    due = Q(state="queued") | Q(state="running", lease_until__lte=at)
    with transaction.atomic():
        row = DryRun.objects.select_for_update(skip_locked=True).filter(due).order_by("created_at").first()
        if row is None:
            return None
        if row.tries >= MOST_TRIES:
            row.state, row.error = "failed", "worker_gone"
            row.save(update_fields=["state", "error"])
            return None
        row.state, row.lease_until, row.tries = "running", at + LEASE, row.tries + 1
        row.save(update_fields=["state", "lease_until", "tries"])
        return row.id


def _in_thread(run_id: UUID) -> None:
    try:
        do_dry_run(run_id)
    finally:
        connection.close()


def _teller(run_id: UUID) -> Tell:
    def told(name: str, done: int, total: int) -> None:
        lease = clock.now() + LEASE
        DryRun.objects.filter(id=run_id).update(stage=name, done=done, total=total, lease_until=lease)

    return told


def _end(
    run_id: UUID, state: str, *, took: timedelta, figures: dict[str, object] | None = None, error: str = ""
) -> None:
    with transaction.atomic():
        row = DryRun.objects.select_for_update().get(id=run_id)
        row.state, row.took, row.figures, row.error, row.lease_until = state, took, figures, error, None
        row.save(update_fields=["state", "took", "figures", "error", "lease_until"])
        _tell(row, "end_dry_run", SYSTEM, clock.now())


def _tell(row: DryRun, verb: str, actor: Actor, at: datetime) -> None:
    facts = {"pack": row.pack_version, "since": row.since.isoformat(), "until": row.until.isoformat()}
    journal.record(
        actor=actor, act=f"contact.{verb}", at=at, subject=f"contact_dry_run:{row.id}", result=row.state, facts=facts
    )
