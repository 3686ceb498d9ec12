"""An SMTP receiver and an SMS gateway of our own, for demo and tests: real protocols, nothing leaves the machine.

Both listen on the loopback address only and write what arrives to ``demo-inbox.jsonl`` in the data folder, one JSON
object a line. Both keep the promise of the real ones that a repeated key (``Message-ID``, ``Idempotency-Key``) is
answered again and stored once. Never start them in front of real borrowers: the file holds every text in clear.
"""

from __future__ import annotations

import email
import email.policy
import hmac
import json
import signal
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from heyi.capabilities.contact.adapters import egress
from heyi.capabilities.contact.adapters.sms_http import sign
from heyi.kit.canonical import digest
from heyi.plumbing import clock

HOST: Final = "127.0.0.1"
INBOX: Final = "demo-inbox.jsonl"
BODY_LIMIT: Final = 64 * 1024
MAIL_LIMIT: Final = 1024 * 1024
TAIL_LIMIT: Final = 2 * 1024 * 1024
MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Received:
    """One message that arrived at a gateway. ``at`` is ISO 8601 in UTC."""

    channel: str
    to: str
    title: str
    text: str
    at: str


def received(data_dir: Path, limit: int = 50) -> list[Received]:
    """What arrived, newest first. Reads the end of the file only."""
    lines = [json.loads(line) for line in _tail(data_dir / INBOX)]
    fields = Received.__dataclass_fields__
    return [Received(**{name: line[name] for name in fields}) for line in reversed(lines[-min(limit, MOST) :])]


@dataclass
class Gateways:
    """Both servers, running until ``stop``."""

    mail: Controller
    sms: ThreadingHTTPServer
    smtp_port: int
    sms_port: int

    def stop(self) -> None:
        self.mail.stop()
        self.sms.shutdown()
        self.sms.server_close()


def start_gateways(data_dir: Path, *, smtp_port: int = 8025, sms_port: int = 8026, sms_key: str = "") -> Gateways:
    """Start both in threads of this process. Raises OSError when a port is taken."""
    store = _Store(data_dir / INBOX)
    sms = ThreadingHTTPServer((HOST, sms_port), _sms_handler(store, sms_key))
    mail = Controller(_Mail(store), hostname=HOST, port=smtp_port, data_size_limit=MAIL_LIMIT)
    try:
        with egress.looking():
            mail.start()
    except BaseException:
        sms.server_close()
        raise
    threading.Thread(target=sms.serve_forever, name="demo-sms", daemon=True).start()
    return Gateways(mail=mail, sms=sms, smtp_port=smtp_port, sms_port=sms.server_address[1])


@dataclass
class _Store:
    """The file, and the keys that it has seen."""

    path: Path
    seen: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch(mode=0o600)
        self.seen = {line["key"]: line["id"] for line in map(json.loads, _tail(self.path))}

    def keep(self, key: str, message: Received) -> str:
        """Store once; the id that the sender gets is the same for the same key."""
        with self.lock:
            if key not in self.seen:
                self.seen[key] = f"demo-{digest(key)[:16]}"
                line = {**asdict(message), "key": key, "id": self.seen[key]}
                with self.path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")
            return self.seen[key]


class _Mail:
    """aiosmtpd calls ``handle_DATA`` for each message."""

    def __init__(self, store: _Store) -> None:
        self.store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        message = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
        body = message.get_body(("plain",))
        text = str(body.get_content()).strip() if body else ""
        arrived = Received("email", ", ".join(envelope.rcpt_tos), str(message["Subject"] or ""), text, _now())
        self.store.keep(str(message["Message-ID"] or f"no-id-{digest(raw)}"), arrived)
        return "250 OK"


def _sms_handler(store: _Store, key: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """``POST`` with a JSON body ``{to, text}``, signed as ``adapters/sms_http.py`` says."""

        timeout = 10

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            if not 0 < size <= BODY_LIMIT:
                return self._answer(413, {"error": "too_large"})
            body = self.rfile.read(size)
            expected = sign(key, self.headers.get("X-Heyi-Timestamp", ""), body)
            if not hmac.compare_digest(expected, self.headers.get("X-Heyi-Signature", "")):
                return self._answer(401, {"error": "bad_signature"})
            idempotency_key = self.headers.get("Idempotency-Key", "")
            try:
                message = json.loads(body)
                arrived = Received("sms", str(message["to"]), "", str(message["text"]), _now())
            except (ValueError, KeyError, TypeError):
                return self._answer(400, {"error": "not_understood"})
            if not idempotency_key:
                return self._answer(400, {"error": "no_idempotency_key"})
            return self._answer(200, {"id": store.keep(idempotency_key, arrived)})

        def _answer(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Numbers and texts do not belong into a log."""

    return Handler


def _tail(path: Path) -> Iterator[str]:
    if not path.exists():
        return
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - TAIL_LIMIT))
        if size > TAIL_LIMIT:
            file.readline()
        for line in file:
            if line.endswith(b"\n"):
                yield line.decode()


def _now() -> str:
    return clock.now().isoformat(timespec="seconds")


def start_configured() -> Gateways:
    """Both gateways at the ports that the settings name."""
    from heyi.config import environment

    env = environment.read()
    return start_gateways(
        env.data_dir,
        smtp_port=urlsplit(env.smtp_url).port or 8025,
        sms_port=urlsplit(env.sms_url).port or 8026,
        sms_key=env.sms_key,
    )


def main() -> None:
    """The process that ``heyi serve`` starts in the demo."""
    gateways = start_configured()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
    gateways.stop()


if __name__ == "__main__":
    main()
