"""Tables of the plumbing: what still has to be told, what ran when, how often somebody tried."""

from __future__ import annotations

from django.db import models

from heyi.plumbing.records import DataClasses, Record


class OutboxMessage(Record):
    """One event for one subscriber, written with the act that caused it and deleted by nobody."""

    data = DataClasses(none=("event", "subscriber", "payload", "attempts", "due_at", "done_at", "last_error"))

    event = models.CharField(max_length=80)
    subscriber = models.CharField(max_length=120)
    payload = models.JSONField()
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(done_at__isnull=True), name="outbox_due"),
        ]


class TickRun(models.Model):
    """When a periodic job last ran, so that two workers do not run it twice."""

    data = DataClasses(none=("name", "ran_at"))

    name = models.CharField(max_length=120, primary_key=True)
    ran_at = models.DateTimeField()


class Attempt(models.Model):
    """A counter of tries within a window: codes, uploads, logins. The subject is a keyed digest."""

    data = DataClasses(none=("id", "purpose", "window_start", "count"), c1=("subject",))

    purpose = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    window_start = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "subject", "window_start"], name="attempt_once_per_window"),
        ]


class IdempotentCall(Record):
    """The answer already given to a call with this key: the same call again gets the same answer."""

    data = DataClasses(none=("client", "key", "request_digest", "status"), c2=("answer",))

    client = models.CharField(max_length=80)
    key = models.CharField(max_length=120)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveIntegerField()
    answer = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="idempotent_once")]
