"""The case, its rounds, and who held it when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from heyi.capabilities.negotiation.domain.progress import TURNS
from heyi.capabilities.negotiation.domain.states import ENDED, STATUSES
from heyi.plumbing.records import DataClasses, Record

_ENDED = sorted(ENDED)
_HANDED_IN = Q(submitted_at__isnull=False)


class NumberSeries(models.Model):
    """The last case number given out in a year."""

    data = DataClasses(none=("year", "last"))

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Case(Record):
    """One negotiation about one contract.

    ``turn``, ``next_act`` and ``due_at`` repeat what ``domain.situation`` says, so that lists of 100,000 cases can be
    filtered and sorted; only ``actions`` write them, always together with ``status``. ``version`` grows with every
    change and is what ``seen_version`` is compared with. Amounts are a copy of the contract's, dated ``figures_on``.
    """

    data = DataClasses(
        c2=("due_minor", "balance_minor"),
        c1=("party", "contract", "days_past_due", "bucket", "assignee", "reviewer", "code_verified_at"),
        none=(
            "number", "branch", "product", "currency", "status", "round", "version", "turn", "next_act", "due_at",
            "late_noted_for", "channel", "submitted_at", "first_answer_at", "accepted_at", "first_offer_at",
            "agreed_at", "borrower_signed_at", "sealed_at", "broken_at", "completed_at", "ended_at", "end_reason",
            "figures_on", "plan_id", "ceremony_id", "document_id", "document_pages", "offers_made", "promises_kept",
            "promises_late", "unread_by_bank", "unread_by_borrower", "last_message_at", "open_problems",
            "policy_version",
        ),
    )  # fmt: skip

    number = models.CharField(max_length=20, unique=True)
    party = models.ForeignKey("loans.Party", on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey("loans.Contract", on_delete=models.PROTECT, related_name="+")
    branch = models.CharField(max_length=20)
    product = models.CharField(max_length=20)
    currency = models.CharField(max_length=3, default="CNY")
    channel = models.CharField(max_length=12, default="portal")
    policy_version = models.CharField(max_length=20)

    status = models.CharField(max_length=16, default="draft")
    round = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)
    turn = models.CharField(max_length=8, default="borrower")
    next_act = models.CharField(max_length=20, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    late_noted_for = models.DateTimeField(null=True, blank=True)
    open_problems = models.PositiveSmallIntegerField(default=0)

    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    code_verified_at = models.DateTimeField(null=True, blank=True)

    submitted_at = models.DateTimeField(null=True, blank=True)
    first_answer_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    first_offer_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    borrower_signed_at = models.DateTimeField(null=True, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    broken_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=30, blank=True)

    due_minor = models.BigIntegerField(default=0)
    balance_minor = models.BigIntegerField(default=0)
    days_past_due = models.PositiveIntegerField(default=0)
    bucket = models.CharField(max_length=4, blank=True)
    figures_on = models.DateField()

    plan_id = models.UUIDField(null=True, blank=True)
    ceremony_id = models.UUIDField(null=True, blank=True)
    document_id = models.UUIDField(null=True, blank=True)
    document_pages = models.PositiveIntegerField(default=0)
    offers_made = models.PositiveIntegerField(default=0)
    promises_kept = models.PositiveIntegerField(default=0)
    promises_late = models.PositiveIntegerField(default=0)
    unread_by_bank = models.PositiveIntegerField(default=0)
    unread_by_borrower = models.PositiveIntegerField(default=0)
    last_message_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="case_status_known"),
            models.CheckConstraint(condition=Q(turn__in=TURNS), name="case_turn_known"),
            models.CheckConstraint(
                condition=Q(status__in=_ENDED, ended_at__isnull=False, turn="none")
                | Q(~Q(status__in=_ENDED), ended_at__isnull=True),
                name="case_ended_has_time",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "withdrawn", "closed")) | Q(submitted_at__isnull=False),
                name="case_past_draft_was_submitted",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("active", "broken")) | Q(sealed_at__isnull=False, plan_id__isnull=False),
                name="case_followed_was_sealed",
            ),
            models.UniqueConstraint(
                fields=["contract"], condition=~Q(status__in=_ENDED), name="case_one_live_per_contract"
            ),
        ]
        indexes = [
            models.Index(fields=["branch", "status", "due_at"], name="case_branch_status"),
            models.Index(fields=["assignee", "turn", "due_at"], name="case_assignee_turn"),
            models.Index(fields=["status", "due_at"], name="case_status_due"),
            models.Index(fields=["party"], name="case_party"),
            models.Index(fields=["plan_id"], name="case_plan", condition=Q(plan_id__isnull=False)),
            models.Index(fields=["ceremony_id"], name="case_ceremony", condition=Q(ceremony_id__isnull=False)),
            models.Index(fields=["created_at"], name="case_created"),
            models.Index(fields=["branch", "due_at", "id"], name="case_list_branch", condition=_HANDED_IN),
            models.Index(fields=["due_at", "id"], name="case_list_bank", condition=_HANDED_IN),
            models.Index(fields=["reviewer", "status"], name="case_reviewer"),
            models.Index(
                fields=["branch"],
                include=["due_minor", "days_past_due", "status", "turn", "due_at", "product", "bucket"],
                name="case_sums",
                condition=_HANDED_IN,
            ),
            models.Index(
                fields=["branch", "submitted_at"],
                include=[
                    "first_answer_at",
                    "accepted_at",
                    "first_offer_at",
                    "agreed_at",
                    "sealed_at",
                    "broken_at",
                    "offers_made",
                    "promises_kept",
                    "promises_late",
                    "document_pages",
                    "status",
                    "end_reason",
                ],
                name="case_figures",
                condition=_HANDED_IN,
            ),
            models.Index(
                fields=["branch", "sealed_at"],
                name="case_sealed",
                condition=Q(sealed_at__isnull=False) & _HANDED_IN,
            ),
            models.Index(
                fields=["branch", "broken_at"],
                name="case_broken",
                condition=Q(broken_at__isnull=False) & _HANDED_IN,
            ),
            models.Index(
                fields=["branch", "status"], name="case_unassigned", condition=Q(assignee__isnull=True) & _HANDED_IN
            ),
        ]


class Round(Record):
    """A round of talks on a case. Round 1 opens with the acceptance; each change request opens another.

    ``rests_on`` is the state to which the case returns when the borrower takes a change request back.
    """

    data = DataClasses(c2=("reason_sealed",), none=("case", "number", "opened_by", "reason", "rests_on", "ended_at"))

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    opened_by = models.CharField(max_length=60)
    reason = models.CharField(max_length=30, blank=True)
    reason_sealed = models.BinaryField(blank=True, default=b"")
    rests_on = models.CharField(max_length=16, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="round_once")]


class Assignment(Record):
    """Who held a case from when to when, who decided that and why. ``note_sealed`` is the hand-over note."""

    data = DataClasses(c2=("note_sealed",), c1=("member",), none=("case", "role", "until", "assigned_by", "reason"))

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assignments")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12)
    until = models.DateTimeField(null=True, blank=True)
    assigned_by = models.CharField(max_length=60)
    reason = models.CharField(max_length=200, blank=True)
    note_sealed = models.BinaryField(blank=True, default=b"")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "role"], condition=Q(until__isnull=True), name="assignment_one_current"
            ),
        ]
