"""Train the second opinion on wording from the tuning part of the labelled set: ``python scripts/wording_opinion.py``.

The held-out part is never read. Writes ``src/heyi/packs/cn/conduct/opinion.json``; same data, same bytes.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import polib
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench.wording_set import HARMLESS, Row, tuning  # noqa: E402 - found by the path above

from heyi.capabilities.compliance.adapters.conduct_files import load  # noqa: E402 - found by the path above
from heyi.capabilities.compliance.domain.conduct import CATEGORIES  # noqa: E402 - found by the path above
from heyi.capabilities.compliance.domain.conduct.opinion import stretches  # noqa: E402 - found by the path above
from heyi.capabilities.compliance.domain.conduct.reading import read  # noqa: E402 - found by the path above

TARGET = ROOT / "src/heyi/packs/cn/conduct/opinion.json"
ROUNDS, DECAY, THRESHOLD, SEEN = 200, 0.3, 0.4, 2
LONG = 16


def main() -> None:
    letters = load().letters
    rows = [*tuning(), *approved()]
    counted = [{name for name, _, _ in stretches(read(row.text, letters).text)} for row in rows]
    seen = Counter(name for names in counted for name in names)
    vocabulary = {name: place for place, name in enumerate(sorted(name for name, n in seen.items() if n >= SEEN))}
    matrix = np.zeros((len(rows), len(vocabulary)), np.float32)
    for place, names in enumerate(counted):
        known = [vocabulary[name] for name in names if name in vocabulary]
        matrix[place, known] = 5 / np.sqrt(max(len(known), 1))
    labels = ["ok", *CATEGORIES]
    truth = np.array([0 if row.labels[0] in HARMLESS else labels.index(row.labels[0]) for row in rows])
    weights, bias = fit(matrix, truth, len(labels))
    kept = {
        name: [round(float(value), 2) for value in weights[place]]
        for name, place in vocabulary.items()
        if np.abs(weights[place]).max() >= 0.02
    }
    data = {"labels": labels, "threshold": THRESHOLD, "bias": [round(float(b), 3) for b in bias], "weights": kept}
    TARGET.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n", "utf-8")
    print(f"{len(rows)} sentences, {len(kept)} stretches, {TARGET.stat().st_size // 1024} KiB")


def approved() -> list[Row]:
    """What the bank itself says: scripts, answers, messages, better sentences, the portal; harmless by decision."""
    pack = ROOT / "src/heyi/packs/cn"
    both: list[dict[str, str]] = list(yaml.safe_load((pack / "negotiation/canned.yaml").read_text("utf-8"))["canned"])
    for path in sorted(pack.glob("scripts/*.yaml")):
        both += yaml.safe_load(path.read_text("utf-8"))["scripts"]
    for path in sorted(pack.glob("messages/*.yaml")):
        both += [
            item[key] for item in yaml.safe_load(path.read_text("utf-8")) for key in ("text", "short") if key in item
        ]
    both += [{"zh": one.zh, "en": one.en} for category in load().categories.values() for one in category.better]
    rows = [Row(("ok",), item[language]) for item in both for language in ("zh", "en")]
    portal = polib.pofile(str(ROOT / "src/heyi/web/portal/locale/en/LC_MESSAGES/django.po"))
    return rows + [Row(("ok",), text) for entry in portal for text in (entry.msgid, entry.msgstr) if len(text) >= LONG]


def fit(matrix: np.ndarray, truth: np.ndarray, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Softmax regression with ridge, by Adam from zero: deterministic."""
    count, width = matrix.shape
    weights, bias = np.zeros((width, classes), np.float32), np.zeros(classes, np.float32)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    wanted = np.eye(classes, dtype=np.float32)[truth]
    for turn in range(1, ROUNDS + 1):
        scores = matrix @ weights + bias
        scores -= scores.max(axis=1, keepdims=True)
        odds = np.exp(scores)
        wrong = odds / odds.sum(axis=1, keepdims=True) - wanted
        slope = matrix.T @ wrong / count + DECAY * weights / count
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights -= 0.03 * (first / (1 - 0.9**turn)) / (np.sqrt(second / (1 - 0.999**turn)) + 1e-8)
        bias -= 0.2 * wrong.mean(axis=0)
    return weights, bias


if __name__ == "__main__":
    main()
