"""Reads the agreement data of a jurisdiction once. Wrong data stops here, with the file and clause that is wrong."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from heyi.capabilities.signing.domain.agreement import Agreement
from heyi.capabilities.signing.domain.compose import compose as compose_with
from heyi.capabilities.signing.domain.facts import AgreementFacts
from heyi.capabilities.signing.domain.pack import AgreementPack, ClauseSource, CostSource, Parameters

PACKS: Final = Path(__file__).resolve().parents[2] / "packs"
CLAUSE_FILES: Final = ("card.yaml", "loan.yaml", "shared.yaml")
COST_PARTS: Final = ("name", "how", "by", "standard")


def compose(*, facts: AgreementFacts, pack: str = "cn") -> Agreement:
    """The agreement that these facts make with the clauses of a jurisdiction. ``prepare`` says what it may lack."""
    return compose_with(facts, load_pack(pack))


@lru_cache(maxsize=4)
def load_pack(name: str = "cn") -> AgreementPack:
    """The agreement pack of a jurisdiction. Raises KeyError, TypeError or OSError when its data cannot be used."""
    folder = PACKS / name / "agreement"
    head, costs = _read(folder / "parameters.yaml"), _read(folder / "costs.yaml")
    order = _read(folder / "shared.yaml")["order"]
    sources = [_clause(item) for file in CLAUSE_FILES for item in _read(folder / file)["clauses"]]
    return AgreementPack(
        name=name,
        version=head["version"],
        parameters=Parameters(**{key: item["value"] for key, item in head["parameters"].items()}),
        required={product: frozenset(groups) for product, groups in head["required"].items()},
        titles={product: _pair(item) for product, item in head["titles"].items()},
        words={code: _pair(item) for code, item in head["words"].items()},
        labels={code: _pair(item) for code, item in head["labels"].items()},
        clauses=tuple(sorted(sources, key=lambda source: order.index(source.group))),
        costs=tuple(_cost(item) for item in costs["items"]),
        cost_statement=_pair(costs["statement"]),
    )


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data


def _pair(item: dict[str, str]) -> tuple[str, str]:
    return item["zh"], item["en"]


def _clause(item: dict[str, Any]) -> ClauseSource:
    return ClauseSource(
        id=item["id"],
        group=item["group"],
        products=frozenset(item["products"]),
        when=tuple(item.get("when", ())),
        highlighted=item["highlighted"],
        sources=tuple(item["sources"]),
        title_zh=item["title"]["zh"],
        title_en=item["title"]["en"],
        plain_zh=item["plain"]["zh"],
        plain_en=item["plain"]["en"],
        body_zh=item["body"]["zh"],
        body_en=item["body"]["en"],
    )


def _cost(item: dict[str, Any]) -> CostSource:
    told = {f"{part}_{language}": item[part][language] for part in COST_PARTS for language in ("zh", "en")}
    return CostSource(
        code=item["code"],
        kind=item["kind"],
        products=frozenset(item["products"]),
        when=tuple(item.get("when", ())),
        **told,
    )
