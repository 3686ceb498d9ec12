"""试算 in the console: asked for, watched, read; counts only, and only by those who oversee."""

from __future__ import annotations

import pytest

from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact.models import DryRun
from tests import cast
from tests.web.console.conftest import Login

pytestmark = [pytest.mark.django_db, pytest.mark.req("C3")]


def test_a_replay_is_asked_for_watched_and_read(people: cast.Cast, login: Login) -> None:
    client = login(people.compliance)
    page = client.get("/console/dry-runs/")
    version = page.context["form"].fields["version"].choices[0][0]
    made = client.post("/console/dry-runs/", {"version": version, "days": "90"})
    assert made.status_code == 302
    waiting = client.get(made["Location"]).content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    run = DryRun.objects.get()
    DryRun.objects.filter(id=run.id).update(state="running", stage="reading", done=30, total=90)
    part = client.get(made["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "30 / 90" in part
    assert "<html" not in part
    contact.do_dry_run(run.id)
    shown = client.get(made["Location"]).content.decode()
    assert "按条款" in shown
    assert 'hx-trigger="every' not in shown
    assert version in client.get("/console/dry-runs/").content.decode()
    DryRun.objects.filter(id=run.id).update(state="failed", figures=None)
    assert "这次没有算成" in client.get(made["Location"]).content.decode()


def test_what_cannot_be_asked_is_said(people: cast.Cast, login: Login) -> None:
    client = login(people.compliance)
    assert client.post("/console/dry-runs/", {"version": "cn@0", "days": "90"}).status_code == 422
    assert client.get("/console/dry-runs/0198a000-0000-7000-8000-000000000000/").status_code == 404


def test_a_manager_does_not_see_it(people: cast.Cast, login: Login) -> None:
    assert login(people.zhou).get("/console/dry-runs/").status_code == 403
