"""The pack in force, the packs of other days, and what the bank keeps of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from heyi.capabilities.compliance import keys
from heyi.capabilities.compliance.adapters import pack_files
from heyi.capabilities.compliance.domain import Pack, PackMissing, Rule
from heyi.capabilities.compliance.domain.documents import Document, document_of
from heyi.capabilities.compliance.domain.seals import adoption_statement, content_statement, holds
from heyi.capabilities.compliance.models import PackAdoption, PackVersion
from heyi.capabilities.compliance.problems import PackNotTrusted, VersionUnknown
from heyi.kit.canonical import digest
from heyi.plumbing.once import once


@dataclass(frozen=True, slots=True)
class Adoption:
    """One version that held or holds: since when, until when, and who let it."""

    id: UUID
    name: str
    version: str
    digest: str
    holds_from: datetime
    holds_to: datetime | None
    way: str
    approval_id: UUID | None
    proposal_id: UUID | None
    adopted_by: str
    committee_key: str


def pack(name: str | None = None, *, at: datetime) -> Pack:
    """The whole pack that holds at ``at``; the same object as long as nothing changes. Raises PackMissing, BadPack.

    What the bank adopted holds, not what lies in the files; before the first adoption the pack of the software holds.
    """
    name = name or home()
    row = _adopted(name, at)
    whole = _zoned(_kept(row.version_id, row.id) if row else _shipped(name))
    day = at.astimezone(whole.timezone).date()
    if not any(rule.in_force(day) for rule in whole.rules):
        raise PackMissing(pack=name, at=at.isoformat())
    return whole


def packs(*, at: datetime) -> tuple[Pack, ...]:
    """The packs of all jurisdictions, the home first. Raises PackMissing, BadPack: one that fails closes the gate."""
    return tuple(pack(name, at=at) for name in settings.HEYI.jurisdictions)


def home() -> str:
    """The pack of the bank's first jurisdiction."""
    return str(settings.HEYI.jurisdictions[0])


def document(name: str | None = None, *, at: datetime) -> Document:
    """What holds at ``at`` as it is written. Raises PackMissing, BadPack."""
    name = name or home()
    row = _adopted(name, at)
    return document_of_version(row.version_id) if row else on_disk(name)


def on_disk(name: str) -> Document:
    """What lies in the files now: the pack of the software and the bank's folder over it."""
    shipped = pack_files.read(name, pack_files.installed(name))
    return pack_files.over(shipped, settings.HEYI.pack_overlay) if settings.HEYI.pack_overlay else shipped


def differs_on_disk(*, name: str, at: datetime) -> bool:
    """True when the files hold other rules than the bank adopted: a new release, or its own changed folder."""
    held = document(name, at=at)
    return replace(_read_once(name), bank=held.bank).digest() != held.digest()


def pack_of(version: str) -> Pack:
    """The pack of a version that a verdict named, as it was. Raises VersionUnknown, PackNotTrusted, BadPack."""
    row = PackVersion.objects.filter(version=version).only("id").first()
    if row is not None:
        return _kept(row.id, None)
    for name in settings.HEYI.jurisdictions:
        if _from_disk(name).version == version:
            return _from_disk(name)
    raise VersionUnknown(version=version)


def kept_document(version: str) -> Document:
    """A version of the archive as it is written. Raises VersionUnknown, PackNotTrusted."""
    row = PackVersion.objects.filter(version=version).only("id").first()
    if row is None:
        raise VersionUnknown(version=version)
    return document_of_version(row.id)


def parts_of(version: str) -> tuple[Pack, ...]:
    """The packs behind a version: one, or those that judged together (``cn+eu@…``). Raises as ``pack_of``."""
    if "+" not in version:
        return (pack_of(version),)
    row = PackVersion.objects.filter(version=version).first()
    if row is None or digest(row.content) != row.digest:
        raise VersionUnknown(version=version)
    return tuple(pack_of(part) for part in json.loads(row.content)["parts"])


def rule_of(version: str, rule_id: str) -> Rule | None:
    """The clause as it read in that version; None when the version has no such clause."""
    found = (pack.rule(rule_id) for pack in parts_of(version))
    return next((rule for rule in found if rule is not None), None)


