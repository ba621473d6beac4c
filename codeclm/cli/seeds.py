"""Seeds: importing instructions without a run over them."""

from __future__ import annotations

import click

from codeclm.cli import telling
from codeclm.cli.frame import database, opened, print_json


@click.group()
def seeds() -> None:
    """Bring the instructions of your task."""


@seeds.command("import")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--field", metavar="PATH", help="Where a row's instruction is, such as turns.0.")
@click.option("--input-field", metavar="PATH", help="Where a row's input is, to be set below it.")
@click.option("--project", metavar="NAME", help="Default: the file's name.")
@database
def import_(
    file: str,
    field: str | None,
    input_field: str | None,
    project: str | None,
    db: str | None,
    as_json: bool,
) -> None:
    """Import the instructions in FILE: JSONL, JSON, CSV, TSV, Parquet or plain lines."""
    from codeclm.pipeline import synthesis

    found = synthesis.read_seeds(file, field, input_field)
    with opened(db, new=True) as studio:
        done, home = synthesis.import_seeds(studio, file, found, project=project)
        name = home.name
    for note in done.notes:
        click.echo(note, err=True)
    if done.skipped:
        click.echo(telling.skipped(done.skipped, found.unit), err=True)
    many = "seed" if done.added == 1 else "seeds"
    click.echo(f"{done.added} {many} added to {name!r}, {done.known} known already.", err=True)
    if as_json:
        print_json(
            {
                "project": name,
                "added": done.added,
                "known": done.known,
                "skipped": len(done.skipped),
            }
        )
