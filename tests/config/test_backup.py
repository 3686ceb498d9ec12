"""A backup holds everything, shows nothing, and a changed one is refused before anything is touched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cast import id_number

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="folders of SQLite")]
SECRET = "林小晴"


def heyi(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HEYI_")},
        "HEYI_DATA_DIR": str(folder),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    return subprocess.run(
        [sys.executable, "-m", "heyi", *arguments], env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house with one borrower in it, and a passphrase beside it."""
    folder = tmp_path_factory.mktemp("house")
    data = folder / "data"
    assert heyi(data, "manage", "migrate", "-v0").returncode == 0
    (folder / "book.csv").write_text(
        f"合同号,产品,客户名称,证件号码,手机号,机构号,剩余本金\nA-1,消费贷款,{SECRET},{id_number(1)},13900000001,0101,1000\n"
    )
    branch = (
        "from heyi.capabilities.staff import api as s; from heyi.kit.actors import SYSTEM; from heyi.plumbing import "
        "clock; s.create_branch(code='0101', name='x', name_en='x', city='x', actor=SYSTEM, at=clock.now())"
    )
    made = heyi(data, "manage", "shell", "-c", branch)
    assert made.returncode == 0, made.stderr
    imported = heyi(data, "import", "loans", str(folder / "book.csv"), "--json")
    assert json.loads(imported.stdout)["created"] == 1, imported.stdout + imported.stderr
    (folder / "passphrase").write_text("four words are enough")
    return folder


@pytest.fixture(scope="module")
def backup(house: Path) -> Path:
    target = house / "heyi.tar"
    made = heyi(house / "data", "backup", str(target), "--passphrase-file", str(house / "passphrase"), "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["with_keys"] is True
    assert target.stat().st_mode & 0o077 == 0, "nobody else reads it"
    return target


@pytest.mark.req("E9", "C9")
def test_a_backup_shows_no_name_and_no_key(house: Path, backup: Path) -> None:
    content = backup.read_bytes()
    assert SECRET.encode() not in content
    assert (house / "data" / "master.key").read_bytes().strip() not in content


@pytest.mark.req("E9")
def test_an_empty_house_gets_everything_back(house: Path, backup: Path) -> None:
    fresh = house / "fresh"
    back = heyi(fresh, "restore", str(backup), "--passphrase-file", str(house / "passphrase"), "--json")
    assert back.returncode == 0, back.stderr
    assert json.loads(back.stdout)["faults"] == 0
    again = heyi(fresh, "import", "loans", str(house / "book.csv"), "--json")
    assert json.loads(again.stdout)["unchanged"] == 1, "the same row is known, so the keys open what was stored"


def test_a_house_in_use_is_not_overwritten(house: Path, backup: Path) -> None:
    refused = heyi(house / "data", "restore", str(backup))
    assert refused.returncode == 2
    assert "next:" in refused.stderr


@pytest.mark.parametrize("damage", ["cut", "flip"])
def test_a_damaged_backup_is_refused_whole(house: Path, backup: Path, damage: str) -> None:
    content = bytearray(backup.read_bytes())
    if damage == "cut":
        content = content[: len(content) // 2]
    else:
        content[len(content) // 3] ^= 1
    bad = house / f"{damage}.tar"
    bad.write_bytes(content)
    target = house / f"target-{damage}"
    refused = heyi(target, "restore", str(bad))
    assert refused.returncode == 2, refused.stdout
    assert "nothing was changed" in refused.stderr


def test_a_backup_is_never_overwritten(house: Path, backup: Path) -> None:
    before = backup.read_bytes()
    assert heyi(house / "data", "backup", str(backup)).returncode == 2
    assert backup.read_bytes() == before
