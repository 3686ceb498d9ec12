"""Tables of the staff room."""

from heyi.capabilities.staff.models.agencies import Agency, AgencyAgent, AgencyEvaluation
from heyi.capabilities.staff.models.certificates import (
    Certificate,
)
from heyi.capabilities.staff.models.impostors import ImpostorReport, ImpostorStep
from heyi.capabilities.staff.models.people import (
    AccountAct,
    ApiClient,
    Branch,
    BranchPass,
    Preference,
    RoleGrant,
    StaffPhoto,
    User,
)

__all__ = [
    "AccountAct",
    "Agency",
    "AgencyAgent",
    "AgencyEvaluation",
    "ApiClient",
    "Branch",
    "BranchPass",
    "Certificate",
    "ImpostorReport",
    "ImpostorStep",
    "Preference",
    "RoleGrant",
    "StaffPhoto",
    "User",
]
