"""Tables of the staff room."""

from heyi.capabilities.staff.models.agencies import Agency, AgencyAgent, AgencyEvaluation
from heyi.capabilities.staff.models.certificates import (
    Certificate,
)
from heyi.capabilities.staff.models.impostors import ImpostorReport
from heyi.capabilities.staff.models.people import ApiClient, Branch, BranchPass, Preference, RoleGrant, User

__all__ = [
    "Agency",
    "AgencyAgent",
    "AgencyEvaluation",
    "ApiClient",
    "Branch",
    "BranchPass",
    "Certificate",
    "ImpostorReport",
    "Preference",
    "RoleGrant",
    "User",
]
