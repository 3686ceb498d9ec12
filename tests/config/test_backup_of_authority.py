"""A backup brings the signing authority back: files sealed before it still lead to a root that counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from heyi.config import archive


def test_the_authority_is_among_the_files(tmp_path: Path) -> None:
    for name in ("objects/2026/11/21/a", "ca/root.crt", "ca/root.key.sealed", "log/other"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    assert sorted(archive._objects(tmp_path)) == ["ca/root.crt", "ca/root.key.sealed", "objects/2026/11/21/a"]


@pytest.mark.parametrize("missing", ["objects", "ca"])
def test_a_missing_folder_is_no_fault(tmp_path: Path, missing: str) -> None:
    (tmp_path / ({"objects", "ca"} - {missing}).pop()).mkdir()
    assert archive._objects(tmp_path) == {}
