"""What the login library may and may not do here."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class NoSignup(DefaultAccountAdapter):  # type: ignore[misc]
    """Staff are appointed, they do not sign up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
