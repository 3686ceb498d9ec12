"""Fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from heyi.capabilities.vault import cache
from scripts.messages import compile_all
from tests.house.rendered import RenderedTemplates

RENDERED = pytest.StashKey[RenderedTemplates]()


def pytest_configure(config: pytest.Config) -> None:
    """The catalogues are compiled before anything is rendered, and rendering is watched from the start."""
    if not hasattr(config, "workerinput"):
        compile_all()
    config.stash[RENDERED] = RenderedTemplates()
    config.pluginmanager.register(config.stash[RENDERED], "heyi-rendered-templates")


@pytest.fixture
def rendered_templates(request: pytest.FixtureRequest) -> RenderedTemplates:
    """What has been rendered so far."""
    return request.config.stash[RENDERED]


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_append_only_guard() -> Iterator[None]:
    """Tests with real transactions empty all tables afterwards, which the journal's triggers rightly refuse."""
    ops = type(connection.ops)
    original = ops.execute_sql_flush

    def flush(self: Any, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            if self.connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")
                original(self, sql_list)
                cursor.execute("SET session_replication_role = DEFAULT")
                return
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            original(self, sql_list)
            for _, statement in triggers:
                cursor.execute(statement)

    ops.execute_sql_flush = flush
    yield
    ops.execute_sql_flush = original


@pytest.fixture(autouse=True)
def _no_keys_of_other_tests() -> None:
    """A borrower's key must not outlive the rows of the test that made it."""
    cache.forget_all()


def pytest_configure() -> None:
    """Stretching passwords costs half a second each and proves nothing here."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
