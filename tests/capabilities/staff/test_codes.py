"""One-time codes: the standard's own values, once only, five tries, sealed at rest."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator

from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM
from heyi.kit.problems import Invalid
from heyi.plumbing.limits import TooMany
from tests.web.logins import SECRET, a_member

AT = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "94287082"), (1111111109, "07081804"), (1234567890, "89005924"), (20000000000, "65353130")],
)
def test_codes_follow_rfc_6238(seconds: int, code: str) -> None:
    """RFC 6238, appendix B, SHA-1."""
    assert staff.totp_now(RFC_SECRET, datetime.fromtimestamp(seconds, tz=UTC), digits=8) == code


@pytest.mark.django_db
def test_the_secret_is_sealed_in_the_table() -> None:
    member_id = a_member("manager")
    data = Authenticator.objects.get(user_id=member_id).data
    assert SECRET not in str(data)
    assert base64.b32decode(SECRET) not in base64.b64decode(data["secret"])


@pytest.mark.django_db
@pytest.mark.parametrize("secret", ["short", "JBSWY3DP", "not base32!!"])
def test_a_weak_or_broken_secret_is_refused(secret: str) -> None:
    with pytest.raises(Invalid):
        staff.enrol_totp(staff_id=a_member(), secret=secret, actor=SYSTEM, at=AT)


@pytest.mark.django_db
def test_a_code_counts_once_even_in_another_process() -> None:
    member_id = a_member("manager")
    assert staff.accept_code(staff_id=member_id, code="123456")
    assert not staff.accept_code(staff_id=member_id, code="123456")
    assert not staff.accept_code(staff_id=member_id, code=" 123456 ")
    assert staff.accept_code(staff_id=member_id, code="654321")


@pytest.mark.django_db
def test_five_tries_then_wait_and_a_right_code_forgives() -> None:
    member_id = a_member("manager")
    for left in (4, 3, 2, 1, 0):
        assert staff.spend_code_try(staff_id=member_id, at=AT) == left
    with pytest.raises(TooMany):
        staff.spend_code_try(staff_id=member_id, at=AT)
    assert staff.spend_code_try(staff_id=member_id, at=AT + timedelta(minutes=15)) == 4
    staff.accept_code(staff_id=member_id, code="123456")
    assert staff.spend_code_try(staff_id=member_id, at=AT + timedelta(minutes=15)) == 4
