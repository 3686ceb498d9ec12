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

    call_command("migrate", verbosity=0)
    story = Story(server)
    story.listen()
    story.cut_in_the_middle()
    story.while_away()
    server.start()
    story.back()
    return story.facts


class Story:
    """Lin and her case in the private database, a worker and a reader of the stream beside."""

    def __init__(self, server: Server) -> None:
        from tests import cast
        from tests.capabilities.negotiation.steps import negotiating
        from tests.web.logins import borrower_login

        self.server = server
        self.facts: dict[str, Any] = {}
        people = cast.build()
        self.case_id = negotiating(people)
        self.client = borrower_login(people.lin.party_id)
        self.client.raise_request_exception = False
        self.key = {"Authorization": f"Bearer {people.integration_token}"}
        self.room = f"/my/{self.case_id}/room/"
        self.facts["before"] = self.ask("get", self.room)[0]
        self.stop, self.rang = threading.Event(), threading.Event()

    def ask(self, method: str, path: str, **given: Any) -> Any:
        """As a server asks: each request with a connection from the pool, given back afterwards."""
        from django.db import close_old_connections

        close_old_connections()
        begin = time.monotonic()
        answer = getattr(self.client, method)(path, **given)
        close_old_connections()
        return answer.status_code, answer.content.decode(errors="replace"), time.monotonic() - begin

    def listen(self) -> None:
        from heyi.plumbing import jobs
        from heyi.web.ui import live

        self.worker = threading.Thread(target=lambda: jobs.run_forever(stop=self.stop.is_set), daemon=True)
        reading = _listen(live, self.case_id, self.rang, self.stop)
        self.reader = threading.Thread(target=lambda: asyncio.run(reading), daemon=True)
        self.worker.start()
        self.reader.start()
        time.sleep(1.5)

    def counted(self) -> tuple[int, int]:
        """Messages of the case, and journal entries that something was said: the worker beside writes others."""
        from heyi.capabilities.journal import api as journal
        from heyi.capabilities.negotiation.models import Message

        entries = [
            entry for entry in journal.entries(case_id=self.case_id, limit=200) if entry.act == "negotiation.say"
        ]
        return Message.objects.filter(case_id=self.case_id).count(), len(entries)

    def cut_in_the_middle(self) -> None:
        """The last write of the act is done, its commit is not."""
        from django.db import connection

        def cut_before_commit(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            found = execute(sql, params, many, context)
            if sql.startswith('INSERT INTO "journal_pending"') and not self.facts.get("cut"):
                self.facts["cut"] = True
                self.server.cut()
            return found

        self.said, self.entries = self.counted()
        with connection.execute_wrapper(cut_before_commit):
            self.facts["act"] = self.ask("post", self.room, data={"body": "我下个月能还一些"})

    def while_away(self) -> None:
        from django.test import Client

        self.facts["page_away"] = self.ask("get", self.room)
        self.facts["api_away"] = self.ask("get", f"/api/v1/cases/{self.case_id}", headers=self.key)
        self.facts["alive"] = Client().get("/healthz").status_code
        self.facts["ready_away"] = self.ask("get", "/readyz")[0]
        self.facts["worker_alive"] = self.worker.is_alive()
        self.facts["rang_while_away"] = self.rang.is_set()

    def back(self) -> None:
        from heyi.capabilities.journal import api as journal
        from heyi.plumbing import clock

        self.facts["page_after"] = [self.ask("get", self.room)[0] for _ in range(4)]
        said, entries = self.counted()
        self.facts["half_done"] = [said - self.said, entries - self.entries]
        self.facts["again"] = self.ask("post", self.room, data={"body": "我下个月能还一些"})[0]
        said, entries = self.counted()
        self.facts["said"] = [said - self.said, entries - self.entries]
        self.facts["rang"] = self.rang.wait(20)
        self.facts["waiting"] = self._waiting()
        self.stop.set()
        self.worker.join(10)
        self.reader.join(10)
        journal.sequence(clock.now())
        self.facts["journal"] = [str(fault) for fault in journal.verify().faults]
        self.facts["ready_after"] = self.ask("get", "/readyz")[0]

    def _waiting(self) -> int:
        """Events that no worker has delivered within half a minute."""
        from heyi.plumbing.models import OutboxMessage

        fresh = OutboxMessage.objects.filter(done_at__isnull=True, attempts=0)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and fresh.exists():
            time.sleep(0.2)
        return fresh.count()


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
