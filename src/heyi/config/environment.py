"""Every setting that an operator may change, typed, from the environment. Wrong values stop the start, loudly.

Each variable is documented in ``docs/operations.md``; a house test compares.
"""

from __future__ import annotations

import base64
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import available_timezones

TRUE: Final = {"1", "true", "yes", "on"}
FALSE: Final = {"0", "false", "no", "off", ""}


class BadSetting(SystemExit):
    """A variable has a value that cannot be used."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}. See docs/operations.md, section Settings.")


@dataclass(frozen=True, slots=True)
class RepaymentAccount:
    """The bank's own account that takes transfers. ``reference`` may hold the place {contract_tail}."""

    payee: str
    bank: str
    number: str
    reference: str

    def reference_for(self, contract_tail: str) -> str:
        """What somebody writes into the transfer's reference so that the payment finds its contract."""
        return self.reference.replace("{contract_tail}", contract_tail)


@dataclass(frozen=True, slots=True)
class Complaints:
    """Where complaints go (CN-CP-CHAN). ``mail`` and ``address`` are empty where the bank named none."""

    phone: str
    mail: str
    address: str
    url: str
    supervisor: str


@dataclass(frozen=True, slots=True)
class Environment:
    """The operator's choices. Defaults run the embedded house: SQLite and folders under ``data_dir``."""

    data_dir: Path
    demo: bool
    debug: bool
    secret_key: str
    master_key: str
    master_key_old: str
    public_url: str
    allowed_hosts: tuple[str, ...]
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    database_url: str
    redis_url: str
    live_port: int
    objects_url: str
    import_file_mib: int
    smtp_url: str
    mail_from: str
    sms_url: str
    sms_key: str
    tsa_url: str
    signer: str
    signer_password: str
    trust_roots: str
    renew_stamps_before: datetime | None
    real_name_url: str
    jurisdictions: tuple[str, ...]
    pack_timezones: tuple[tuple[str, str], ...]
    pack_overlay: Path | None
    pack_signers: tuple[str, ...]
    bank_name: str
    bank_name_en: str
    bank_hotline: str
    bank_hotline_hours: str
    staff_names: str
    upload_mb: int
    repayment: RepaymentAccount | None
    complaints: Complaints

    @property
    def live_sources(self) -> tuple[str, ...]:
        """Where pages may listen when live streams have a port of their own.

        A content security policy cannot name an IPv6 address (CSP Level 3, host-source): a page opened by one polls.
        """
        hosts = (host for host in self.allowed_hosts if self.live_port and not host.startswith("["))
        return tuple(f"http://{host}:{self.live_port}" for host in hosts)


