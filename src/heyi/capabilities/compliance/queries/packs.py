"""The pack in force."""

from __future__ import annotations

from datetime import datetime

from heyi.capabilities.compliance.adapters import pack_files
from heyi.capabilities.compliance.domain import Pack, PackMissing


def pack(name: str = "cn", *, at: datetime) -> Pack:
    """The pack with the rules in force at ``at``. Raises PackMissing, BadPack."""
    whole = pack_files.load(name)
    current = whole.at(at.astimezone(whole.timezone).date())
    if not current.rules:
        raise PackMissing(pack=name, at=at.isoformat())
    return current
