"""The folder store: nothing is acknowledged before it is on stable storage, nothing half-written has a name."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from heyi.capabilities.vault.adapters.folder import FolderStore
from heyi.capabilities.vault.api import StoreAway

PATH = "2026/03/02/object"


def test_file_then_name_then_folder_reach_the_disk_in_this_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str, str]] = []
    fsync, replace = os.fsync, Path.replace

    def told_fsync(handle: int) -> None:
        calls.append(("fsync", Path(f"/proc/self/fd/{handle}").readlink().name.split(".")[-1][:6]))
        fsync(handle)

    def told_replace(self: Path, target: Any) -> Path:
        calls.append(("rename", Path(target).name))
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", told_fsync)
    monkeypatch.setattr(Path, "replace", told_replace)
    FolderStore(tmp_path / "store").put(PATH, b"content")
    names = [name for act, name in calls]
    assert [act for act, _ in calls] == ["fsync"] * 5 + ["rename", "fsync"]
    assert names[:4] == [tmp_path.name[:6], "store", "2026", "03"]
    assert names[5:] == ["object", "02"]


@pytest.mark.parametrize("failing", ["fsync", "open"])
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    store = FolderStore(tmp_path)
    store.put(PATH, b"first")

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, failing, full)
    with pytest.raises(StoreAway):
        store.put(PATH, b"second")
    monkeypatch.undo()
    assert store.get(PATH) == b"first"
    assert [each.name for each in (tmp_path / PATH).parent.iterdir()] == ["object"]


def test_only_the_owner_may_look(tmp_path: Path) -> None:
    FolderStore(tmp_path / "store").put(PATH, b"content")
    assert (tmp_path / "store" / PATH).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "store").stat().st_mode & 0o777 == 0o700


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    assert FolderStore(tmp_path).get(PATH) is None
