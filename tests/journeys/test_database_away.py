"""PostgreSQL is cut off between the write and the commit, and during pages: refused plainly, nothing half done, and
everything goes on by itself. In a process of its own, with a private cluster that nobody else uses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [
    pytest.mark.req("T5"),
    pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="starts a database of its own"),
    pytest.mark.skipif(not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")), reason="no PostgreSQL binaries"),
]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def story() -> Iterator[dict[str, Any]]:
    folder = Path(tempfile.mkdtemp(prefix="heyi-away-"))
    data = Path(tempfile.mkdtemp(prefix="heyi-away-data-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "HEYI_DEMO")},
        "HEYI_DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "heyi.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.journeys.away_story", str(folder), "54329"],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-4000:]
        yield json.loads(done.stdout.splitlines()[-1])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(data, ignore_errors=True)


def test_the_act_is_refused_plainly_and_nothing_is_half_done(story: dict[str, Any]) -> None:
    assert story["before"] == 200
    assert story["cut"], "the server was cut between the write and the commit"
    status, page, _ = story["act"]
    assert status == 503
    assert "heyi.unavailable" in page
    assert "什么都没有改动" in page
    assert story["half_done"] == [0, 0], "no message and no journal entry"


def test_pages_and_api_say_try_again_and_do_not_hang(story: dict[str, Any]) -> None:
    status, page, seconds = story["page_away"]
    assert (status, "heyi.unavailable" in page, seconds < 8) == (503, True, True)
    status, body, seconds = story["api_away"]
    assert (status, seconds < 8) == (503, True)
    told = json.loads(body)
    assert told["code"] == "heyi.unavailable"
    assert told["what"]
    assert told["next"]
    assert (story["alive"], story["ready_away"]) == (200, 503)


def test_everything_goes_on_by_itself(story: dict[str, Any]) -> None:
    assert story["page_after"] == [200] * 4, "no dead connection of the pool is handed out"
    assert (story["again"], story["said"]) == (302, [1, 1])
    assert story["worker_alive"]
    assert not story["rang_while_away"]
    assert story["rang"], "the stream's reader hears of the act after the restart"
    assert story["waiting"] == 0, "the worker delivers what the act told"
    assert story["journal"] == []
    assert story["ready_after"] == 200
