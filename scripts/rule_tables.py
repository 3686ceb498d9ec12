"""Makes docs/compliance/rules.md from the packs: ``update`` writes the page, ``check`` says whether it is current."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from heyi.capabilities.compliance.adapters import pack_files
from heyi.capabilities.compliance.domain import Checklist, Pack, Rule

PAGE = Path(__file__).resolve().parents[1] / "docs" / "compliance" / "rules.md"
PACKS = Path(__file__).resolve().parents[1] / "src" / "heyi" / "packs"
FIRST = "cn"
HEAD = """# 全部规则和检查表 · All rules and checklists

本页由 `scripts/rule_tables.py update` 从规则包生成，不要手改。怎么读、怎么改，见 [packs.md](packs.md)。
Made from the packs by `scripts/rule_tables.py update`, not by hand. How to read and change them: [packs.md](packs.md).
"""
SEVERITY = {"hard": "法律 hard", "adopted": "采纳 adopted", "policy": "政策 policy", "advice": "提示 advice"}


def page() -> str:
    """The whole page."""
    names = sorted(pack_files.names(), key=lambda name: (name != FIRST, name))
    return "\n".join([HEAD, *(section(name, pack_files.load(name)) for name in names)])


def section(name: str, pack: Pack) -> str:
    """One pack: its rules, its checklists, and what of the catalogue is left out."""
    title = yaml.safe_load((PACKS / name / "pack.yaml").read_text("utf-8"))["title"]
    moments = yaml.safe_load((PACKS / name / "moments.yaml").read_text("utf-8"))
    parts = [
        f"## {title['zh']} · {title['en']} (`{name}`, {pack.timezone.key})\n",
        table(
            ("编号 id", "规则 rule", "级别 severity", "标记", "出处 source", "起 from", "示例 cases"),
            (rule_row(rule) for rule in sorted(pack.rules, key=order)),
        ),
        "### 检查表 · Checklists\n",
        table(
            ("编号 id", "检查什么 subject", "什么时候 when", "标记", "出处 source", "起 from", "问题 questions"),
            (checklist_row(entry, moments) for entry in sorted(pack.checklists, key=lambda entry: entry.id)),
        ),
        *left_out(name),
    ]
    return "\n".join(parts)


def order(rule: Rule) -> tuple[int, str]:
    """The binding ones first."""
    return (list(SEVERITY).index(rule.severity), rule.id)


def rule_row(rule: Rule) -> tuple[str, ...]:
    return (
        f"`{rule.id}`",
        f"{rule.title.zh}<br>{rule.title.en}",
        SEVERITY[rule.severity],
        rule.confidence,
        str(rule.source),
        until(rule),
        str(len(rule.cases) or "–"),
    )


def checklist_row(entry: Checklist, moments: dict[str, dict[str, str]]) -> tuple[str, ...]:
    moment = moments[entry.when]
    return (
        f"`{entry.id}`",
        f"{entry.title.zh}<br>{entry.title.en}",
        f"{moment['zh']}<br>{moment['en']}",
        entry.confidence,
        str(entry.source),
        until(entry),
        str(len(entry.items)),
    )


def until(entry: Rule | Checklist) -> str:
    return f"{entry.valid_from}" + (f" 至 to {entry.valid_to}" if entry.valid_to else "")


def left_out(name: str) -> Iterator[str]:
    """What the catalogue names and the product does not hold, with the reason."""
    entries = yaml.safe_load((PACKS / name / "coverage.yaml").read_text("utf-8"))
    reasons = [(f"`{entry['id']}`", why["zh"], why["en"]) for entry in entries if (why := entry.get("not_implemented"))]
    if reasons:
        yield "### 没有实现 · Not implemented\n"
        yield table(("编号 id", "理由", "reason"), reasons)


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines) + "\n"


def main(command: str) -> int:
    made = page()
    if command == "update":
        PAGE.write_text(made, "utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text("utf-8") == made:
        return 0
    sys.stderr.write("docs/compliance/rules.md is not current: run `scripts/rule_tables.py update`\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
