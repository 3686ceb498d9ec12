"""Compiles the catalogues while a wheel or an editable install is made, so that no .mo lies in the repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polib
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Catalogues(BuildHookInterface):  # type: ignore[type-arg]  # hatchling does not say of what
    """Runs before the files are collected; ``artifacts`` in pyproject.toml takes the .mo files along."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        for path in sorted(Path(self.root, "src", "heyi").rglob("locale/*/LC_MESSAGES/django.po")):
            polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
