"""Reports of people who only said that they are ours, and what became of each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heyi.capabilities.staff.domain import REPORT_OUTCOMES, REPORT_STATES
from heyi.plumbing.records import DataClasses, Record


class ImpostorReport(Record):
    """What somebody told about an impostor, and how they can be reached if they said so. Sealed.

    ``files``: objects of the vault, sealed with a key of this report alone, so that one report can be erased.
    """

    data = DataClasses(c2=("words_sealed", "reach_sealed"), none=("number", "files"))

    number = models.CharField(max_length=12, unique=True)
    words_sealed = models.BinaryField()
    reach_sealed = models.BinaryField(blank=True, default=b"")
    files = models.JSONField(default=list, blank=True)


class ImpostorStep(Record):
    """One step of handling a report. Only grows: the last one says where the report stands.

    The words are for whoever holds the report's number, the note stays within the bank; both are sealed.
    """

    data = DataClasses(c1=("by",), c2=("words_sealed", "note_sealed"), none=("report", "state", "outcome"))

    report = models.ForeignKey(ImpostorReport, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10)
    outcome = models.CharField(max_length=10, blank=True)
    words_sealed = models.BinaryField(blank=True, default=b"")
    note_sealed = models.BinaryField(blank=True, default=b"")
    by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=REPORT_STATES), name="impostor_state_known"),
            models.CheckConstraint(condition=Q(outcome__in=(*REPORT_OUTCOMES, "")), name="impostor_outcome_known"),
        ]
