"""The verbs of the staff room."""

from heyi.capabilities.staff.actions.agencies import (
    add_agent,
    change_agency,
    end_agent,
    evaluate_agency,
    register_agency,
    set_agency_status,
)
from heyi.capabilities.staff.actions.branches import create_branch, look_beyond_branch
from heyi.capabilities.staff.actions.certificates import (
    issue_certificate,
    revoke_certificate,
)
from heyi.capabilities.staff.actions.clients import create_client, revoke_client
from heyi.capabilities.staff.actions.codes import accept_code, password_was_right, spend_code_try, spend_password_try
from heyi.capabilities.staff.actions.members import (
    change_member,
    close_member,
    create_member,
    enrol_totp,
    forget_second_factors,
    renew_login,
    reopen_member,
    set_password,
)
from heyi.capabilities.staff.actions.preferences import keep_preference
from heyi.capabilities.staff.actions.rights import grant_role, revoke_role

__all__ = [
    "accept_code",
    "add_agent",
    "change_agency",
    "change_member",
    "close_member",
    "create_branch",
    "create_client",
    "create_member",
    "end_agent",
    "enrol_totp",
    "evaluate_agency",
    "forget_second_factors",
    "grant_role",
    "issue_certificate",
    "keep_preference",
    "look_beyond_branch",
    "password_was_right",
    "register_agency",
    "renew_login",
    "reopen_member",
    "revoke_certificate",
    "revoke_client",
    "revoke_role",
    "set_agency_status",
    "set_password",
    "spend_code_try",
    "spend_password_try",
]
