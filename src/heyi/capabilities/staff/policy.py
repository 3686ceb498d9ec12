"""The bank's rules for agencies, certificates and reports as YAML inside the installed package. Trusted like code."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from importlib import resources

import yaml

from heyi.capabilities.staff.domain import AgencyPolicy, CertificateKind, ExamPolicy


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


@lru_cache(maxsize=2)
def certificate_policy(pack: str = "cn") -> tuple[CertificateKind, ...]:
    """What certificates the bank asks of whom. Read once a process; a missing entry is a KeyError."""
    text = (resources.files("heyi") / "packs" / pack / "training.yaml").read_text(encoding="utf-8")
    return tuple(
        CertificateKind(
            key=told["certificate"],
            zh=rule["title"]["zh"],
            en=rule["title"]["en"],
            source=rule["source"]["text"],
            roles=frozenset(told["roles"]),
            opens_gate=told["opens_gate"],
            valid=timedelta(days=told["valid_days"]),
            warn=timedelta(days=told["warn_days"]),
            exam=ExamPolicy(**told["exam"]) if told["exam"] else None,
        )
        for rule in yaml.safe_load(text)
        for told in [rule["parameters"]]
    )


@lru_cache(maxsize=2)
def report_answer_within(pack: str = "cn") -> timedelta:
    """How long the bank may take to answer a report of an impostor: the time of a plain complaint."""
    text = (resources.files("heyi") / "packs" / pack / "complaints.yaml").read_text(encoding="utf-8")
    return timedelta(days=yaml.safe_load(text)["plain_days"])