def read() -> Environment:
    """Read HEYI_* (and DATABASE_URL, REDIS_URL) once. Raises BadSetting."""
    data_dir = Path(_text("HEYI_DATA_DIR", "var")).resolve()
    public_url = _text("HEYI_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
    if urlsplit(public_url).scheme not in ("http", "https"):
        raise BadSetting("HEYI_PUBLIC_URL", "must start with http:// or https://")
    return Environment(
        data_dir=data_dir,
        demo=_flag("HEYI_DEMO", default=False),
        debug=_flag("HEYI_DEBUG", default=False),
        secret_key=_text("HEYI_SECRET_KEY", ""),
        master_key=_text("HEYI_MASTER_KEY", ""),
        master_key_old=_text("HEYI_MASTER_KEY_OLD", ""),
        public_url=public_url,
        allowed_hosts=tuple(_text("HEYI_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")),
        trusted_proxies=_networks("HEYI_TRUSTED_PROXIES", "127.0.0.1,::1" if public_url.startswith("https:") else ""),
        database_url=_text("DATABASE_URL", ""),
        redis_url=_redis_url(_text("REDIS_URL", "")),
        live_port=_number("HEYI_LIVE_PORT", default=0, most=65535),
        objects_url=_text("HEYI_OBJECTS_URL", (data_dir / "objects").as_uri()),
        import_file_mib=_number("HEYI_IMPORT_FILE_MIB", default=256, least=1, most=512),
        smtp_url=_text("HEYI_SMTP_URL", "smtp://127.0.0.1:8025"),
        mail_from=_text("HEYI_MAIL_FROM", "Heyi <no-reply@heyi.example>"),
        sms_url=_text("HEYI_SMS_URL", "http://127.0.0.1:8026/sms"),
        sms_key=_text("HEYI_SMS_KEY", ""),
        tsa_url=_text("HEYI_TSA_URL", "embedded:"),
        signer=_text("HEYI_SIGNER", "embedded:"),
        signer_password=_signer_password(_text("HEYI_SIGNER", "embedded:")),
        trust_roots=_text("HEYI_TRUST_ROOTS", ""),
        renew_stamps_before=_day("HEYI_RENEW_STAMPS_BEFORE"),
        real_name_url=_text("HEYI_REAL_NAME_URL", "embedded:"),
        jurisdictions=_jurisdictions(_text("HEYI_JURISDICTIONS", "cn")),
        pack_timezones=_zones(_text("HEYI_PACK_TIMEZONES", "")),
        pack_overlay=_folder("HEYI_PACK_OVERLAY"),
        pack_signers=_keys("HEYI_PACK_SIGNERS"),
        bank_name=_text("HEYI_BANK_NAME", "示例银行"),
        bank_name_en=_text("HEYI_BANK_NAME_EN", "" if os.environ.get("HEYI_BANK_NAME") else "Example Bank"),
        bank_hotline=_text("HEYI_BANK_HOTLINE", "400-000-0000"),
        bank_hotline_hours=_text("HEYI_BANK_HOTLINE_HOURS", "8:30–20:00"),
        staff_names=_choice("HEYI_STAFF_NAMES", "surname", ("surname", "full")),
        upload_mb=_number("HEYI_UPLOAD_MB", default=10, most=50, least=1),
        repayment=_repayment(),
        complaints=_complaints(public_url),
    )


def _repayment() -> RepaymentAccount | None:
    """All of payee, bank and account, or none: half an account would send people's money astray."""
    names = ("HEYI_REPAY_PAYEE", "HEYI_REPAY_BANK", "HEYI_REPAY_ACCOUNT")
    given = {name: _text(name, "").strip() for name in names}
    missing = [name for name, value in given.items() if not value]
    if len(missing) == len(names):
        return None
    if missing:
        raise BadSetting(missing[0], "is missing while the rest of the repayment account is set")
    payee, bank, number = given.values()
    if not re.fullmatch(r"[0-9 -]{6,40}", number):
        raise BadSetting("HEYI_REPAY_ACCOUNT", f"{number!r} is no account number: digits, blanks and hyphens")
    reference = _text("HEYI_REPAY_REFERENCE", "{contract_tail}").strip()
    if set(re.findall(r"\{(\w*)\}", reference)) - {"contract_tail"}:
        raise BadSetting("HEYI_REPAY_REFERENCE", "the only place that it may hold is {contract_tail}")
    return RepaymentAccount(payee, bank, number, reference)


def _complaints(public_url: str) -> Complaints:
    url = _text("HEYI_COMPLAINT_URL", f"{public_url}/complain/")
    if urlsplit(url).scheme not in ("http", "https"):
        raise BadSetting("HEYI_COMPLAINT_URL", "must start with http:// or https://")
    mail = _text("HEYI_COMPLAINT_MAIL", "").strip()
    if mail and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", mail):
        raise BadSetting("HEYI_COMPLAINT_MAIL", f"{mail!r} is no e-mail address")
    return Complaints(
        phone=_text("HEYI_COMPLAINT_PHONE", "") or _text("HEYI_BANK_HOTLINE", "400-000-0000"),
        mail=mail,
        address=_text("HEYI_COMPLAINT_ADDRESS", "").strip(),
        url=url,
        supervisor=_text("HEYI_SUPERVISOR_HOTLINE", "12378"),
    )


def database(url: str, data_dir: Path) -> dict[str, object]:
    """Django's DATABASES entry for ``postgresql://user:pw@host:port/name`` or, empty, for SQLite in ``data_dir``."""
    if not url:
        return _sqlite(data_dir / "heyi.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(parts.path))
    if parts.scheme not in ("postgres", "postgresql"):
        raise BadSetting("DATABASE_URL", f"unknown scheme {parts.scheme!r}; use postgresql:// or sqlite:///")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/") or "heyi",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # a pool must not hand out what a restarted server has cut
        # Short: waits between tries to reconnect double, and a server that is back must be found at once.
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 12, "timeout": 5, "reconnect_timeout": 3}, **query},
    }


