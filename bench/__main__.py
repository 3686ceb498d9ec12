"""``make bench``: every benchmark, or those named: ``python -m bench import_loans schedules``."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heyi.config.settings")

NOT_BENCHES = {"__init__", "__main__", "ratio", "wording_set"}


def main() -> None:
    here = Path(__file__).parent
    names = sys.argv[1:] or sorted(path.stem for path in here.glob("*.py") if path.stem not in NOT_BENCHES)
    for name in names:
        print(f"== {name}")
        importlib.import_module(f"bench.{name}").main()


main()
