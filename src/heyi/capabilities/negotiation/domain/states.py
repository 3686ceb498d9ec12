"""The life of a case as one table. The database repeats the list of states; a test keeps both equal.

A row says: this act, from these states, by these people, leads to one of these states. Guards (four eyes, authority,
open version, time limits) are named in ``needs`` and held in ``actions``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from heyi.capabilities.negotiation.domain.problems import NotYourAct, WrongState
from heyi.kit.actors import Actor

Status = Literal[
    "draft",
    "submitted",
    "in_review",
    "second_review",
    "more_requested",
    "refused",
    "appealed",
    "negotiating",
    "offer_open",
    "countered",
    "agreed",
    "signing",
    "active",
    "broken",
    "completed",
    "withdrawn",
    "closed",
]
STATUSES: Final[tuple[str, ...]] = get_args(Status)

ENDED: Final = frozenset({"completed", "withdrawn", "closed"})
UNDER_REVIEW: Final = frozenset({"submitted", "in_review", "second_review", "appealed"})
TALKING: Final = frozenset({"negotiating", "offer_open", "countered"})
SIGNED: Final = frozenset({"active", "broken", "completed"})
LIVE: Final = frozenset(STATUSES) - ENDED

REVIEWERS: Final = frozenset({"reviewer", "lead"})
MANAGERS: Final = frozenset({"manager", "lead"})
BORROWER: Final = frozenset({"borrower", "integration"})
SYSTEM: Final = frozenset({"system"})


@dataclass(frozen=True, slots=True)
class Transition:
    """``who`` holds actor kinds (borrower, integration, system) and staff roles."""

    act: str
    sources: frozenset[str]
    targets: frozenset[str]
    who: frozenset[str]
    needs: tuple[str, ...] = ()


def _row(act: str, sources: frozenset[str] | str, targets: frozenset[str] | str, who: frozenset[str],
         *needs: str) -> Transition:  # fmt: skip
    return Transition(act, _set(sources), _set(targets), who, needs)


def _set(value: frozenset[str] | str) -> frozenset[str]:
    return frozenset(value.split()) if isinstance(value, str) else value


_WITHDRAWABLE: Final = LIVE - {"active", "broken"}
_CLOSABLE: Final = LIVE - {"agreed", "signing", "active"}

TRANSITIONS: Final[tuple[Transition, ...]] = (
    # 申请 apply
    _row("save_answers", "draft more_requested", "draft more_requested", BORROWER),
    _row("attach_proof", LIVE - UNDER_REVIEW | {"submitted", "in_review"}, LIVE, BORROWER),
    _row("remove_proof", "draft more_requested", "draft more_requested", BORROWER),
    _row("submit", "draft more_requested", "submitted in_review", BORROWER, "complete", "truth_statement"),
    # 审核 review
    _row("take_up", "submitted", "in_review", REVIEWERS),
    _row("accept", "submitted in_review", "negotiating second_review", REVIEWERS, "authority", "four_eyes_by_policy"),
    _row("request_more", "submitted in_review", "more_requested", REVIEWERS, "reason"),
    _row("refuse", "submitted in_review", "refused second_review", REVIEWERS, "reason", "four_eyes_by_policy"),
    _row("second_review", "second_review", "negotiating refused in_review", REVIEWERS, "other_person", "authority"),
    _row("appeal", "refused", "appealed", BORROWER, "reason", "in_time"),
    _row("decide_appeal", "appealed", "negotiating closed", REVIEWERS, "other_person", "reason"),
    # 商量方案 talk
    _row("draft_offer", TALKING, TALKING, MANAGERS),
    _row("publish_offer", TALKING, "offer_open", MANAGERS, "authority", "binding_offer"),
    _row("submit_for_approval", TALKING, TALKING, MANAGERS, "one_waiting_version"),
    _row("release_offer", TALKING, "offer_open agreed", SYSTEM, "approved", "binding_offer"),
    _row("return_offer", TALKING, TALKING, SYSTEM),
    _row("counter", TALKING, "countered", BORROWER, "reason", "limits"),
    _row("accept_offer", "offer_open", "agreed", BORROWER, "open_version", "not_expired"),
    _row("accept_counter", "countered", "agreed", MANAGERS, "open_version", "not_expired", "authority"),
    _row("decline_offer", "offer_open", "negotiating", BORROWER, "open_version"),
    _row("decline_counter", "countered", "negotiating offer_open", MANAGERS, "open_version", "reason"),
    _row("withdraw_offer", "countered", "negotiating offer_open", BORROWER, "open_version"),
    _row("expire_offer", "offer_open countered", "negotiating offer_open", SYSTEM, "expired"),
    # 签约 sign
    _row("open_signing", "agreed", "signing", MANAGERS | BORROWER | SYSTEM),
    _row("refuse_signing", "signing", "negotiating", SYSTEM),
    _row("seal", "signing", "active", SYSTEM),
    # 履行 follow
    _row("record_breach", LIVE, LIVE, SYSTEM),
    _row("request_change", "active broken", "negotiating", BORROWER | MANAGERS, "reason"),
    _row("complete", "active broken negotiating offer_open countered agreed signing", "completed",
         MANAGERS | SYSTEM, "settled"),
    _row("reopen", "completed", "active", SYSTEM),
    # at any time
    _row("raise_problem", LIVE - {"draft"}, LIVE, BORROWER),
    _row("answer_problem", LIVE, LIVE, MANAGERS),
    _row("say", LIVE - {"draft"}, LIVE, BORROWER | MANAGERS | REVIEWERS),
    _row("assign", LIVE - {"draft"}, LIVE, frozenset({"lead", "administrator", "system"})),
    _row("reassign", LIVE - {"draft"}, LIVE, frozenset({"manager", "lead", "administrator"}), "reason"),
    _row("log_phone", LIVE, LIVE, MANAGERS | REVIEWERS),
    _row("withdraw", _WITHDRAWABLE, "withdrawn active broken", BORROWER),
    _row("close", _CLOSABLE, "closed", MANAGERS | SYSTEM, "reason"),
)  # fmt: skip

_BY_ACT: Final = {row.act: row for row in TRANSITIONS}


def transition(act: str) -> Transition:
    """The row of an act. KeyError for an act that nobody wrote down."""
    return _BY_ACT[act]


def hats(actor: Actor) -> frozenset[str]:
    """The words by which the table knows this actor: its kind and, for staff, its roles."""
    return actor.roles if actor.kind == "staff" else frozenset({actor.kind})


def may(actor: Actor, act: str) -> bool:
    """True when the table lets this kind of actor do the act in some state."""
    return not hats(actor).isdisjoint(_BY_ACT[act].who)


def require(actor: Actor, act: str, status: str) -> Transition:
    """The row, or NotYourAct / WrongState."""
    row = _BY_ACT[act]
    if not may(actor, act):
        raise NotYourAct(act=act)
    if status not in row.sources:
        raise WrongState(act=act, status=status, possible=sorted(acts_for(actor, status)))
    return row


def acts_for(actor: Actor, status: str) -> frozenset[str]:
    """What this actor may try in this state; guards may still refuse."""
    return frozenset(row.act for row in TRANSITIONS if status in row.sources and may(actor, row.act))
