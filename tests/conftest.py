"""Fixtures that every test may use."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management.commands.flush import Command as Flush
from django.db import connection, connections, transaction
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from scripts.messages import compile_all

from heyi.capabilities.vault import cache
from heyi.plumbing import clock_trust, once
from tests import film
from tests.chance import SAME_AGAIN
from tests.house.rendered import RenderedTemplates

pytest_plugins = ["tests.browser.fixtures"]

RENDERED = pytest.StashKey[RenderedTemplates]()


def pytest_configure(config: pytest.Config) -> None:
    """Catalogues are compiled and rendering is watched; passwords are not stretched, which proves nothing here.

    No gateway answers unless a test starts one: a demo that runs beside the tests must not hear of them.
    """
    if not hasattr(config, "workerinput"):
        compile_all()
    settings.HEYI = replace(settings.HEYI, smtp_url="smtp://127.0.0.1:4", sms_url="http://127.0.0.1:5/sms")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    config.stash[RENDERED] = RenderedTemplates()
    config.pluginmanager.register(config.stash[RENDERED], "heyi-rendered-templates")


hypothesis_settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=SAME_AGAIN
)
hypothesis_settings.load_profile("house")  # a busy machine is no failure


@pytest.fixture(autouse=True)
def _fresh_clock_trust() -> None:
    """Tests move the clock; what one of them did to it is no reason to doubt it in the next."""
    clock_trust.forget()


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
    """Tests with real transactions empty the tables afterwards, which the journal's triggers rightly refuse.

    Only tables with rows are emptied, row by row: to truncate all of them takes a second. Kinds and permissions stay.
    """

    def flush(self: Any, **options: Any) -> None:
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL session_replication_role = replica")
                film.empty(tables)
                return
            cursor.execute("PRAGMA defer_foreign_keys = ON")
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            film.empty(tables)
            for _, statement in triggers:
                cursor.execute(statement)

    original = Flush.handle
    Flush.handle = flush  # type: ignore[method-assign]
    yield
    Flush.handle = original  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _no_memory_of_other_tests() -> None:
    """A borrower's key or a count must not outlive the rows of the test that made it."""
    cache.forget_all()
    once.forget()
