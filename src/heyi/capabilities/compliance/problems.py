"""The named errors of this room; docs/errors.md says what to do about each."""

from __future__ import annotations

from heyi.capabilities.compliance.domain.rules import BadPack
from heyi.kit.problems import Conflict, Invalid, NotAllowed, NotFound


class HoldKindUnknown(Invalid):
    """No such kind of hold."""

    code = "compliance.hold_kind_unknown"


class ReasonMissing(Invalid):
    """A hold, and its end, need a reason in words."""

    code = "compliance.reason_missing"


class HoldNotFound(NotFound):
    """No such hold."""

    code = "compliance.hold_not_found"


class HoldEndUnfit(Invalid):
    """This kind of hold needs an end, has none, or the end lies in the past; ``fields`` says which."""

    code = "compliance.hold_end_unfit"


class HoldAlreadyLifted(Conflict):
    """Somebody lifted this hold before."""

    code = "compliance.hold_already_lifted"


class NotYourHold(NotAllowed):
    """This actor may not place or lift such a hold."""

    code = "compliance.hold_not_allowed"


class NotYourPermission(NotAllowed):
    """This actor may not record or end consents and notices."""

    code = "compliance.permission_not_allowed"


class PermissionNotFound(NotFound):
    """No such consent or notice, or not about somebody whom the actor works with."""

    code = "compliance.permission_not_found"


class PermissionUnclear(Invalid):
    """A consent or notice needs a kind that a rule asks for, a proof, and times that fit; ``fields`` says which."""

    code = "compliance.permission_unclear"


class NoHoursAgreed(Conflict):
    """No hours of this person's own stand, or they are not yours to end. Facts: party."""

    code = "compliance.no_hours_agreed"


class WindowUnusable(Invalid):
    """Agreed hours need a start and an end that differ."""

    code = "compliance.window_unusable"


class NotYourClock(NotAllowed):
    """This actor may not write in this clock."""

    code = "compliance.clock_not_allowed"


class ClockUnclear(Invalid):
    """The event or the time limit cannot be used as it was told; ``fields`` says why."""

    code = "compliance.clock_unclear"


class ClockNotFound(NotFound):
    """No such event or time limit, or not in your branches."""

    code = "compliance.clock_not_found"


class ClockEnded(Conflict):
    """This time limit was ended, or this event withdrawn, before."""

    code = "compliance.clock_ended"


class NoMoreExtension(Conflict):
    """The rule allows no longer time, or the approval that it asks for is missing."""

    code = "compliance.no_more_extension"


class NoExam(NotAllowed):
    """There is no test for this certificate, for these roles, or the pack has too few cases."""

    code = "compliance.no_exam"


class ExamNotFound(NotFound):
    """No such test, or somebody else's."""

    code = "compliance.exam_not_found"


class ExamOver(Conflict):
    """The test was handed in before, or its time is over. Facts: why."""

    code = "compliance.exam_over"


class PackNotTrusted(BadPack):
    """A pack that was kept does not carry the signature that it needs, or its content was changed afterwards."""

    code = "compliance.pack_not_trusted"


class LawLoosened(Invalid):
    """The change loosens binding law while it still quotes the same text of it."""

    code = "compliance.law_loosened"


class NothingChanges(Invalid):
    """What is proposed is what holds."""

    code = "compliance.nothing_changes"


class ProposalNotFound(NotFound):
    """No such proposal."""

    code = "compliance.proposal_not_found"


class ProposalEnded(Conflict):
    """The proposal is decided, withdrawn or void."""

    code = "compliance.proposal_ended"


class DayUnusable(Invalid):
    """A change begins today or later, and before the approval lapses."""

    code = "compliance.day_unusable"


class NotYourPack(NotAllowed):
    """This actor may not propose a change of the rules."""

    code = "compliance.pack_not_allowed"


class SignatureUnknown(Invalid):
    """The signature does not fit the content, or its key is none of the bank's."""

    code = "compliance.signature_unknown"


class VersionUnknown(NotFound):
    """No pack of this version was ever kept here."""

    code = "compliance.version_unknown"


class ScriptNotFound(NotFound):
    """No sentence of this name in the library."""

    code = "compliance.script_not_found"


class ScriptWanting(Invalid):
    """The check of wording finds something in the words that were proposed. Facts: ``words``, the places."""

    code = "compliance.script_wanting"


class WordingRefused(Invalid):
    """These words may not leave. Facts: ``review``, and ``findings`` with place, clause and a better sentence."""

    code = "compliance.wording_refused"


class WordingToConfirm(Conflict):
    """These words give reason to pause: the writer confirms them or writes others. Facts as in WordingRefused."""

    code = "compliance.wording_to_confirm"


class WordingNotFound(NotFound):
    """No such stopped wording, or not yours."""

    code = "compliance.wording_not_found"


class WordingNotYours(NotAllowed):
    """Only the writer confirms a warning; only a lead or compliance releases a false alarm."""

    code = "compliance.wording_not_yours"


class OwnWording(NotAllowed):
    """Nobody releases what they wrote themselves."""

    code = "compliance.own_wording"
