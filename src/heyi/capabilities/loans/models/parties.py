"""People and enterprises, sealed under their own keys, and how they are tied to contracts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heyi.capabilities.loans.domain.rows import ID_TYPES, LINK_KINDS, PARTY_KINDS
from heyi.plumbing.records import DataClasses, Record


class Party(Record):
    """One person or enterprise. Every ``*_sealed`` value opens only with this party's key; an empty one is b"".

    ``identity_index`` is the blind index of what makes the party one and the same: the ID number, or for somebody known
    by name only, the name with the borrower they belong to. ``seal_digest`` tells whether anything sealed has changed.
    """

    data = DataClasses(
        c2=(
            *("name_sealed", "id_number_sealed", "mobile_sealed", "email_sealed", "address_sealed"),
            *("identity_index", "name_index", "mobile_index", "seal_digest"),
        ),
        c1=("customer_no",),
        none=("kind", "id_type", "updated_at"),
    )

    kind = models.CharField(max_length=10)
    id_type = models.CharField(max_length=10, blank=True)
    customer_no = models.CharField(max_length=40, blank=True)
    name_sealed = models.BinaryField()
    id_number_sealed = models.BinaryField(default=b"")
    mobile_sealed = models.BinaryField(default=b"")
    email_sealed = models.BinaryField(default=b"")
    address_sealed = models.BinaryField(default=b"")
    identity_index = models.CharField(max_length=32)
    name_index = models.CharField(max_length=32)
    mobile_index = models.CharField(max_length=32, blank=True)
    seal_digest = models.BinaryField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["name_index"], name="loans_party_name"),
            models.Index(fields=["customer_no"], condition=~Q(customer_no=""), name="loans_party_customer_no"),
            models.Index(fields=["mobile_index"], condition=~Q(mobile_index=""), name="loans_party_mobile"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["identity_index"], name="loans_party_once"),
            models.CheckConstraint(condition=Q(kind__in=PARTY_KINDS), name="loans_party_kind_known"),
            models.CheckConstraint(condition=Q(id_type__in=("", *ID_TYPES)), name="loans_party_id_type_known"),
        ]


class PartyLink(Record):
    """Somebody other than the borrower who is tied to a contract, and how."""

    data = DataClasses(none=("contract", "party", "kind", "relation"))

    contract = models.ForeignKey("loans.Contract", on_delete=models.PROTECT, related_name="links")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="links")
    kind = models.CharField(max_length=20)
    relation = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "party", "kind"], name="loans_link_once"),
            models.CheckConstraint(condition=Q(kind__in=LINK_KINDS), name="loans_link_kind_known"),
        ]
