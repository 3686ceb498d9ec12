"""Fixtures that every test may use."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from scripts.messages import compile_all

from heyi.capabilities.vault import cache
from tests.house.rendered import RenderedTemplates

pytest_plugins = ["tests.browser.fixtures"]

RENDERED = pytest.StashKey[RenderedTemplates]()


def pytest_configure(config: pytest.Config) -> None:
    """Catalogues are compiled and rendering is watched; passwords are not stretched, which proves nothing here."""
    if not hasattr(config, "workerinput"):
        compile_all()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    config.stash[RENDERED] = RenderedTemplates()
    config.pluginmanager.register(config.stash[RENDERED], "heyi-rendered-templates")


hypothesis_settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("house")  # a busy machine is no failure


@pytest.fixture
def rendered_templates(request: pytest.FixtureRequest) -> RenderedTemplates:
    """What has been rendered so far."""
    return request.config.stash[RENDERED]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """SQLite's test database is a file: threads of a live server and of races need connections of their own."""
    wanted = connections.databases["default"]
    if "sqlite" not in wanted["ENGINE"] or wanted["TEST"].get("NAME"):
        yield
        return
    in_memory = Path("/dev/shm")
    folder = tempfile.mkdtemp(prefix="heyi-test-", dir=in_memory if os.access(in_memory, os.W_OK) else None)
    wanted["TEST"]["NAME"] = str(Path(folder) / "test.sqlite3")
    yield
    shutil.rmtree(folder, ignore_errors=True)


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
