"""The tables of this room."""

from heyi.capabilities.compliance.models.clocks import ClockRecord, LimitationEventRecord, LimitationStanding
from heyi.capabilities.compliance.models.holds import AgreedHours, HoldRecord

__all__ = ["AgreedHours", "ClockRecord", "HoldRecord", "LimitationEventRecord", "LimitationStanding"]
