"""Pages with 100,000 cases on PostgreSQL: the list, the plan page, and requests against a bare Django view.

    DATABASE_URL=postgresql://… python -m bench pages

Works in a database of its own (``<name>_bench_pages``), kept for the next run. Times are those of the whole request in
one process: middleware, guard, queries, template. Goals: list p95 ≤ 500 ms, plan page ≤ 100 ms of server time.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

CASES = int(os.environ.get("BENCH_CASES", "100000"))
CHUNK = 5000
ROUNDS = 40
HEALTH_ROUNDS = 25
HEALTH_REQUESTS = 200


def main() -> None:
    if not os.environ.get("DATABASE_URL"):
        print("pages: set DATABASE_URL to a PostgreSQL; skipped")
        return
    _own_database()
    import django

    from heyi.config import warm

    django.setup()
    case_id, manager = _filled()
    warm.settle()
    client = _client(manager)
    figures = {
        "list": _times(lambda: client.get("/console/cases/")),
        "list, five filters": _times(lambda: client.get(FILTERED)),
        "plan page": _times(lambda: client.get(f"/console/cases/{case_id}/")),
        "dashboard": _times(lambda: client.get("/console/figures/")),
    }
    for name, (median, p95) in figures.items():
        print(f"{name}: median {median:.0f} ms, p95 {p95:.0f} ms")
    from bench import ratio

    ratio.keep("pages", {name: {"median_ms": each[0], "p95_ms": each[1]} for name, each in figures.items()})
    ratio.side_by_side(
        "healthz",
        unit="requests",
        candidate=_served(),
        reference=_served(middleware=[]),
        reference_name="the same view without middleware",
        goal=0.35,
        rounds=HEALTH_ROUNDS,
    )
    ratio.side_by_side(
        "the same view through every guard",
        unit="requests",
        candidate=_served(without="heyi.web.ui.middleware.Health"),
        reference=_served(middleware=[]),
        reference_name="the same view without middleware",
        rounds=HEALTH_ROUNDS,
    )


FILTERED = "/console/cases/?status=negotiating&turn=bank&product=consumer&overdue_days_from=10&overdue_days_to=120"


def _own_database() -> None:
    """A database beside the given one."""
    import psycopg

    url = os.environ["DATABASE_URL"]
    name = url.rpartition("/")[2].partition("?")[0] + "_bench_pages"
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"')
    os.environ["DATABASE_URL"] = url.rpartition("/")[0] + "/" + name
    os.environ.setdefault("HEYI_MASTER_KEY", "b" * 64)  # goes with the database that is kept, not with a folder
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heyi.config.settings")
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def _filled() -> tuple[Any, Any]:
    from django.core.management import call_command

    from heyi.capabilities.negotiation.models import Case
    from heyi.capabilities.staff.models import User

    call_command("migrate", verbosity=0)
    if not Case.objects.exists():
        from tests import cast
        from tests.capabilities.negotiation.steps import offered

        people = cast.build()
        case_id, _ = offered(people)
        _multiply(case_id)
    first = Case.objects.exclude(number__startswith="HY-BENCH").first()
    if first is None:
        raise SystemExit("the bench's database is half filled; drop it and run again")
    return first.id, User.objects.get(username="zhou").pk


def _multiply(case_id: Any) -> None:
    """Copies of one case with other people, dates and states, 5,000 at a time."""
    from django.db import connection

    from heyi.capabilities.loans.models import Contract, Party
    from heyi.capabilities.negotiation.models import Case
    from heyi.capabilities.vault import api as vault
    from heyi.plumbing.ids import new_id
    from heyi.plumbing.sealing import seal

    case = Case.objects.get(id=case_id)
    party, contract = Party.objects.get(id=case.party_id), Contract.objects.get(id=case.contract_id)
    dice = random.Random(7)
    managers = [case.assignee_id, *_colleagues(case.branch)]
    for start in range(0, CASES, CHUNK):
        parties, contracts, cases = [], [], []
        for number in range(start, start + CHUNK):
            one = _copy(party, id=new_id(), identity_index=f"b{number:031d}")
            parties.append(one)
            contracts.append(_copy(contract, id=new_id(), contract_no=f"BENCH-{number}", party_id=one.id))
            cases.append(_varied(case, contracts[-1], number, dice, dice.choice(managers)))
        keys = vault.subject_keys(subject_ids=[one.id for one in parties], at=case.created_at)
        for one in parties:
            one.name_sealed = seal(keys[one.id], "林知晴", context="loans.party.name_sealed")
        Party.objects.bulk_create(parties, batch_size=1000)
        Contract.objects.bulk_create(contracts, batch_size=1000)
        Case.objects.bulk_create(cases, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as autovacuum would have done long ago


def _copy(row: Any, **changed: Any) -> Any:
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.generated}
    return type(row)(**{**fields, **changed})


def _colleagues(branch: str) -> list[Any]:
    """Forty-nine more managers: two thousand cases each is more than anybody carries."""
    from heyi.capabilities.staff.models import Branch, User

    home = Branch.objects.get(code=branch)
    names = [f"bench-{number:02d}" for number in range(49)]
    rows = [User(username=name, display_name=name, staff_no=name, branch=home) for name in names]
    return [row.pk for row in User.objects.bulk_create(rows)]


def _varied(case: Any, contract: Any, number: int, dice: random.Random, manager: Any) -> Any:
    """Handed in over the last 200 days: half of them still in talks, the others followed, broken, kept or lost."""
    from heyi.plumbing import clock
    from heyi.plumbing.ids import new_id

    at = clock.now()
    submitted = at - timedelta(days=dice.randint(0, 200), hours=dice.randint(0, 23))
    return _copy(
        case,
        **_stage(dice, submitted),
        id=new_id(),
        assignee_id=manager,
        number=f"HY-BENCH-{number:06d}",
        party_id=contract.party_id,
        contract_id=contract.id,
        days_past_due=dice.randint(1, 200),
        due_minor=dice.randint(10_000, 9_000_000),
        submitted_at=submitted,
        due_at=at + timedelta(hours=dice.randint(-100, 300)),
    )


def _stage(dice: random.Random, submitted: datetime) -> dict[str, Any]:
    """How far this one has come, with the times on the way."""
    from heyi.plumbing.ids import new_id

    def later(hours: int) -> datetime:
        return submitted + timedelta(hours=dice.randint(1, hours))

    reached: dict[str, Any] = {"first_answer_at": later(60), "accepted_at": later(60), "first_offer_at": later(120)}
    sealed = {"agreed_at": later(300), "sealed_at": later(400), "plan_id": new_id(), "document_pages": 12}
    stage = dice.random()
    if stage < 0.2:
        return {"status": dice.choice(["submitted", "in_review"]), "turn": "bank", "first_offer_at": None}
    if stage < 0.5:
        status = dice.choice(["negotiating", "offer_open", "countered"])
        return {**reached, "status": status, "turn": dice.choice(["bank", "borrower"])}
    if stage < 0.7:
        return {**reached, **sealed, "status": "active", "turn": "borrower", "promises_kept": dice.randint(0, 6)}
    if stage < 0.75:
        return {**reached, **sealed, "status": "broken", "turn": "bank", "broken_at": later(900), "promises_late": 1}
    if stage < 0.9:
        return {**reached, **sealed, "status": "completed", "turn": "none", "ended_at": later(2000)}
    return {**reached, "status": "closed", "turn": "none", "ended_at": later(200), "end_reason": "no_plan_found"}


def _client(manager: Any) -> Any:
    """Logged in as the manager, who needs a code generator as any member of staff does before the first page."""
    from tests.web.logins import SECRET, staff_login

    from heyi.capabilities.staff import api as staff
    from heyi.kit.actors import SYSTEM
    from heyi.plumbing import clock

    if not staff.has_second_factor(staff_id=manager):
        staff.enrol_totp(staff_id=manager, secret=SECRET, actor=SYSTEM, at=clock.now())
    return staff_login(member_id=manager)


def _served(middleware: list[str] | None = None, *, without: str = "") -> Callable[[], int]:
    """Asks the WSGI application itself for /healthz many times, as a server does; no test client in between.

    With ``middleware=[]`` it is what Django alone costs; ``without`` leaves out one layer, such as health's short way.
    Fresh connections of the database count on every side.
    """
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import RequestFactory, override_settings

    layers = settings.MIDDLEWARE if middleware is None else middleware
    with override_settings(MIDDLEWARE=[layer for layer in layers if layer != without]):
        application = WSGIHandler()
    asked = RequestFactory()._base_environ(PATH_INFO="/healthz", REQUEST_METHOD="GET", CONTENT_LENGTH="0")

    def answer(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
        if not status.startswith("200"):
            raise SystemExit(f"/healthz answered {status}")
        return lambda data: None

    def many() -> int:
        for _ in range(HEALTH_REQUESTS):
            response = application(dict(asked), answer)
            b"".join(response)
            response.close()  # type: ignore[attr-defined]  # WSGI promises an iterable; Django's has a close
        return HEALTH_REQUESTS

    return many


def _times(call: Callable[[], Any]) -> tuple[float, float]:
    """(median, p95) in milliseconds of whole requests, after a warm-up."""
    for _ in range(3):
        answer = call()
        if answer.status_code != 200:
            raise SystemExit(f"the page answered {answer.status_code}")
    spans = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        call()
        spans.append((time.perf_counter() - begin) * 1000)
    return statistics.median(spans), statistics.quantiles(spans, n=20)[-1]
