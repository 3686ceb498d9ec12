"""The plan in .importlinter holds, and each of its contracts can break: a small false house proves it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

FALSE_HOUSE = {
    "floors": ("plumbing/clock.py", "from heyi.web.ui import menu\n"),
    "rooms": ("capabilities/loans/actions.py", "from heyi.capabilities.plans import api\n"),
    "signing": ("capabilities/signing/actions.py", "from heyi.capabilities.contact import api\n"),
    "surfaces": ("web/portal/pages.py", "from heyi.web.console import pages\n"),
    "pure": ("capabilities/plans/domain.py", "import django.db\n"),
    "kit": ("kit/money.py", "from django.conf import settings\n"),
    "doors": ("capabilities/plans/actions.py", "from heyi.capabilities.loans import models\n"),
    "senders": ("capabilities/plans/actions.py", "import smtplib\n"),
    "adapters": ("capabilities/contact/adapters/sms.py", "from heyi.capabilities.contact import models\n"),
}
"""Contract → the file and line that break it."""

BROKEN = {
    "floors": "Each floor",
    "rooms": "Rooms use only",
    "signing": "Rooms use only",
    "surfaces": "Surfaces know",
    "pure": "domain and kit",
    "kit": "domain and kit",
    "doors": "A room is entered",
    "senders": "Only contact holds",
    "adapters": "Adapters know",
}


def lint(source: Path) -> subprocess.CompletedProcess[str]:
    """import-linter over the package in ``source`` with the house's own contracts."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    return subprocess.run(
        [*command, "--config", str(ROOT / ".importlinter"), "--no-cache"],
        cwd=source,
        env={**os.environ, "PYTHONPATH": f"{source}{os.pathsep}{ROOT}", "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def sound_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every package of the plan, empty but for what the contracts speak of."""
    source = tmp_path_factory.mktemp("house")
    rooms = [
        "journal",
        "vault",
        "staff",
        "approvals",
        "loans",
        "compliance",
        "contact",
        "signing",
        "plans",
        "negotiation",
    ]
    files = [f"capabilities/{room}/{part}.py" for room in rooms for part in ("api", "domain", "models", "actions")]
    files += ["kit/money.py", "plumbing/clock.py", "plumbing/models.py", "capabilities/contact/adapters/sms.py"]
    files += [f"capabilities/contact/adapters/{name}.py" for name in ("sms_http", "email_smtp", "carriers")]
    files += [
        "capabilities/contact/leave.py",
        "web/portal/pages.py",
        "web/console/pages.py",
        "web/api/calls.py",
        "web/ui/menu.py",
        "config/wiring.py",
    ]
    for name in files:
        path = source / "heyi" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        for folder in path.relative_to(source).parents[:-1]:
            (source / folder / "__init__.py").touch()
    return source


def test_the_house_keeps_its_plan() -> None:
    result = lint(ROOT / "src")
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_sound_house_passes(sound_house: Path) -> None:
    result = lint(sound_house)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("contract", FALSE_HOUSE)
def test_each_contract_can_break(contract: str, sound_house: Path) -> None:
    name, line = FALSE_HOUSE[contract]
    path = sound_house / "heyi" / name
    path.write_text(line)
    try:
        result = lint(sound_house)
    finally:
        path.write_text("")
    broken = [text for text in result.stdout.splitlines() if text.endswith("BROKEN")]
    assert len(broken) == 1, result.stdout + result.stderr
    assert broken[0].startswith(BROKEN[contract])
