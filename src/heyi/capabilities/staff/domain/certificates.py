"""Certificates of members: what is asked of whom, and whether somebody holds it at an instant. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from heyi.kit.problems import Conflict, Invalid, NotAllowed

CERTIFIERS = ("compliance", "system")
"""Who enters a training with its evidence, and takes a certificate back."""
EVIDENCE_LONGEST = 300


class UnknownCertificate(Invalid):
    """No such kind of certificate, or no such certificate in force."""

    code = "staff.unknown_certificate"


class CertificateByExam(Conflict):
    """This certificate is earned by the test, not entered by hand."""

    code = "staff.certificate_by_exam"


class OwnCertificate(NotAllowed):
    """Nobody certifies themselves."""

    code = "staff.own_certificate"


@dataclass(frozen=True, slots=True)
class ExamPolicy:
    """The built-in test: how many questions, the share of right answers to pass, its length, tries a day."""

    questions: int
    pass_percent: int
    minutes: int
    tries_a_day: int


@dataclass(frozen=True, slots=True)
class CertificateKind:
    """What the bank asks of these roles. ``exam`` None: entered with its evidence. Source: GB/T 45251-2025."""

    key: str
    zh: str
    en: str
    source: str
    roles: frozenset[str]
    opens_gate: bool
    valid: timedelta
    warn: timedelta
    exam: ExamPolicy | None


@dataclass(frozen=True, slots=True)
class CertificateView:
    """One certificate of one member. It counts from ``issued_at`` to before ``until``, unless taken back."""

    id: UUID
    staff_id: UUID
    kind: str
    issued_at: datetime
    issued_by: str
    until: datetime
    evidence: str
    revoked_at: datetime | None
    revoke_reason: str

    def in_force(self, at: datetime) -> bool:
        """True from the issue until it runs out or was taken back."""
        taken_back = self.revoked_at is not None and self.revoked_at <= at
        return self.issued_at <= at < self.until and not taken_back


@dataclass(frozen=True, slots=True)
class Standing:
    """How one member stands with one kind they need: ``missing``, ``valid``, ``soon`` (runs out), ``over``."""

    staff_id: UUID
    kind: CertificateKind
    state: str
    until: datetime | None


def standing(staff_id: UUID, kind: CertificateKind, certificates: Iterable[CertificateView], at: datetime) -> Standing:
    """The best certificate of this kind, and whether it is time to renew it."""
    own = [one for one in certificates if one.kind == kind.key and one.revoked_at is None]
    until = max((one.until for one in own), default=None)
    if until is None:
        return Standing(staff_id, kind, "missing", None)
    if not any(one.in_force(at) for one in own):
        return Standing(staff_id, kind, "over", until)
    return Standing(staff_id, kind, "soon" if until - at <= kind.warn else "valid", until)
