"""Payments as their sources reported them, and which part of which debt each of them paid."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heyi.capabilities.loans.domain.balance import COMPONENTS
from heyi.capabilities.loans.models.contracts import Contract, Instalment
from heyi.plumbing.records import DataClasses, Record

PAYMENT_STATES = ("matched", "unmatched", "reversed")


class Payment(Record):
    """Money that arrived. Known by source and reference: the same pair is the same payment.

    ``remark_sealed`` opens with the borrower's key, or with the room's own while the payment is unmatched.
    ``already_reported``: received before the day of the bank's last report, so the reported balance held it already.
    """

    data = DataClasses(
        c2=("remark_sealed", "amount_minor", "credit_minor"),
        c1=("contract_no", "reference"),
        none=(
            "source",
            "contract",
            "currency",
            "received_on",
            "state",
            "settled_at",
            "already_reported",
            "reversed_at",
            "reversed_by_reference",
        ),
    )

    source = models.CharField(max_length=40)
    reference = models.CharField(max_length=80)
    contract_no = models.CharField(max_length=40)
    contract = models.ForeignKey(Contract, null=True, on_delete=models.PROTECT, related_name="payments")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    received_on = models.DateField()
    state = models.CharField(max_length=10)
    credit_minor = models.BigIntegerField(default=0)
    remark_sealed = models.BinaryField(default=b"")
    settled_at = models.DateTimeField(null=True)
    already_reported = models.BooleanField(default=False)
    reversed_at = models.DateTimeField(null=True)
    reversed_by_reference = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["contract", "-received_on"], name="loans_payment_of_contract"),
            models.Index(fields=["received_on", "id"], condition=Q(state="unmatched"), name="loans_payment_unmatched"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "reference"], name="loans_payment_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="loans_payment_is_money"),
            models.CheckConstraint(condition=Q(state__in=PAYMENT_STATES), name="loans_payment_state_known"),
            models.CheckConstraint(
                condition=Q(state="unmatched", contract__isnull=True) | ~Q(state="unmatched"),
                name="loans_payment_unmatched_has_no_contract",
            ),
        ]


class Allocation(Record):
    """A piece of a payment: what it paid, on which instalment (none: on the contract at large)."""

    data = DataClasses(c2=("amount_minor",), none=("payment", "place", "instalment", "component"))

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    place = models.PositiveSmallIntegerField()
    instalment = models.ForeignKey(Instalment, null=True, on_delete=models.SET_NULL, related_name="+")
    component = models.CharField(max_length=10)
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "place"], name="loans_allocation_in_order"),
            models.CheckConstraint(condition=Q(component__in=COMPONENTS), name="loans_allocation_component_known"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="loans_allocation_is_money"),
        ]
