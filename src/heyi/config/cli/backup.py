"""``heyi backup FILE``."""

from __future__ import annotations

from pathlib import Path

import click

from heyi.config.cli.output import answer, console, fail, json_option, progress, start_django


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--passphrase-file", type=click.Path(path_type=Path, exists=True), help="Also keep the keys, sealed.")
@json_option
def backup(*, file: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Write database and objects to one file. Without a passphrase file the keys stay out: keep them elsewhere."""
    if file.exists():
        fail(f"{file} exists already", next_step="choose another name; backups are never overwritten")
    start_django()
    from django.conf import settings

    from heyi.config import archive
    from heyi.kit.problems import Problem
    from heyi.plumbing import clock

    passphrase = passphrase_file.read_text().strip() if passphrase_file else None
    try:
        with progress("backing up", quiet=as_json) as report:
            contents = archive.write(
                target=file.resolve(),
                data_dir=settings.HEYI.data_dir,
                passphrase=passphrase,
                at=clock.now(),
                report=report,
            )
    except Problem as problem:
        fail(str(problem), next_step="heyi doctor")

    def words() -> None:
        console.print(f"[green]✓[/green] {file}: {len(contents.files):,} files from {contents.engine}")
        if not contents.with_keys:
            where = "HEYI_MASTER_KEY" if passphrase else "master.key"
            console.print(f"  the keys are not in it; without {where} nobody can read the personal data again")
        if elsewhere:
            console.print(f"  the encrypted objects are not in it either; back up {elsewhere} by its own means")

    inside = (settings.HEYI.data_dir / "objects").absolute().as_uri()
    stores = [one.partition("?")[0] for one in settings.HEYI.objects_url.split()]
    elsewhere = " ".join(one for one in stores if not one.startswith(inside))
    facts = {
        "file": str(file),
        "files": len(contents.files),
        "with_keys": contents.with_keys,
        "objects_elsewhere": elsewhere,
    }
    answer(facts, as_json=as_json, human=words)
