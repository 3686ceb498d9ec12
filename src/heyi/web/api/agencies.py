"""For agencies that collect for the bank: what lies with them, a leave before dialling, a report after, the stop list.

An agency's key opens these addresses and no others. It sees what was placed with it, and each number only together with
a leave: who has no leave has no number.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import AwareDatetime

from heyi.capabilities.compliance.domain import ClauseHit
from heyi.capabilities.contact import api as contact
from heyi.capabilities.loans import api as loans
from heyi.kit.actors import SYSTEM, Actor
from heyi.plumbing import clock
from heyi.plumbing.access import AGENCY, INTEGRATION, open_to
from heyi.web.api.idempotency import once
from heyi.web.api.schemas import REFUSALS, MoneyOut, ProblemOut

router = Router(tags=["agencies"])
PAGE = 100


class PersonOut(Schema):
    """Somebody tied to the contract, masked. ``relation``: borrower, guarantor, contact_person …"""

    id: UUID
    relation: str
    name_masked: str
    mobile_masked: str


class PlacementOut(Schema):
    """A contract that lies with the agency, or lay there. ``works``: leaves may be asked for."""

    id: UUID
    contract_no: str
    product: str
    days_past_due: int
    due_now: MoneyOut
    total: MoneyOut
    salutation: str
    handed_over_at: datetime | None
    until: datetime
    works: bool
    recalled_at: datetime | None
    recall_reason: str
    persons: list[PersonOut]


class LeaveIn(Schema):
    """A contact that is about to be made. Without ``person``: with the borrower."""

    contract_no: str = Field(min_length=1, max_length=40)
    person: UUID | None = None
    channel: Literal["call", "visit"]
    purpose: Literal["service", "reminder", "collection", "negotiation"]
    agent_no: str = Field(min_length=1, max_length=30)
    recorder_active: bool
    staff_count: int | None = Field(None, ge=1, le=20)
    planned_end: AwareDatetime | None = None
    language: Literal["zh", "en"] = "zh"


class ClauseOut(Schema):
    """A rule that refuses: its words, its source, what is allowed instead, and when the same would pass."""

    rule: str
    source: str
    title: str
    words: str
    instead: str
    retry_at: datetime | None

    @classmethod
    def of(cls, hit: ClauseHit, language: str) -> ClauseOut:
        english = language == "en"
        return cls(
            rule=hit.rule_id,
            source=hit.source,
            title=hit.title_en if english else hit.title_zh,
            words=hit.staff_en if english else hit.staff_zh,
            instead=hit.allowed_instead_en if english else hit.allowed_instead_zh,
            retry_at=hit.retry_at,
        )


class LeaveOut(Schema):
    """The gate's answer. With a yes: the leave, until when it may be used, by when to report, and where to.

    ``destination`` is given while the leave stands. ``script`` are the only words that may be said to a third person.
    """

    verdict: Literal["allowed", "refused", "needs_approval"]
    clauses: list[ClauseOut]
    retry_at: datetime | None
    pack: str
    leave: UUID | None = None
    valid_until: datetime | None = None
    report_by: datetime | None = None
    destination: str = ""
    script: str = ""


class ReportIn(Schema):
    """What became of one contact: of a leave, or of one that was made without asking (then say which)."""

    leave: UUID | None = None
    reference: str = Field("", max_length=80)
    outcome: Literal["connected", "unanswered", "invalid", "not_sent"]
    started_at: AwareDatetime
    effective: bool = False
    minutes: int = Field(0, ge=0, le=600)
    opted_out: bool = False
    recording_sha256: str = Field("", max_length=64)
    contract_no: str = Field("", max_length=40)
    person: UUID | None = None
    channel: Literal["call", "visit"] = "call"
    purpose: Literal["service", "reminder", "collection", "negotiation"] = "collection"
    agent_no: str = Field("", max_length=30)


class ReportsIn(Schema):
    """Up to 500 reports; each stands alone."""

    reports: list[ReportIn] = Field(min_length=1, max_length=500)


class ReportedOut(Schema):
    """What was done with each report, by its place in the list. ``breached``: rules that stood against the contact."""

    place: int
    result: Literal["kept", "again", "refused"]
    code: str
    facts: dict[str, Any]
    breached: list[str]


class ReportsOut(Schema):
    """The answer to a batch. ``overdue``: reports that are late; while there are any, no leave is given."""

    results: list[ReportedOut]
    overdue: list[UUID]


class StopOut(Schema):
    """Something to be left alone: a person under a hold, a medium that they stopped, a number that opted out."""

    contract_no: str
    person: UUID
    what: Literal["hold", "channel", "number"]
    code: str
    since: datetime


class NumbersIn(Schema):
    """Numbers of the agency's own records."""

    numbers: list[str] = Field(min_length=1, max_length=500)


