"""Nothing leaves the house but through this room: at run time by a leave, in the source by who imports what."""

from __future__ import annotations

import ast
import contextlib
import smtplib
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

import heyi
from heyi.capabilities.contact import leave, ports
from heyi.capabilities.contact.adapters import egress
from heyi.capabilities.contact.adapters.carriers import CARRIERS
from heyi.capabilities.contact.domain import NotThroughContact
from heyi.capabilities.contact.leave import Leave
from tests.capabilities.contact.conftest import AFTERNOON

SOURCE = Path(heyi.__file__).parent
SENDERS = {"smtplib", "aiosmtplib", "aiosmtpd", "httpx", "requests", "aiohttp", "urllib3", "telnetlib", "ftplib"}
SENDER_PARTS = {"http.client", "urllib.request", "django.core.mail"}
TO_PERSONS = {
    "capabilities/contact/adapters/sms_http.py": "the SMS gateway",
    "capabilities/contact/adapters/email_smtp.py": "the mail relay",
}
TO_MACHINES = {
    "config/demo_gateways.py": "receives; it never sends",
}
"""Modules that speak to services of the bank and to no person; each with its reason."""
PLACES = {"sms_url", "smtp_url", "sms_key"}


def parcel(key="heyi-1", channel="sms"):
    return ports.Parcel(key=key, channel=channel, to="13812345678", title="t", text="t", language="zh", at=AFTERNOON)


@pytest.mark.req("B9")
@pytest.mark.parametrize("channel", sorted(CARRIERS))
def test_a_carrier_that_is_called_from_elsewhere_refuses(channel, outside):
    carrier = CARRIERS[channel]()
    with pytest.raises(NotThroughContact):
        carrier.carry(parcel(channel=channel), leave=Leave("heyi-1"))
    assert outside.arrived() == []


def by_httpx(house):
    httpx.post(house.sms_url, content=b"{}")


def by_smtplib(house):
    parts = urlsplit(house.smtp_url)
    smtplib.SMTP(parts.hostname, parts.port, timeout=2)


def by_http_client(house):
    parts = urlsplit(house.sms_url)
    HTTPConnection(parts.hostname, parts.port, timeout=2).request("POST", "/sms")


def by_bare_socket(house):
    parts = urlsplit(house.sms_url)
    with socket.socket() as bare:
        bare.connect((parts.hostname, parts.port))


@pytest.mark.req("B9")
@pytest.mark.parametrize("way", [by_httpx, by_smtplib, by_http_client, by_bare_socket])
def test_no_library_reaches_a_gateway_without_a_leave(way, outside, settings):
    with pytest.raises(NotThroughContact):
        way(settings.HEYI)
    assert outside.arrived() == []
    with egress.looking(), contextlib.suppress(OSError):
        way(settings.HEYI)


@pytest.mark.req("B9")
def test_the_wire_closes_again_and_other_threads_never_had_it(outside, settings):
    with egress.wire():
        by_bare_socket(settings.HEYI)
        with ThreadPoolExecutor(1) as other, pytest.raises(NotThroughContact):
            other.submit(by_bare_socket, settings.HEYI).result()
    with pytest.raises(NotThroughContact):
        by_bare_socket(settings.HEYI)


@pytest.mark.req("B9")
def test_a_leave_is_for_one_parcel_once_and_ends_with_its_block(outside):
    carrier = CARRIERS["portal"]()
    with leave.leave_for("heyi-1") as granted:
        with pytest.raises(NotThroughContact):
            carrier.carry(parcel(key="heyi-2"), leave=granted)
        carrier.carry(parcel(), leave=granted)
        with pytest.raises(NotThroughContact):
            carrier.carry(parcel(), leave=granted)
    with leave.leave_for("heyi-1") as kept:
        pass
    with pytest.raises(NotThroughContact):
        carrier.carry(parcel(), leave=kept)


@pytest.mark.req("B9")
def test_only_the_delivery_of_this_room_issues_leaves():
    issuers = [name for name, tree in modules() if any("leave_for" in names_used(node) for node in ast.walk(tree))]
    assert issuers == ["capabilities/contact/actions/deliver.py", "capabilities/contact/leave.py"]


@pytest.mark.req("B9")
def test_nobody_else_imports_what_can_send_to_a_person():
    allowed = {**TO_PERSONS, **TO_MACHINES}
    found = {name for name, tree in modules() if imported(tree) & SENDERS or sends(tree)}
    strangers = {name for name in found - set(allowed) if "/contact/" in name or not is_adapter(name)}
    assert strangers == set(), "a person is reached through contact.api.send only (docs/decisions/0004)"
    assert set(TO_PERSONS) <= found


@pytest.mark.req("B9")
def test_mail_can_be_sent_from_one_file_only():
    assert [name for name, tree in modules() if "smtplib" in imported(tree)] == [
        "capabilities/contact/adapters/email_smtp.py"
    ]


@pytest.mark.req("B9")
def test_nobody_else_reads_where_the_gateways_are():
    users = {name for name, tree in modules() for node in ast.walk(tree) if names_used(node) & PLACES}
    assert users <= {
        "capabilities/contact/adapters/carriers.py",
        "capabilities/contact/adapters/egress.py",
        "config/environment.py",
        "config/demo_gateways.py",
        "config/checkup.py",
    }


def test_the_search_finds_a_planted_sender():
    planted = ast.parse("def hello():\n    import smtplib\n    from django.core import mail\n")
    assert "smtplib" in imported(planted)
    assert sends(planted)
    assert sends(ast.parse("import urllib.request"))
    assert sends(ast.parse("from http.client import HTTPConnection"))


@lru_cache(maxsize=1)
def modules() -> list[tuple[str, ast.Module]]:
    files = sorted(SOURCE.rglob("*.py"))
    return [(file.relative_to(SOURCE).as_posix(), ast.parse(file.read_text(encoding="utf-8"))) for file in files]


def imported(tree: ast.AST) -> set[str]:
    return {name.partition(".")[0] for name in full_imports(tree)}


def sends(tree: ast.AST) -> bool:
    return any(name == part or name.startswith(f"{part}.") for name in full_imports(tree) for part in SENDER_PARTS)


def full_imports(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def names_used(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Attribute):
        return {node.attr}
    if isinstance(node, ast.Name):
        return {node.id}
    return {node.name} if isinstance(node, ast.FunctionDef) else set()


def is_adapter(name: str) -> bool:
    return "/adapters/" in name or name.endswith("/adapters.py")
