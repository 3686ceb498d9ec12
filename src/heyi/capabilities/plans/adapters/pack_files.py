"""The bank's plan policy as YAML files inside the installed package.

Trusted like code: whoever can write these files can change who may concede what. Each decision records the version,
which holds a digest of everything in force, so a change shows.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from heyi.capabilities.plans.domain import BadPack, Policy, policy_from


@lru_cache(maxsize=64)
def load(name: str, on: date) -> Policy:
    """The policy of a pack in force on a day. Files are read once a process. Raises BadPack."""
    return policy_from(name, _entries(name), on=on)


@lru_cache(maxsize=8)
def _entries(name: str) -> tuple[dict[str, Any], ...]:
    if not name.isidentifier():
        raise BadPack(pack=name, problem="no_such_pack")
    return read_from(resources.files("heyi") / "packs" / name / "plans")


def read_from(folder: Traversable) -> tuple[dict[str, Any], ...]:
    """All entries of all YAML files in ``folder``. Raises BadPack for a missing folder or a file that is no list."""
    if not folder.is_dir():
        raise BadPack(problem="no_such_pack", what=[folder.name])
    entries: list[dict[str, Any]] = []
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.name.endswith(".yaml"):
            entries += _read(item)
    return tuple(entries)


def _read(item: Traversable) -> list[dict[str, Any]]:
    try:
        content = yaml.safe_load(item.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise BadPack(problem=str(error).replace("\n", " "), what=[item.name]) from error
    if not isinstance(content, list) or not all(isinstance(entry, dict) for entry in content):
        raise BadPack(problem="not_a_list_of_entries", what=[item.name])
    return content
