"""``heyi rotate-key``: from files and from the environment, in two steps, refused where a step is missing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from heyi.capabilities.vault import api as vault
from heyi.capabilities.vault import cache
from heyi.config.cli.rotate_key import rotate_key
from heyi.plumbing import clock, master_key
from heyi.plumbing.ids import new_id

pytestmark = [pytest.mark.django_db, pytest.mark.req("C9")]

FIRST = "12" * 32


def run(*words: str) -> tuple[int, dict[str, Any]]:
    told = CliRunner().invoke(rotate_key, [*words, "--json"])
    return told.exit_code, json.loads(told.stdout) if told.stdout.strip() else {}


def test_from_files_the_old_key_waits_until_all_is_done(tmp_path: Path, settings) -> None:  # type: ignore[no-untyped-def]
    settings.HEYI = replace(settings.HEYI, data_dir=tmp_path, master_key="")
    settings.HEYI_MASTER_KEY, settings.HEYI_MASTER_KEY_OLD = FIRST, ""
    (tmp_path / "master.key").write_text(FIRST)
    one, at = new_id(), clock.now()
    key = vault.subject_key(subject_id=one, at=at)
    assert run()[0] == 2, "no new key yet"
    assert run("--new") == (0, {"ok": True})
    made, old = (tmp_path / "master.key").read_text(), (tmp_path / "master.key.old").read_text()
    assert (old, (tmp_path / "master.key").stat().st_mode & 0o077) == (FIRST, 0)
    settings.HEYI_MASTER_KEY, settings.HEYI_MASTER_KEY_OLD = made, old
    assert run("--new")[0] == 2, "one rotation at a time"
    assert run() == (0, {"ok": True, "keys": 1, "waiting": 0})
    assert not (tmp_path / "master.key.old").exists()
    settings.HEYI_MASTER_KEY_OLD = ""
    cache.forget_all()
    assert vault.subject_key(subject_id=one, at=at) == key


def test_from_the_environment_the_new_key_is_printed_once(tmp_path: Path, settings) -> None:  # type: ignore[no-untyped-def]
    settings.HEYI = replace(settings.HEYI, data_dir=tmp_path, master_key=FIRST)
    settings.HEYI_MASTER_KEY, settings.HEYI_MASTER_KEY_OLD = FIRST, ""
    code, told = run("--new")
    assert code == 0
    assert master_key.follows(told["master_key"], FIRST)
    assert list(tmp_path.iterdir()) == []
    settings.HEYI_MASTER_KEY, settings.HEYI_MASTER_KEY_OLD = "34" * 32, FIRST
    assert run()[0] == 2, "a key of its own would lose indexes and the journal's signature"
