"""The tables of this room."""

from heyi.capabilities.compliance.models.holds import AgreedHours, HoldRecord

__all__ = ["AgreedHours", "HoldRecord"]
