"""``heyi packs …``: are the rules sound, what differs, what does a clause say, and who signed for it.

A pack is named in three ways: ``cn`` (with the software), a folder, or a version that was kept (``cn@3f2a…``).
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from heyi.config.cli.output import DONE, PARTLY, REFUSED, answer, console, fail, json_option, progress, start_django

if TYPE_CHECKING:
    from heyi.capabilities.compliance.domain import Pack, Rule
    from heyi.capabilities.compliance.domain.documents import Document

language_option = click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="Language of the words.")
EFFECTS = {"stricter": "[green]▲[/green]", "looser": "[red]▼[/red]", "same": "·", "unlike": "[yellow]?[/yellow]"}


@click.group("packs")
def packs_group() -> None:
    """Packs of rules: check them, compare them, explain a clause, sign them."""


@packs_group.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
def check(folder: Path | None, *, as_json: bool) -> None:
    """Look at one pack in FOLDER, or at every pack of the software with the bank's own folder over it."""
    start_django()
    from heyi.capabilities.compliance.adapters import pack_files

    places = [(folder.resolve().name, folder)] if folder else [(n, pack_files.installed(n)) for n in pack_files.names()]
    if folder and not (folder / "pack.yaml").is_file():
        fail(f"{folder} holds no pack.yaml", next_step="name a folder such as src/heyi/packs/cn")
    found: list[dict[str, Any]] = []
    for name, place in places:
        faults = [dict(fault.facts) for fault in pack_files.faults_in(name, place)]
        found.append({"pack": name, "faults": faults, **({} if faults else _counts(_laid_over(name, place, folder)))})
    found += _own_folder_faults(found, folder)
    sound = all(not one["faults"] for one in found)

    def words() -> None:
        for one in found:
            for fault in one["faults"]:
                console.print(f"[red]✗[/red] {one['pack']} {fault.get('where', '')}: {fault.get('problem', '')}")
                console.print(f"  next: {fault.get('next_step', 'mend the file')}")
            if not one["faults"]:
                told = f"{one['rules']} rules, {one['checklists']} checklists, {one['cases']} cases"
                console.print(f"[green]✓[/green] {one['version']}  {told}")

    answer({"ok": sound, "packs": found}, as_json=as_json, human=words)
    sys.exit(DONE if sound else REFUSED)


@packs_group.command()
@click.argument("old")
@click.argument("new")
@language_option
@json_option
def diff(old: str, new: str, lang: str, *, as_json: bool) -> None:
    """Say in words what NEW does otherwise than OLD. Ends with 1 when something differs."""
    start_django()
    from heyi.capabilities.compliance import api as compliance

    before, after = _pack(old), _pack(new)
    changes = compliance.compared(before, after)

    def words() -> None:
        console.print(f"{before.version} → {after.version}")
        for one in changes:
            says = one.says.zh if lang == "zh" else one.says.en
            console.print(f"{EFFECTS[one.effect]} {one.rule_id or before.name}  {says}", soft_wrap=True)
        if not changes:
            console.print("一样" if lang == "zh" else "no difference")

    told = [{**asdict(one), "says": asdict(one.says), "title": asdict(one.title)} for one in changes]
    answer({"old": before.version, "new": after.version, "changes": told}, as_json=as_json, human=words)
    sys.exit(PARTLY if changes else DONE)


@packs_group.command()
@click.argument("rule")
@click.option("--pack", "named", default="", help="Which pack or version; the first that has the clause if not given.")
@language_option
@json_option
def explain(rule: str, named: str, lang: str, *, as_json: bool) -> None:
    """Show one clause: what it says to whom, its source and figures, and its cases with what they come to."""
    start_django()
    found = _find(rule, named)
    if found is None:
        fail(f"no pack has the clause {rule}", next_step="«heyi packs check --json» lists the packs; mind the spelling")
    pack, clause = found
    facts = _facts(pack, clause)

    def words() -> None:
        said = facts[lang]
        console.print(f"[bold]{clause.id}[/bold]  {said['title']}   {pack.version}")
        for label, key in _LABELS[lang]:
            console.print(f"{label}  {said.get(key) or facts.get(key)}", soft_wrap=True)
        for case in facts["cases"]:
            mark = "[green]✓[/green]" if case["holds"] else "[red]✗[/red]"
            console.print(f"  {mark} {case['at']}  {case[lang]} → {case['expect']}", soft_wrap=True)

    answer(facts, as_json=as_json, human=words)
    sys.exit(DONE)


