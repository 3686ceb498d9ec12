"""Run by test_database_away in a process of its own: a private PostgreSQL is cut off in the middle of an act.

Usage: ``python -m tests.journeys.away_story FOLDER PORT``, as a user who may run PostgreSQL. Prints one line of JSON.
"""

from __future__ import annotations

import asyncio
import getpass
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any


def postgres(folder: Path, *command: str) -> None:
    """initdb or pg_ctl, as a user who is not root."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    tool, *rest = command
    subprocess.run(
        [*user, str(binaries / tool), "-D", str(folder / "data"), *rest], check=True, stdout=subprocess.DEVNULL
    )


class Server:
    """The private cluster: Unix socket only, in a folder of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        postgres(folder, "initdb", "-U", "heyi", "--auth=trust", "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        flags = f"-p {self.port} -k {self.folder} -c listen_addresses='' -c fsync=off"
        postgres(self.folder, "pg_ctl", "-s", "-w", "-l", str(self.folder / "log"), "-o", flags, "start")

    def cut(self) -> None:
        postgres(self.folder, "pg_ctl", "-s", "-w", "-m", "immediate", "stop")


def main(folder: Path, port: int) -> dict[str, Any]:
    server = Server(folder, port)
    server.start()
    try:
        os.environ["DATABASE_URL"] = f"postgresql://heyi@/postgres?host={folder}&port={port}"
        return told(server)
    finally:
        server.cut()


def told(server: Server) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import close_old_connections, connection
    from django.test import Client

    from heyi.capabilities.journal import api as journal
    from heyi.capabilities.negotiation.models import Message
    from heyi.plumbing import clock, jobs
    from heyi.plumbing.models import OutboxMessage
    from heyi.web.ui import live
    from tests import cast
    from tests.capabilities.negotiation.steps import negotiating
    from tests.web.logins import borrower_login

    call_command("migrate", verbosity=0)
    people = cast.build()
    case_id = negotiating(people)
    client = borrower_login(people.lin.party_id)
    client.raise_request_exception = False
    key = {"Authorization": f"Bearer {people.integration_token}"}
    facts: dict[str, Any] = {}

    def ask(method: str, path: str, **given: Any) -> Any:
        """As a server asks: each request with a connection from the pool, given back afterwards."""
        close_old_connections()
        begin = time.monotonic()
        answer = getattr(client, method)(path, **given)
        close_old_connections()
        return answer.status_code, answer.content.decode(errors="replace"), time.monotonic() - begin

    room = f"/my/{case_id}/room/"
    facts["before"] = ask("get", room)[0]
    stop = threading.Event()
    worker = threading.Thread(target=lambda: jobs.run_forever(stop=stop.is_set), daemon=True)
    worker.start()
    rang = threading.Event()
    listener = threading.Thread(target=lambda: asyncio.run(_listen(live, case_id, rang, stop)), daemon=True)
    listener.start()
    time.sleep(1.5)
    said = Message.objects.filter(case_id=case_id).count()
    entries = len(journal.entries(case_id=case_id, limit=200))

    def cut_before_commit(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = execute(sql, params, many, context)
        if sql.startswith('INSERT INTO "journal_pending"') and not facts.get("cut"):
            facts["cut"] = True
            server.cut()
        return found

    with connection.execute_wrapper(cut_before_commit):
        facts["act"] = ask("post", room, data={"body": "我下个月能还一些"})
    facts["page_away"] = ask("get", room)
    facts["api_away"] = ask("get", f"/api/v1/cases/{case_id}", headers=key)
    facts["alive"] = Client().get("/healthz").status_code
    facts["ready_away"] = ask("get", "/readyz")[0]
    time.sleep(1)
    facts["worker_alive"] = worker.is_alive()
    facts["rang_while_away"] = rang.is_set()
    server.start()
    facts["page_after"] = [ask("get", room)[0] for _ in range(4)]
    facts["half_done"] = [
        Message.objects.filter(case_id=case_id).count() - said,
        len(journal.entries(case_id=case_id, limit=200)) - entries,
    ]
    facts["again"] = ask("post", room, data={"body": "我下个月能还一些"})[0]
    facts["said"] = Message.objects.filter(case_id=case_id).count() - said
    facts["rang"] = rang.wait(20)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and OutboxMessage.objects.filter(done_at__isnull=True, attempts=0).exists():
        time.sleep(0.2)
    facts["waiting"] = OutboxMessage.objects.filter(done_at__isnull=True, attempts=0).count()
    stop.set()
    worker.join(10)
    listener.join(10)
    journal.sequence(clock.now())
    report = journal.verify()
    facts["journal"] = [str(fault) for fault in report.faults]
    facts["ready_after"] = ask("get", "/readyz")[0]
    return facts


async def _listen(live: Any, case_id: Any, rang: threading.Event, stop: threading.Event) -> None:
    """A reader of the case's stream, as the server for streams has it."""
    bell = live._watcher.join(case_id)
    try:
        while not stop.is_set():
            try:
                await asyncio.wait_for(bell.wait(), 0.5)
            except TimeoutError:
                continue
            bell.clear()
            rang.set()
    finally:
        live._watcher.leave(case_id, bell)


if __name__ == "__main__":
    assert getpass.getuser()
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2])), ensure_ascii=False))
