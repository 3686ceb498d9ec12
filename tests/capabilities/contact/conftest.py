"""People whom the bank knows, gateways that speak the real protocols, and a vault on a temporary folder."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact import ports, standing
from heyi.capabilities.staff.models import Certificate, User
from heyi.config.demo_gateways import Gateways, Received, received, start_gateways
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.problems import NotFound
from heyi.plumbing.ids import new_id

SHANGHAI = ZoneInfo("Asia/Shanghai")
AFTERNOON = datetime(2026, 3, 2, 15, 0, tzinfo=SHANGHAI)
NIGHT = datetime(2026, 3, 2, 23, 0, tzinfo=SHANGHAI)
MANAGER = Actor(kind="staff", id=new_id(), roles=frozenset({"manager"}), branches=frozenset({"*"}))
CERTIFIED_FROM = datetime(2025, 1, 1, tzinfo=SHANGHAI)
COMPLIANCE = Actor(kind="staff", id=new_id(), roles=frozenset({"compliance"}), branches=frozenset({"*"}))


@pytest.fixture(autouse=True)
def _certified(request: pytest.FixtureRequest) -> None:
    """The manager of these tests works here and has passed the test; who has not is refused (CN-STD-TRAIN)."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None:
        return
    request.getfixturevalue("transactional_db" if marker.kwargs.get("transaction") else "db")
    user = User.objects.create(id=MANAGER.id, username="manager", display_name="周敏", date_joined=CERTIFIED_FROM)
    until = CERTIFIED_FROM + timedelta(days=3650)
    Certificate.objects.create(
        created_at=CERTIFIED_FROM, member=user, kind="collection", issued_by="system", until=until, evidence="test"
    )


@dataclass
class AddressBook:
    """Stands behind the Reach port: the bank's record, as far as these tests need one."""

    people: dict[UUID, ports.Reachable] = field(default_factory=dict)

    def add(
        self, *, mobile: str = "13812345678", email: str = "lin@example.com", relation: str | None = "debtor"
    ) -> UUID:
        party_id = new_id()
        self.people[party_id] = ports.Reachable(mobile, email, "上海市浦东新区某路 1 号", relation)
        return party_id

    def __call__(self, *, party_id: UUID, contract_id: UUID | None) -> ports.Reachable:
        if party_id not in self.people:
            raise NotFound()
        return self.people[party_id]


@dataclass
class Outside:
    """The world beyond the house: what arrived there, and a switch for each wire."""

    data_dir: Path
    smtp_port: int
    sms_port: int
    running: Gateways | None = None

    def start(self) -> None:
        self.running = start_gateways(
            self.data_dir, smtp_port=self.smtp_port, sms_port=self.sms_port, sms_key="test-key"
        )

    def stop(self) -> None:
        if self.running is not None:
            self.running.stop()
            self.running = None

    def arrived(self) -> list[Received]:
        return received(self.data_dir)


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> Iterator[AddressBook]:
    """People whom the loan book does not know: nothing of theirs is time-barred."""
    before = list(ports._reach)
    book = AddressBook()
    ports.plug(carriers={}, reach=book)
    monkeypatch.setattr(standing, "time_barred", lambda debtor_id, contract_id, *, at: False)
    yield book
    ports._reach[:] = before


@pytest.fixture
def borrower(book: AddressBook) -> UUID:
    return book.add()


@pytest.fixture
def outside(tmp_path: Path, settings: Any) -> Iterator[Outside]:
    world = Outside(tmp_path / "outside", free_port(), free_port())
    settings.HEYI = replace(
        settings.HEYI,
        smtp_url=f"smtp://127.0.0.1:{world.smtp_port}",
        sms_url=f"http://127.0.0.1:{world.sms_port}/sms",
        sms_key="test-key",
    )
    world.start()
    yield world
    world.stop()


@pytest.fixture
def tell(borrower: UUID) -> Callable[..., UUID]:
    """Queue a message to the borrower; a reminder by SMS in the afternoon unless said otherwise."""

    def queue(template: str = "due_reminder", **different: Any) -> UUID:
        from heyi.capabilities.contact.adapters.word_files import load

        chosen = load()[template]
        given = {
            "actor": SYSTEM,
            "at": AFTERNOON,
            "party_id": borrower,
            "purpose": chosen.purpose,
            "template": template,
            "values": chosen.example,
            "channel": "sms",
        }
        return contact.send(**{**given, **different}).id

    return queue


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
