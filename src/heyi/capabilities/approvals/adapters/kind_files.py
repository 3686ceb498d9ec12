"""Kinds as YAML in the installed package. Trusted like code: whoever can write it decides who may approve."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml

from heyi.capabilities.approvals.domain import BadKinds, Kinds, parse_kinds
from heyi.capabilities.staff.domain import ROLES
from heyi.kit.canonical import digest


@cache
def load(name: str = "cn") -> Kinds:
    """The kinds of pack ``name``, read once a process. Raises BadKinds."""
    return read((resources.files("heyi") / "packs" / name / "approvals.yaml").read_text(encoding="utf-8"))


def read(text: str) -> Kinds:
    """The kinds written in ``text``. Raises BadKinds."""
    try:
        raw: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadKinds(where="approvals.yaml", problem=str(error).replace("\n", " ")) from error
    return parse_kinds(raw, version=digest(text), known_roles=ROLES | {"system", "integration"})
