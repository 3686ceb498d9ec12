"""Tables of this room; behaviour stands in ``actions``."""

from heyi.capabilities.negotiation.models.applications import (
    Answer,
    Appeal,
    Decision,
    Finding,
    Proof,
    SensitiveAnswer,
    StoryMark,
    Submission,
)
from heyi.capabilities.negotiation.models.cases import Assignment, Case, NumberSeries, Round
from heyi.capabilities.negotiation.models.exports import CaseExport
from heyi.capabilities.negotiation.models.offers import Offer
from heyi.capabilities.negotiation.models.talk import (
    CallWish,
    Invitation,
    Message,
    MessageFile,
    ProblemReport,
    SavedView,
)

__all__ = [
    "Answer",
    "Appeal",
    "Assignment",
    "CallWish",
    "Case",
    "CaseExport",
    "Decision",
    "Finding",
    "Invitation",
    "Message",
    "MessageFile",
    "NumberSeries",
    "Offer",
    "ProblemReport",
    "Proof",
    "Round",
    "SavedView",
    "SensitiveAnswer",
    "StoryMark",
    "Submission",
]
