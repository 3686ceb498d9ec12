"""One whole journey, printed step by step with its proof: core system and borrower by the public API, the bank by its
doors; reading and signing too, because the code for it reaches only the borrower's phone.

The API is asked in this process through the same application that serves the network; nothing is taken for granted:
the receipt of each act is verified against the signed checkpoint with the pure functions of the journal.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.test import Client

from heyi.capabilities.journal import api as journal
from heyi.capabilities.journal.domain import leaf_hash, open_head, verify_inclusion
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.signing import api as signing
from heyi.capabilities.staff import api as staff
from heyi.capabilities.vault import api as vault
from heyi.config.demo.people import Invented, person
from heyi.config.demo.stories import read_and_sign, terms_for
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.canonical import digest
from heyi.plumbing import clock, outbox
from heyi.plumbing.ids import new_token

Say = Callable[[str], object]


@dataclass
class Walk:
    """The state of the walk: who calls, and what was said last."""

    say: Say
    caller: Client
    number: int = 0

    def step(self, what: str, case_id: str | None = None, act: str = "") -> None:
        """Print one step; with a case also the receipt of the act, verified."""
        self.number += 1
        proof = _proof(case_id, act) if case_id else ""
        self.say(f"[bold]{self.number:2}[/bold] {what}{proof}")

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One call of the public API. Anything but 200 ends the walk."""
        answer = self.caller.generic(
            method,
            f"/api/v1{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={"Idempotency-Key": new_token(8)},
        )
        if answer.status_code != 200:
            raise SystemExit(f"{method} {path}: {answer.status_code} {answer.content.decode()[:400]}")
        return answer.json()


def run(*, say: Say) -> int:
    """Walk; returns the exit code."""
    at = clock.now()
    client = staff.create_client(name=f"walk {new_token(4)}", branches=["0101"], actor=SYSTEM, at=at)
    host = settings.HEYI.allowed_hosts[0]
    walk = Walk(say, Client(SERVER_NAME=host, headers={"Authorization": f"Bearer {client.token}"}))
    number, who = _new_contract(walk)
    case_id = _apply(walk, number, who)
    manager, reviewer = _colleague("manager"), _colleague("reviewer")
    negotiation.review(case_id=UUID(case_id), outcome="accept", actor=reviewer, at=clock.now())
    walk.step("the bank reviews and accepts; a manager is assigned", case_id, "negotiation.accept")
    _agree(walk, case_id, manager)
    _sign(walk, case_id, manager)
    _pay(walk, case_id, number)
    found = journal.verify()
    walk.step(f"the whole journal verified: {found.size:,} entries, {len(found.faults)} faults")
    return 1 if found.faults else 0


def _new_contract(walk: Walk) -> tuple[str, Invented]:
    number = f"WALK{clock.now():%Y%m%d%H%M%S}"
    who = _somebody_new()
    body = {
        "contract_no": number,
        "product": "consumer",
        "branch": "0101",
        "borrower": {
            "kind": "person",
            "name": who.name,
            "id_type": "id_card",
            "id_number": who.id_number,
            "mobile": who.mobile,
        },
        "balance": {"principal_minor": 4_680_000, "interest_minor": 131_240, "penalty_minor": 50_795},
        "annual_rate": "0.072",
        "oldest_due_on": (clock.today() - timedelta(days=47)).isoformat(),
        "due_now_minor": 518_460,
        "matures_on": (clock.today() + timedelta(days=540)).isoformat(),
    }
    answer = walk.call("PUT", "/contracts", {"contracts": [body]})
    if answer["refused"]:
        raise SystemExit(f"the contract was refused: {answer['refused']}")
    walk.step(f"the core system reports contract {number}, 47 days past due")
    return number, who


def _somebody_new() -> Invented:
    """Somebody whom no earlier walk invented."""
    serial = int(clock.now().timestamp()) % 90_000_000
    return person(Random(serial), serial)  # noqa: S311 - an invented name, not a secret


def _apply(walk: Walk, number: str, who: Invented) -> str:
    done = walk.call("POST", "/cases", {"contract_no": number, "verified_at": clock.now().isoformat()})
    case_id = str(done["case_id"])
    steps = {
        "who": {"name": who.name, "id_number": who.id_number},
        "contact": {"mobile": who.mobile, "channel": "portal"},
        "wanted": {"wishes": ["lower_monthly", "waive_penalty"], "monthly": "1500"},
        "happened": {"reasons": ["income_down"], "since": "2026-07", "words": "订单少了，工资降了，想每月少还一点。"},
        "income": {"monthly": "6800"},
        "living": {"costs_monthly": "4200"},
        "truth": {"agreed": True, "statement": negotiation.rules().truth_statement.key},
    }
    for step, values in steps.items():
        walk.call("PUT", f"/cases/{case_id}/answers/{step}", {"values": values})
    walk.call("POST", f"/cases/{case_id}/submit")
    walk.step(f"the borrower applies in the bank's app: {done['number']}", case_id, "negotiation.submit")
    return case_id


