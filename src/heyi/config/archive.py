"""A backup is one tar file: database, encrypted objects, sealed authority, digests; the keys only when asked for.

Trusted: nobody. Whoever holds the file without its passphrase reads no personal data (identity fields and objects are
encrypted inside); whoever changes a byte is refused at restore, before anything is touched.
Keys are sealed under the passphrase with scrypt (RFC 7914, N=2**17) and AES-256-GCM.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from heyi.kit.problems import Invalid, Unavailable
from heyi.plumbing.ids import random_bytes
from heyi.plumbing.sealing import SealBroken, seal, unseal

FORMAT: Final = "heyi-backup-1"
FOLDERS: Final = ("objects", "ca")
"""Encrypted objects, and the signing authority, whose keys lie sealed under the master key."""
KEY_FILES: Final = ("master.key", "master.key.old", "secret.key")
PIECE: Final = 2**20

Report = Callable[[int, int], None]


class DamagedBackup(Invalid):
    """The file is no backup of ours, is cut short or was changed."""

    code = "backup.damaged"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds. ``files`` maps name → (size, SHA-256)."""

    made_at: str
    engine: str
    with_keys: bool
    files: dict[str, tuple[int, str]]


def write(*, target: Path, data_dir: Path, passphrase: str | None, at: datetime, report: Report) -> Contents:
    """Write the backup beside ``target`` and move it there when it is complete and on disk. Only its owner reads it."""
    from django.db import connection

    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=target.parent) as scratch,
        os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw,
    ):
        dump = _dump(Path(scratch) / "database.dump")
        keys = _sealed_keys(Path(scratch), data_dir, passphrase)
        paths = {"database.dump": dump} | _objects(data_dir) | keys
        files: dict[str, tuple[int, str]] = {}
        with tarfile.open(fileobj=raw, mode="w") as tar:
            for done, (name, path) in enumerate(paths.items(), start=1):
                files[name] = (path.stat().st_size, _sha256(path))
                tar.add(path, arcname=name)
                report(done, len(paths))
            contents = Contents(at.isoformat(), connection.vendor, bool(keys), files)
            _add_bytes(tar, "manifest.json", json.dumps(_plain(contents), sort_keys=True).encode())
        raw.flush()
        os.fsync(raw.fileno())
    part.replace(target)
    return contents


def check(source: Path, *, report: Report) -> Contents:
    """Read the whole file and compare every digest. Raises DamagedBackup; touches nothing."""
    seen: dict[str, tuple[int, str]] = {}
    manifest: dict[str, Any] | None = None
    try:
        with tarfile.open(source) as tar:
            for done, member in enumerate(tar, start=1):
                stream = tar.extractfile(member)
                if stream is None or member.name.startswith(("/", "..")) or "/../" in member.name:
                    raise DamagedBackup(file=member.name, reason="not a plain file")
                if member.name == "manifest.json":
                    manifest = json.loads(stream.read())
                else:
                    seen[member.name] = (member.size, _sha256_stream(stream))
                report(done, done)
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise DamagedBackup(reason=str(error)) from None
    if manifest is None or manifest.get("format") != FORMAT:
        raise DamagedBackup(reason="the manifest is missing")
    expected = {name: tuple(value) for name, value in manifest["files"].items()}
    if expected != seen:
        wrong = sorted(name for name in expected.keys() | seen.keys() if expected.get(name) != seen.get(name))
        raise DamagedBackup(reason="digests differ", files=wrong[:10])
    return Contents(manifest["made_at"], manifest["engine"], manifest["with_keys"], seen)


