"""Long lists as files: ordered, written by the worker, fetched by who asked, destroyed in time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from django.test import Client

from heyi.capabilities.journal import api as journal
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.actions import exports as writing
from heyi.capabilities.negotiation.models import CaseExport
from heyi.capabilities.staff.models import User
from heyi.capabilities.vault import api as vault
from heyi.plumbing import clock, queued
from heyi.web.console.queue import exports
from tests import cast
from tests.web.console.conftest import Login

pytestmark = [pytest.mark.django_db, pytest.mark.req("E3")]


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 0)


def ordered(client: Client, form: str = "csv", **more: str) -> str:
    sent = {"all": "1", "form": form, "reason": "给行长的周报", **more}
    answer = client.post("/console/cases/bulk/export/", sent)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def acts(name: str) -> list[journal.EntryView]:
    return [one for one in journal.entries(limit=100) if one.act == name]


def worked() -> int:
    return negotiation.work_exports(clock.now())


def test_a_long_list_is_written_by_the_worker_and_each_download_is_journaled(
    people: cast.Cast, login: Login, lin_case: UUID
) -> None:
    client = login(people.zhou)
    path = ordered(client, product="consumer")
    first = page(client, path)
    assert "排队中" in first
    assert "every 1s" in first
    (asked,) = acts("negotiation.export_cases")
    assert (asked.facts["rows"], asked.facts["form"]) == (1, "csv")
    assert client.post(f"{path}file/").status_code == 409, "not written yet"
    assert worked() == 1
    ready = page(client, f"{path}state/")
    assert "写好了" in ready
    assert "hx-get" not in ready
    answer = client.post(f"{path}file/")
    mark, heads, row = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert "周敏" in mark[0]
    assert row[heads.index("借款人")] == "林＊晴"
    assert answer["Cache-Control"] == "no-store"
    (fetched,) = acts("negotiation.download_export")
    assert (fetched.actor, set(fetched.digests)) == (people.zhou.label, {"reason", "filter"})
    assert fetched.digests["reason"] == asked.digests["reason"], "the purpose that was given"
    assert "给行长的周报" in page(client, "/console/exports/")


def test_the_file_speaks_the_language_of_who_asked(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    client = login(people.zhou)
    client.cookies["heyi_language"] = "en"
    path = ordered(client, "xlsx")
    worked()
    rows = list(openpyxl.load_workbook(io.BytesIO(client.post(f"{path}file/").content)).active.values)
    assert "Borrower" in rows[1]


def test_nobody_else_gets_the_file(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    path = ordered(login(people.lead))
    worked()
    for other in (people.zhou, people.auditor, people.stranger):
        client = login(other)
        assert client.get(path).status_code == 404
        assert client.post(f"{path}file/").status_code == 404
    User.objects.filter(id=people.lead.id).update(branch=User.objects.get(id=people.stranger.id).branch)
    assert login(people.lead).post(f"{path}file/").status_code == 404, "they see another branch now"


def test_a_file_is_destroyed_after_a_week(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    client = login(people.zhou)
    path = ordered(client)
    worked()
    object_id = CaseExport.objects.get().object_id
    assert object_id is not None
    assert negotiation.expire_exports(clock.now() + timedelta(days=6)) == 0
    CaseExport.objects.update(expires_at=clock.now() - timedelta(minutes=1))
    assert client.post(f"{path}file/").status_code == 410, "over is over, also before it is swept"
    assert negotiation.expire_exports(clock.now()) == 1
    with pytest.raises(vault.Discarded):
        vault.get(object_id=object_id, actor=people.zhou, at=clock.now(), purpose="export")
    assert "已经销毁" in page(client, path)
    assert acts("vault.discard")


def test_what_a_killed_worker_left_is_written_again_and_given_up_in_the_end(
    people: cast.Cast, login: Login, lin_case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = login(people.zhou)
    path = ordered(client)

    def killed(ids: list[UUID], at: object) -> Iterator[Any]:
        raise SystemExit
        yield

    with monkeypatch.context() as patch:
        patch.setattr(writing, "_read", killed)
        with pytest.raises(SystemExit):
            worked()
    assert worked() == 0, "it may still be alive"
    silent = clock.now() - queued.SILENT_AFTER - timedelta(seconds=1)
    CaseExport.objects.update(beat_at=silent)
    worked()
    assert "写好了" in page(client, path)
    CaseExport.objects.update(stage="working", attempts=queued.ATTEMPTS, beat_at=silent)
    worked()
    assert "中断了，没有写完" in page(client, path)
    assert "排队中" in client.post(f"{path}retry/", follow=True).content.decode()
    worked()
    assert CaseExport.objects.get().stage == "done"
    assert client.post(f"{path}retry/").status_code == 409


def test_who_lost_the_right_gets_no_file_written(people: cast.Cast, login: Login, lin_case: UUID) -> None:
    ordered(login(people.zhou))
    User.objects.filter(id=people.zhou.id).update(is_active=False)
    worked()
    row = CaseExport.objects.get()
    assert (row.stage, row.object_id) == ("stopped", None)
