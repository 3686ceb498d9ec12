"""The public page where a relative or employer opts out: no login, the same answer for every number (B11)."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from heyi.capabilities.contact import api as contact
from heyi.capabilities.journal import api as journal
from heyi.plumbing import clock
from tests import cast
from tests.capabilities.contact.test_third_persons import code_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("B11", "E1")]
SISTER = "13700008888"


def post(client: Client, path: str, **data: str):  # type: ignore[no-untyped-def]
    return client.post(path, data)


def body(answer) -> str:  # type: ignore[no-untyped-def]
    """The page without what differs in every page."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())


def test_a_number_is_stopped_with_the_code_that_came_to_it() -> None:
    client = Client()
    assert "不用登录" in body(client.get("/stop/"))
    assert post(client, "/stop/", mobile=" 137 0000-8888", relation="relative")["Location"] == "/stop/code/"
    assert "137****8888" in body(client.get("/stop/code/"))
    code = code_of(clock.now())
    wrong = "000000" if code != "000000" else "111111"
    assert "还可以再试 4 次" in body(post(client, "/stop/code/", code=wrong))
    assert contact.stopped_numbers(numbers=[SISTER]) == frozenset()
    assert post(client, "/stop/code/", code=code)["Location"] == "/stop/done/"
    assert "137****8888" in body(client.get("/stop/done/"))
    assert contact.stopped_numbers(numbers=[SISTER]) == {SISTER}
    assert "contact.stop_number" in {entry.act for entry in journal.entries(limit=3)}
    assert client.get("/stop/code/").status_code == 302


def test_known_and_unknown_numbers_read_the_same_to_the_letter() -> None:
    people = cast.build()
    pages = []
    for mobile in (people.lin.mobile, "13812342999"):
        client = Client()
        first = post(client, "/stop/", mobile=mobile, relation="other")
        shown = body(client.get("/stop/code/")).replace(mobile[-4:], "····")
        pages.append((first.status_code, first["Location"], shown))
    assert pages[0] == pages[1]


def test_the_number_stands_nowhere_in_clear() -> None:
    client = Client()
    post(client, "/stop/", mobile=SISTER, relation="")
    from heyi.capabilities.contact.models import Message, PointStop

    assert SISTER not in str(dict(client.session.items()))
    assert contact.stop_number(mobile=SISTER, code=code_of(clock.now()), relation="", at=clock.now())
    stored = [*Message.objects.values_list(), *PointStop.objects.values_list()]
    assert SISTER not in str(stored)


def test_nonsense_and_too_many_are_told() -> None:
    client = Client()
    assert post(client, "/stop/", mobile="010-12345678").status_code == 422
    assert client.get("/stop/code/")["Location"] == "/stop/"
    assert client.get("/stop/done/")["Location"] == "/stop/"
    for _ in range(5):
        post(client, "/stop/", mobile=SISTER)
    assert "一小时后再试" in body(post(client, "/stop/", mobile=SISTER))
    assert post(client, "/stop/again/").status_code == 429


def test_it_is_all_there_in_english() -> None:
    page = body(Client(headers={"Accept-Language": "en"}).get("/stop/"))
    assert "No more calls from us?" in page
    assert "登记以后" not in page
