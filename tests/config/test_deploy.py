"""Django's own deployment check has nothing to say about an installation with an https address."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.req("C9")
def test_check_deploy_is_silent(tmp_path: Path) -> None:
    env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {
        "HEYI_DATA_DIR": str(tmp_path),
        "HEYI_PUBLIC_URL": "https://heyi.example",
        "HEYI_ALLOWED_HOSTS": "heyi.example",
        "HEYI_DEBUG": "no",
        "DJANGO_SETTINGS_MODULE": "heyi.config.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    done = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
