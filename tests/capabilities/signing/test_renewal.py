"""Sealed files outlive their timestamps: before the authority's certificate ends, one more goes over everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from heyi.capabilities.journal import api as journal
from heyi.capabilities.signing import api as signing
from heyi.capabilities.signing.domain.proofs import LEAD
from heyi.capabilities.signing.models import Ceremony
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM
from heyi.kit.canonical import digest
from tests.capabilities.signing.cases import AT
from tests.capabilities.signing.conftest import Play

pytestmark = [pytest.mark.django_db, pytest.mark.req("E6", "B4")]

DONE = AT + timedelta(minutes=10)


def sealed_one(prepare: Callable[..., Play]) -> Ceremony:
    play = prepare()
    play.up_to_signature()
    signing.sign_as_bank(ceremony_id=play.ceremony_id, actor=play.manager, at=AT + timedelta(minutes=8))
    assert signing.seal_due(at=DONE) == 1
    return Ceremony.objects.get(id=play.ceremony_id)


def file_of(row: Ceremony, at) -> bytes:  # type: ignore[no-untyped-def]
    return vault.get(object_id=signing.document(ceremony_id=row.id), actor=SYSTEM, at=at, purpose="test")


def test_a_new_timestamp_comes_before_the_last_one_ends(prepare: Callable[..., Play]) -> None:
    row = sealed_one(prepare)
    old, ends = file_of(row, DONE), row.proof_until
    assert ends is not None
    assert signing.renew_due(at=ends - LEAD - timedelta(days=1)) == 0, "not yet"
    when = ends - timedelta(days=100)
    assert signing.proofs(at=when) == signing.proofs(at=when).__class__(sealed=1, due=1, first_end=ends)
    assert signing.renew_due(at=when) == 1
    new = file_of(row, when)
    assert new.startswith(old), "nothing that was signed has changed"
    verdict = signing.verify_pdf(new, at=ends + timedelta(days=365))
    assert (verdict.reasons, [one.role for one in verdict.signatures]) == (
        (),
        ["borrower", "bank", "timestamp", "timestamp"],
    )
    assert signing.is_on_file(sha256=digest(old))
    assert signing.is_on_file(sha256=digest(new))
    after = signing.proofs(at=when)
    assert (after.due, after.first_end > ends) == (0, True)
    assert signing.renew_due(at=when + timedelta(hours=1)) == 0, "once"
    entry = journal.entries(limit=1, act="signing.renew_timestamp")[0]
    assert entry.digests["file"] == digest(new)
    assert "damaged" in signing.verify_pdf(new[:5000] + bytes([new[5000] ^ 1]) + new[5001:], at=when).reasons


def test_an_authority_that_is_away_leaves_the_old_proof_and_is_asked_again(  # type: ignore[no-untyped-def]
    prepare: Callable[..., Play], settings
) -> None:
    row = sealed_one(prepare)
    old, when = file_of(row, DONE), row.proof_until - timedelta(days=100)
    here = settings.HEYI
    settings.HEYI = replace(here, tsa_url="http://127.0.0.1:9/", signer="embedded:")
    assert signing.renew_due(at=when) == 0
    assert file_of(row, when) == old
    assert journal.entries(limit=1, act="signing.renew_timestamp")[0].result == "waiting"
    settings.HEYI = here
    assert signing.renew_due(at=when + timedelta(minutes=30)) == 0, "not at once"
    assert signing.renew_due(at=when + timedelta(hours=1)) == 1


def test_stamps_of_a_weak_algorithm_are_renewed_from_the_day_that_the_bank_names(  # type: ignore[no-untyped-def]
    prepare: Callable[..., Play], settings
) -> None:
    sealed_one(prepare)
    weak = DONE + timedelta(days=400)
    settings.HEYI = replace(settings.HEYI, renew_stamps_before=weak)
    assert signing.renew_due(at=weak - timedelta(days=1)) == 0
    assert signing.renew_due(at=weak + timedelta(days=1)) == 1
    assert signing.renew_due(at=weak + timedelta(days=2)) == 0
