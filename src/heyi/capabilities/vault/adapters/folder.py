"""A folder as a store: what ``put`` returned from survives a loss of power.

Trusted: the file system's fsync. The order is temporary file, fsync, rename, fsync of the folder, so that a name never
stands for half a content.
"""

from __future__ import annotations

import os
from pathlib import Path

from heyi.capabilities.vault.domain import StoreAway
from heyi.plumbing.ids import new_token


class FolderStore:
    """Objects as files under ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, path: str, data: bytes) -> None:
        target = self.root / path
        try:
            _make_folders(target.parent)
            _write(target, data)
        except OSError as error:
            raise StoreAway(store="folder", why=type(error).__name__) from error

    def get(self, path: str) -> bytes | None:
        try:
            return (self.root / path).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreAway(store="folder", why=type(error).__name__) from error

    def remove(self, path: str) -> None:
        target = self.root / path
        try:
            target.unlink(missing_ok=True)
            if target.parent.is_dir():
                _sync_folder(target.parent)
        except OSError as error:
            raise StoreAway(store="folder", why=type(error).__name__) from error


def _write(target: Path, data: bytes) -> None:
    temporary = target.with_name(f".{target.name}.{new_token(6)}")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _make_folders(folder: Path) -> None:
    """Make missing folders from the top down; each new name is synced in the folder above it."""
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
