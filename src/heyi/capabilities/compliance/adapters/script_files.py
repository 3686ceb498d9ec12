"""The library of scripts of a pack: ``scripts/*.yaml``. Trusted like code."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import yaml

from heyi.capabilities.compliance.adapters import conduct_files
from heyi.capabilities.compliance.domain.conduct import Script, parse_scripts


@lru_cache(maxsize=4)
def load(name: str = "cn") -> tuple[Script, ...]:
    """All scripts, each checked by the same rules as what colleagues write. Raises BadLexicon."""
    place = resources.files("heyi") / "packs" / name / "scripts"
    files = {
        item.name: yaml.safe_load(item.read_text(encoding="utf-8"))
        for item in place.iterdir()
        if item.name.endswith(".yaml")
    }
    return parse_scripts(files, conduct_files.load(name))
