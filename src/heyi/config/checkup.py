"""What ``heyi doctor`` looks at. Each check answers: is it there, what was seen, which command mends it."""

from __future__ import annotations

import shutil
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal
from urllib.parse import urlsplit

State = Literal["ok", "missing", "optional"]
FREE_BYTES: Final = 2 * 2**30


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's answer. ``optional``: only a part of Heyi needs it."""

    name: str
    state: State
    seen: str
    mend: str = ""


def examine() -> list[Finding]:
    """All checks, in the order in which one depends on another. A check that breaks is itself a finding."""
    return [_safely(check) for check in CHECKS]


def _safely(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except Exception as error:
        return Finding(check.__name__.strip("_"), "missing", f"{type(error).__name__}: {error}", "heyi doctor --json")


def _python() -> Finding:
    """Anything older could not even read this file."""
    return Finding("python", "ok", ".".join(map(str, sys.version_info[:3])))


def _data_folder() -> Finding:
    from django.conf import settings

    folder = settings.HEYI.data_dir
    free = shutil.disk_usage(folder).free
    seen = f"{folder}, {free / 2**30:.1f} GiB free"
    if free < FREE_BYTES:
        return Finding("data folder", "missing", seen, "make room, or set HEYI_DATA_DIR to a larger disk")
    return Finding("data folder", "ok", seen)


def _keys() -> Finding:
    from django.conf import settings

    path = settings.HEYI.data_dir / "master.key"
    if settings.HEYI_MASTER_KEY_OLD:
        from heyi.capabilities.vault import api as vault

        left = vault.keys_to_rewrap()
        return Finding("master key", "optional", f"{left:,} keys of persons wait for the new one", "heyi rotate-key")
    if settings.HEYI.master_key:
        return Finding("master key", "ok", "from HEYI_MASTER_KEY")
    mode = path.stat().st_mode & 0o077
    if mode:
        return Finding("master key", "missing", f"{path} can be read by others", f"chmod 600 {path}")
    return Finding("master key", "ok", str(path))


def _database() -> Finding:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Finding("database", "ok", f"{connection.vendor} {'.'.join(map(str, connection.get_database_version()))}")


def _migrations() -> Finding:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Finding("tables", "missing", f"{len(waiting)} steps are waiting", "heyi manage migrate")
    return Finding("tables", "ok", "up to date")


def _worker() -> Finding:
    from heyi.plumbing import clock
    from heyi.plumbing.models import TickRun

    last = TickRun.objects.order_by("-ran_at").values_list("ran_at", flat=True).first()
    if last is None or clock.now() - last > timedelta(seconds=30):
        return Finding("worker", "optional", f"last seen {last or 'never'}", "heyi serve, or heyi worker")
    return Finding("worker", "ok", f"last seen {last:%H:%M:%S}")


def _waiting_events() -> Finding:
    from heyi.plumbing.models import OutboxMessage

    stuck = OutboxMessage.objects.filter(done_at__isnull=True, attempts__gte=3)
    if stuck.exists():
        first = stuck.order_by("created_at").values_list("event", "last_error").first()
        return Finding("events", "missing", f"{stuck.count()} cannot be delivered; first: {first}", "heyi worker")
    return Finding("events", "ok", "none is stuck")


def _fonts() -> Finding:
    import noto_cjk

    return Finding("document font", "ok", f"Noto Sans CJK, {noto_cjk.__name__}")


def _tsa() -> Finding:
    from django.conf import settings

    return _reachable("time stamps", settings.HEYI.tsa_url, mend="check HEYI_TSA_URL; signing waits until it answers")


def _proofs() -> Finding:
    from heyi.capabilities.signing import api as signing
    from heyi.plumbing import clock

    found = signing.proofs(at=clock.now())
    seen = f"{found.sealed:,} sealed files; the first timestamp ends {found.first_end or 'never'}; {found.due:,} due"
    if found.due:
        return Finding("proofs", "missing", seen, "the worker renews them; docs/operations.md, Proofs that last")
    return Finding("proofs", "ok", seen)


def _smtp() -> Finding:
    from django.conf import settings

    return _reachable("e-mail", settings.HEYI.smtp_url, mend="check HEYI_SMTP_URL; messages wait until it answers")


def _sms() -> Finding:
    from django.conf import settings

    return _reachable("SMS gateway", settings.HEYI.sms_url, mend="check HEYI_SMS_URL; messages wait until it answers")


def _particulars() -> Finding:
    """What borrowers need of the bank; the Measures on complaints ask for telephone, address and procedure."""
    from django.conf import settings

    house = settings.HEYI
    given = {
        "HEYI_REPAY_ACCOUNT": house.repayment,
        "HEYI_COMPLAINT_ADDRESS": house.complaints.address,
        "HEYI_BANK_HOTLINE": house.bank_hotline != "400-000-0000",
    }
    missing = [name for name, value in given.items() if not value]
    if missing and not house.demo:
        return Finding("bank details", "optional", f"not set: {', '.join(missing)}", "docs/operations.md, Settings")
    return Finding("bank details", "ok", house.bank_name)


def _redis() -> Finding:
    from django.conf import settings

    if not settings.HEYI.redis_url:
        return Finding("redis", "optional", "not set", "set REDIS_URL when live streams span several machines")
    return _reachable("redis", settings.HEYI.redis_url, mend="check REDIS_URL")


def _chromium() -> Finding:
    return _program("chromium", "browser tests and screenshots", "sudo apt-get install chromium")


def _pdfsig() -> Finding:
    return _program("pdfsig", "the second validator of signed files", "sudo apt-get install poppler-utils")


def _program(name: str, use: str, mend: str) -> Finding:
    path = shutil.which(name)
    return Finding(name, "ok" if path else "optional", path or f"not found; needed for {use}", "" if path else mend)


def _reachable(name: str, url: str, *, mend: str) -> Finding:
    """A TCP connection within a second; nothing is sent."""
    from heyi.capabilities.contact.adapters import egress

    parts = urlsplit(url)
    if parts.scheme == "embedded":
        return Finding(name, "ok", "embedded")
    ports = {"http": 80, "https": 443, "smtp": 25, "smtp+starttls": 587, "smtps": 465, "redis": 6379}
    port = parts.port or ports.get(parts.scheme) or ports.get(parts.scheme.partition("+")[0], 0)
    try:
        with egress.looking(), socket.create_connection((parts.hostname or "", port), timeout=1):
            return Finding(name, "ok", f"{parts.hostname}:{port} answers")
    except OSError as error:
        return Finding(name, "optional", f"{parts.hostname}:{port}: {error}", mend)


CHECKS: Final[tuple[Callable[[], Finding], ...]] = (
    _python,
    _data_folder,
    _keys,
    _database,
    _migrations,
    _worker,
    _waiting_events,
    _fonts,
    _tsa,
    _proofs,
    _smtp,
    _sms,
    _particulars,
    _redis,
    _chromium,
    _pdfsig,
)
