"""The timestamp authority over HTTP: real requests, refusals, and a ceremony that goes on after it was away."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import httpx
import pytest
from asn1crypto import tsp
from django.conf import settings

from heyi.capabilities.journal import api as journal
from heyi.capabilities.signing import api as signing
from heyi.capabilities.signing.adapters.authority import Authority
from heyi.capabilities.signing.adapters.timestamps import QUERY, HttpTimestamps
from heyi.capabilities.signing.adapters.tsa_server import tsa_application
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM
from heyi.plumbing import clock
from tests.capabilities.signing.cases import AT
from tests.capabilities.signing.conftest import Play

pytestmark = pytest.mark.req("E6")

LATER = AT + timedelta(minutes=10)


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 – the name is the base class's
        pass


class Tsa:
    """A timestamp authority on a port of its own that can be stopped and started again."""

    def __init__(self, application: object) -> None:
        self._application = application
        self.port = 0
        self._server: WSGIServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        self._server = make_server("127.0.0.1", self.port, self._application, handler_class=Quiet)  # type: ignore[arg-type]
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@pytest.fixture
def tsa(house: Authority) -> Iterator[Tsa]:
    server = Tsa(tsa_application(authority=house.ca.tsa, chain=(house.ca.issuing, house.ca.root), clock=lambda: AT))
    server.start()
    yield server
    server.stop()


def stamp(url: str) -> tsp.TSTInfo:
    token = asyncio.run(HttpTimestamps(url).async_timestamp(hashlib.sha256(b"x").digest(), "sha256"))
    return token["content"]["encap_content_info"]["content"].parsed


def test_a_token_over_http(tsa: Tsa) -> None:
    info = stamp(tsa.url)
    assert info["gen_time"].native == AT
    assert info["message_imprint"]["hashed_message"].native == hashlib.sha256(b"x").digest()


@pytest.mark.parametrize(
    ("method", "kind", "body", "status"),
    [
        ("GET", QUERY, b"", 405),
        ("POST", "text/plain", b"x", 415),
        ("POST", QUERY, b"not a request", 400),
        ("POST", QUERY, b"", 413),
        ("POST", QUERY, bytes(5000), 413),
    ],
)
def test_anything_else_is_refused(tsa: Tsa, method: str, kind: str, body: bytes, status: int) -> None:
    with httpx.Client(trust_env=False) as client:
        got = client.request(method, tsa.url, content=body, headers={"Content-Type": kind})
    assert got.status_code == status


def test_an_absent_authority_is_named(tsa: Tsa) -> None:
    tsa.stop()
    with pytest.raises(signing.TimestampAway):
        stamp(tsa.url)


def test_what_is_no_timestamp_is_refused() -> None:
    def page(_: object, start: Callable[..., object]) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/html")])
        return [b"<html>"]

    other = Tsa(page)
    other.start()
    with pytest.raises(signing.TimestampAway):
        stamp(other.url)
    other.stop()


@pytest.mark.django_db
def test_signing_waits_for_an_absent_authority_and_goes_on_by_itself(
    prepare: Callable[..., Play], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = clock.now()
    play = prepare()
    server = Tsa(signing.embedded_tsa_application(at=AT))
    server.start()
    server.stop()
    monkeypatch.setattr(settings, "HEYI", replace(settings.HEYI, tsa_url=server.url))

    play.up_to_signature()
    signing.sign_as_bank(ceremony_id=play.ceremony_id, actor=SYSTEM, at=LATER)
    before = signing.document(ceremony_id=play.ceremony_id)
    assert signing.seal_due(LATER) == 0
    waiting = play.view()
    assert (waiting.state, waiting.waiting_for) == ("sealing", "timestamp")
    assert waiting.next_try_at == LATER + timedelta(seconds=1)
    assert signing.document(ceremony_id=play.ceremony_id) == before, "nothing half done"
    assert signing.seal_due(LATER) == 0, "not before its time"
    for after in (1, 3, 7):
        assert signing.seal_due(LATER + timedelta(seconds=after)) == 0
    assert play.view().next_try_at == LATER + timedelta(seconds=15)

    server.start()
    later = max(at, LATER + timedelta(minutes=2))
    assert signing.seal_due(later) == 1
    server.stop()
    done = play.view()
    assert (done.state, done.waiting_for) == ("sealed", "nobody")
    acts = [one for one in journal.entries(case_id=done.case_id, limit=100) if one.act == "signing.seal"]
    assert sorted(one.result for one in acts) == ["done", "waiting"], "the first failure is told once"
    file = vault.get(object_id=done.document_id, actor=play.borrower, at=later, purpose="read")  # type: ignore[arg-type]
    assert signing.verify_pdf(file, at=later + timedelta(days=1)).genuine
