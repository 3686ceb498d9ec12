"""Train the second opinion on wording from the tuning part of the labelled set: ``python scripts/wording_opinion.py``.

The held-out part is never read. Writes ``src/heyi/packs/cn/conduct/opinion.json``; same data, same bytes.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import numpy as np
import polib
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench.wording_set import Row, tuning  # noqa: E402 - found by the path above

from heyi.capabilities.compliance.adapters.letters import letters  # noqa: E402 - found by the path above
from heyi.capabilities.compliance.domain.conduct import (  # noqa: E402 - found by the path above
    CATEGORIES,
    Lexicon,
    parse_lexicon,
)
from heyi.capabilities.compliance.domain.conduct.opinion import features  # noqa: E402 - found by the path above
from heyi.capabilities.compliance.domain.conduct.reading import read  # noqa: E402 - found by the path above

PACK = ROOT / "src/heyi/packs/cn"
TARGET = PACK / "conduct/opinion.json"
RIDGE, SEEN, NAMING = 0.4, 3, 6
"""Of the regression; how often a feature has to be seen at all, and to have a say in naming the category."""
THRESHOLD, DOUBT = -0.03, -0.3
UNIT = 1000
LONG = 16


def main() -> None:
    lexicon = patterns_only()
    rows = [*tuning(), *approved(lexicon)]
    counted = [{name for name, _, _ in features(read(row.text, lexicon.letters).text, lexicon.kinds)} for row in rows]
    holders: dict[str, list[int]] = {}
    for place, names in enumerate(counted):
        for name in names:
            holders.setdefault(name, []).append(place)
    holders = {name: places for name, places in sorted(holders.items()) if len(places) >= SEEN}
    rarity = {name: round(math.log(len(rows) / len(places)) * UNIT) / UNIT for name, places in holders.items()}
    alphas, bias = fit(holders, rarity, truth(rows))
    kept = {}
    for name, places in holders.items():
        weights = [round(float(value) * rarity[name] ** 2 * UNIT) for value in alphas[places].sum(axis=0)]
        kept[name] = [round(rarity[name] * UNIT), *(weights if len(places) >= NAMING else weights[:1])]
    data = {
        "categories": list(CATEGORIES),
        "threshold": THRESHOLD,
        "doubt": DOUBT,
        "bias": [round(float(value) * UNIT) for value in bias],
        "weights": {name: weights for name, weights in kept.items() if any(weights[1:])},
    }
    TARGET.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n", "utf-8")
    print(f"{len(rows)} sentences, {len(kept)} features, {TARGET.stat().st_size // 1024} KiB")


def patterns_only() -> Lexicon:
    """The pack's lexicon without the weights that are about to be made."""
    files = {path.name: yaml.safe_load(path.read_text("utf-8")) for path in sorted((PACK / "conduct").glob("*.yaml"))}
    return parse_lexicon(files, letters())


def truth(rows: list[Row]) -> np.ndarray:
    """A column for «a violation», 1 or -1, and one for each category, 1 or 0."""
    wanted = np.zeros((len(rows), 1 + len(CATEGORIES)))
    for place, row in enumerate(rows):
        wanted[place, 0] = -1 if row.harmless else 1
        if not row.harmless:
            wanted[place, [1 + CATEGORIES.index(label) for label in row.labels]] = 1
    return wanted


def approved(lexicon: Lexicon) -> list[Row]:
    """What the bank itself says: scripts, answers, messages, better sentences, the portal; harmless by decision."""
    both: list[dict[str, str]] = list(yaml.safe_load((PACK / "negotiation/canned.yaml").read_text("utf-8"))["canned"])
    for path in sorted(PACK.glob("scripts/*.yaml")):
        both += yaml.safe_load(path.read_text("utf-8"))["scripts"]
    for path in sorted(PACK.glob("messages/*.yaml")):
        both += [
            item[key] for item in yaml.safe_load(path.read_text("utf-8")) for key in ("text", "short") if key in item
        ]
    both += [{"zh": one.zh, "en": one.en} for category in lexicon.categories.values() for one in category.better]
    rows = [Row(("ok",), item[language]) for item in both for language in ("zh", "en")]
    portal = polib.pofile(str(ROOT / "src/heyi/web/portal/locale/en/LC_MESSAGES/django.po"))
    return rows + [Row(("ok",), text) for entry in portal for text in (entry.msgid, entry.msgstr) if len(text) >= LONG]


def fit(holders: dict[str, list[int]], rarity: dict[str, float], wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ridge regression in its dual form: for each sentence what it adds to the weight of a feature that it has."""
    count = len(wanted)
    shared = np.zeros((count, count))
    for name, places in holders.items():
        shared[np.ix_(places, places)] += rarity[name] ** 2
    norm = 1 / np.sqrt(np.maximum(np.diag(shared), 1))
    kernel = shared * norm[:, None] * norm[None, :] + 1
    dual = np.linalg.solve(kernel + RIDGE * np.eye(count), wanted)
    return dual * norm[:, None], dual.sum(axis=0)


if __name__ == "__main__":
    main()
