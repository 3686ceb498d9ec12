"""Reads the policy of a jurisdiction from its pack. Trusted: the pack files, which ship with the program."""

from __future__ import annotations

from datetime import time
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from heyi.capabilities.negotiation.domain.policy import (
    Calls,
    CallWindow,
    Canned,
    FourEyes,
    Limits,
    Policy,
    Reason,
    ReviewAuthority,
    ServiceLevel,
    Thresholds,
)


@cache
def policy(name: str = "cn") -> Policy:
    """The policy of pack ``name``, read once. Raises KeyError or TypeError for a pack with a missing value."""
    data = _read(name, "policy.yaml")
    review = data["review"]
    return Policy(
        version=data["version"],
        levels={key: ServiceLevel(key=key, **row) for key, row in data["service_levels"].items()},
        **{
            listed: tuple(Reason(**row) for row in data[listed])
            for listed in (
                "reasons",
                "wishes",
                "income_bands",
                "problems",
                "decline_reasons",
                "review_reasons",
                "more_items",
                "proof_kinds",
            )
        },
        authority=tuple(ReviewAuthority(**row) for row in review["authority"]),
        four_eyes=FourEyes(
            balance_minor_from=review["four_eyes"]["balance_minor_from"],
            products=frozenset(review["four_eyes"]["products"]),
            on_findings=frozenset(review["four_eyes"]["on_findings"]),
        ),
        thresholds=Thresholds(**data["thresholds"]),
        limits=Limits(**data["limits"]),
        calls=Calls(
            days_ahead=data["calls"]["days_ahead"],
            windows=tuple(
                CallWindow(
                    key=row["key"],
                    begins=time.fromisoformat(row["from"]),
                    ends=time.fromisoformat(row["until"]),
                    zh=row["zh"],
                    en=row["en"],
                )
                for row in data["calls"]["windows"]
            ),
        ),
        reminder_days=tuple(data["reminder_days"]),
        truth_statement=Reason(**data["truth_statement"]),
        sensitive_statement=Reason(**data["sensitive_statement"]),
        canned=_canned(name),
    )


def _canned(name: str) -> tuple[Canned, ...]:
    return tuple(
        Canned(
            key=row["key"],
            approval=row["approval"],
            title_zh=row["title"]["zh"],
            title_en=row["title"]["en"],
            zh=row["zh"],
            en=row["en"],
        )
        for row in _read(name, "canned.yaml")["canned"]
    )


def _read(name: str, file: str) -> dict[str, Any]:
    path = files("heyi") / "packs" / name / "negotiation" / file
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded
