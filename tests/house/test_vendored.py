"""Browser code by others is listed with version, licence and digest, and is what the list says."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders

from tests.house.source import SRC, named

LIST = SRC / "web" / "vendored.toml"
SERVED = re.compile(r"""static\s+['"]([^'"]+\.m?js)['"]""")


def vendored() -> list[dict[str, Any]]:
    return list(tomllib.loads(LIST.read_text("utf-8"))["file"])


def entry_faults(entry: dict[str, Any], data: bytes) -> list[str]:
    """What an entry lacks, and whether the file is another one."""
    faults = [
        f"{entry.get('static')}: no {key}" for key in ("name", "version", "licence", "from") if not entry.get(key)
    ]
    actual = hashlib.sha256(data).hexdigest()
    return faults + ([] if actual == entry.get("sha256") else [f"{entry.get('static')}: sha256 is {actual}"])


def scripts_served() -> set[str]:
    """Every script that a template names."""
    return {name for path in SRC.rglob("*.html") for name in SERVED.findall(path.read_text("utf-8"))}


@pytest.mark.parametrize("entry", vendored(), ids=lambda entry: entry["static"])
def test_the_file_is_what_the_list_says(entry: dict[str, Any]) -> None:
    path = finders.find(entry["static"])
    assert path, f"{entry['static']} is not served"
    assert entry_faults(entry, Path(str(path)).read_bytes()) == []


def test_every_script_is_ours_or_listed() -> None:
    listed = {entry["static"] for entry in vendored()}
    assert scripts_served() - listed - _own() == set()
    assert {named(path) for path in SRC.rglob("static/**/vendor/*") if _static(path) not in listed} == set()


def test_nothing_is_fetched_from_elsewhere() -> None:
    foreign = re.compile(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""")
    pages = [*SRC.rglob("*.html"), *SRC.rglob("static/**/*.css")]
    assert [named(path) for path in pages if foreign.search(path.read_text("utf-8"))] == []


def test_a_changed_file_is_found() -> None:
    entry = {"static": "x.js", "name": "x", "version": "1", "licence": "", "from": "y", "sha256": "0" * 64}
    found = entry_faults(entry, b"changed")
    assert found[0] == "x.js: no licence"
    assert found[1].startswith("x.js: sha256 is ")


def _own() -> set[str]:
    return {_static(path) for path in SRC.rglob("static/**/*.js") if "vendor" not in path.parts}


def _static(path: Path) -> str:
    return str(path).rpartition("/static/")[2]