def read_back(*, source: Path, data_dir: Path, passphrase: str | None, report: Report) -> Contents:
    """Check the whole file first, then put objects, keys and database back."""
    from django.db import connection

    contents = check(source, report=report)
    if contents.engine != connection.vendor:
        raise Invalid(reason=f"the backup is from {contents.engine}, this installation runs on {connection.vendor}")
    with tempfile.TemporaryDirectory(dir=data_dir) as scratch:
        with tarfile.open(source) as tar:
            tar.extractall(scratch, filter="data")
        unpacked = Path(scratch)
        if contents.with_keys and passphrase is not None:
            _restore_keys(unpacked, data_dir, passphrase)
        for folder in FOLDERS:
            if (unpacked / folder).exists():
                shutil.copytree(unpacked / folder, data_dir / folder, dirs_exist_ok=True)
        _load(unpacked / "database.dump")
    return contents


def _dump(path: Path) -> Path:
    from django.db import connection

    if connection.vendor == "sqlite":
        with (
            closing(sqlite3.connect(_dbname())) as live,
            closing(sqlite3.connect(path)) as copy,
        ):
            live.backup(copy)
        return path
    _postgres("pg_dump", "--format=custom", f"--file={path}")
    return path


def _load(path: Path) -> None:
    from django.db import connection, connections

    connections.close_all()
    if connection.vendor == "sqlite":
        name = Path(_dbname())
        for leftover in (name.with_name(name.name + "-wal"), name.with_name(name.name + "-shm")):
            leftover.unlink(missing_ok=True)
        shutil.copyfile(path, name)
        return
    _postgres(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--exit-on-error", f"--dbname={_dbname()}", str(path)
    )


def _dbname() -> str:
    from django.conf import settings

    return str(settings.DATABASES["default"]["NAME"])


def _postgres(program: str, *arguments: str) -> None:
    """Run a PostgreSQL client with the connection of DATABASE_URL; the password never stands on the command line."""
    from django.conf import settings

    if shutil.which(program) is None:
        raise Unavailable(component=program, mend="sudo apt-get install postgresql-client")
    parts = urlsplit(settings.HEYI.database_url)
    environment = os.environ | {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": _dbname(),
    }
    subprocess.run([program, *arguments], env=environment, check=True, capture_output=True)  # noqa: S603


def _objects(data_dir: Path) -> dict[str, Path]:
    paths = (path for folder in FOLDERS for path in sorted((data_dir / folder).rglob("*")))
    return {str(path.relative_to(data_dir)): path for path in paths if path.is_file()}


def _sealed_keys(scratch: Path, data_dir: Path, passphrase: str | None) -> dict[str, Path]:
    if passphrase is None:
        return {}
    from django.conf import settings

    given = {
        "master.key": settings.HEYI.master_key,
        "master.key.old": settings.HEYI.master_key_old,
        "secret.key": settings.HEYI.secret_key,
    }
    sealed: dict[str, Path] = {}
    for name in KEY_FILES:
        key = given[name].encode() or ((data_dir / name).read_bytes() if (data_dir / name).exists() else b"")
        if key:
            salt = random_bytes(16)
            path = scratch / name
            path.write_bytes(salt + seal(_stretch(passphrase, salt), key, context=name))
            sealed[f"keys/{name}"] = path
    return sealed


def _restore_keys(unpacked: Path, data_dir: Path, passphrase: str) -> None:
    for name in KEY_FILES:
        path = unpacked / "keys" / name
        if path.exists():
            blob = path.read_bytes()
            try:
                key = unseal(_stretch(passphrase, blob[:16]), blob[16:], context=name)
            except SealBroken:
                raise Invalid(reason="the passphrase does not open the keys") from None
            target = data_dir / name
            target.touch(mode=0o600)
            target.write_bytes(key)


def _stretch(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**17, r=8, p=1).derive(passphrase.encode())


def _plain(contents: Contents) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "made_at": contents.made_at,
        "engine": contents.engine,
        "with_keys": contents.with_keys,
        "files": contents.files,
    }


def _add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return _sha256_stream(stream)


def _sha256_stream(stream: Any) -> str:
    running = hashlib.sha256()
    while piece := stream.read(PIECE):
        running.update(piece)
    return running.hexdigest()
