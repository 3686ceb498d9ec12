"""The wires: TLS, what a provider can answer, and what each answer means."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from heyi.capabilities.contact import leave, ports
from heyi.capabilities.contact.adapters.email_smtp import MailRelay
from heyi.capabilities.contact.adapters.sms_http import SmsGateway, sign
from tests.capabilities.contact.conftest import AFTERNOON, free_port


def carry(carrier, to="13812345678", key="heyi-1"):
    parcel = ports.Parcel(key=key, channel="x", to=to, title="还款提醒", text="您好", language="zh", at=AFTERNOON)
    with leave.leave_for(key) as granted:
        return carrier.carry(parcel, leave=granted)


class Mailbox:
    """Keeps what it gets, and can answer as one likes."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.answer_rcpt = "250 OK"
        self.answer_data = "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.answer_rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_rcpt

    async def handle_DATA(self, server, session, envelope):
        self.got.append((envelope.content.decode(), server.transport.get_extra_info("ssl_object") is not None))
        return self.answer_data


@pytest.fixture(scope="module")
def tls(tmp_path_factory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server context with a fresh certificate for 127.0.0.1, and a client context that trusts just that."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(start).not_valid_after(start + dt.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    client = ssl.create_default_context(cadata=certificate.public_bytes(serialization.Encoding.PEM).decode())
    return server, client


def relay(mailbox, **how):
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **how)
    controller.start()
    return controller


@pytest.mark.req("C9")
@pytest.mark.parametrize("scheme", ["smtp", "smtp+starttls", "smtps"])
def test_mail_goes_out_plain_upgraded_or_encrypted_from_the_start(tls, scheme):
    mailbox, (server, client) = Mailbox(), tls
    how = {"smtp": {}, "smtp+starttls": {"tls_context": server}, "smtps": {"ssl_context": server}}[scheme]
    controller = relay(mailbox, **how)
    try:
        url = f"{scheme}://127.0.0.1:{controller.port}"
        receipt = carry(MailRelay(url=url, sender="合意 <no-reply@bank.example>", tls=client), to="lin@example.com")
    finally:
        controller.stop()
    [(content, encrypted)] = mailbox.got
    assert encrypted == (scheme != "smtp")
    assert receipt.provider_id == "<heyi-1@bank.example>"
    assert "Message-ID: <heyi-1@bank.example>" in content


@pytest.mark.req("C9")
@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_a_relay_whose_certificate_nobody_vouches_for_gets_no_mail(tls, scheme):
    mailbox, (server, _) = Mailbox(), tls
    how = {"smtp+starttls": {"tls_context": server}, "smtps": {"ssl_context": server}}[scheme]
    controller = relay(mailbox, **how)
    try:
        with pytest.raises(ports.CarrierAway):
            carry(MailRelay(url=f"{scheme}://127.0.0.1:{controller.port}", sender="a@b.example"), to="lin@example.com")
    finally:
        controller.stop()
    assert mailbox.got == []


def test_a_relay_that_offers_no_tls_gets_no_mail_when_tls_is_wanted(tls):
    mailbox = Mailbox()
    controller = relay(mailbox)
    try:
        url = f"smtp+starttls://127.0.0.1:{controller.port}"
        with pytest.raises(ports.CarrierAway):
            carry(MailRelay(url=url, sender="a@b.example", tls=tls[1]), to="lin@example.com")
    finally:
        controller.stop()
    assert mailbox.got == []


@pytest.mark.parametrize(
    ("where", "answer", "meaning"),
    [
        ("answer_rcpt", "550 no such user", ports.CarrierRefused),
        ("answer_rcpt", "451 try later", ports.CarrierAway),
        ("answer_data", "554 looks like spam", ports.CarrierRefused),
        ("answer_data", "452 disk full", ports.CarrierAway),
    ],
)
def test_what_the_relay_answers_decides_what_happens_next(where, answer, meaning):
    mailbox = Mailbox()
    setattr(mailbox, where, answer)
    controller = relay(mailbox)
    try:
        with pytest.raises(meaning):
            carry(MailRelay(url=f"smtp://127.0.0.1:{controller.port}", sender="a@b.example"), to="lin@example.com")
    finally:
        controller.stop()


@pytest.mark.parametrize("to", ["not an address", "a@b@c", "lin@example.com\nBcc: x@y.example", ""])
def test_an_address_that_is_none_is_refused_before_anything_is_said(to):
    controller = relay(Mailbox())
    try:
        with pytest.raises(ports.CarrierRefused):
            carry(MailRelay(url=f"smtp://127.0.0.1:{controller.port}", sender="a@b.example"), to=to)
    finally:
        controller.stop()


@pytest.mark.parametrize("url", ["smtp://127.0.0.1:1", "http://127.0.0.1:25", "", "smtp://"])
def test_a_relay_that_is_not_there_is_away(url):
    with pytest.raises(ports.CarrierAway):
        carry(MailRelay(url=url, sender="a@b.example"), to="lin@example.com")


@pytest.fixture
def provider() -> Iterator[Any]:
    """An HTTP server that answers as told and keeps what it got."""

    class Handler(BaseHTTPRequestHandler):
        status, body, hang_up = 200, b'{"id": "p-1"}', False
        got: list[Any] = []

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.got.append((dict(self.headers), body))
            if self.hang_up:
                self.connection.close()
                return
            self.send_response(self.status)
            self.send_header("Content-Length", str(len(self.body)))
            self.end_headers()
            self.wfile.write(self.body)

        def log_message(self, *_: Any) -> None:
            pass

    Handler.got = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Handler.url = f"http://127.0.0.1:{server.server_address[1]}/sms"
    yield Handler
    server.shutdown()
    server.server_close()


def gateway(url):
    return SmsGateway(url=url, key="k", bank="示例银行")


def test_the_gateway_gets_key_signature_and_text(provider):
    assert carry(gateway(provider.url)).provider_id == "p-1"
    [(headers, body)] = provider.got
    assert headers["Idempotency-Key"] == "heyi-1"
    assert headers["X-Heyi-Signature"] == sign("k", headers["X-Heyi-Timestamp"], body)
    assert "【示例银行】您好" in body.decode()


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ({"status": 400}, ports.CarrierRefused),
        ({"status": 404}, ports.CarrierRefused),
        ({"status": 302}, ports.CarrierRefused),
        ({"status": 429}, ports.CarrierUnsure),
        ({"status": 500}, ports.CarrierUnsure),
        ({"status": 503}, ports.CarrierUnsure),
        ({"body": b"<html>welcome</html>"}, ports.CarrierUnsure),
        ({"body": b'{"ok": true}'}, ports.CarrierUnsure),
        ({"hang_up": True}, ports.CarrierUnsure),
    ],
)
def test_what_the_gateway_answers_decides_what_happens_next(provider, answer, meaning):
    for name, value in answer.items():
        setattr(provider, name, value)
    with pytest.raises(meaning):
        carry(gateway(provider.url))


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/sms", "", "ftp://127.0.0.1/", "not a url"])
def test_a_gateway_that_is_not_there_is_away(url):
    with pytest.raises(ports.CarrierAway):
        carry(gateway(url))