def _sqlite(path: Path) -> dict[str, object]:
    """WAL and IMMEDIATE: readers never block, writers queue; FULL: what was acknowledged is on disk."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000;",
        },
        "TEST": {"NAME": os.environ.get("HEYI_TEST_SQLITE") or None},
    }


def _signer_password(signer: str) -> str:
    """The password that ``pkcs12:/path?password-env=NAME`` points at."""
    name = dict(parse_qsl(signer.partition("?")[2])).get("password-env", "")
    if name and name not in os.environ:
        raise BadSetting("HEYI_SIGNER", f"the variable {name} is not set")
    return os.environ.get(name, "") if name else ""


def _jurisdictions(value: str) -> tuple[str, ...]:
    """Names of packs that come with the software; the first is the bank's home."""
    names = tuple(name.strip().lower() for name in value.split(",") if name.strip())
    known = {item.name for item in (resources.files("heyi") / "packs").iterdir() if (item / "pack.yaml").is_file()}
    unknown = [name for name in names if name not in known]
    if unknown or not names or len(set(names)) < len(names):
        raise BadSetting("HEYI_JURISDICTIONS", f"{value!r} is not a list of packs; known: {', '.join(sorted(known))}")
    return names


def _zones(value: str) -> tuple[tuple[str, str], ...]:
    """``us=America/Los_Angeles,eu=Europe/Berlin``: the clock of the branch, where a jurisdiction has several."""
    pairs = [part.partition("=") for part in value.split(",") if part.strip()]
    zones = tuple((name.strip().lower(), zone.strip()) for name, _, zone in pairs)
    unknown = [zone for _, zone in zones if zone not in available_timezones()]
    if unknown:
        raise BadSetting("HEYI_PACK_TIMEZONES", f"{unknown[0]!r} is no time zone of the IANA database")
    return zones


def _folder(name: str) -> Path | None:
    value = os.environ.get(name, "")
    if not value:
        return None
    if not Path(value).is_dir():
        raise BadSetting(name, f"{value!r} is not a folder")
    return Path(value).resolve()


def _keys(name: str) -> tuple[str, ...]:
    """Ed25519 public keys, base64 of 32 bytes each, separated by commas."""
    keys = tuple(key.strip() for key in os.environ.get(name, "").split(",") if key.strip())
    for key in keys:
        try:
            raw = base64.b64decode(key, validate=True)
        except ValueError:
            raw = b""
        if len(raw) != 32:
            raise BadSetting(name, f"{key!r} is no Ed25519 public key in base64; «heyi packs key» makes one")
    return keys


def _text(name: str, default: str) -> str:
    return os.environ.get(name, default)


def _redis_url(url: str) -> str:
    if url and urlsplit(url).scheme not in ("redis", "rediss", "unix"):
        raise BadSetting("REDIS_URL", "must start with redis://, rediss:// or unix://")
    return url


def _networks(name: str, default: str) -> tuple[IPv4Network | IPv6Network, ...]:
    found = []
    for part in filter(None, (part.strip() for part in _text(name, default).split(","))):
        try:
            found.append(ip_network(part))
        except ValueError:
            raise BadSetting(name, f"{part!r} is no IP address or network such as 10.0.0.0/8") from None
    return tuple(found)


def _number(name: str, *, default: int, most: int, least: int = 0) -> int:
    value = os.environ.get(name, "")
    if not value:
        return default
    if not value.isdecimal() or not least <= int(value) <= most:
        raise BadSetting(name, f"{value!r} is not a whole number from {least} to {most}")
    return int(value)


def _day(name: str) -> datetime | None:
    """The beginning of a day in UTC."""
    value = os.environ.get(name, "")
    try:
        return datetime.fromisoformat(value).replace(tzinfo=UTC) if value else None
    except ValueError:
        raise BadSetting(name, f"{value!r} is no day such as 2030-01-31") from None


def _choice(name: str, default: str, known: tuple[str, ...]) -> str:
    value = os.environ.get(name, "").strip().lower() or default
    if value not in known:
        raise BadSetting(name, f"{value!r} is none of {', '.join(known)}")
    return value


def _flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise BadSetting(name, f"{value!r} is neither yes nor no")
