"""Projects and their pairs: what there is, and writing it to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from codeclm.cli import telling
from codeclm.cli.frame import database, opened, print_json
from codeclm.records import Status

if TYPE_CHECKING:
    from codeclm.pipeline.projects import Project
    from codeclm.pipeline.studio import Studio


@click.command()
@database
def projects(db: str | None, as_json: bool) -> None:
    """List all projects."""
    with opened(db) as studio:
        cards = studio.projects()
        click.echo(telling.size(studio.size()), err=True)
    if as_json:
        print_json(
            [
                {
                    "project": card.name,
                    "seeds": card.seeds,
                    "metadata": card.metadata,
                    "pairs": card.pairs,
                    "pending": card.pending,
                    "approved": card.approved,
                }
                for card in cards
            ]
        )
        return
    click.echo(telling.projects(cards))


@click.command()
@click.option("--format", "format_", type=click.Choice(["jsonl"]), default="jsonl")
@click.option(
    "--status",
    type=click.Choice(["approved", "pending", "rejected", "any"]),
    default="approved",
    show_default=True,
)
@click.option("--project", metavar="NAME", help="Default: the only project there is.")
@click.option("--run", type=click.IntRange(1, 2**62), help="Only the pairs of this run.")
@click.option("--out", required=True, type=click.Path(dir_okay=False))
@database
def export(
    format_: str,
    status: str,
    project: str | None,
    run: int | None,
    out: str,
    db: str | None,
    as_json: bool,
) -> None:
    """Write pairs to a file; 'any' takes every kept pair, reviewed or not."""
    with opened(db) as studio:
        if project:
            home = studio.project(project)
        elif run is not None:
            home = studio.project_of(studio.run(run).row.project)
        else:
            home = only_project(studio)
        if run is not None and studio.run(run).row.project != home.id:
            raise click.UsageError(f"Run {run} is not a run of the project {home.name!r}.")
        wanted = home.filter(run=run, status=None if status == "any" else Status(status))
        written = home.export(Path(out), wanted, _FORMAT_NAMES[format_])
        card = home.card()
    click.echo(f"{written} pairs written to {out}", err=True)
    if not written and card.pairs:
        click.echo(f"{card.pending} pairs are pending; --status any takes them.", err=True)
    if as_json:
        print_json({"pairs": written, "out": out, "status": status})


_FORMAT_NAMES = {"jsonl": "native"}


def only_project(studio: Studio) -> Project:
    """The one project there is, where none is named."""
    names = [card.name for card in studio.projects()]
    if len(names) != 1:
        raise click.UsageError(
            f"Say which project with --project: {', '.join(names) or 'there is none yet'}."
        )
    return studio.project(names[0])
