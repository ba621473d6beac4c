"""Care of the database: checking it, backing it up, making room, deleting a project."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codeclm.cli import telling
from codeclm.cli.frame import database, opened, print_json
from codeclm.records import as_bytes

if TYPE_CHECKING:
    from codeclm.pipeline.projects import Project


@click.command()
@database
def doctor(db: str | None, as_json: bool) -> None:
    """Check the database: the file, the sums of its runs, the origin of every text."""
    with opened(db) as studio:
        findings = studio.doctor()
        click.echo(telling.size(studio.size()), err=True)
    if as_json:
        print_json([{"what": finding.what, "rows": finding.rows} for finding in findings])
    for finding in findings:
        click.echo(f"{finding.rows} × {finding.what}", err=True)
    if findings:
        sys.exit(1)
    click.echo("Nothing is wrong.", err=True)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@database
def backup(file: Path, force: bool, db: str | None, as_json: bool) -> None:
    """Copy the database into FILE, whole and checked, also while a run goes on."""
    with opened(db) as studio:
        written = studio.backup(file, force=force)
    size = written.stat().st_size
    click.echo(f"Backup of {as_bytes(size)} written to {file} and checked.", err=True)
    if as_json:
        print_json({"backup": str(file), "bytes": size})


@click.command()
@click.option("--project", metavar="NAME", help="Only replies this project has paid.")
@click.option(
    "--older-than", type=click.FloatRange(0), metavar="DAYS", help="Only replies older than this."
)
@click.option("--failures", is_flag=True, help="Also the raw text of what failed.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@database
def prune(
    project: str | None,
    older_than: float | None,
    failures: bool,
    dry_run: bool,
    db: str | None,
    as_json: bool,
) -> None:
    """Empty the raw replies of finished runs and give their space back.

    Data sets stay as they are. What was pruned is not replayed: asked again, it is paid again.
    """
    with opened(db) as studio:
        pruned = studio.prune(
            studio.project(project) if project else None,
            older_than=older_than,
            failures=failures,
            dry_run=dry_run,
        )
    verb = "would be emptied" if dry_run else "emptied"
    click.echo(f"{pruned.replies} raw replies {verb}, {as_bytes(pruned.bytes)} of text.", err=True)
    if not dry_run:
        click.echo(telling.shrinking(pruned.before, pruned.after, pruned.unshrunk), err=True)
    if as_json:
        print_json(
            {
                "replies": pruned.replies,
                "bytes": pruned.bytes,
                "before": pruned.before.total,
                "after": pruned.after.total,
            }
        )


@click.command()
@click.argument("project", metavar="PROJECT")
@click.option("--confirm", metavar="NAME", help="The project's name once more.")
@database
def delete(project: str, confirm: str | None, db: str | None, as_json: bool) -> None:
    """Delete PROJECT with everything in it: seeds, metadata, runs, pairs, paid replies."""
    with opened(db) as studio:
        found = studio.project(project)
        name = found.name
        _confirmed(found, name, confirm)
        deleted = found.delete()
    click.echo(f"Deleted with {telling.holdings(deleted.went)}.", err=True)
    click.echo(telling.shrinking(deleted.before, deleted.after, deleted.unshrunk), err=True)
    if as_json:
        went = deleted.went
        print_json(
            {
                "project": name,
                "seeds": went.seeds,
                "metadata": went.metadata,
                "runs": went.runs,
                "pairs": went.pairs,
                "approved": went.approved,
                "calls": went.calls,
            }
        )


def _confirmed(project: Project, name: str, confirm: str | None) -> None:
    """Have the name repeated, or end with a usage error and everything still there."""
    if confirm is None:
        if not sys.stdin.isatty():
            raise click.UsageError("Repeat the project's name with --confirm to delete it.")
        click.echo(f"This goes: {telling.holdings(project.holdings())}.", err=True)
        confirm = click.prompt("Type the project's name to delete it", default="", err=True)
    if " ".join(confirm.split()) != name:
        raise click.UsageError("That is not the project's name. Nothing was deleted.")
