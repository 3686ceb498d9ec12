"""One sealed agreement for the whole session, made by the real pipeline; a ceremony at any step for a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from heyi.capabilities.signing import api as signing
from heyi.capabilities.signing.adapters import pades
from heyi.capabilities.signing.adapters.authority import Authority, open_authority
from heyi.capabilities.signing.adapters.pages import Pages, render_agreement, render_stamp
from heyi.capabilities.signing.domain import Agreement, CeremonyView, agreement_digest, compose
from heyi.capabilities.signing.library import load_pack
from heyi.kit.actors import SYSTEM, Actor
from heyi.plumbing.ids import new_id
from tests.capabilities.signing.cases import AT, facts


@dataclass(frozen=True, slots=True)
class Sealed:
    """A finished file with all that was used to make it."""

    agreement: Agreement
    pages: Pages
    house: Authority
    by_borrower: bytes
    file: bytes


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An embedded authority of its own."""
    return authority_in(tmp_path_factory.mktemp("authority") / "ca")


def authority_in(folder: Path, **changes: Any) -> Authority:
    told: dict[str, Any] = {"signer": "embedded:", "signer_password": "", "tsa_url": "embedded:", "trust_roots": ""}
    return open_authority(
        folder=folder, sealing_key=bytes(32), organisation="示例银行股份有限公司", at=AT, **told | changes
    )


@pytest.fixture(scope="session")
def sealed(house: Authority) -> Sealed:
    """A card agreement, signed by both and finished."""
    pack = load_pack()
    agreement = compose(facts(product="credit_card"), pack)
    pages = render_agreement(
        agreement,
        pack,
        language="zh",
        fingerprint=agreement_digest(agreement),
        verify_url="https://bank.example/verify/?n=HY-2026-003308",
        at=AT,
    )
    borrower = house.borrower(name_masked="林**", pseudonym="HY-83F2", ceremony=agreement.number, at=AT)
    stamps = house.timestamps(at=AT)
    signed = pades.sign(
        pages.pdf,
        signer=borrower.inner,
        field="Borrower",
        label="Borrower",
        box=pages.boxes["borrower"],
        stamp=render_stamp(pack, side="borrower", name="林晓禾", certificate=borrower.serial[:20], signed_at=AT),
        reason=agreement.title_zh,
        at=AT,
    )
    data = pades.add_signature_timestamp(signed, field="Borrower", timestamps=stamps)
    data = pades.sign(
        data,
        signer=house.bank.inner,
        field="Bank",
        label="Bank",
        box=pages.boxes["bank"],
        stamp=render_stamp(pack, side="bank", name=agreement.bank.name, certificate="A1", signed_at=AT),
        reason=agreement.title_zh,
        at=AT,
    )
    data = pades.add_signature_timestamp(data, field="Bank", timestamps=stamps)
    data = pades.add_validation_data(data, context=house.context(at=AT))
    data = pades.add_document_timestamp(data, context=house.context(at=AT), timestamps=stamps)
    return Sealed(agreement=agreement, pages=pages, house=house, by_borrower=signed, file=data)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Objects and keys of this test alone."""
    monkeypatch.setattr(
        settings, "HEYI", replace(settings.HEYI, data_dir=tmp_path, objects_url=(tmp_path / "objects").as_uri())
    )
    return tmp_path


@dataclass(frozen=True, slots=True)
class Play:
    """A ceremony and its people; each verb moves it on by a minute of the story."""

    ceremony_id: UUID
    borrower: Actor
    manager: Actor

    def view(self) -> CeremonyView:
        return signing.ceremony(ceremony_id=self.ceremony_id)

    def agree(self, at: datetime = AT) -> CeremonyView:
        return signing.agree_to_esign(ceremony_id=self.ceremony_id, actor=self.borrower, at=at)

    def read_all(self, at: datetime = AT + timedelta(minutes=5)) -> CeremonyView:
        for clause in self.view().agreement.clauses:
            signing.read_clause(
                ceremony_id=self.ceremony_id, clause_id=clause.id, seconds=7, actor=self.borrower, at=at
            )
        return signing.acknowledge_cost_form(ceremony_id=self.ceremony_id, seconds=20, actor=self.borrower, at=at)

    def sign(self, at: datetime = AT + timedelta(minutes=6), **changes: Any) -> CeremonyView:
        told: dict[str, Any] = {"code_verified_at": at - timedelta(minutes=1), "actor": self.borrower, "at": at}
        return signing.sign_as_borrower(ceremony_id=self.ceremony_id, **told | changes)

    def up_to_signature(self) -> CeremonyView:
        self.agree()
        self.read_all()
        return self.sign()


@pytest.fixture
def prepare(db: None, folder: Path) -> Callable[..., Play]:
    """Opens a ceremony for a fresh borrower."""

    def play(**changes: Any) -> Play:
        borrower = Actor(kind="borrower", id=new_id())
        case_id = new_id()
        number = changes.pop("number", f"HY-{case_id}")
        made = signing.prepare(
            agreement=signing.compose(facts=facts(number=number, **changes)),
            subject_id=borrower.id,  # type: ignore[arg-type]
            case_id=case_id,
            actor=SYSTEM,
            at=AT,
        )
        manager = Actor(kind="staff", id=new_id(), roles=frozenset({"manager"}), branches=frozenset({"BJ01"}))
        return Play(made.id, borrower, manager)

    return play
