"""Objects: sealed, kept twice, read with a purpose, mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from heyi.capabilities.journal import api as journal
from heyi.capabilities.vault import api as vault
from heyi.capabilities.vault import retention, stores
from heyi.capabilities.vault.models import SubjectKey, VaultObject
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.canonical import digest
from heyi.plumbing.sealing import SealBroken

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MANAGER = Actor(kind="staff", id=uuid4(), roles=frozenset({"manager"}), branches=frozenset({"BJ01"}))
SECRET = "工资流水 6222020200112233445".encode() * 50
NAME = "张三的流水.pdf"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    objects_in(monkeypatch, (tmp_path / "objects").as_uri())
    return tmp_path / "objects"


def objects_in(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setattr(settings, "HEYI", replace(settings.HEYI, objects_url=url))


def keep(**more: Any) -> vault.StoredObject:
    told: dict[str, Any] = {"media_type": "application/pdf", "kind": "proof", "subject_id": uuid4(), "actor": MANAGER}
    return vault.put(**told | {"data": SECRET, "at": AT, "file_name": NAME} | more)


def read(kept: vault.StoredObject) -> bytes:
    return vault.get(object_id=kept.id, actor=MANAGER, at=AT, purpose="review")


def files(folder: Path) -> list[Path]:
    return sorted(each for each in folder.rglob("*") if each.is_file())


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def acts(kept: vault.StoredObject) -> list[tuple[str, str]]:
    return [(each.act, each.result) for each in reversed(journal.entries(party_id=kept.subject_id, limit=50))]


@pytest.mark.req("E9")
def test_what_was_put_comes_back() -> None:
    case, subject = uuid4(), uuid4()
    kept = keep(case_id=case, subject_id=subject)
    assert read(kept) == SECRET
    assert kept == vault.describe(object_id=kept.id)
    assert (kept.sha256, kept.size, kept.file_name) == (digest(SECRET), len(SECRET), NAME)
    assert vault.objects_of(case_id=case) == vault.objects_of(subject_id=subject) == [kept]
    assert vault.objects_of() == []


def test_the_banks_own_papers_need_no_person() -> None:
    kept = keep(subject_id=None, kind="report")
    assert read(kept) == SECRET
    assert vault.describe(object_id=kept.id).file_name == NAME


@pytest.mark.parametrize(("data", "reason"), [(b"", "empty"), (bytes(64 * 2**20 + 1), "too_large")])
def test_nothing_and_too_much_are_refused(data: bytes, reason: str, folder: Path) -> None:
    with pytest.raises(vault.UnsafeFile) as refused:
        keep(data=data)
    assert refused.value.facts["reason"] == reason
    assert not folder.exists()


def test_an_unknown_object_is_not_found() -> None:
    for ask in (
        lambda: vault.describe(object_id=uuid4()),
        lambda: vault.get(object_id=uuid4(), actor=MANAGER, at=AT, purpose="review"),
    ):
        with pytest.raises(vault.NoSuchObject):
            ask()


@pytest.mark.req("C9", "E9")
def test_neither_files_nor_database_show_content_or_name(folder: Path) -> None:
    keep()
    planted = [b"6222020200112233445", "工资流水".encode(), "张三".encode()]
    contents = [each.read_bytes() for each in files(folder)]
    assert len(contents) == 2
    contents += _database()
    assert any(b"vault.put" in each for each in contents)
    for needle in planted:
        assert not [each for each in contents if needle in each or needle.hex().encode() in each]


def _database() -> list[bytes]:
    """Everything that the database holds: SQLite's file as it is, PostgreSQL's rows."""
    if connection.vendor == "sqlite":
        return [connection.connection.serialize()]
    contents = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            contents += [
                bytes(v) if isinstance(v, bytes) else str(v).encode() for row in cursor.fetchall() for v in row
            ]
    return contents


@pytest.mark.req("C9", "B25")
def test_every_reading_is_journaled_with_its_purpose() -> None:
    kept = keep()
    read(kept)
    put, seen = reversed(journal.entries(party_id=kept.subject_id, limit=9))
    assert put.act == "vault.put"
    assert put.facts == {"kind": "proof", "media_type": "application/pdf", "size": len(SECRET)}
    assert digest(SECRET) not in put.digests.values()
    assert (seen.act, seen.actor, seen.facts["purpose"]) == ("vault.read", MANAGER.label, "review")


@pytest.mark.req("A9")
@pytest.mark.parametrize("spoil", [flip, Path.unlink, lambda file: file.write_bytes(b"")])
@pytest.mark.parametrize("copy", [0, 1])
def test_one_bad_copy_is_mended_from_the_other(folder: Path, spoil: Any, copy: int) -> None:
    kept = keep()
    good = files(folder)[copy].read_bytes()
    spoil(files(folder)[copy])
    assert read(kept) == SECRET
    report = vault.scrub(AT)
    assert files(folder)[copy].read_bytes() == good
    assert report.repaired == ((kept.id,) if copy else ())
    assert acts(kept).count(("vault.repair", "done")) == 1
    assert vault.scrub(AT).clean


@pytest.mark.req("A9")
def test_two_bad_copies_are_named(folder: Path) -> None:
    kept, other = keep(), keep()
    for file in files(folder):
        if str(kept.id) in file.name:
            flip(file)
    with pytest.raises(vault.Damaged) as lost:
        read(kept)
    assert lost.value.facts["object"] == str(kept.id)
    report = vault.scrub(AT)
    assert (report.checked, report.damaged, report.repaired) == (2, (kept.id,), ())
    assert read(other) == SECRET
    assert acts(kept)[1:] == [("vault.read", "damaged"), ("vault.scrub", "damaged")]


def test_the_scrub_takes_what_was_not_looked_at_for_longest() -> None:
    ids = [keep().id for _ in range(3)]
    vault.scrub(AT, 2)
    vault.scrub(AT + timedelta(hours=1), 1)
    checked = dict(VaultObject.objects.values_list("id", "checked_at"))
    assert [checked[each] for each in ids] == [AT, AT, AT + timedelta(hours=1)]


def test_a_key_of_another_object_or_person_opens_nothing() -> None:
    subject = uuid4()
    kept, same, other = keep(subject_id=subject), keep(subject_id=subject), keep()
    for taken, broken in ((same, "vault.object_key"), (other, "vault.object_key")):
        row = VaultObject.objects.get(id=taken.id)
        VaultObject.objects.filter(id=kept.id).update(wrapped_key=row.wrapped_key, subject_id=row.subject_id)
        with pytest.raises(SealBroken) as refused:
            read(kept)
        assert refused.value.facts["context"].startswith(broken)


def test_the_content_of_another_object_is_refused(folder: Path) -> None:
    """Even with its digest in the row."""
    subject = uuid4()
    kept, same = keep(subject_id=subject), keep(subject_id=subject)
    row = VaultObject.objects.get(id=same.id)
    VaultObject.objects.filter(id=same.id).update(path="away")
    VaultObject.objects.filter(id=kept.id).update(path=row.path, sealed_sha256=row.sealed_sha256)
    with pytest.raises(SealBroken) as refused:
        read(kept)
    assert refused.value.facts["context"].startswith("vault.object:")


@pytest.mark.req("B5")
def test_a_shredded_persons_objects_are_unreadable_and_the_log_still_verifies(folder: Path) -> None:
    kept, other = keep(case_id=uuid4()), keep()
    read(kept)
    journal.sequence(AT)
    vault.shred(subject_id=kept.subject_id or uuid4(), actor=SYSTEM, at=AT, reason="request_by_person")
    journal.sequence(AT)
    with pytest.raises(vault.Shredded):
        read(kept)
    with pytest.raises(vault.Shredded):
        keep(subject_id=kept.subject_id)
    seen = vault.describe(object_id=kept.id)
    assert (seen.readable, seen.file_name) == (False, "")
    assert not SubjectKey.objects.exclude(wrapped=b"").filter(subject_id=kept.subject_id).exists()
    assert vault.scrub(AT).clean
    assert read(other) == SECRET
    assert journal.verify().intact


@pytest.mark.req("C9")
def test_each_kind_has_its_years_and_its_source() -> None:
    assert keep().retain_until == date(2034, 3, 2)
    assert keep(at=datetime(2028, 2, 28, 17, tzinfo=UTC), kind="letter").retain_until == date(2033, 2, 28)
    known = retention.table()
    assert all((each.years >= 3 or each.days) and len(each.source) > 5 for each in known.values())
    with pytest.raises(vault.UnknownKind):
        keep(kind="diary")


def test_names_lose_folders_and_tricks() -> None:
    assert keep(file_name="C:\\secret\\a\u202egpj.exe").file_name == "agpj.exe"
    assert keep(file_name="../../etc/pass\x00wd").file_name == "passwd"
    assert len(keep(file_name="长" * 500 + ".pdf").file_name) == 120


def test_two_addresses_hold_one_copy_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    objects_in(monkeypatch, f"{(tmp_path / 'one').as_uri()} {(tmp_path / 'two').as_uri()}")
    assert read(keep()) == SECRET
    assert [len(files(tmp_path / each)) for each in ("one", "two")] == [1, 1]


@pytest.mark.parametrize("url", ["ftp://x/y", "file:///a file:///b file:///c", ""])
def test_a_wrong_address_is_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    objects_in(monkeypatch, url)
    with pytest.raises(ImproperlyConfigured, match="HEYI_OBJECTS_URL"):
        stores.both()


def test_a_store_that_is_away_keeps_nothing_and_reads_from_the_other(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keep()
    (folder / "a").rename(folder / "away")
    (folder / "a").write_text("a file where a folder should be")
    with pytest.raises(vault.StoreAway):
        keep()
    assert VaultObject.objects.count() == 1
    assert read(kept) == SECRET
    (folder / "a").unlink()
    (folder / "away").rename(folder / "a")
    assert vault.scrub(AT).clean


@pytest.mark.req("C9")
def test_a_paper_of_the_bank_is_destroyed_when_its_time_is_over(folder: Path) -> None:
    kept, person = keep(subject_id=None, kind="export_file"), keep()
    assert kept.retain_until == date(2026, 3, 9)
    for _ in range(2):
        vault.discard(object_id=kept.id, reason="expired", actor=SYSTEM, at=AT)
    with pytest.raises(vault.Discarded):
        read(kept)
    assert len(files(folder)) == 2, "both copies of the person's object, none of the other"
    assert not vault.describe(object_id=kept.id).readable
    assert vault.scrub(AT).clean
    with pytest.raises(vault.NotYours):
        vault.discard(object_id=person.id, reason="expired", actor=SYSTEM, at=AT)
    assert read(person) == SECRET
    assert len([one for one in journal.entries(limit=20) if one.act == "vault.discard"]) == 1
