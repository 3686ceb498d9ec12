"""Packs as YAML files inside the installed package. Trusted like code: whoever can write them can change the rules."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from heyi.capabilities.compliance.domain.examples import prove
from heyi.capabilities.compliance.domain.rules import BadPack, Pack, PackMissing, parse_pack


@lru_cache(maxsize=8)
def load(name: str) -> Pack:
    """The whole pack, checked and proved by its own examples. Read once a process."""
    return load_from(name, resources.files("heyi") / "packs" / name)


def load_from(name: str, folder: Traversable) -> Pack:
    """The pack in ``folder``: ``pack.yaml`` and ``rules/*.yaml``. Raises PackMissing, BadPack."""
    if not name.isidentifier() or not (folder / "pack.yaml").is_file():
        raise PackMissing(pack=name)
    files = {item.name: _read(item) for item in (folder / "rules").iterdir() if item.name.endswith(".yaml")}
    pack = parse_pack(name, _read(folder / "pack.yaml"), files)
    prove(pack)
    return pack


def _read(item: Traversable) -> Any:
    try:
        return yaml.safe_load(item.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise BadPack(where=item.name, problem=str(error).replace("\n", " ")) from error
