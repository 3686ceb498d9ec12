"""The named errors of this room; docs/errors.md says what to do about each."""

from __future__ import annotations

from heyi.kit.problems import Conflict, Invalid, NotAllowed, NotFound, Problem


class BadWords(Problem):
    """A template file breaks the schema or the tone; nothing of it is used."""

    code = "contact.bad_words"
    status = 500


class TemplateUnknown(Invalid):
    """No such template."""

    code = "contact.template_unknown"


class TemplateMisused(Invalid):
    """The template is not for this purpose or this channel."""

    code = "contact.template_misused"


class ValuesMissing(Invalid):
    """The template needs values that were not given."""

    code = "contact.values_missing"


class LetterIncomplete(Invalid):
    """A part that the law asks of this letter is missing or empty."""

    code = "contact.letter_incomplete"


class TooLong(Invalid):
    """The text is longer than the channel carries."""

    code = "contact.too_long"


class NoDestination(Problem):
    """The bank's record holds no address for this channel."""

    code = "contact.no_destination"
    status = 422


class NotThroughContact(NotAllowed):
    """Something tried to send without the leave that only this room's delivery gives."""

    code = "contact.not_through_contact"


class NotTheirMessage(NotAllowed):
    """A borrower may only cause messages to themselves."""

    code = "contact.not_their_message"


class CodePurposeUnknown(Invalid):
    """Codes are for entering or signing."""

    code = "contact.code_purpose_unknown"


class CallUnclear(Invalid):
    """The call's outcome, length or talk do not fit together."""

    code = "contact.call_unclear"


class PlacementNotFound(NotFound):
    """No such placement, or not this agency's or branch's: the answer is the same."""

    code = "contact.placement_not_found"


class PlacementWrong(Invalid):
    """The contract cannot go to this agency now; ``fields`` says what stands against it."""

    code = "contact.placement_wrong"


class AgencyNotReady(NotAllowed):
    """The agency may not work for the bank today; ``lacks`` says why."""

    code = "contact.agency_not_ready"


class LeaveUnclear(Invalid):
    """A leave is asked for calls and visits, with a known purpose."""

    code = "contact.leave_unclear"


class LeaveGone(NotFound):
    """The leave is another's, ran out, was used, or was taken back."""

    code = "contact.leave_gone"


class ReportUnclear(Invalid):
    """The parts of a report do not fit together; ``fields`` names them."""

    code = "contact.report_unclear"


class ReportContradicts(Conflict):
    """This contact was reported before with another outcome."""

    code = "contact.report_contradicts"


class NumberUnusable(Invalid):
    """This is no mobile number."""

    code = "contact.number_unusable"


class MessageNotFound(NotFound):
    """No such message, or not this person's."""

    code = "contact.message_not_found"


class DryRunUnclear(Invalid):
    """A dry run needs a version that was kept, and a time that has passed."""

    code = "contact.dry_run_unclear"


class DryRunNotFound(NotFound):
    """No such dry run."""

    code = "contact.dry_run_not_found"
