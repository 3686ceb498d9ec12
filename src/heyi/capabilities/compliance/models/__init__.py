"""The tables of this room."""

from heyi.capabilities.compliance.models.clocks import ClockRecord, LimitationEventRecord, LimitationStanding
from heyi.capabilities.compliance.models.conduct import (
    WordingDecision,
    WordingReview,
)
from heyi.capabilities.compliance.models.exams import ExamResult, ExamSitting
from heyi.capabilities.compliance.models.holds import AgreedHours, HoldRecord
from heyi.capabilities.compliance.models.packs import PackAdoption, PackProposal, PackVersion
from heyi.capabilities.compliance.models.permissions import PermissionRecord
from heyi.capabilities.compliance.models.scripts import ScriptChange

__all__ = [
    "AgreedHours",
    "ClockRecord",
    "ExamResult",
    "ExamSitting",
    "HoldRecord",
    "LimitationEventRecord",
    "LimitationStanding",
    "PackAdoption",
    "PackProposal",
    "PackVersion",
    "PermissionRecord",
    "ScriptChange",
    "WordingDecision",
    "WordingReview",
]
