"""Tests that staff took: what was asked, and what came of it. Rows only grow."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from heyi.plumbing.records import DataClasses, Record


class ExamSitting(Record):
    """One try. ``questions`` are as they were asked, with the right answers, under ``pack_version``."""

    data = DataClasses(c1=("member",), none=("kind", "seed", "questions", "pack_version", "percent", "ends_at"))

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    seed = models.CharField(max_length=40)
    questions = models.JSONField()
    pack_version = models.CharField(max_length=64)
    percent = models.PositiveSmallIntegerField()
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "compliance_exam_sitting"
        indexes = [models.Index(fields=["member", "-created_at"], name="exam_of_member")]


class ExamResult(Record):
    """What was handed in, once."""

    data = DataClasses(c1=("answers",), none=("sitting", "right", "asked", "passed", "certificate_id"))

    sitting = models.OneToOneField(ExamSitting, on_delete=models.PROTECT, related_name="result")
    answers = models.JSONField()
    right = models.PositiveSmallIntegerField()
    asked = models.PositiveSmallIntegerField()
    passed = models.BooleanField()
    certificate_id = models.UUIDField(null=True, blank=True)

    class Meta:
        db_table = "compliance_exam_result"
        constraints = [
            models.CheckConstraint(condition=Q(right__lte=F("asked")), name="exam_not_more_than_all"),
            models.CheckConstraint(
                condition=Q(passed=True, certificate_id__isnull=False) | Q(passed=False, certificate_id__isnull=True),
                name="exam_passed_with_certificate",
            ),
        ]