@packs_group.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def key(file: Path) -> None:
    """Make a signing key for the committee in FILE (only its owner can read it) and print its public half."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from heyi.capabilities.compliance.domain.seals import public_text

    if file.exists():
        fail(f"{file} exists", next_step="choose another name; a key is never overwritten")
    made = Ed25519PrivateKey.generate()
    file.touch(mode=0o600)
    file.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    click.echo(public_text(made.public_key()))
    console.print("next: put this line into HEYI_PACK_SIGNERS and keep the file away from the server")


@packs_group.command()
@click.argument("pack")
@click.option("--key", "key_file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def sign(pack: str, key_file: Path) -> None:
    """Sign the content of PACK with the committee's key; prints the signature as JSON."""
    start_django()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    from heyi.capabilities.compliance.domain import seals

    try:
        loaded = load_pem_private_key(key_file.read_bytes(), password=None)
    except (ValueError, TypeError):
        fail(f"{key_file} is no key in PEM", next_step="make one with «heyi packs key FILE»")
    if not isinstance(loaded, Ed25519PrivateKey):
        fail(f"{key_file} holds no Ed25519 key", next_step="make one with «heyi packs key FILE»")
    document = _document(pack)
    signature = seals.sign(loaded, seals.content_statement(document.name, document.digest()))
    told = {"pack": document.name, "digest": document.digest(), "key": seals.public_text(loaded.public_key())}
    click.echo(json.dumps({**told, "signature": signature}))


@packs_group.command()
@click.argument("pack")
@click.option("--signature", "file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def adopt(pack: str, file: Path) -> None:
    """Hand in a signature of the committee (HEYI_PACK_SIGNERS).

    If it is that of a proposal, the proposal holds on its day once it is approved. Otherwise what lies in the files
    holds from now on.
    """
    start_django()
    from heyi.capabilities.compliance import api as compliance
    from heyi.kit.actors import SYSTEM
    from heyi.kit.problems import Problem
    from heyi.plumbing.clock import now

    try:
        told = json.loads(file.read_text())
        digest, signed = told["digest"], {"key": told["key"], "signature": told["signature"]}
    except (ValueError, KeyError, TypeError):
        fail(f"{file} is no signature", next_step="make one with «heyi packs sign»")
    asked = [one for one in compliance.proposals() if one.digest == digest and one.state in ("waiting", "approved")]
    try:
        if asked:
            done = compliance.countersign(proposal_id=asked[0].id, actor=SYSTEM, at=now(), **signed)
            said = f"{done.version} is signed and holds from {done.holds_from:%Y-%m-%d} once it is approved"
        else:
            said = f"{compliance.adopt_signed(name=pack, actor=SYSTEM, at=now(), **signed)} holds from now on"
    except Problem as problem:
        fail(str(problem), next_step=str(problem.facts.get("next_step", "see docs/errors.md")))
    console.print(f"[green]✓[/green] {said}")


_LABELS = {
    "zh": (("依据", "source"), ("效力", "severity"), ("可信度", "confidence"), ("生效", "valid_from"),
           ("参数", "figures"), ("员工", "staff"), ("借款人", "borrower"), ("可以", "instead")),
    "en": (("source", "source"), ("severity", "severity"), ("confidence", "confidence"), ("in force", "valid_from"),
           ("figures", "figures"), ("staff", "staff"), ("borrower", "borrower"), ("instead", "instead")),
}  # fmt: skip


@packs_group.command("dry-run")
@click.argument("pack", default="cn")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First day of the ledger (a year ago if not given).")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day of the ledger (today if not given).")
@json_option
def dry_run(pack: str, since: datetime | None, until: datetime | None, *, as_json: bool) -> None:
    """Say what PACK would have refused of the contacts in the ledger, by clause, branch and agency."""
    start_django()
    from heyi.capabilities.contact import api as contact
    from heyi.kit.dates import SHANGHAI
    from heyi.plumbing import clock

    passed, now = clock.stopwatch(), clock.now()
    last = min(until.replace(tzinfo=SHANGHAI) + timedelta(days=1), now) if until else now
    first = since.replace(tzinfo=SHANGHAI) if since else last - timedelta(days=365)
    if first >= last:
        fail("--since lies after --until", next_step="give the earlier day as --since")
    judged = _pack(pack)
    with progress("contacts", quiet=as_json) as report:
        found = contact.replay_pack(
            pack=judged, since=first, until=last, stage=lambda name, done, total: report(done, total) if total else None
        )
    seconds = passed().total_seconds()

    def words() -> None:
        console.print(f"{judged.version}: {found.refused:,} of {found.contacts:,} contacts refused ({seconds:.1f} s)")
        for one in found.by_clause:
            note = "advice" if one.advice else f"{one.alone:,} by this alone"
            console.print(f"  {one.rule_id:<24}{one.contacts:>12,}  {note}")
        for name, shares in (("branch", found.by_branch), ("agency", found.by_agency)):
            for share in shares:
                console.print(f"  {name} {share.name or '–':<17}{share.refused:>12,} of {share.contacts:,}")

    answer({"pack": judged.version, "seconds": seconds, **found.stored()}, as_json=as_json, human=words)


