"""Projects: what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from codeclm.cli import telling
from codeclm.cli.frame import database, has_database, opened, print_json

if TYPE_CHECKING:
    from codeclm.pipeline.projects import Project
    from codeclm.pipeline.studio import Studio


@click.command()
@database
def projects(db: str | None, as_json: bool) -> None:
    """List all projects."""
    cards = []
    if has_database(db):
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


def only_project(studio: Studio) -> Project:
    """The one project there is, where none is named."""
    names = [card.name for card in studio.projects()]
    if len(names) != 1:
        raise click.UsageError(
            f"Say which project with --project: {', '.join(names) or 'there is none yet'}."
        )
    return studio.project(names[0])
