"""Contracts as the bank knows them, with what has been paid since."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from heyi.capabilities.loans.domain.balance import BUCKETS
from heyi.capabilities.loans.domain.rows import PRODUCTS, STATUSES
from heyi.capabilities.loans.models.parties import Party
from heyi.plumbing.records import DataClasses, Record


class Contract(Record):
    """One loan or card account. Amounts in minor units of ``currency``.

    ``due_minor`` and ``reported_due_on`` are what the bank last reported as due and since when; ``due_paid_minor`` is
    what payments took off it since. ``oldest_due_on``, ``days_past_due`` and ``bucket`` follow from these, from the
    instalments and from the day.
    """

    data = DataClasses(
        c2=(
            *("account_no_sealed", "row_digest", "principal_minor", "interest_minor", "penalty_minor", "fees_minor"),
            *("costs_minor", "total_minor", "due_minor", "due_paid_minor", "credit_minor", "granted_minor"),
            *("instalment_minor", "days_past_due", "oldest_due_on", "reported_due_on"),
        ),
        c1=("contract_no", "source_ref", "bucket", "status"),
        none=(
            *("party", "product", "branch", "currency", "opened_on", "matures_on", "annual_rate", "due_day"),
            *("periods_left", "as_of", "allocation", "updated_at"),
        ),
    )

    contract_no = models.CharField(max_length=40, unique=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="contracts")
    product = models.CharField(max_length=20)
    branch = models.CharField(max_length=20)
    currency = models.CharField(max_length=3)
    opened_on = models.DateField(null=True)
    matures_on = models.DateField(null=True)
    annual_rate = models.DecimalField(max_digits=9, decimal_places=8, null=True)
    granted_minor = models.BigIntegerField(null=True)
    instalment_minor = models.BigIntegerField(null=True)
    due_day = models.PositiveSmallIntegerField(null=True)
    periods_left = models.PositiveIntegerField(null=True)
    principal_minor = models.BigIntegerField()
    interest_minor = models.BigIntegerField()
    penalty_minor = models.BigIntegerField()
    fees_minor = models.BigIntegerField()
    costs_minor = models.BigIntegerField()
    total_minor = models.GeneratedField(
        expression=F("principal_minor") + F("interest_minor") + F("penalty_minor") + F("fees_minor") + F("costs_minor"),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    due_minor = models.BigIntegerField(null=True)
    due_paid_minor = models.BigIntegerField(default=0)
    credit_minor = models.BigIntegerField(default=0)
    reported_due_on = models.DateField(null=True)
    oldest_due_on = models.DateField(null=True)
    days_past_due = models.PositiveIntegerField(default=0)
    bucket = models.CharField(max_length=3, default="M0")
    as_of = models.DateField(null=True)
    status = models.CharField(max_length=12)
    allocation = models.CharField(max_length=40, blank=True)
    account_no_sealed = models.BinaryField(default=b"")
    source_ref = models.CharField(max_length=80, blank=True)
    row_digest = models.BinaryField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-days_past_due", "id"], name="loans_contract_late"),
            models.Index(fields=["branch", "-days_past_due", "id"], name="loans_contract_branch_late"),
            models.Index(fields=["-total_minor", "id"], name="loans_contract_total"),
            models.Index(fields=["branch", "-total_minor", "id", "currency"], name="loans_contract_branch_total"),
            models.Index(fields=["oldest_due_on"], name="loans_contract_oldest_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(product__in=PRODUCTS), name="loans_contract_product_known"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="loans_contract_status_known"),
            models.CheckConstraint(condition=Q(bucket__in=BUCKETS), name="loans_contract_bucket_known"),
            models.CheckConstraint(
                condition=Q(
                    principal_minor__gte=0,
                    interest_minor__gte=0,
                    penalty_minor__gte=0,
                    fees_minor__gte=0,
                    costs_minor__gte=0,
                    credit_minor__gte=0,
                ),
                name="loans_contract_owes_no_less_than_zero",
            ),
        ]


class Instalment(Record):
    """What one contract asks for on one date, and how much of it has been paid."""

    data = DataClasses(
        c2=(
            *("principal_minor", "interest_minor", "fees_minor"),
            *("principal_paid_minor", "interest_paid_minor", "fees_paid_minor", "open_minor"),
        ),
        none=("contract", "number", "due_on"),
    )

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="instalments")
    number = models.PositiveIntegerField()
    due_on = models.DateField()
    principal_minor = models.BigIntegerField()
    interest_minor = models.BigIntegerField(default=0)
    fees_minor = models.BigIntegerField(default=0)
    principal_paid_minor = models.BigIntegerField(default=0)
    interest_paid_minor = models.BigIntegerField(default=0)
    fees_paid_minor = models.BigIntegerField(default=0)
    open_minor = models.GeneratedField(
        expression=F("principal_minor")
        + F("interest_minor")
        + F("fees_minor")
        - F("principal_paid_minor")
        - F("interest_paid_minor")
        - F("fees_paid_minor"),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )

    class Meta:
        indexes = [
            models.Index(fields=["due_on", "contract"], condition=Q(open_minor__gt=0), name="loans_instalment_open"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="loans_instalment_once"),
            models.CheckConstraint(
                condition=Q(
                    principal_paid_minor__range=(0, F("principal_minor")),
                    interest_paid_minor__range=(0, F("interest_minor")),
                    fees_paid_minor__range=(0, F("fees_minor")),
                ),
                name="loans_instalment_paid_within_due",
            ),
        ]
