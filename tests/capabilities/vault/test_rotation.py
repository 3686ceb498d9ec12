"""Another master key: every person's key is wrapped under it, also after a crash in between; nothing else changes."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.core.exceptions import ImproperlyConfigured

from heyi.capabilities.journal import api as journal
from heyi.capabilities.vault import api as vault
from heyi.capabilities.vault import cache
from heyi.capabilities.vault.actions import rotation
from heyi.capabilities.vault.models import SubjectKey
from heyi.kit.actors import SYSTEM, Actor
from heyi.plumbing import master_key
from heyi.plumbing.ids import new_id

pytestmark = [pytest.mark.django_db, pytest.mark.req("C9", "E9")]

AT = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
FIRST = "ab" * 32


@pytest.fixture
def people(settings) -> dict[UUID, bytes]:  # type: ignore[no-untyped-def]
    """Seven persons with their keys, wrapped under the first master key."""
    settings.HEYI_MASTER_KEY, settings.HEYI_MASTER_KEY_OLD = FIRST, ""
    return vault.subject_keys(subject_ids=[new_id() for _ in range(7)], at=AT)


def turn(settings, *, old: str = FIRST) -> None:  # type: ignore[no-untyped-def]
    """The new key stands in the settings, the old one beside it; all processes were started anew."""
    settings.HEYI_MASTER_KEY, settings.HEYI_MASTER_KEY_OLD = master_key.renewed(), old
    cache.forget_all()


def opened(people: dict[UUID, bytes]) -> dict[UUID, bytes]:
    cache.forget_all()
    return vault.subject_keys(subject_ids=people, at=AT)


def test_every_key_opens_before_during_and_after(people, settings, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    gone = next(iter(people))
    vault.shred(subject_id=gone, actor=SYSTEM, at=AT, reason="request_by_person")
    kept = {one: key for one, key in people.items() if one != gone}
    turn(settings)
    monkeypatch.setattr(rotation, "BATCH", 2)
    assert opened(people) == kept
    seen: list[tuple[int, int]] = []
    assert vault.rewrap_keys(actor=SYSTEM, at=AT, report=lambda done, total: seen.append((done, total))) == 6
    assert seen == [(2, 6), (4, 6), (6, 6)]
    settings.HEYI_MASTER_KEY_OLD = ""
    assert opened(people) == kept, "without the old key"
    assert bytes(SubjectKey.objects.get(subject_id=gone).wrapped) == b"", "what was destroyed stays destroyed"
    acts = [(entry.act, entry.facts["keys"]) for entry in journal.entries(limit=4)]
    assert acts == [("vault.rotate_master_key", 6), *[("vault.rewrap_keys", 2)] * 3]


def test_a_crash_in_the_middle_loses_nothing_and_the_next_run_goes_on(people, settings, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    turn(settings)
    monkeypatch.setattr(rotation, "BATCH", 3)
    written = journal.record

    def power_cut(**entry: object) -> UUID:
        if rotation.keys_to_rewrap() < 4:  # the second batch is written, its entry is not
            raise ConnectionError("the power went")
        return written(**entry)  # type: ignore[arg-type]

    with monkeypatch.context() as cut:
        cut.setattr(journal, "record", power_cut)
        with pytest.raises(ConnectionError):
            vault.rewrap_keys(actor=SYSTEM, at=AT)
    assert vault.keys_to_rewrap() == 4, "one batch stands, the half one does not"
    assert opened(people) == people
    newcomer = new_id()
    people[newcomer] = vault.subject_key(subject_id=newcomer, at=AT)
    assert vault.rewrap_keys(actor=SYSTEM, at=AT) == 4, "a key made meanwhile is under the new one already"
    settings.HEYI_MASTER_KEY_OLD = ""
    assert opened(people) == people


def test_indexes_and_the_journal_keep_their_keys_through_two_rotations(people, settings) -> None:  # type: ignore[no-untyped-def]
    index, wrapping = vault.system_key("loans"), master_key.wrapping("vault/subject-keys")
    for _ in range(2):
        before = settings.HEYI_MASTER_KEY
        turn(settings, old=before)
        assert master_key.follows(settings.HEYI_MASTER_KEY, before)
        vault.rewrap_keys(actor=SYSTEM, at=AT)
    settings.HEYI_MASTER_KEY_OLD = ""
    assert opened(people) == people
    assert vault.system_key("loans") == index
    assert master_key.wrapping("vault/subject-keys") != wrapping, "who has only the first key opens nobody"


def test_a_wrong_old_key_changes_nothing(people, settings) -> None:  # type: ignore[no-untyped-def]
    turn(settings, old="cd" * 32)
    with pytest.raises(vault.WrongMasterKey):
        vault.rewrap_keys(actor=SYSTEM, at=AT)
    settings.HEYI_MASTER_KEY, settings.HEYI_MASTER_KEY_OLD = FIRST, ""
    assert opened(people) == people


def test_a_changed_master_key_is_refused_and_only_administrators_rotate(people, settings) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(vault.NotYours):
        vault.rewrap_keys(actor=Actor("staff", new_id(), frozenset({"manager"}), frozenset({"*"})), at=AT)
    made = master_key.renewed()
    settings.HEYI_MASTER_KEY = made[:-1] + ("0" if made[-1] != "0" else "1")
    with pytest.raises(ImproperlyConfigured):
        master_key.derived("anything")
