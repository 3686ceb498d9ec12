"""Templates as YAML files inside the installed package. Trusted like code."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable

import yaml

from heyi.capabilities.contact.domain import BadWords, Template, parse_templates


@lru_cache(maxsize=4)
def load(name: str = "cn") -> Mapping[str, Template]:
    """All templates of a pack by id. Read once a process."""
    return load_from(resources.files("heyi") / "packs" / name)


def load_from(folder: Traversable) -> Mapping[str, Template]:
    """Templates of ``messages/*.yaml`` and ``letters/*.yaml``. Raises BadWords."""
    found: dict[str, Template] = {}
    for place in ("messages", "letters"):
        for item in sorted((folder / place).iterdir(), key=lambda item: item.name):
            if item.name.endswith(".yaml"):
                for template in _read(item):
                    if template.id in found:
                        raise BadWords(where=template.id, problem="this id stands twice")
                    found[template.id] = template
    return found


def _read(item: Traversable) -> tuple[Template, ...]:
    try:
        return parse_templates(item.name, yaml.safe_load(item.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise BadWords(where=item.name, problem=str(error).replace("\n", " ")) from error
