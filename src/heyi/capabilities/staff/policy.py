"""The bank's rules for agencies as YAML inside the installed package. Trusted like code."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from importlib import resources

import yaml

from heyi.capabilities.staff.domain import AgencyPolicy


@lru_cache(maxsize=2)
def agency_policy(pack: str = "cn") -> AgencyPolicy:
    """How often agencies are evaluated and agents certified. Read once a process; a missing entry is a KeyError."""
    text = (resources.files("heyi") / "packs" / pack / "agencies.yaml").read_text(encoding="utf-8")
    rules = {rule["id"]: rule["parameters"] for rule in yaml.safe_load(text)}
    evaluation, certificate = rules["HEYI-AGENCY-EVALUATION"], rules["HEYI-AGENCY-CERTIFICATE"]
    return AgencyPolicy(
        evaluation_every=timedelta(days=evaluation["every_days"]),
        evaluation_warn=timedelta(days=evaluation["warn_days"]),
        certificate_longest=timedelta(days=certificate["longest_days"]),
        certificate_warn=timedelta(days=certificate["warn_days"]),
    )
