"""The demo's timestamp authority: a process that answers over HTTP with tokens that lead to our root."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from heyi.capabilities.signing.adapters.timestamps import HttpTimestamps
from heyi.capabilities.signing.domain.errors import TimestampAway
from heyi.config.supervisor import Supervisor

PORT = 18_327


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    told = {"HEYI_DATA_DIR": str(tmp_path), "PYTHONPATH": "src"}
    running = subprocess.Popen([sys.executable, "-m", "heyi.config.demo_tsa", str(PORT)], env=os.environ | told)
    yield running
    running.terminate()
    running.wait(10)


def test_it_answers_until_it_is_stopped(process: subprocess.Popen[bytes]) -> None:
    asked = HttpTimestamps(f"http://127.0.0.1:{PORT}/")
    deadline = time.monotonic() + 20
    while True:
        try:
            token = asyncio.run(asked.async_timestamp(hashlib.sha256(b"x").digest(), "sha256"))
            break
        except TimestampAway:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    names = [choice.chosen.subject.native["common_name"] for choice in token["content"]["certificates"]]
    assert "Heyi Root CA" in names
    process.terminate()
    process.wait(10)
    with pytest.raises(TimestampAway):
        asyncio.run(asked.async_timestamp(hashlib.sha256(b"x").digest(), "sha256"))


def test_the_demo_starts_it_and_points_the_others_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    house = Supervisor(host="127.0.0.1", port=8000, threads=2)
    monkeypatch.setattr(settings, "HEYI", replace(settings.HEYI, demo=True, tsa_url="embedded:"))
    assert house._commands()["timestamps"][-2:] == ["heyi.config.demo_tsa", "8002"]
    assert house._environment()["HEYI_TSA_URL"] == "http://127.0.0.1:8002/"
    monkeypatch.setattr(settings, "HEYI", replace(settings.HEYI, demo=True, tsa_url="https://tsa.example/"))
    assert "timestamps" not in house._commands()
    monkeypatch.setattr(settings, "HEYI", replace(settings.HEYI, demo=False, tsa_url="embedded:"))
    assert "timestamps" not in house._commands()
