"""The table of holds as YAML inside the installed package. Trusted like code."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from heyi.capabilities.compliance.adapters import yaml_text
from heyi.capabilities.compliance.domain.holds import HoldPolicy, parse_holds


@lru_cache(maxsize=2)
def load(name: str = "cn") -> Mapping[str, HoldPolicy]:
    """Every kind of hold with its policy. Raises BadPack."""
    text = (resources.files("heyi") / "packs" / name / "holds.yaml").read_text(encoding="utf-8")
    return parse_holds(yaml_text.read("holds.yaml", text))