class NumbersOut(Schema):
    """Those of them that must not be dialled."""

    stopped: list[str]


class ReplyIn(Schema):
    """A message that came back through the bank's SMS gateway."""

    mobile: str = Field(min_length=5, max_length=32)
    text: str = Field(max_length=500)


class ReplyOut(Schema):
    """Whether it said stop."""

    stopped: bool


@router.get("/placements", response={200: list[PlacementOut], REFUSALS: ProblemOut}, summary="What lies with you")
@open_to(AGENCY, why="an agency sees what was placed with it, once the debtor was told")
def placements(request: HttpRequest, before: UUID | None = None) -> Any:
    """Newest first, a hundred a page; `before` is the last id of the page before. Recalled ones stay in the list."""
    actor, at = _actor(request), clock.now()
    return [_placement(view, at) for view in contact.placements(actor=actor, at=at, before=before, limit=PAGE)]


@router.post(
    "/placements/{uuid:placement_id}/purged", response={200: PlacementOut, REFUSALS: ProblemOut}, summary="Data deleted"
)
@open_to(AGENCY, why="an agency confirms that it deleted what it had of a recalled contract")
def purged(request: HttpRequest, placement_id: UUID) -> Any:
    """After a recall: everything about this contract was deleted (PIPL article 21)."""

    def work() -> dict[str, Any]:
        at = clock.now()
        view = contact.confirm_purge(placement_id=placement_id, actor=_actor(request), at=at)
        return _placement(view, at).model_dump(mode="json")

    return once(request, work)


@router.post("/contacts/leave", response={200: LeaveOut, REFUSALS: ProblemOut}, summary="May we dial now?")
@open_to(AGENCY, INTEGRATION, why="whoever dials asks the gate first, and is counted")
def leave(request: HttpRequest, body: LeaveIn) -> Any:
    """Ask before every call and visit. A yes counts at once, for everybody; report what became of it."""
    actor = _actor(request)

    def work() -> dict[str, Any]:
        ask = contact.Ask(
            contract_id=_contract(body.contract_no, actor),
            **body.model_dump(exclude={"contract_no", "person"}),
            party_id=body.person,
        )
        return _leave(contact.take_leave(ask=ask, actor=actor, at=clock.now()), body.language)

    answer = once(request, work)
    return answer | {"destination": _destination(answer["leave"], actor)}


@router.post("/contacts", response={200: ReportsOut, REFUSALS: ProblemOut}, summary="Report contacts")
@open_to(AGENCY, INTEGRATION, why="whoever dialled tells what became of it")
def report(request: HttpRequest, body: ReportsIn) -> Any:
    """One or many. A report that cannot be used comes back with its place and code; the others are kept."""
    actor = _actor(request)

    def work() -> dict[str, Any]:
        at = clock.now()
        results = contact.report_contacts(reports=[_report(one, actor) for one in body.reports], actor=actor, at=at)
        late = contact.overdue(agency_id=actor.agency_id, at=at) if actor.agency_id else []
        return ReportsOut(
            results=[
                ReportedOut(
                    place=place,
                    result=one.result,  # type: ignore[arg-type]  # one of the three words
                    code=one.code,
                    facts=dict(one.facts or {}),
                    breached=list(one.breached),
                )
                for place, one in enumerate(results)
            ],
            overdue=[one.id for one in late],
        ).model_dump(mode="json")

    return once(request, work)


@router.get("/contacts/overdue", response={200: list[UUID], REFUSALS: ProblemOut}, summary="Reports that are late")
@open_to(AGENCY, why="an agency learns what closes the gate for it")
def overdue(request: HttpRequest) -> Any:
    """Leaves without a report. The gate opens again when each was reported."""
    actor = _actor(request)
    return [one.id for one in contact.overdue(agency_id=actor.agency_id, at=clock.now())] if actor.agency_id else []


@router.get("/contacts/stops", response={200: list[StopOut], REFUSALS: ProblemOut}, summary="Stop list")
@open_to(AGENCY, why="an agency knows whom to leave alone, at once")
def stops(request: HttpRequest) -> Any:
    """What stands now about everything that lies with you; a hold's reason is not told."""
    actor = _actor(request)
    return [
        StopOut(
            contract_no=loans.contract(contract_id=one.contract_id, actor=SYSTEM).contract_no,
            person=one.party_id,
            what=one.what,  # type: ignore[arg-type]  # one of the three words
            code=one.code,
            since=one.since,
        )
        for one in contact.stop_list(actor=actor, at=clock.now())
    ]


