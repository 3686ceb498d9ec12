"""Reports of people who only said that they are ours."""

from __future__ import annotations

from django.db import models

from heyi.plumbing.records import DataClasses, Record


class ImpostorReport(Record):
    """What somebody told about an impostor, and how they can be reached if they said so. Sealed."""

    data = DataClasses(c2=("words_sealed", "reach_sealed"), none=("number",))

    number = models.CharField(max_length=12, unique=True)
    words_sealed = models.BinaryField()
    reach_sealed = models.BinaryField(blank=True, default=b"")
