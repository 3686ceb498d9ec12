"""What this room refuses, by stable code. Meaning and next step stand in ``docs/errors.md``."""

from __future__ import annotations

from heyi.kit.problems import Conflict, Invalid, NotAllowed, NotFound, Problem


class CaseNotFound(NotFound):
    """No such case, or not yours."""

    code = "negotiation.case_not_found"


class WrongState(Conflict):
    """The case does not stand where this act is possible. Facts: act, status, possible."""

    code = "negotiation.wrong_state"


class NotYourAct(NotAllowed):
    """This actor may not do this act. Facts: act."""

    code = "negotiation.not_your_act"


class SignCodeWrong(Invalid):
    """The code for signing is not the one that was sent, or cannot be used any more. Facts: tries_left."""

    code = "negotiation.sign_code_wrong"


class Moved(Conflict):
    """Somebody else acted since you looked. Facts: seen, now."""

    code = "negotiation.moved"


class CaseOpenAlready(Conflict):
    """The contract has a case that is not finished. Facts: case_id, number."""

    code = "negotiation.case_open_already"


class BadAnswers(Invalid):
    """Answers of a step cannot be used. Facts: step, fields {field: code}."""

    code = "negotiation.bad_answers"


class NotComplete(Invalid):
    """The application lacks steps. Facts: steps {step: {field: code}}."""

    code = "negotiation.not_complete"


class TooManyProofs(Problem):
    """The case holds as many proofs as policy allows. Facts: limit."""

    code = "negotiation.too_many_proofs"
    status = 422


class FourEyes(NotAllowed):
    """The one who decided first may not decide again. Facts: act."""

    code = "negotiation.four_eyes"


class AuthorityTooLow(NotAllowed):
    """The act needs a higher level. Facts: needed, held."""

    code = "negotiation.authority_too_low"


class ApprovalNeeded(Conflict):
    """The terms exceed the author's own authority: submit them for approval. Facts: needed, held."""

    code = "negotiation.approval_needed"


class AppealTooLate(Problem):
    """The time for an appeal is over. Facts: until."""

    code = "negotiation.appeal_too_late"


class ReasonNeeded(Invalid):
    """This act needs a reason. Facts: act."""

    code = "negotiation.reason_needed"


class ExportNotFound(NotFound):
    """No such export, or not yours."""

    code = "negotiation.export_not_found"


class ExportNotReady(Conflict):
    """The file is not where this act needs it: still being written, or not stopped."""

    code = "negotiation.export_not_ready"


class ExportGone(Problem):
    """The time to fetch the file is over: it was destroyed."""

    code = "negotiation.export_gone"
    status = 410


class OfferNotOpen(Conflict):
    """The version is not the open one: superseded, expired, withdrawn or answered. Facts: number, status, open."""

    code = "negotiation.offer_not_open"


class OfferBinding(Conflict):
    """An open offer with a date binds the bank until then (Civil Code art. 476). Facts: number, until."""

    code = "negotiation.offer_binding"


class TermsImpossible(Invalid):
    """The terms break a limit of the law or of the bank. Facts: fields {field: code}."""

    code = "negotiation.terms_impossible"


class NobodyToAssign(Problem):
    """No active colleague of the branch can take the case. Facts: branch, role."""

    code = "negotiation.nobody_to_assign"


class MessageEmpty(Invalid):
    """A message needs words or a file."""

    code = "negotiation.message_empty"


class CannedUnknown(NotFound):
    """No approved canned answer has this key. Facts: key."""

    code = "negotiation.canned_unknown"


class EntryRefused(NotAllowed):
    """Link, code or ID tail do not fit. The answer is the same whichever it was."""

    code = "negotiation.entry_refused"


class RealNameAway(Problem):
    """The real-name service does not answer. The check is tried again by itself."""

    code = "negotiation.real_name_away"
    status = 503


class BalanceMoved(Conflict):
    """A payment lowered the balance after the version was made: it must be made anew. Facts: then_minor, now_minor."""

    code = "negotiation.balance_moved"


class TooManyCounters(Problem):
    """The borrower proposed as many versions in this round as policy allows: talk instead. Facts: limit."""

    code = "negotiation.too_many_counters"
    status = 422


class NotEligible(Problem):
    """A card plan without the three proved conditions of article 70. Facts: unmet."""

    code = "negotiation.not_eligible"
    status = 422
