"""Passwords: what they must be, given by an administrator, chosen by their owner.

Trusted: the library's slow hash (PBKDF2). A password that somebody else knows opens one page only, where it is changed.
"""

from __future__ import annotations

from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

NAME_LEAST: Final = 3
"""Shorter names turn up in good passwords by chance."""


class HoldsOwnName:
    """Refuses a password that contains the login name or the staff number (Django's own check only asks «similar»)."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raises ValidationError."""
        for name in (getattr(user, field, "") for field in ("username", "staff_no")):
            if len(name) >= NAME_LEAST and name.casefold() in password.casefold():
                raise ValidationError(self.get_help_text(), code="password_holds_name")

    def get_help_text(self) -> str:
        """For the form."""
        return _("密码里不能有登录名或工号。")


def check_chosen(password: str, user: AbstractBaseUser) -> None:
    """A password that its owner chooses is not the one they have. Raises ValidationError."""
    if user.check_password(password):
        raise ValidationError(_("新密码要和现在的不一样。"), code="password_unchanged")
