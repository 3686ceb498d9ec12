"""Logging in to the console: which pages of the login library stand where, and the counted one-time code.

Only what is needed is routed: no sign-up, no reset by mail, no social login.
"""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.account import views as account
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django import forms
from django.urls import path
from django.utils.translation import gettext_lazy as _

from heyi.capabilities.staff import api as staff
from heyi.plumbing import clock
from heyi.plumbing.limits import TooMany

WRONG_CODE = _("验证码不对，或者已经用过。请等手机上换了新的一组再填。")
TOO_MANY = _("试了太多次。为了安全，请等 15 分钟再来。")


class _Counted:
    """Five tries in 15 minutes, and no code twice; wrong and used codes get the same answer."""

    user: Any
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        try:
            staff.spend_code_try(staff_id=self.user.pk, at=clock.now())
        except TooMany:
            raise forms.ValidationError(TOO_MANY, code="too_many") from None
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except forms.ValidationError:
            raise forms.ValidationError(WRONG_CODE, code="wrong") from None
        if not staff.accept_code(staff_id=self.user.pk, code=code):
            raise forms.ValidationError(WRONG_CODE, code="wrong")
        return code


class CodeForm(_Counted, mfa_forms.AuthenticateForm):  # type: ignore[misc]
    """Second step of the login."""


class CodeAgainForm(_Counted, mfa_forms.ReauthenticateForm):  # type: ignore[misc]
    """Proving once more who sits here."""


class PasswordForm(account_forms.ChangePasswordForm):  # type: ignore[misc]
    """Another password. Whoever sits at somebody's open screen does not try out the present one."""

    def clean_oldpassword(self) -> str:
        try:
            staff.spend_password_try(staff_id=self.user.pk, at=clock.now())
        except TooMany:
            raise forms.ValidationError(TOO_MANY, code="too_many") from None
        told: str = super().clean_oldpassword()
        staff.password_was_right(staff_id=self.user.pk)
        return told


urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("login/code/", mfa.authenticate, name="mfa_authenticate"),
    path("login/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("login/closed/", account.account_inactive, name="account_inactive"),
    path("logout/", account.logout, name="account_logout"),
    path("again/password/", account.reauthenticate, name="account_reauthenticate"),
    path("again/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("again/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("account/", mfa.index, name="mfa_index"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/totp/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/totp/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("account/passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("account/recovery/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/recovery/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
]
