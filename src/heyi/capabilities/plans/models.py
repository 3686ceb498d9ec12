"""Plans that are followed: their promises, the money that came, what it paid, and breaches. No behaviour."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from heyi.capabilities.plans.domain import PLAN_STATUSES, PROMISE_STATUSES
from heyi.plumbing.records import DataClasses, Record


class Plan(Record):
    """One sealed agreement that is followed. Terms and tolerance stay as they were on the day it was adopted; the terms
    are kept under the borrower's own key.

    ``counted_from`` is the day of the last reversal: nothing counts as late before it plus the tolerance.
    ``next_check_on`` is the first day on which time alone can change anything; null when it cannot any more.
    """

    data = DataClasses(
        c2=("terms_sealed", "total_minor", "unpaid_minor", "surplus_minor"),
        c1=("ended_by",),
        none=(
            "case_id",
            "contract_id",
            "party_id",
            "document_id",
            "branch",
            "product",
            "currency",
            "status",
            "started_on",
            "tolerance_days",
            "tolerance_minor",
            "missed_limit",
            "overdue_limit",
            "policy_version",
            "counted_from",
            "next_check_on",
            "completed_on",
            "ended_at",
            "superseded_by",
        ),
    )

    case_id = models.UUIDField(db_index=True)
    contract_id = models.UUIDField(db_index=True)
    party_id = models.UUIDField(db_index=True)
    document_id = models.UUIDField()
    branch = models.CharField(max_length=40)
    product = models.CharField(max_length=20)
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=12, default="active")
    terms_sealed = models.BinaryField()
    total_minor = models.BigIntegerField()
    unpaid_minor = models.BigIntegerField()
    surplus_minor = models.BigIntegerField(default=0)
    started_on = models.DateField()
    tolerance_days = models.PositiveIntegerField()
    tolerance_minor = models.BigIntegerField()
    missed_limit = models.PositiveIntegerField()
    overdue_limit = models.PositiveIntegerField()
    policy_version = models.CharField(max_length=60)
    counted_from = models.DateField(null=True, blank=True)
    next_check_on = models.DateField(null=True, blank=True)
    completed_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=60, blank=True)
    superseded_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "plans_plan"
        constraints = [
            models.UniqueConstraint(
                fields=["contract_id"], condition=Q(status="active"), name="plan_one_active_a_contract"
            ),
            models.UniqueConstraint(fields=["document_id"], name="plan_once_a_document"),
            models.CheckConstraint(condition=Q(status__in=PLAN_STATUSES), name="plan_status"),
            models.CheckConstraint(
                condition=Q(unpaid_minor__gte=0) & Q(unpaid_minor__lte=F("total_minor")), name="plan_unpaid_in_range"
            ),
            models.CheckConstraint(
                condition=Q(status="completed", completed_on__isnull=False, unpaid_minor=0)
                | (~Q(status="completed") & Q(completed_on__isnull=True)),
                name="plan_completed_when_paid",
            ),
        ]
        indexes = [
            models.Index(fields=["next_check_on"], condition=Q(status="active"), name="plan_to_check"),
            models.Index(fields=["branch", "status"], name="plan_of_branch"),
        ]


class PlanInstalment(Record):
    """One promise to pay. ``payable_until`` is the due day, or the next working day after a day of rest."""

    data = DataClasses(
        c2=("principal_minor", "interest_minor", "carried_minor", "amount_minor", "paid_minor"),
        none=("plan", "number", "due_on", "payable_until", "status", "settled_on"),
    )

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="instalments")
    number = models.PositiveIntegerField()
    due_on = models.DateField()
    payable_until = models.DateField()
    principal_minor = models.BigIntegerField()
    interest_minor = models.BigIntegerField()
    carried_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField(default=0)
    status = models.CharField(max_length=8, default="pending")
    settled_on = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "plans_instalment"
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="instalment_once_a_plan"),
            models.CheckConstraint(condition=Q(status__in=PROMISE_STATUSES), name="instalment_status"),
            models.CheckConstraint(
                condition=Q(paid_minor__gte=0) & Q(paid_minor__lte=F("amount_minor")), name="instalment_paid_in_range"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor=F("principal_minor") + F("interest_minor") + F("carried_minor")),
                name="instalment_adds_up",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(status="pending"), name="instalment_due"),
        ]


class PlanPayment(Record):
    """Money that the loans room received on the plan's contract. A reversal heard first leaves a row of amount 0."""

    data = DataClasses(c2=("amount_minor",), none=("plan", "payment_id", "received_on", "reversed_at"))

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="payments")
    payment_id = models.UUIDField()
    amount_minor = models.BigIntegerField()
    received_on = models.DateField()
    reversed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "plans_payment"
        constraints = [
            models.UniqueConstraint(fields=["plan", "payment_id"], name="plan_payment_once"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="plan_payment_not_negative"),
        ]


class PlanAllocation(Record):
    """So much of one payment counts for one promise. Rewritten as a whole whenever a payment comes or goes."""

    data = DataClasses(c2=("amount_minor",), none=("payment", "instalment"))

    payment = models.ForeignKey(PlanPayment, on_delete=models.PROTECT, related_name="allocations")
    instalment = models.ForeignKey(PlanInstalment, on_delete=models.PROTECT, related_name="allocations")
    amount_minor = models.BigIntegerField()

    class Meta:
        db_table = "plans_allocation"
        constraints = [
            models.UniqueConstraint(fields=["payment", "instalment"], name="allocation_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="allocation_positive"),
        ]


class BreachRecord(Record):
    """That a plan was not kept: when, by which rule, how much was missing. Withdrawn when money paid in time shows."""

    data = DataClasses(
        c2=("unpaid_minor",),
        none=("plan", "rule", "happened_on", "oldest_number", "missed", "overdue_days", "withdrawn_at"),
    )

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="breaches")
    rule = models.CharField(max_length=20)
    happened_on = models.DateField()
    oldest_number = models.PositiveIntegerField()
    missed = models.PositiveIntegerField()
    overdue_days = models.PositiveIntegerField()
    unpaid_minor = models.BigIntegerField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "plans_breach"
        constraints = [
            models.UniqueConstraint(
                fields=["plan"], condition=Q(withdrawn_at__isnull=True), name="breach_one_standing_a_plan"
            ),
        ]
