"""A key for each person, made once, found again, gone when shredded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from heyi.capabilities.journal import api as journal
from heyi.capabilities.vault import api as vault
from heyi.capabilities.vault.models import SubjectKey
from heyi.kit.actors import SYSTEM, Actor
from heyi.plumbing.sealing import SealBroken

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CLERK = Actor(kind="staff", id=uuid4(), roles=frozenset({"manager"}), branches=frozenset({"BJ01"}))

pytestmark = pytest.mark.django_db


def test_the_same_person_gets_the_same_key_and_another_person_another() -> None:
    one, two = uuid4(), uuid4()
    key = vault.subject_key(subject_id=one, at=AT)
    assert len(key) == 32
    assert vault.subject_key(subject_id=one, at=AT) == key
    assert vault.subject_keys(subject_ids=[one, two], at=AT)[one] == key
    assert vault.subject_key(subject_id=two, at=AT) != key


def test_the_stored_key_is_wrapped_and_bound_to_its_person() -> None:
    one, two = uuid4(), uuid4()
    keys = vault.subject_keys(subject_ids=[one, two], at=AT)
    row = SubjectKey.objects.get(subject_id=one)
    assert keys[one] not in bytes(row.wrapped)
    SubjectKey.objects.filter(subject_id=two).update(wrapped=row.wrapped)
    with pytest.raises(SealBroken):
        vault.subject_key(subject_id=two, at=AT + timedelta(hours=1))


def test_system_keys_differ_by_name_and_stay() -> None:
    assert vault.system_key("loans.index") == vault.system_key("loans.index")
    assert vault.system_key("loans.index") != vault.system_key("staff.index")


@pytest.mark.req("B5")
def test_a_shredded_person_has_no_key_ever_again() -> None:
    one = uuid4()
    vault.subject_key(subject_id=one, at=AT)
    vault.shred(subject_id=one, actor=SYSTEM, at=AT, reason="request_by_person")
    vault.shred(subject_id=one, actor=SYSTEM, at=AT, reason="request_by_person")
    with pytest.raises(vault.Shredded):
        vault.subject_key(subject_id=one, at=AT)
    assert one not in vault.subject_keys(subject_ids=[one], at=AT)
    assert bytes(SubjectKey.objects.get(subject_id=one).wrapped) == b""
    assert vault.shredded_at(subject_id=one) == AT
    assert [each.act for each in journal.entries(party_id=one, limit=9)] == ["vault.shred"]


@pytest.mark.req("B5")
def test_a_person_without_a_key_can_be_shredded_in_advance() -> None:
    one = uuid4()
    vault.shred(subject_id=one, actor=SYSTEM, at=AT, reason="request_by_person")
    with pytest.raises(vault.Shredded):
        vault.subject_key(subject_id=one, at=AT)


@pytest.mark.req("B5")
def test_a_legal_hold_wins_over_erasure_until_it_is_lifted() -> None:
    one = uuid4()
    key = vault.subject_key(subject_id=one, at=AT)
    hold = vault.place_legal_hold(subject_id=one, reason="litigation", actor=SYSTEM, at=AT)
    with pytest.raises(vault.HeldByLaw) as refused:
        vault.shred(subject_id=one, actor=SYSTEM, at=AT, reason="request_by_person")
    assert refused.value.facts["reasons"] == ["litigation"]
    assert vault.subject_key(subject_id=one, at=AT) == key
    vault.lift_legal_hold(hold_id=hold, actor=SYSTEM, at=AT)
    with pytest.raises(vault.NoSuchHold):
        vault.lift_legal_hold(hold_id=hold, actor=SYSTEM, at=AT)
    vault.shred(subject_id=one, actor=SYSTEM, at=AT, reason="request_by_person")
    assert not vault.under_legal_hold(subject_id=one)


@pytest.mark.req("C9")
def test_a_clerk_may_neither_shred_nor_hold() -> None:
    one = uuid4()
    for act in (
        lambda: vault.shred(subject_id=one, actor=CLERK, at=AT, reason="x"),
        lambda: vault.place_legal_hold(subject_id=one, reason="x", actor=CLERK, at=AT),
        lambda: vault.lift_legal_hold(hold_id=one, actor=CLERK, at=AT),
    ):
        with pytest.raises(vault.NotYours):
            act()