def _facts(pack: Pack, rule: Rule) -> dict[str, Any]:
    from heyi.capabilities.compliance.adapters import pack_files
    from heyi.capabilities.compliance.domain.examples import fault
    from heyi.capabilities.compliance.domain.wording import value_in_words

    words = pack_files.words()
    texts: dict[str, Any] = {}
    for lang in ("zh", "en"):
        texts[lang] = {name: getattr(getattr(rule, name), lang) for name in ("title", "staff", "borrower", "instead")}
        texts[lang]["severity"] = value_in_words(rule.severity, lang, words)
        texts[lang]["figures"] = value_in_words(dict(rule.parameters), lang, words)
    return {
        "id": rule.id, "pack": pack.version, "kind": rule.kind, "origin": rule.origin, **texts,
        "source": f"{rule.source} {rule.source.link or rule.source.identifier}".strip(), "rank": rule.source.rank,
        "severity": rule.severity, "confidence": rule.confidence, "parameters": dict(rule.parameters),
        "valid_from": rule.valid_from.isoformat(), "valid_to": rule.valid_to.isoformat() if rule.valid_to else None,
        "cases": [
            {"at": case.at.isoformat(), "zh": case.says.zh, "en": case.says.en, "expect": case.expect,
             "holds": not fault(pack, rule, case)}
            for case in rule.cases
        ],
    }  # fmt: skip


def _counts(pack: Pack) -> dict[str, Any]:
    cases = sum(len(rule.cases) for rule in pack.rules)
    return {
        "version": pack.version, "digest": pack.digest, "rules": len(pack.rules),
        "checklists": len(pack.checklists), "cases": cases, "clauses": [rule.id for rule in pack.rules],
    }  # fmt: skip


def _laid_over(name: str, place: Any, folder: Path | None) -> Pack:
    """The pack as it would hold; if the bank's own folder is at fault, the pack alone (the fault is told apart)."""
    from heyi.capabilities.compliance import api as compliance
    from heyi.capabilities.compliance.adapters import pack_files
    from heyi.capabilities.compliance.domain import BadPack

    alone = pack_files.load_from(name, place)
    if folder:
        return alone
    try:
        return pack_files.made(compliance.on_disk(name))
    except BadPack:
        return alone


def _own_folder_faults(found: list[dict[str, Any]], folder: Path | None) -> list[dict[str, Any]]:
    from heyi.capabilities.compliance import api as compliance
    from heyi.capabilities.compliance.adapters import pack_files
    from heyi.capabilities.compliance.domain import BadPack

    told: list[dict[str, Any]] = []
    for one in found if not folder else ():
        try:
            if not one["faults"]:
                pack_files.made(compliance.on_disk(one["pack"]))
        except BadPack as fault:
            told.append({"pack": f"{one['pack']} (HEYI_PACK_OVERLAY)", "faults": [dict(fault.facts)]})
    return told


def _pack(named: str) -> Pack:
    from heyi.capabilities.compliance import api as compliance
    from heyi.capabilities.compliance.adapters import pack_files
    from heyi.kit.problems import Problem

    try:
        return compliance.pack_of(named) if "@" in named else pack_files.made(_document(named))
    except Problem as problem:
        fail(f"{named}: {problem}", next_step=str(problem.facts.get("next_step", "see docs/errors.md")))


def _document(named: str) -> Document:
    from heyi.capabilities.compliance import api as compliance
    from heyi.capabilities.compliance.adapters import pack_files
    from heyi.kit.problems import Problem

    try:
        if "@" in named:
            return compliance.kept_document(named)
        if named in pack_files.names() and not Path(named).is_dir():
            return compliance.on_disk(named)
        return pack_files.read(Path(named).resolve().name, Path(named))
    except Problem as problem:
        step = problem.facts.get("next_step", "name a pack (cn), a folder with pack.yaml, or a version (cn@…)")
        fail(f"{named}: {problem}", next_step=str(step))


def _find(rule_id: str, named: str) -> tuple[Pack, Rule] | None:
    from heyi.capabilities.compliance.adapters import pack_files

    for name in [named] if named else pack_files.names():
        pack = _pack(name)
        rule = pack.rule(rule_id)
        if rule is not None:
            return pack, rule
    return None
