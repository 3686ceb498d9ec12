"""A worker whose clock is wrong: off by minutes or by a day, or standing before the ledger.

Each worker is a process of its own under libfaketime, with the steady clock left alone, as on a machine whose time
somebody sets. Nothing may leave outside of the hours, neither by the worker's own clock nor, where a reference tells
the difference, by the true one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from heyi.kit.dates import SHANGHAI

LIBRARY = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
ROOT = Path(__file__).parents[4]
HERE = Path(__file__).parent
DAY = datetime(2026, 3, 2, tzinfo=SHANGHAI)
NOON = DAY.replace(hour=12)
EVENING, NIGHT, MORNING = (DAY.replace(hour=hour, minute=minute) for hour, minute in ((20, 58), (21, 2), (7, 58)))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.req("B9"),
    pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="its workers have a bank in a file of their own"),
    pytest.mark.skipif(not LIBRARY.exists(), reason="libfaketime is not installed"),
]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bank in a file, with one reminder waiting for each of six borrowers."""
    folder = tmp_path_factory.mktemp("bank")
    run(folder, [sys.executable, str(HERE / "prepare.py")], {})
    return folder


@pytest.fixture
def bank(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "bank"))


@pytest.fixture(scope="module")
def after_noon(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same bank when six things left at noon and six more wait for others."""
    folder = Path(shutil.copytree(prepared, tmp_path_factory.mktemp("later") / "bank"))
    assert len(work(folder, NOON)[0]) == 6
    assert "6 waiting" in run(folder, [sys.executable, str(HERE / "prepare.py"), "more"], {})
    return folder


def run(folder: Path, command: list[str], more: dict[str, str]) -> str:
    here = {"HEYI_DATA_DIR": str(folder), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PATH": os.environ["PATH"]}
    here["DJANGO_SETTINGS_MODULE"] = "heyi.config.settings"
    done = subprocess.run(command, env=here | more, capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def work(folder: Path, starts_at: datetime, seconds: int = 3) -> tuple[list[datetime], str]:
    """When things left by the worker's clock, and its doubt."""
    text = starts_at.astimezone(UTC).strftime("@%Y-%m-%d %H:%M:%S")
    false = {"LD_PRELOAD": str(LIBRARY), "FAKETIME": text, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC"}
    said = run(folder, [sys.executable, str(HERE / "sender.py"), str(seconds)], false).splitlines()
    sent = [datetime.fromisoformat(line.partition(" ")[2]) for line in said if line.startswith("sent ")]
    return sent, said[-1].partition(" ")[2]


OFF = [timedelta(), timedelta(minutes=5), -timedelta(minutes=5)]


@pytest.mark.parametrize(
    ("true_time", "off"),
    [*product((EVENING, NIGHT, MORNING), OFF), (NIGHT, timedelta(days=1)), (EVENING, -timedelta(days=1))],
)
def test_a_clock_off_by_minutes_or_a_day_sends_nothing_outside_of_the_legal_hours(bank, true_time, off):
    sent, _ = work(bank, true_time + off)
    by_its_clock = [moment.astimezone(SHANGHAI) for moment in sent]
    assert all(8 <= moment.hour < 21 for moment in by_its_clock)
    true = [(moment - off).astimezone(SHANGHAI) for moment in sent]
    assert all(moment.hour < 22 for moment in true), (
        "the bank's own hours end an hour before the night of the standards"
    )
    assert bool(sent) == (8 <= (true_time + off).hour < 21)


@pytest.mark.parametrize("back", [timedelta(days=1), timedelta(minutes=6)])
def test_a_clock_that_stands_before_the_ledger_sends_nothing(after_noon, tmp_path, back):
    bank = Path(shutil.copytree(after_noon, tmp_path / "bank"))
    assert work(bank, NOON - back)[0] == []
    assert len(work(bank, NOON + timedelta(days=1))[0]) == 6
