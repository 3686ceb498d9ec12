"""How long each kind of object is kept: a table with its sources in ``packs/cn/retention.yaml``."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files

import yaml

from heyi.capabilities.vault.domain import Retention, UnknownKind
from heyi.kit.dates import add_months


@lru_cache(maxsize=1)
def table() -> dict[str, Retention]:
    """Kind → retention."""
    text = files("heyi.packs.cn").joinpath("retention.yaml").read_text(encoding="utf-8")
    return {
        kind: Retention(kind=kind, years=row.get("years", 0), days=row.get("days", 0), source=row["source"])
        for kind, row in yaml.safe_load(text)["kinds"].items()
    }


def keep_until(kind: str, start: date) -> date:
    """The first day on which an object that came in on ``start`` need no longer be kept. Raises UnknownKind."""
    if kind not in table():
        raise UnknownKind(fields={"kind": "unknown"}, kind=kind)
    return add_months(start, 12 * table()[kind].years) + timedelta(days=table()[kind].days)
