"""The base of every table, and the classes of data that its fields hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.db import models

from heyi.plumbing.ids import new_id


@dataclass(frozen=True, slots=True)
class DataClasses:
    """Which fields hold which class of data (JR/T 0171-2020): C3 secrets, C2 personal and financial, C1 internal.

    Fields in ``none`` hold no personal data at all. ``id`` and ``created_at`` need no mention.
    A house test fails for a field that stands nowhere.
    """

    c3: tuple[str, ...] = ()
    c2: tuple[str, ...] = ()
    c1: tuple[str, ...] = ()
    none: tuple[str, ...] = ()

    def of(self, field: str) -> str | None:
        """The class of ``field``, or None when it was forgotten."""
        if field in ("id", "created_at"):
            return "none"
        return next((name for name in ("c3", "c2", "c1", "none") if field in getattr(self, name)), None)


class Record(models.Model):
    """A row with a time-sorted id. Tables say in ``data`` what their fields hold."""

    data: ClassVar[DataClasses] = DataClasses()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True
