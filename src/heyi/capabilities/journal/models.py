"""Tables of the journal. All but ``Pending`` only grow: triggers refuse update and delete (migration 0002)."""

from __future__ import annotations

from django.db import models

from heyi.plumbing.records import DataClasses, Record


class Entry(Record):
    """One act. ``facts`` and ``digests`` are canonical JSON texts, so that one changed byte shows.

    ``mac`` binds all columns to a key that the database does not hold: a row written past the application is found.
    """

    data = DataClasses(none=("actor", "act", "subject", "case_id", "party_id", "result", "facts", "digests", "mac"))

    actor = models.CharField(max_length=60)
    act = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    case_id = models.UUIDField(null=True)
    party_id = models.UUIDField(null=True)
    result = models.CharField(max_length=40)
    facts = models.TextField()
    digests = models.TextField()
    mac = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["case_id", "created_at"], name="journal_of_case"),
            models.Index(fields=["party_id", "created_at"], name="journal_of_party"),
            models.Index(fields=["created_at", "id"], name="journal_by_time"),
        ]


class Pending(models.Model):
    """Entries that have no place in the tree yet, in the order of writing. The sequencer empties it."""

    data = DataClasses(none=("id", "entry"))

    id = models.BigAutoField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT)


class Leaf(models.Model):
    """The place of an entry in the tree. ``mac`` binds the hash to its index."""

    data = DataClasses(none=("index", "entry", "leaf_hash", "mac"))

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT)
    leaf_hash = models.BinaryField()
    mac = models.BinaryField()


class Node(models.Model):
    """The hash of a full subtree of 256, 65,536 … leaves, so that a proof needs a few hundred rows at most."""

    data = DataClasses(none=("id", "level", "index", "hash"))

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="journal_node_once")]


class Checkpoint(models.Model):
    """The signed head of the tree after each batch. ``frontier`` is the compact range from which the next goes on."""

    data = DataClasses(none=("size", "created_at", "root", "frontier", "note"))

    size = models.BigIntegerField(primary_key=True)
    created_at = models.DateTimeField()
    root = models.BinaryField()
    frontier = models.BinaryField()
    note = models.TextField()