def _agree(walk: Walk, case_id: str, manager: Actor) -> None:
    at = clock.now()
    case = negotiation.case(case_id=UUID(case_id), actor=manager, at=at)
    offer = negotiation.draft_offer(
        case_id=case.id,
        terms=terms_for(case.contract, at, periods=24),
        reason="按您的收支先排了一版，您看看合不合适。",
        actor=manager,
        at=at,
    )
    if offer.subject_id is None:
        raise SystemExit("the draft has no id")
    negotiation.publish_offer(case_id=case.id, offer_id=offer.subject_id, actor=manager, at=at)
    walk.step("the bank offers 24 instalments, penalty interest waived", case_id, "negotiation.publish_offer")
    counter = walk.call("POST", f"/cases/{case_id}/counter", {"periods": 30, "reason": "每月再少一点就稳了"})
    walk.step("the borrower counters: 30 instalments", case_id, "negotiation.counter")
    negotiation.accept_offer(case_id=case.id, offer_id=UUID(counter["subject_id"]), actor=manager, at=clock.now())
    walk.step("the bank accepts the borrower's version", case_id, "negotiation.accept_counter")
    _settle()


def _sign(walk: Walk, case_id: str, manager: Actor) -> None:
    case = negotiation.case(case_id=UUID(case_id), actor=manager, at=clock.now())
    if case.status == "agreed":
        negotiation.open_signing(case_id=case.id, actor=manager, at=clock.now())
        case = negotiation.case(case_id=case.id, actor=manager, at=clock.now())
    if case.ceremony_id is None:
        raise SystemExit("no agreement was prepared")
    borrower = Actor(kind="borrower", id=case.party_id)
    signed_at = read_and_sign(case.ceremony_id, borrower, clock.now())
    walk.step("the borrower reads every clause and signs", case_id, "signing.sign_borrower")
    _settle(signed_at)
    if signing.ceremony(ceremony_id=case.ceremony_id).waiting_for == "bank":
        signing.sign_as_bank(ceremony_id=case.ceremony_id, actor=manager, at=signed_at)
    signing.seal_due(signed_at)
    _settle(signed_at)
    document = signing.document(ceremony_id=case.ceremony_id, language="zh")
    data = vault.get(object_id=document, actor=borrower, at=clock.now(), purpose="own_copy")
    verdict = signing.verify_pdf(data, at=clock.now())
    walk.step(
        f"sealed: {len(data):,} bytes, intact {verdict.intact}, SHA-256 {digest(data)[:16]}…",
        case_id,
        "negotiation.seal",
    )


def _pay(walk: Walk, case_id: str, number: str) -> None:
    case = walk.call("GET", f"/cases/{case_id}")
    accepted = next(offer for offer in case["offers"] if offer["status"] == "accepted")
    payment = {
        "source": "walk",
        "reference": f"{number}-1",
        "contract_no": number,
        "amount_minor": accepted["payment"]["amount_minor"],
        "received_on": clock.today().isoformat(),
    }
    walk.call("POST", "/payments", payment)
    _settle()
    walk.step("the first instalment arrives and its promise is kept", case_id, "negotiation.promise_kept")


def _settle(at: datetime | None = None) -> None:
    """Let the events arrive, as the worker would within a second."""
    while outbox.deliver_due(at=at or clock.now(), limit=100):
        pass


def _colleague(role: str) -> Actor:
    member = staff.members(branch="0101", role=role)[0]
    return Actor(kind="staff", id=member.id, roles=frozenset(member.roles), branches=frozenset({"0101"}))


def _proof(case_id: str, act: str) -> str:
    """«#88214 ✓»: the entry's place in the journal, after checking its way to the signed root."""
    journal.sequence(clock.now())
    entries = journal.entries(case_id=UUID(case_id), limit=100)
    entry = next((entry for entry in entries if entry.act == act), None)
    if entry is None:
        raise SystemExit(f"the journal has no {act} of this case: {sorted({one.act for one in entries})}")
    receipt = journal.receipt(entry_id=entry.id)
    head = open_head(receipt.checkpoint, _key())
    good = verify_inclusion(
        leaf=leaf_hash(receipt.entry), index=receipt.index, size=head.size, path=receipt.proof, root=head.root
    )
    return f" [dim]{entry.act} #{receipt.index} {'✓' if good else '✗'}[/dim]"


def _key() -> Ed25519PublicKey:
    """The journal's public key from its text form ``name+hash+base64(algorithm ‖ key)`` (C2SP signed-note)."""
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(journal.public_key().split("+", 2)[2])[1:])
