"""When votes become an outcome, and who may vote. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from heyi.capabilities.approvals.domain.kinds import VoteRule
from heyi.capabilities.approvals.domain.problems import AlreadyVoted, MayNotVote, OwnRequest
from heyi.capabilities.approvals.domain.views import Approval, Status, Vote
from heyi.kit.actors import Actor

Outcome = Literal["granted", "refused"]


def outcome(rule: VoteRule, votes: Sequence[Vote]) -> Outcome | None:
    """What these votes decide; None while it is open.

    A motion without its majority at the quorum is lost, so a tie refuses. A majority that lacks the yes of a role in
    ``each_role`` waits for that role.
    """
    yes = [vote for vote in votes if vote.word == "yes"]
    no = [vote for vote in votes if vote.word == "no"]
    if no and (rule.one_no_refuses or any(vote.role in rule.each_role for vote in no)):
        return "refused"
    if len(votes) < rule.quorum:
        return None
    num, den = rule.yes_over
    if not yes or len(yes) * den <= num * (len(yes) + len(no)):
        return "refused"
    return "granted" if {vote.role for vote in yes}.issuperset(rule.each_role) else None


def check_voter(approval: Approval, actor: Actor, *, sees: bool) -> list[str]:
    """The roles in which ``actor`` has a say, at least one. Raises OwnRequest (four eyes), MayNotVote."""
    if actor.kind != "staff" or actor.id is None:
        raise MayNotVote(needs=list(approval.rule.roles))
    if actor.label == approval.asked_by or actor.id in approval.apart:
        raise OwnRequest(kind=approval.kind)
    held = [role for role in approval.rule.roles if role in actor.roles]
    if not held or not sees:
        raise MayNotVote(needs=list(approval.rule.roles), branch=approval.branch)
    return held


def voting_role(approval: Approval, actor: Actor, *, sees: bool) -> str:
    """The role in which ``actor`` votes: one that is still missing first.

    Raises OwnRequest, MayNotVote, AlreadyVoted.
    """
    held = check_voter(approval, actor, sees=sees)
    if any(vote.voter_id == actor.id for vote in approval.votes):
        raise AlreadyVoted(kind=approval.kind)
    spoken = {vote.role for vote in approval.votes}
    missing = [role for role in approval.rule.each_role if role in held and role not in spoken]
    return (missing or held)[0]


def may_vote(approval: Approval, actor: Actor, *, sees: bool) -> bool:
    """True when it waits for this person."""
    try:
        voting_role(approval, actor, sees=sees)
    except (OwnRequest, AlreadyVoted, MayNotVote):
        return False
    return approval.status == "waiting"


def status(
    *,
    ended_as: str,
    gone_as: str,
    valid_until: datetime | None,
    decide_by: datetime,
    unconfirmed: int,
    at: datetime,
) -> Status:
    """The status at ``at`` from the records: how the request ended, how a grant ended, its dates and conditions.

    Dates count at once, not only when the tick has written them down: closed if in doubt.
    """
    if not ended_as:
        return "expired" if decide_by <= at else "waiting"
    if ended_as != "granted":
        return ended_as  # type: ignore[return-value]  # the table allows only refused, withdrawn, expired
    if gone_as:
        return gone_as  # type: ignore[return-value]  # revoked or lapsed
    if valid_until is not None and valid_until <= at:
        return "lapsed"
    return "conditional" if unconfirmed else "granted"
