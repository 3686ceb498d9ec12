"""The watermark names whoever looks, and cannot be made to draw anything else."""

from __future__ import annotations

import pytest
from django.test import Client

from heyi.capabilities.staff.models import User
from tests.web.logins import a_member, borrower_login, staff_login

pytestmark = pytest.mark.django_db


@pytest.mark.req("C9")
def test_it_names_the_member_of_staff() -> None:
    member_id = a_member("manager")
    user = User.objects.get(pk=member_id)
    answer = staff_login(member_id=member_id).get("/ui/watermark.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert "private" in answer["Cache-Control"]
    assert user.display_name in answer.content.decode()
    assert user.staff_no in answer.content.decode()


def test_a_name_is_text_and_never_markup() -> None:
    member_id = a_member("manager")
    User.objects.filter(pk=member_id).update(display_name="<script>x</script>")
    assert b"<script>" not in staff_login(member_id=member_id).get("/ui/watermark.svg").content


def test_it_is_for_staff() -> None:
    for client in (Client(), borrower_login()):
        assert client.get("/ui/watermark.svg")["Location"].startswith("/console/login/")
