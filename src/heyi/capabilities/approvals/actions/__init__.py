"""The verbs of the room."""

from heyi.capabilities.approvals.actions.ask import ask
from heyi.capabilities.approvals.actions.ending import confirm_condition, expire_due, revoke, withdraw
from heyi.capabilities.approvals.actions.vote import vote

__all__ = ["ask", "confirm_condition", "expire_due", "revoke", "vote", "withdraw"]
