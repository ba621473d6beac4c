"""Care of the database."""

from __future__ import annotations

import sys

import click

from codeclm.cli.frame import database, opened, print_json


@click.command()
@database
def doctor(db: str | None, as_json: bool) -> None:
    """Check the database: the file, the sums of its runs, the origin of every text."""
    with opened(db) as studio:
        findings = studio.doctor()
    if as_json:
        print_json([{"what": finding.what, "rows": finding.rows} for finding in findings])
    for finding in findings:
        click.echo(f"{finding.rows} × {finding.what}", err=True)
    if findings:
        sys.exit(1)
    click.echo("Nothing is wrong.", err=True)
