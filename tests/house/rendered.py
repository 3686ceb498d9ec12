"""A plugin that remembers which templates the tests rendered, and fails a full run that left one out.

Loaded by tests/conftest.py. With pytest-xdist each worker sends what it saw to the controller at its end.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.template import Template
from django.test.signals import template_rendered

from tests.house.source import SRC, named

KEY = "heyi_rendered_templates"
EXEMPT: dict[str, str] = {}
"""Templates that no test can render, each with its reason."""


def house_templates() -> set[str]:
    """Every template of the house, by its path."""
    return {named(path) for path in SRC.rglob("templates/**/*") if path.is_file()}


def never_rendered(existing: set[str], rendered: set[str]) -> list[str]:
    """Templates that exist and that nothing rendered."""
    return sorted(existing - rendered - set(EXEMPT))


class RenderedTemplates:
    """Listens while tests run; judges when all of them have run."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.left_out: list[str] = []
        template_rendered.connect(self.remember, weak=False)

    def remember(self, sender: Template, **_: Any) -> None:
        origin = Path(str(sender.origin))
        if origin.is_absolute() and origin.is_relative_to(SRC):
            self.seen.add(named(origin))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Controller of pytest-xdist: a worker has ended."""
        self.seen |= set(getattr(node, "workeroutput", {}).get(KEY, ()))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[KEY] = sorted(self.seen)
        elif full_run(session.config) and exitstatus == pytest.ExitCode.OK:
            self.left_out = never_rendered(house_templates(), self.seen)
            if self.left_out:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.left_out:
            terminalreporter.section("templates that no test rendered", red=True, bold=True)
            for name in self.left_out:
                terminalreporter.line(name)


def full_run(config: pytest.Config) -> bool:
    """True when nothing was left out: no path, no expression, no rerun of the last failures."""
    option = config.option
    chosen = option.keyword or option.markexpr or option.collectonly or getattr(option, "lf", False)
    return not chosen and list(config.args) == list(config.getini("testpaths"))
