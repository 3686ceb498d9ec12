"""Objects: sealed, kept twice, read with a purpose, mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.kit.canonical import digest

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MANAGER = Actor(kind="staff", id=uuid4(), roles=frozenset({"manager"}), branches=frozenset({"BJ01"}))
SECRET = "工资流水 6222020200112233445".encode() * 50

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "HEYI", replace(settings.HEYI, objects_url=(tmp_path / "objects").as_uri()))
    return tmp_path / "objects"


def keep(**more: Any) -> vault.StoredObject:
    told: dict[str, Any] = {"media_type": "application/pdf", "kind": "proof", "subject_id": uuid4(), "actor": MANAGER}
    return vault.put(**told | {"data": SECRET, "at": AT, "file_name": "流水.pdf"} | more)


def read(kept: vault.StoredObject) -> bytes:
    return vault.get(object_id=kept.id, actor=MANAGER, at=AT, purpose="review")


def files(folder: Path) -> list[Path]:
    return sorted(each for each in folder.rglob("*") if each.is_file())


@pytest.mark.req("E9")
def test_what_was_put_comes_back() -> None:
    case, subject = uuid4(), uuid4()
    kept = keep(case_id=case, subject_id=subject)
    assert read(kept) == SECRET
    assert kept == vault.describe(object_id=kept.id)
    assert (kept.sha256, kept.size, kept.file_name) == (digest(SECRET), len(SECRET), "流水.pdf")
    assert kept.retain_until == date(2034, 3, 2)
    assert vault.objects_of(case_id=case) == vault.objects_of(subject_id=subject) == [kept]
    assert vault.objects_of() == []