def adoptions(name: str | None = None) -> tuple[Adoption, ...]:
    """Every version that held, holds or is dated to hold, the newest first."""
    rows = PackAdoption.objects.filter(**({"name": name} if name else {})).select_related("version")
    rows = rows.defer("version__content").order_by("name", "-holds_from")
    found: list[Adoption] = []
    until: dict[str, datetime] = {}
    for row in rows:
        found.append(_adoption(row, until.get(row.name)))
        until[row.name] = row.holds_from
    return tuple(found)


def trusted(row: PackAdoption) -> None:
    """That the row says what was signed, with the keys that this bank trusts. Raises PackNotTrusted."""
    told = adoption_statement(
        name=row.name, digest=row.version.digest, holds_from=row.holds_from, way=row.way,
        approval_id=row.approval_id, adopted_by=row.adopted_by,
    )  # fmt: skip
    if row.key != keys.adoption_public_key() or not holds(row.key, told, row.signature):
        raise PackNotTrusted(
            where=row.version.version, problem="the adoption is not signed by this installation",
            next_step="restore the database from a backup, and look who changed it",
        )  # fmt: skip
    signed_by_committee(row.name, row.version.digest, row.committee_key, row.committee_signature)


def signed_by_committee(name: str, content_digest: str, key: str, signature: str) -> None:
    """Where the bank names its committee's keys, one of them signed this content. Raises PackNotTrusted."""
    signers = settings.HEYI.pack_signers
    if signers and not (key in signers and holds(key, content_statement(name, content_digest), signature)):
        raise PackNotTrusted(
            where=f"{name}@{content_digest[:12]}", problem="no key of HEYI_PACK_SIGNERS signed this content",
            next_step="sign it with «heyi packs sign» and adopt it with «heyi packs adopt»",
        )  # fmt: skip


_zones: dict[tuple[str, str], Pack] = {}


def _zoned(whole: Pack) -> Pack:
    """The pack by the clock that the bank set for it; the same object every time, for what is compiled from it."""
    zone = dict(settings.HEYI.pack_timezones).get(whole.name)
    if zone is None:
        return whole
    return _zones.setdefault((whole.digest, zone), replace(whole, timezone=ZoneInfo(zone)))


@once
def _adopted(name: str, at: datetime) -> PackAdoption | None:
    rows = PackAdoption.objects.filter(name=name, holds_from__lte=at).order_by("-holds_from")
    return rows.only("id", "version_id").first()


def _shipped(name: str) -> Pack:
    """The pack of the software, as long as nothing was adopted; a bank that names signers adopts first."""
    whole = _from_disk(name)
    signed_by_committee(name, whole.digest, "", "")
    return whole


@lru_cache(maxsize=16)
def _from_disk(name: str) -> Pack:
    return pack_files.made(_read_once(name))


@lru_cache(maxsize=16)
def _read_once(name: str) -> Document:
    """The files as they were when this process first looked."""
    return on_disk(name)


@lru_cache(maxsize=64)
def _kept(version_id: UUID, adoption_id: UUID | None) -> Pack:
    """A pack from the archive; with its adoption, the signatures hold. Looked at once a process."""
    if adoption_id is not None:
        trusted(PackAdoption.objects.select_related("version").get(id=adoption_id))
    return _made(version_id)


@lru_cache(maxsize=64)
def _made(version_id: UUID) -> Pack:
    return pack_files.made(document_of_version(version_id))


def document_of_version(version_id: UUID) -> Document:
    row = PackVersion.objects.get(id=version_id)
    if digest(row.content) != row.digest:
        raise PackNotTrusted(
            where=row.version, problem="the kept content is not the one that was signed",
            next_step="restore the database from a backup, and look who changed it",
        )  # fmt: skip
    return document_of(row.name, json.loads(row.content))


def _adoption(row: PackAdoption, until: datetime | None) -> Adoption:
    return Adoption(
        id=row.id,
        name=row.name,
        version=row.version.version,
        digest=row.version.digest,
        holds_from=row.holds_from,
        holds_to=until,
        way=row.way,
        approval_id=row.approval_id,
        proposal_id=row.proposal_id,
        adopted_by=row.adopted_by,
        committee_key=row.committee_key,
    )
