"""Who may call the views of libraries, which carry no declaration of ours. The key is the name of the route."""

from __future__ import annotations

from typing import Final

from heyi.plumbing.access import PUBLIC, STAFF, Access


def _access(audience: str, why: str) -> Access:
    return Access(frozenset({audience}), why)


LIBRARY_ROUTES: Final[dict[str, Access]] = {
    "account_login": _access(PUBLIC, "nobody is known before the login"),
    "account_logout": _access(PUBLIC, "also gives up a login between password and code"),
    "account_inactive": _access(PUBLIC, "tells who was closed out"),
    "account_reauthenticate": _access(STAFF, "proves once more who sits here, by password"),
    "account_change_password": _access(STAFF, "own password"),
    "mfa_authenticate": _access(PUBLIC, "second step of the login; the library asks for the first"),
    "mfa_login_webauthn": _access(PUBLIC, "login by passkey"),
    "mfa_reauthenticate": _access(STAFF, "proves once more who sits here, by code"),
    "mfa_reauthenticate_webauthn": _access(STAFF, "proves once more who sits here, by passkey"),
    "mfa_index": _access(STAFF, "own second factors"),
    "mfa_activate_totp": _access(STAFF, "own code generator"),
    "mfa_deactivate_totp": _access(STAFF, "own code generator"),
    "mfa_list_webauthn": _access(STAFF, "own passkeys"),
    "mfa_add_webauthn": _access(STAFF, "own passkeys"),
    "mfa_remove_webauthn": _access(STAFF, "own passkeys"),
    "mfa_view_recovery_codes": _access(STAFF, "own recovery codes, shown once"),
    "mfa_generate_recovery_codes": _access(STAFF, "own recovery codes"),
    "api-root": _access(PUBLIC, "a redirect of the API library"),
    "openapi-json": _access(PUBLIC, "the description of the API holds no data"),
    "openapi-view": _access(PUBLIC, "the description of the API, to read and try"),
}

BEFORE_OWN_PASSWORD: Final = frozenset({"account_change_password"})
"""Staff routes that are open while somebody else knows the password; logging out is public."""

BEFORE_SECOND_FACTOR: Final = frozenset(
    {
        "account_change_password",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_view_recovery_codes",
    }
)
"""Staff routes that are open to an account that has no second factor yet: those that lead to one."""
