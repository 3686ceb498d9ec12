"""Tables of the staff room."""

from heyi.capabilities.staff.models.people import ApiClient, Branch, BranchPass, Preference, RoleGrant, User

__all__ = ["ApiClient", "Branch", "BranchPass", "Preference", "RoleGrant", "User"]
