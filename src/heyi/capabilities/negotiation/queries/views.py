"""What the reads of this room return: frozen, plain, masked. Texts are unsealed only for those who may read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal
from uuid import UUID

from heyi.capabilities.loans.domain import ContractView
from heyi.capabilities.negotiation.domain.application import Value
from heyi.capabilities.negotiation.domain.progress import Milestones, Progress
from heyi.capabilities.plans.domain import (
    Affordability,
    AnnualisedRate,
    AuthorityVerdict,
    Comparison,
    Draft,
    PlanTerms,
    Schedule,
    Side,
)
from heyi.capabilities.staff.domain import Card
from heyi.kit.money import Money

Colleague = Card
"""A named person of the bank as the borrower may see them."""


@dataclass(frozen=True, slots=True)
class OfferView:
    """One version. ``difference`` is to ``previous_number``, or to that day's contract when that is None.

    ``held_back`` is the code of what kept the approved version from opening; empty when nothing did.
    """

    id: UUID
    number: int
    round: int
    proposed_by: str
    author: Colleague | None
    status: str
    method: str
    periods: int
    annual_rate: Decimal
    payment: Money
    first_due_on: date
    last_due_on: date
    total: Money
    interest_total: Money
    forgiven: Money
    reason: str
    created_at: datetime
    opened_at: datetime | None
    expires_at: datetime | None
    answered_at: datetime | None
    answer_reason: str
    previous_number: int | None
    difference: Comparison
    level_needed: str
    terms: PlanTerms
    digest: str
    approval_id: UUID | None = None
    held_back: str = ""


@dataclass(frozen=True, slots=True)
class OfferDetail:
    """One version with its schedule, its rate, what it leaves to live on, and what approving it takes."""

    offer: OfferView
    schedule: Schedule
    rate: AnnualisedRate
    affordability: Affordability | None
    authority: AuthorityVerdict
    approvals: tuple[ApprovalView, ...]
    """Every request to the approvals room about this version, the oldest first; staff only."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """Terms under construction with all that they would mean. ``own_authority``: the reader may publish them alone."""

    draft: Draft
    own_authority: bool
    limits: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class VoteView:
    """One person's word on a version, with the conditions of a yes."""

    at: datetime
    word: str
    voter: Colleague
    role: str
    reason: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """One request for a version above somebody's authority, as the approvals room keeps it."""

    id: UUID
    status: str
    asked_at: datetime
    decide_by: datetime
    why: str
    ending: str
    votes: tuple[VoteView, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One plan of the table: its figures, what it leaves each month, and how it differs from the column before it."""

    key: Literal["contract", "bank", "mine"]
    number: int | None
    side: Side
    difference: Comparison | None
    affordability: Affordability | None
    terms: PlanTerms | None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The contract, the bank's version and the borrower's idea side by side; columns that do not exist are missing."""

    columns: tuple[Column, ...]
    income_minor: int | None
    living_minor: int
    other_debts_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """One check with its facts, for staff."""

    area: str
    code: str
    verdict: str
    facts: Mapping[str, str | int | bool]
    found_at: datetime


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A review decision. ``words`` are addressed to the borrower."""

    id: UUID
    at: datetime
    kind: str
    outcome: str
    reasons: tuple[str, ...]
    words: str
    by: Colleague
    submission: int


@dataclass(frozen=True, slots=True)
class ProofView:
    """A proof by its facts; the bytes come from the vault by ``object_id``."""

    id: UUID
    kind: str
    object_id: UUID
    file_name: str
    size: int
    media_type: str
    sha256: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ProblemView:
    """«I have a problem» and the answer to it."""

    id: UUID
    at: datetime
    kind: str
    words: str
    answered_at: datetime | None
    answered_by: Colleague | None
    answer: str
    outcome: str


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """Who held the case from ``at`` to ``until``; staff only."""

    at: datetime
    until: datetime | None
    role: str
    member: Colleague
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class FileView:
    """A file sent with a message."""

    object_id: UUID
    file_name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message. ``author_name`` is the colleague's name, empty for the borrower; ``mine`` is for the reader."""

    id: UUID
    at: datetime
    side: str
    mine: bool
    author_name: str
    body: str
    internal: bool
    canned_approval: str
    read_at: datetime | None
    files: tuple[FileView, ...]


@dataclass(frozen=True, slots=True)
class CallWishView:
    """When the borrower wants to be called, in bank time. ``missed``: the time is over and nobody got through."""

    case_id: UUID
    number: str
    party_name: str
    on: date
    window: str
    wanted_from: time
    wanted_until: time
    asked_at: datetime
    missed: bool


@dataclass(frozen=True, slots=True)
class StepAnswers:
    """The answers of one step as they are now. Identity values are masked for staff."""

    key: str
    values: Mapping[str, Value]
    saved_at: datetime | None
    complete: bool
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """The whole form with its state. ``known`` is what the bank's record already says, masked."""

    case_id: UUID
    number: str
    steps: tuple[StepAnswers, ...]
    next_step: str | None
    proofs: tuple[ProofView, ...]
    has_sensitive: bool
    sensitive_consent_at: datetime | None
    submissions: int
    can_edit: bool
    can_submit: bool
    known: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case as its reader may see it. Staff get ``party_name`` masked and the review side; a borrower gets neither
    findings nor internal notes nor assignments. ``acts`` is what this reader may try now."""

    id: UUID
    number: str
    version: int
    party_id: UUID
    party_name: str
    contract: ContractView
    branch: str
    branch_name: str
    status: str
    round: int
    channel: str
    progress: Progress
    milestones: Milestones
    acts: frozenset[str]
    manager: Colleague | None
    reviewer: Colleague | None
    offers: tuple[OfferView, ...]
    open_offer: OfferView | None
    waiting_offer: OfferView | None
    draft_offer: OfferView | None
    decisions: tuple[DecisionView, ...]
    appealed_at: datetime | None
    appeal_words: str
    appeal_until: datetime | None
    problems: tuple[ProblemView, ...]
    proofs: tuple[ProofView, ...]
    unread: int
    plan_id: UUID | None
    ceremony_id: UUID | None
    document_id: UUID | None
    end_reason: str
    round_reason: str
    round_words: str
    call_wish: CallWishView | None = None
    findings: tuple[FindingView, ...] = ()
    assignments: tuple[AssignmentView, ...] = ()
    has_sensitive: bool = False
    looked_beyond_branch: bool = False


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list shows. Empty means everything that the actor may see. ``assignee``: an id, «me» or «none».

    ``due_today`` moves with the bank's day, so that a saved filter stays right; ``due_by`` is one instant.
    ``reached_from`` and ``reached_to`` bound the day on which the step ``reached`` was taken; alone they bound nothing.
    ``ids`` are cases picked by hand out of what the rest finds.
    """

    status: tuple[str, ...] = ()
    turn: tuple[str, ...] = ()
    branch: str = ""
    assignee: str = ""
    product: tuple[str, ...] = ()
    bucket: tuple[str, ...] = ()
    overdue_days_from: int | None = None
    overdue_days_to: int | None = None
    late: bool = False
    due_by: datetime | None = None
    due_today: bool = False
    unread: bool = False
    problem: bool = False
    to_approve: bool = False
    submitted_from: date | None = None
    submitted_to: date | None = None
    reached: str = ""
    reached_from: date | None = None
    reached_to: date | None = None
    end_reason: tuple[str, ...] = ()
    text: str = ""
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of a list."""

    id: UUID
    number: str
    party_id: UUID
    party_name: str
    product: str
    contract_tail: str
    branch: str
    due: Money
    days_past_due: int
    bucket: str
    status: str
    round: int
    turn: str
    next_act: str
    by: datetime | None
    late: bool
    assignee_id: UUID | None
    assignee_name: str
    unread: int
    open_problems: int
    contacts_today: int
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of a list, with the sums of the whole filtered list."""

    rows: tuple[CaseRow, ...]
    count: int
    due_sum: Money
    days_past_due_mean: int
    page: int
    pages: int
    size: int


@dataclass(frozen=True, slots=True)
class Badges:
    """Numbers beside the menu: mine to do, to approve, unread talks, late, due today, broken promises, unassigned."""

    queue: int
    to_approve: int
    talks: int
    late: int
    due_today: int
    broken: int
    unassigned: int
    problems: int


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One thing that happened. ``index`` is its place in the journal's tree, None while it waits for it."""

    at: datetime
    kind: Literal["case", "offer", "talk", "sign", "plan", "contact", "blocked", "note", "look"]
    act: str
    side: Literal["bank", "borrower", "both", "system"]
    actor: str
    actor_name: str
    result: str
    facts: Mapping[str, object]
    subject: str
    entry_id: UUID | None
    index: int | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with the filter that lists its cases. ``unit``: cases, hours, days, share, pages, versions.

    ``value`` is None when nothing is there to measure; shares are fractions. ``count`` is how many cases the filter
    lists. ``whole`` is what a share was taken of, in ``whole_unit`` (cases, promises).
    """

    key: str
    value: Decimal | None
    unit: str
    count: int
    filter: CaseFilter
    p90: Decimal | None = None
    whole: int = 0
    whole_unit: str = ""


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """How many of the applications in the period reached a step."""

    key: str
    count: int
    share_of_previous: Decimal | None
    filter: CaseFilter


@dataclass(frozen=True, slots=True)
class WeekPoint:
    """Agreements signed and plans broken in the week that starts on ``week``.

    ``filter`` bounds the days; with ``reached`` sealed or broken it lists the cases.
    """

    week: date
    sealed: int
    broken: int
    filter: CaseFilter


@dataclass(frozen=True, slots=True)
class Figures:
    """E8: what the negotiation saves, and how it goes."""

    since: date
    until: date
    branch: str
    figures: tuple[Figure, ...]
    funnel: tuple[FunnelStep, ...]
    lost: tuple[Figure, ...]
    weeks: tuple[WeekPoint, ...]

    def figure(self, key: str) -> Figure:
        """The figure with this key. KeyError for an unknown one."""
        return next(item for item in self.figures if item.key == key)
