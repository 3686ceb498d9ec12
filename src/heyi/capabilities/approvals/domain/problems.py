"""The named errors of this room; docs/errors.md says what to do about each."""

from __future__ import annotations

from heyi.kit.problems import Conflict, Invalid, NotAllowed, NotFound, Problem


class BadKinds(Problem):
    """The pack's approvals.yaml breaks the schema; nothing of it is used. Facts: where, problem."""

    code = "approvals.bad_kinds"
    status = 500


class UnknownKind(Invalid):
    """No such kind of approval. Facts: kind."""

    code = "approvals.unknown_kind"


class ApprovalNotFound(NotFound):
    """No such approval, or not within this actor's reach."""

    code = "approvals.not_found"


class MayNotAsk(NotAllowed):
    """This actor may not ask for this kind. Facts: kind, needs."""

    code = "approvals.may_not_ask"


class MayNotVote(NotAllowed):
    """This actor holds none of the roles that still have a say, or does not see the branch. Facts: needs."""

    code = "approvals.may_not_vote"


class OwnRequest(NotAllowed):
    """Four eyes: who asked, or prepared what is asked for, does not vote on it."""

    code = "approvals.own_request"


class AlreadyVoted(Conflict):
    """This person has voted on it; a vote is never changed."""

    code = "approvals.already_voted"


class AlreadyDecided(Conflict):
    """The approval is no longer waiting. Facts: status."""

    code = "approvals.already_decided"


class AlreadyAsked(Conflict):
    """The same approval is waiting already. Facts: approval_id."""

    code = "approvals.already_asked"


class NotInForce(Conflict):
    """Only what was granted and still holds can be revoked, or its conditions confirmed. Facts: status."""

    code = "approvals.not_in_force"


class FormIncomplete(Invalid):
    """Answers of the assessment are missing, unknown or too long. Facts: fields (question → code)."""

    code = "approvals.form_incomplete"


class ReasonMissing(Invalid):
    """A vote, a withdrawal and a revocation need a reason in words."""

    code = "approvals.reason_missing"


class UnknownCondition(Invalid):
    """No such condition on this approval, or it is confirmed already."""

    code = "approvals.unknown_condition"
