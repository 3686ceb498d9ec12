"""The bank's figures for contacts as YAML inside the installed package. Trusted like code."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from importlib import resources

import yaml

from heyi.capabilities.contact.domain import ContactPolicy


@lru_cache(maxsize=2)
def contact_policy(pack: str = "cn") -> ContactPolicy:
    """Leaves, reports, notices, third persons. Read once a process; a missing entry is a KeyError."""
    text = (resources.files("heyi") / "packs" / pack / "contact.yaml").read_text(encoding="utf-8")
    rules = {rule["id"]: rule["parameters"] for rule in yaml.safe_load(text)}
    report, notice, unlock = rules["HEYI-AGENCY-REPORT"], rules["HEYI-AGENCY-NOTICE"], rules["CN-CBA-3P-UNLOCK"]
    opt_out = rules["HEYI-OPT-OUT"]
    return ContactPolicy(
        leave=timedelta(minutes=rules["HEYI-LEAVE"]["minutes"]),
        report_within=timedelta(hours=report["within_hours"]),
        report_oldest=timedelta(days=report["oldest_days"]),
        report_batch=report["batch"],
        notice_wait=timedelta(days=notice["wait_days"]),
        placement_longest=timedelta(days=notice["longest_days"]),
        failures=unlock["failures"],
        failures_apart=timedelta(minutes=unlock["apart_minutes"]),
        failures_within=timedelta(days=unlock["within_days"]),
        stop_numbers_an_hour=opt_out["numbers_an_hour"],
        stop_checks_an_hour=opt_out["checks_an_hour"],
        stop_words=frozenset(word.upper() for word in rules["HEYI-STOP-WORDS"]["words"]),
        script=rules["CN-STD-3P-SCRIPT"],
    )


@lru_cache(maxsize=2)
def mark_words(pack: str = "cn") -> dict[str, str]:
    """The line with the check code, in both languages."""
    text = (resources.files("heyi") / "packs" / pack / "contact.yaml").read_text(encoding="utf-8")
    found: dict[str, str] = next(rule["parameters"] for rule in yaml.safe_load(text) if rule["id"] == "HEYI-MARK")
    return found