@router.post(
    "/contacts/stops/check", response={200: NumbersOut, REFUSALS: ProblemOut}, summary="Which may not be dialled"
)
@open_to(AGENCY, why="numbers of an agency's own records whose holders opted out")
def check_numbers(request: HttpRequest, body: NumbersIn) -> Any:
    """Up to 500 numbers. Changes nothing and keeps nothing."""
    found = contact.check_numbers(numbers=body.numbers, actor=_actor(request), at=clock.now())
    return NumbersOut(stopped=sorted(found))


@router.post("/contacts/replies", response={200: ReplyOut, REFUSALS: ProblemOut}, summary="A reply came back")
@open_to(INTEGRATION, why="the bank's SMS gateway hands on what people reply")
def reply(request: HttpRequest, body: ReplyIn) -> Any:
    """A word of the bank's list (TD, 退订, STOP …) stops SMS to a debtor, and a third person's number for ever."""

    def work() -> dict[str, Any]:
        stopped = contact.take_reply(mobile=body.mobile, text=body.text, actor=_actor(request), at=clock.now())
        return ReplyOut(stopped=stopped).model_dump(mode="json")

    return once(request, work)


def _placement(view: contact.PlacementView, at: datetime) -> PlacementOut:
    contract = loans.contract(contract_id=view.contract_id, actor=SYSTEM)
    debtor = loans.party(party_id=view.party_id, actor=SYSTEM)
    ties = [("borrower", view.party_id, debtor.name_masked, debtor.mobile_masked)]
    ties += [(link.kind, link.party_id, link.name_masked, link.mobile_masked) for link in contract.links]
    return PlacementOut(
        id=view.id, contract_no=contract.contract_no, product=contract.product, days_past_due=contract.days_past_due,
        due_now=MoneyOut.of(contract.due_now), total=MoneyOut.of(contract.balance.total),
        salutation=debtor.salutation.zh, handed_over_at=view.handed_over_at, until=view.until, works=view.works(at),
        recalled_at=view.recalled_at, recall_reason=view.recall_reason.partition(":")[0],
        persons=[] if view.recalled_at else [
            PersonOut(id=party_id, relation=relation, name_masked=name, mobile_masked=mobile)
            for relation, party_id, name, mobile in ties
        ],
    )  # fmt: skip


def _leave(asked: contact.Asked, language: str) -> dict[str, Any]:
    verdict, found = asked.verdict, asked.leave
    kinds = {"Allowed": "allowed", "Refused": "refused", "NeedsApproval": "needs_approval"}
    return LeaveOut(
        verdict=kinds[type(verdict).__name__],  # type: ignore[arg-type]  # one of the three words
        clauses=[ClauseOut.of(hit, language) for hit in verdict.clauses],
        retry_at=verdict.retry_at,
        pack=verdict.pack_version,
        leave=found.id if found else None,
        valid_until=found.valid_until if found else None,
        report_by=found.report_by if found else None,
        script=found.script if found else "",
    ).model_dump(mode="json")


def _destination(leave_id: str | None, actor: Actor) -> str:
    """In full, read anew each time and kept with no answer: a repeated call gets it only while the leave stands."""
    if leave_id is None:
        return ""
    try:
        return contact.leave_destination(leave_id=UUID(leave_id), actor=actor, at=clock.now())
    except contact.LeaveGone:
        return ""


def _report(one: ReportIn, actor: Actor) -> contact.Report:
    ask = None
    if one.leave is None and one.contract_no:
        ask = contact.Ask(
            contract_id=_contract_or_none(one.contract_no, actor),
            party_id=one.person,
            channel=one.channel,
            purpose=one.purpose,
            agent_no=one.agent_no,
        )
    return contact.Report(
        outcome=one.outcome, started_at=one.started_at, leave_id=one.leave, reference=one.reference,
        effective=one.effective, minutes=one.minutes, opted_out=one.opted_out,
        recording_digest=one.recording_sha256.lower(), ask=ask,
    )  # fmt: skip


def _contract(contract_no: str, actor: Actor) -> UUID:
    """The contract by its number; to an agency one that is not theirs and one that is not there look the same."""
    try:
        return loans.contract_by_no(contract_no=contract_no, actor=SYSTEM if actor.kind == "agency" else actor).id
    except loans.UnknownContract:
        if actor.kind == "agency":
            raise contact.PlacementNotFound(contract=contract_no) from None
        raise


def _contract_or_none(contract_no: str, actor: Actor) -> UUID:
    """In a batch the room refuses what is nobody's, so that the other reports are kept."""
    try:
        return _contract(contract_no, actor)
    except (contact.PlacementNotFound, loans.UnknownContract):
        return UUID(int=0)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
