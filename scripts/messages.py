#!/usr/bin/env python
"""The catalogues: msgids are the simplified Chinese texts in the code, English stands in each app's locale folder.

scripts/messages.py update     new texts in, gone ones out; what lacks English is listed
scripts/messages.py check      fails for missing, fuzzy and left-over English, and for stray Chinese
scripts/messages.py compile    .po → .mo
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "heyi"
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sd]")
BRAND = "合意"
METADATA = {
    "Project-Id-Version": "heyi",
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


def apps() -> list[Path]:
    """Folders that may carry a catalogue: every Django app of the house."""
    return sorted(path.parent for path in SRC.rglob("apps.py"))


def catalogue(app: Path) -> Path:
    return app / "locale" / "en" / "LC_MESSAGES" / "django.po"


def sources(app: Path) -> list[Path]:
    """Python files and templates that belong to ``app`` and not to an app below it."""
    inner = [other for other in apps() if other != app and other.is_relative_to(app)]
    found = [*app.rglob("*.py"), *app.rglob("templates/**/*.html"), *app.rglob("templates/**/*.txt")]
    return sorted(
        path for path in found if "migrations" not in path.parts and not any(path.is_relative_to(at) for at in inner)
    )


def wanted(app: Path) -> dict[tuple[str, str], polib.POEntry]:
    """(context, msgid) → an empty entry, for every text of ``app``."""
    from scripts.extraction import texts_in

    entries: dict[tuple[str, str], polib.POEntry] = {}
    for path in sources(app):
        for text in sorted(texts_in(path), key=lambda text: (text.msgid, text.context)):
            entry = entries.setdefault((text.context, text.msgid), polib.POEntry(msgid=text.msgid))
            entry.msgctxt = text.context or None
            entry.occurrences.append((str(path.relative_to(app)), ""))
            if text.plural:
                entry.msgid_plural = text.plural
                entry.msgstr_plural = {0: "", 1: ""}
            if PLACEHOLDER.search(text.msgid) and "python-format" not in entry.flags:
                entry.flags.append("python-format")
    return entries


def update() -> int:
    """Bring every catalogue up to date, keep what is translated, list what is not."""
    missing = 0
    known = _known()
    for app in apps():
        texts = wanted(app)
        path = catalogue(app)
        if not texts:
            continue
        old = {(entry.msgctxt or "", entry.msgid): entry for entry in _read(path)} if path.exists() else {}
        fresh = polib.POFile(wrapwidth=110)
        fresh.metadata = METADATA
        for key in sorted(texts, key=lambda key: (texts[key].occurrences[0][0], key[1])):
            entry = texts[key]
            kept = old.get(key)
            if kept is None or not told(kept):
                kept = known.get(key, kept)
            if kept is not None:
                entry.msgstr = kept.msgstr if not entry.msgid_plural else ""
                entry.msgstr_plural = kept.msgstr_plural or entry.msgstr_plural
                entry.tcomment = kept.tcomment
                entry.flags += [flag for flag in kept.flags if flag == "fuzzy"]
            fresh.append(entry)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.save(str(path))
        untold = [entry for entry in fresh if not told(entry)]
        missing += len(untold)
        print(f"{path.relative_to(ROOT)}: {len(fresh)} texts, {len(untold)} without English")
    print("write the English, then: scripts/messages.py check" if missing else "all texts have their English")
    return 0


def _known() -> dict[tuple[str, str], polib.POEntry]:
    """What any catalogue has in English already: the same text reads the same everywhere."""
    entries = [entry for app in apps() if catalogue(app).exists() for entry in _read(catalogue(app))]
    return {(entry.msgctxt or "", entry.msgid): entry for entry in entries if told(entry) and not entry.fuzzy}


def told(entry: polib.POEntry) -> bool:
    """True when the entry has English for every form."""
    return bool(entry.msgstr) if not entry.msgid_plural else all(entry.msgstr_plural.values())


def faults(app: Path) -> list[str]:
    """What is wrong with the catalogue of one app."""
    texts = wanted(app)
    path = catalogue(app)
    entries = {(entry.msgctxt or "", entry.msgid): entry for entry in _read(path)} if path.exists() else {}
    live = {key: entry for key, entry in entries.items() if not entry.obsolete}
    found = [f"missing: {key[1]}" for key in texts if key not in live or not told(live[key])]
    found += [f"left over: {key[1]}" for key, entry in entries.items() if key not in texts or entry.obsolete]
    found += [f"fuzzy: {key[1]}" for key, entry in live.items() if entry.fuzzy]
    for key, entry in live.items():
        found += [f"{problem}: {key[1]}" for problem in _wrong(entry)]
    return found


def strays() -> list[str]:
    """Chinese outside the catalogues, in what the web shows."""
    from scripts.extraction import strays_in

    web = SRC / "web"
    paths = [path for path in [*web.rglob("*.py"), *web.rglob("*.html")] if "migrations" not in path.parts]
    return [f"{path.relative_to(ROOT)} {stray}" for path in sorted(paths) for stray in strays_in(path)]


def check() -> int:
    """Print every fault; 1 when there is one."""
    found = [f"{catalogue(app).relative_to(ROOT)} {fault}" for app in apps() for fault in faults(app)]
    found += [f"{stray} (Chinese outside the catalogue)" for stray in strays()]
    print("\n".join(found) if found else "every text has its English")
    if found:
        print(f"{len(found)} faults. Run scripts/messages.py update and write the English.")
    return 1 if found else 0


def compile_all(source: Path = SRC) -> int:
    """Write every .mo whose .po is newer. Returns how many were written."""
    written = 0
    for path in sorted(source.rglob("locale/*/LC_MESSAGES/django.po")):
        target = path.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
            polib.pofile(str(path)).save_as_mofile(str(target))
            written += 1
    return written


def _read(path: Path) -> polib.POFile:
    return polib.pofile(str(path), wrapwidth=110)


def _wrong(entry: polib.POEntry) -> list[str]:
    """Placeholders that the English lost or invented, and Chinese left in it."""
    from scripts.extraction import CJK

    forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    names = set(PLACEHOLDER.findall(entry.msgid))
    problems = []
    for form in filter(None, forms):
        if set(PLACEHOLDER.findall(form)) - names or (
            not entry.msgid_plural and names - set(PLACEHOLDER.findall(form))
        ):
            problems.append("placeholders differ")
        if CJK.search(form.replace(BRAND, "")):
            problems.append("Chinese in the English")
    return problems


def main(arguments: list[str]) -> int:
    sys.path.insert(0, str(ROOT))
    command = arguments[0] if len(arguments) == 1 else ""
    if command == "compile":
        compile_all()
        return 0
    if command not in ("update", "check"):
        print(__doc__)
        return 2
    from django.conf import settings

    if not settings.configured:
        settings.configure()
    return update() if command == "update" else check()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
