"""What the login library may and may not do here."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from heyi.capabilities.journal import api as journal
from heyi.capabilities.staff import passwords
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.plumbing import clock
from heyi.plumbing.sealing import seal, unseal_text

SECRET_CONTEXT = "mfa.authenticator.secret"  # noqa: S105  # the name of a column, not a secret
RECENT_SECONDS = 300
PASSWORD_CHANGED = "password_changed"  # noqa: S105  # the library's word for what happened


class NoSignup(DefaultAccountAdapter):  # type: ignore[misc]
    """Staff are appointed and do not sign up; the library sends no mail; what it does is journaled."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """A closed account gets the same answer as a wrong password."""
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        return user if user is not None and user.is_active else None

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        _note(user, "login")
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        return answer

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            _note(request.user, "logout")
        super().logout(request)

    def clean_password(self, password: str, user: AbstractBaseUser | None = None) -> str:
        """The house's rules, and not the password that one has."""
        if user is not None:
            passwords.check_chosen(password, user)
        cleaned: str = super().clean_password(password, user)
        return cleaned

    def set_password(self, user: Any, password: str) -> None:
        """The owner chose a password: kept and journaled together."""
        with transaction.atomic():
            user.set_password(password)
            user.password_given_at = None
            user.save(update_fields=["password", "password_given_at"])
            _note(user, "change_factor", change=PASSWORD_CHANGED)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Where somebody sees that it is done; the guard leads on who has no second factor yet."""
        return reverse("mfa_index")

    def send_notification_mail(self, template_prefix: str, user: AbstractBaseUser, *args: Any, **kwargs: Any) -> None:
        """The library announces each change of password or factor here. It goes to the journal, not out by mail."""
        change = template_prefix.rpartition("/")[2]
        if change != PASSWORD_CHANGED:  # journaled with the change itself
            _note(user, "change_factor", change=change)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The library's own notes are left out: the pages say what happened."""

    def is_reauthentication_required(self, *, app: str = "") -> bool:
        """A login of the last five minutes is proof enough; the library would ask for the password again at once."""
        return not proved_within(context.request, RECENT_SECONDS)

    def get_reauthentication_methods(self, user: AbstractBaseUser) -> list[dict[str, Any]]:
        """Code or passkey first: whoever found a password must not pass with it alone."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return sorted(methods, key=lambda method: method["id"] == "reauthenticate")


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of code generators and recovery codes stand sealed in the database."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(vault.system_key("staff"), text, context=SECRET_CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal_text(vault.system_key("staff"), base64.b64decode(encrypted_text), context=SECRET_CONTEXT)

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()


def proved_within(request: HttpRequest, seconds: int) -> bool:
    """True when who sits here proved it (login or again) within the last ``seconds``."""
    records = get_authentication_records(request, request.user)
    return bool(records) and clock.now().timestamp() - max(record["at"] for record in records) < seconds


def _note(user: AbstractBaseUser, act: str, **facts: Any) -> None:
    actor = Actor(kind="staff", id=user.pk)
    journal.record(actor=actor, act=f"staff.{act}", at=clock.now(), subject=f"user:{user.pk}", facts=facts)
