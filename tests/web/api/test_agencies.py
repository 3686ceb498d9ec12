"""An agency's machine: asks before dialling, reports after, and sees nothing else of the bank."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from heyi.capabilities.contact.models import Placement
from heyi.plumbing import clock, clock_trust
from heyi.plumbing.ids import new_id
from heyi.plumbing.models import IdempotentCall
from tests import cast
from tests.capabilities.contact.agencies import NOON, handed_over
from tests.web.api.test_api import Caller

pytestmark = [pytest.mark.django_db, pytest.mark.req("B10")]
DEBT = "GX-2024-3308"


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> cast.Cast:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    monkeypatch.setattr(clock_trust, "look", lambda: "")  # a clock that is moved by hand is meant here
    found = cast.build()
    handed_over(found)
    return found


@pytest.fixture
def agency(people: cast.Cast) -> Caller:
    return Caller(people.agency_token)


def leave_in(**changed: Any) -> dict[str, Any]:
    return {
        "contract_no": DEBT, "channel": "call", "purpose": "collection", "agent_no": "W-01", "recorder_active": True,
        **changed,
    }  # fmt: skip


def told(leave: str | None, **changed: Any) -> dict[str, Any]:
    return {"leave": leave, "outcome": "connected", "started_at": NOON.isoformat(), **changed}


def test_what_lies_with_the_agency_is_masked(agency: Caller, people: cast.Cast) -> None:
    status, found = agency.send("GET", "/placements")
    assert (status, [one["contract_no"] for one in found]) == (200, [DEBT])
    assert found[0]["works"] is True
    assert people.lin.mobile not in str(found)
    assert people.lin.name not in str(found)


def test_a_leave_gives_the_number_and_keeps_it_nowhere(agency: Caller, people: cast.Cast) -> None:
    first = agency.send("POST", "/contacts/leave", leave_in(), key="l1")
    assert first[0] == 200, first
    assert (first[1]["verdict"], first[1]["destination"]) == ("allowed", people.lin.mobile)
    assert agency.send("POST", "/contacts/leave", leave_in(), key="l1") == first
    assert people.lin.mobile not in str(list(IdempotentCall.objects.values_list("answer", flat=True)))
    agency.send("POST", "/contacts", {"reports": [told(first[1]["leave"])]})
    again = agency.send("POST", "/contacts/leave", leave_in(), key="l1")
    assert (again[1]["leave"], again[1]["destination"]) == (first[1]["leave"], "")


def test_a_refusal_says_which_clause_and_what_instead(agency: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(hours=11))
    status, answer = agency.send("POST", "/contacts/leave", leave_in(language="en"))
    assert (status, answer["verdict"], answer["leave"]) == (200, "refused", None)
    night = next(one for one in answer["clauses"] if one["rule"] == "CN-STD-TIME")
    assert night["source"]
    assert night["instead"]
    assert answer["retry_at"].startswith("2026-11-12T")


def test_reports_in_one_batch_stand_alone(agency: Caller) -> None:
    leave = agency.send("POST", "/contacts/leave", leave_in())[1]["leave"]
    batch = {
        "reports": [
            told(leave, minutes=3, effective=True),
            told(str(new_id())),
            told(None, reference="A-1", contract_no=DEBT, outcome="unanswered"),
            told(None, reference="A-2", contract_no="nobody"),
        ]
    }
    status, answer = agency.send("POST", "/contacts", batch, key="b1")
    assert status == 200, answer
    assert [one["result"] for one in answer["results"]] == ["kept", "refused", "kept", "refused"]
    assert "HEYI-NO-LEAVE" in answer["results"][2]["breached"]
    assert agency.send("POST", "/contacts", batch, key="b1") == (status, answer)
    repeated = agency.send("POST", "/contacts", {"reports": batch["reports"][:1]}, key="b2")[1]
    assert repeated["results"][0]["result"] == "again"


def test_what_is_overdue_is_named_and_closes(agency: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    leave = agency.send("POST", "/contacts/leave", leave_in())[1]["leave"]
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=2))
    assert agency.send("GET", "/contacts/overdue")[1] == [leave]
    refused = agency.send("POST", "/contacts/leave", leave_in())[1]
    assert "HEYI-AGENCY-REPORTS" in {one["rule"] for one in refused["clauses"]}
    answer = agency.send("POST", "/contacts", {"reports": [told(leave, outcome="not_sent")]})[1]
    assert answer["overdue"] == []
    assert agency.send("POST", "/contacts/leave", leave_in())[1]["verdict"] == "allowed"


def test_nothing_of_others_and_nothing_of_the_bank(agency: Caller, people: cast.Cast) -> None:
    not_theirs = agency.send("POST", "/contacts/leave", leave_in(contract_no="XYK-2021-6620"))
    nobody = agency.send("POST", "/contacts/leave", leave_in(contract_no="nobody"))
    assert (not_theirs[0], not_theirs[1]["code"]) == (nobody[0], nobody[1]["code"])
    assert not_theirs[1]["code"] == "contact.placement_not_found"
    for method, path in (("PUT", "/contracts"), ("POST", "/payments")):
        assert agency.send(method, path)[0] in (401, 403), path
    assert Caller(people.integration_token).send("GET", "/placements")[0] in (401, 403)


def test_stop_list_numbers_and_replies(agency: Caller, people: cast.Cast) -> None:
    bank = Caller(people.integration_token)
    assert bank.send("POST", "/contacts/replies", {"mobile": people.lin.mobile, "text": "退订"})[1] == {"stopped": True}
    stops = agency.send("GET", "/contacts/stops")[1]
    assert [(one["what"], one["code"], one["contract_no"]) for one in stops] == [("channel", "sms", DEBT)]
    bank.send("POST", "/contacts/replies", {"mobile": "13100009999", "text": "TD"})
    checked = agency.send("POST", "/contacts/stops/check", {"numbers": ["13100009999", "13100008888"]})
    assert checked[1] == {"stopped": ["13100009999"]}
    assert agency.send("POST", "/contacts/replies", {"mobile": "13100009999", "text": "TD"})[0] in (401, 403)


def test_the_purge_is_confirmed_after_a_recall(agency: Caller) -> None:
    row = Placement.objects.get()
    assert agency.send("POST", f"/placements/{row.id}/purged")[0] == 404
    Placement.objects.update(recalled_at=NOON, recalled_by="system", recall_reason="hold: dispute")
    status, answer = agency.send("POST", f"/placements/{row.id}/purged")
    assert (status, answer["persons"]) == (200, [])
    assert UUID(answer["id"]) == row.id


def test_a_body_without_a_zone_is_refused_with_its_place(agency: Caller) -> None:
    status, answer = agency.send("POST", "/contacts", {"reports": [told(None, started_at="2026-11-11T12:00:00")]})
    assert (status, answer["code"]) == (422, "heyi.invalid")
