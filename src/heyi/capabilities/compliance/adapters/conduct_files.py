"""The wording rules of a pack: ``conduct/*.yaml`` inside the installed package. Trusted like code."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable

import yaml

from heyi.capabilities.compliance.adapters.letters import letters
from heyi.capabilities.compliance.domain.conduct import BadLexicon, Lexicon, parse_lexicon


@lru_cache(maxsize=4)
def load(name: str = "cn") -> Lexicon:
    """The lexicon of a pack, compiled once a process."""
    return load_from(resources.files("heyi") / "packs" / name)


def load_from(folder: Traversable) -> Lexicon:
    """The lexicon in ``folder/conduct``. Raises BadLexicon."""
    place = folder / "conduct"
    if not place.is_dir():
        raise BadLexicon(where="conduct", problem="this pack has no wording rules")
    files = {item.name: _read(item) for item in place.iterdir() if item.name.endswith((".yaml", ".json"))}
    return parse_lexicon(files, letters())


def _read(item: Traversable) -> object:
    try:
        if item.name.endswith(".json"):
            loaded: object = json.loads(item.read_text(encoding="utf-8"))
            return loaded
        return yaml.safe_load(item.read_text(encoding="utf-8"))
    except (yaml.YAMLError, ValueError) as error:
        raise BadLexicon(where=item.name, problem=str(error).replace("\n", " ")) from error
