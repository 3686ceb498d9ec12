"""Every figure of the dashboard and every tile of the first page opens a list that holds exactly what it counts."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from heyi.capabilities.loans.models import Contract
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.models import Case
from heyi.kit.actors import Actor
from heyi.plumbing import clock
from heyi.plumbing.ids import new_id
from heyi.web.console.queue import filters
from tests import cast
from tests.capabilities.negotiation import steps
from tests.web.console.conftest import Login

pytestmark = [pytest.mark.django_db, pytest.mark.req("E8")]


@pytest.fixture
def many(people: cast.Cast) -> cast.Cast:
    """Cases of both branches in every state that a figure tells apart."""
    at = clock.now()
    seeds = {branch: Case.objects.get(id=steps.submitted(who, at)) for branch, who in homes(people).items()}
    for seed in seeds.values():
        negotiation.withdraw(case_id=seed.id, actor=_borrower(people, seed), at=at)
        seed.refresh_from_db()
    day = timedelta(days=1)
    begun, told, hour = at - 20 * day, at - 19 * day, timedelta(hours=1)
    signed = {"submitted_at": begun, "first_answer_at": told, "accepted_at": told, "first_offer_at": told}
    signed |= {"agreed_at": told, "sealed_at": told, "offers_made": 2, "document_pages": 9, "plan_id": new_id()}
    kinds: list[dict[str, Any]] = [
        {"status": "submitted", "submitted_at": begun, "turn": "bank", "due_at": at - hour},
        {"status": "negotiating", "submitted_at": begun, "first_answer_at": told, "accepted_at": told},
        {"status": "countered", **signed, "sealed_at": None, "turn": "bank", "due_at": at + hour, "unread_by_bank": 2},
        {"status": "active", **signed, "promises_kept": 3, "promises_late": 1},
        {"status": "active", **signed, "promises_kept": 0, "promises_late": 1, "open_problems": 1},
        {"status": "active", **signed},
        {"status": "broken", **signed, "broken_at": at - day, "promises_kept": 1, "promises_late": 2},
        {"status": "closed", "ended_at": at, **signed, "broken_at": at - 8 * day, "end_reason": "no_agreement"},
        {
            "status": "closed",
            "ended_at": at,
            "submitted_at": begun,
            "first_answer_at": told,
            "end_reason": "no_agreement",
        },
        {"status": "active", **signed, "submitted_at": at - 200 * day},
    ]
    for branch, seed in seeds.items():
        contract = Contract.objects.get(id=seed.contract_id)
        for n, kind in enumerate(kinds):
            name = f"HY-SEEN-{branch}-{n:02d}"
            own = Contract.objects.create(**{**_alike(contract), "id": new_id(), "contract_no": name})
            more = {"contract_id": own.id, "ended_at": None, "assignee_id": None, "end_reason": ""}
            Case.objects.create(**{**_alike(seed), "id": new_id(), "number": name, **more, **kind})
    mine = Case.objects.filter(number__startswith=f"HY-SEEN-{cast.HOME}")
    mine.filter(status__in=("submitted", "broken", "countered")).update(assignee_id=people.zhou.id)
    return people


def homes(people: cast.Cast) -> dict[str, cast.Borrower]:
    return {cast.HOME: people.lin, cast.AWAY: people.afar}


def _borrower(people: cast.Cast, case: Case) -> Actor:
    return next(who.actor for who in homes(people).values() if who.party_id == case.party_id)


def _alike(row: Case | Contract) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.generated}


def listed(actor: Actor, href: str) -> int:
    """How many cases the list at this address holds."""
    path, _, query = href.partition("?")
    assert path == "/console/cases/", href
    asked = filters.read(QueryDict(query))
    assert asked.ignored == ()
    return negotiation.cases(actor=actor, at=clock.now(), filters=asked.filters, size=1).count


def shown(client: Client, path: str, **query: str) -> Any:
    answer = client.get(path, query)
    assert answer.status_code == 200
    return answer.context


def last_count(text: str) -> int:
    """``中位数；九成在 19 小时内，共 15 件`` → 15."""
    return int(re.findall(r"(\d+) 件", text)[-1])


def wrong(actor: Actor, context: Any) -> list[tuple[str, int, int]]:
    """(name, what the figure says, what its list holds) wherever the two differ."""
    told = [
        (tile.name, int(tile.value) if tile.unit == "件" else last_count(tile.note), tile.href)
        for row in context["rows"]
        for tile in row
    ]
    told += [(step["name"], int(step["text"].partition(" ")[0]), step["href"]) for step in context["funnel"]]
    told += [(one["name"], one["count"], one["href"]) for one in context["lost"]]
    told += [(row.key, int(cell.text), cell.href) for row in context["chart_table"].rows for cell in row.cells[1:]]
    assert len(told) > 30
    return [(name, said, found) for name, said, href in told if (found := listed(actor, href)) != said]


@pytest.mark.parametrize(
    "asked", [{}, {"branch": cast.HOME}, {"branch": cast.AWAY}, {"weeks": "4"}, {"weeks": "52", "branch": cast.HOME}]
)
def test_every_figure_opens_the_list_that_it_counts(many: cast.Cast, login: Login, asked: dict[str, str]) -> None:
    context = shown(login(many.auditor), "/console/figures/", **asked)
    assert wrong(many.auditor, context) == []
    tiles = {tile.name: tile for row in context["rows"] for tile in row}
    assert int(tiles["签约"].value) > 0, "the story fills the figures"


def test_my_own_figures_too(many: cast.Cast, login: Login) -> None:
    assert wrong(many.zhou, shown(login(many.zhou), "/console/figures/", mine="1")) == []


@pytest.mark.parametrize("who", ["zhou", "lead", "reviewer", "administrator", "compliance"])
def test_every_tile_of_the_first_page_opens_the_list_that_it_counts(many: cast.Cast, login: Login, who: str) -> None:
    actor = getattr(many, who)
    client = login(actor)
    context = shown(client, "/console/")
    for tile in context["tiles"]:
        if tile.href.startswith("/console/cases/"):
            found = listed(actor, tile.href)
        else:
            found = shown(client, tile.href)["page"].count
        assert (tile.name, tile.value) == (tile.name, found)
    for stack in context["stacks"]:
        if stack.href.startswith("/console/cases/"):
            assert (stack.key, stack.count) == (stack.key, listed(actor, stack.href))


def test_a_case_elsewhere_is_in_no_figure(many: cast.Cast, login: Login) -> None:
    asked = shown(login(many.stranger), "/console/figures/", branch=cast.HOME)
    assert wrong(many.stranger, asked) == []
    every = {one.id for one in negotiation.cases(actor=many.stranger, at=clock.now(), size=200).rows}
    assert every <= set(Case.objects.filter(branch=cast.AWAY).values_list("id", flat=True))
