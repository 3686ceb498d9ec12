"""Agencies that collect for the bank, their evaluations and their people."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from heyi.capabilities.staff.domain import AGENCY_STATUSES, EVALUATION_OUTCOMES
from heyi.plumbing.records import DataClasses, Record


class Agency(Record):
    """One agency under one contract. Ended agencies stay: past contacts name them."""

    data = DataClasses(
        c1=("contact_name", "status_reason", "created_by"),
        none=(
            *("code", "name", "name_en", "credit_code", "licence_no", "phone", "complaint_phone", "address"),
            *("contract_no", "contract_from", "contract_until", "branches", "announced_on", "status"),
        ),
    )

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    credit_code = models.CharField(max_length=18)
    licence_no = models.CharField(max_length=60, blank=True)
    contact_name = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=30)
    complaint_phone = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=160, blank=True)
    contract_no = models.CharField(max_length=60, blank=True)
    contract_from = models.DateField()
    contract_until = models.DateField()
    announced_on = models.DateField(null=True, blank=True)
    branches = models.JSONField()
    status = models.CharField(max_length=10, default="active")
    status_reason = models.CharField(max_length=200, blank=True)
    created_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=sorted(AGENCY_STATUSES)), name="agency_status_known"),
            models.CheckConstraint(
                condition=Q(contract_until__gte=F("contract_from")), name="agency_contract_ends_after_start"
            ),
        ]


class AgencyEvaluation(Record):
    """One look at an agency: compliance, quality, security of data. Never changed; a new look is a new row."""

    data = DataClasses(c1=("words", "by"), none=("agency", "on", "outcome"))

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="evaluations")
    on = models.DateField()
    outcome = models.CharField(max_length=10)
    words = models.CharField(max_length=1000)
    by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=sorted(EVALUATION_OUTCOMES)), name="evaluation_outcome"),
        ]


class AgencyAgent(Record):
    """A person of an agency who may call or visit. The number is what the agency reports."""

    data = DataClasses(c1=("number", "name", "certificate_no"), none=("agency", "certificate_until", "ended_at"))

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="agents")
    number = models.CharField(max_length=30)
    name = models.CharField(max_length=60)
    certificate_no = models.CharField(max_length=60)
    certificate_until = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "number"], condition=Q(ended_at__isnull=True), name="agent_once_an_agency"
            ),
        ]
