"""Exports: any selection to a file or a bundle, what was exported, pushing it, restoring it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codeclm.cli import choosing
from codeclm.cli.choosing import choice_options, layout_options, refuse_contradictions
from codeclm.cli.frame import database, opened, print_json
from codeclm.cli.projects import only_project
from codeclm.cli.telling import counted
from codeclm.records import Export

if TYPE_CHECKING:
    from codeclm.pipeline.exporting import Exports, Part, Report
    from codeclm.pipeline.projects import Project
    from codeclm.pipeline.studio import Studio


@click.command()
@layout_options
@choice_options
@click.option("--project", metavar="NAME", help="Default: the only project there is.")
@click.option("--run", type=click.IntRange(1, 2**62), help="Only the pairs of this run.")
@click.option("--check", is_flag=True, help="Only look at what would be written.")
@click.option("--out", type=click.Path(), help="A file by its ending, else a bundle's folder.")
@database
def export(
    project: str | None,
    run: int | None,
    check: bool,
    out: str | None,
    db: str | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Write pairs to a file, or to a folder with card, manifest and trainer configs.

    'any' takes every kept pair, reviewed or not.
    """
    refuse_contradictions(out, check, given)
    with opened(db) as studio:
        home = _home(studio, project, run)
        exports, settings = home.exports, choosing.settings(home, run, given)
        if check or not out:
            report = exports.check(settings)
            chosen = exports.parts(settings, report)
            _tell_check(report, chosen, exports.unwritten(settings, chosen, report), as_json)
            return
        # Unlike the method of Path this is no error where the system cannot even look.
        there = os.path.exists(out) and not exports.made(Path(out))  # noqa: PTH110
        written = exports.write(settings, Path(out))
    _tell(written, out)
    if there:
        click.echo(f"What was at {out} before is replaced.", err=True)
    if as_json:
        print_json({**_told(written), "out": out, "status": given["status"]})


@click.command()
@click.option("--project", metavar="NAME", help="Default: the only project there is.")
@database
def exports(project: str | None, db: str | None, as_json: bool) -> None:
    """List what was exported, newest first, and what has changed since: its pairs, its files."""
    with opened(db) as studio:
        home = studio.project(project) if project else only_project(studio)
        rows = [_row(home.exports, found) for found in home.exports.history(1000)]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        since = ", ".join(f"{len(row[name])} {name}" for name in _SINCE if row[name])
        click.echo(
            f"{row['export']:>4}  {row['created_at'][:16]}  {row['format']:<18}"
            f" {row['rows']:>8} rows  {row['digest'][:12]}  {row['path']}"
            f"  since: {since or 'nothing changed'}"
            + ("" if row["there"] else "; its files are not there as they were written")
        )


@click.command()
@click.argument("number", metavar="EXPORT", type=click.IntRange(1, 2**62))
@click.argument("repo", metavar="OWNER/NAME")
@click.option("--public", is_flag=True, help="Let everybody see it. Default: private.")
@click.option("--project", metavar="NAME", help="Default: the only project there is.")
@database
def push(
    number: int, repo: str, public: bool, project: str | None, db: str | None, as_json: bool
) -> None:
    """Push a bundle to the Hugging Face Hub; HF_TOKEN holds the token."""
    from codeclm.pipeline.exporting import pushing

    with opened(db) as studio:
        home = studio.project(project) if project else only_project(studio)
        folder = home.exports.bundle(home.exports.get(number))
    address = pushing.push(folder, repo, private=not public)
    click.echo(f"Pushed to {address}", err=True)
    if as_json:
        print_json({"export": number, "url": address})


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--project", metavar="NAME", help="Default: the name it had, made unlike others.")
@database
def restore(bundle: Path, project: str | None, db: str | None, as_json: bool) -> None:
    """Restore a BUNDLE of jsonl as a project: its pairs with their chains and reviews."""
    with opened(db, new=True) as studio:
        done = studio.restore(bundle, name=project)
    if not done.checked:
        click.echo("There was no manifest.json to check it by.", err=True)
    click.echo(
        f"{counted(done.pairs, 'pair')} with {counted(done.reviews, 'review')} restored as"
        f" {done.name!r}.",
        err=True,
    )
    if as_json:
        print_json({"project": done.name, "pairs": done.pairs, "reviews": done.reviews})


_SINCE = ("added", "removed", "changed")


def _home(studio: Studio, project: str | None, run: int | None) -> Project:
    if project:
        home = studio.project(project)
    elif run is not None:
        home = studio.project_of(studio.run(run).row.project)
    else:
        home = only_project(studio)
    if run is not None and studio.run(run).row.project != home.id:
        raise click.UsageError(f"Run {run} is not a run of the project {home.name!r}.")
    return home


def _tell(written: Export, out: str) -> None:
    rows = "" if written.rows == written.pairs else f" as {written.rows} rows"
    click.echo(f"{counted(written.pairs, 'pair')} written to {out}{rows}", err=True)
    if len(written.files) > 1:
        click.echo(", ".join(f"{file.split} {file.rows}" for file in written.files), err=True)
    for counts, what in ((written.problems, "Look at"), (written.left_out, "Left out")):
        if counts:
            _tell_counts(what, counts)
    if written.problems:
        click.echo("--check lists them, --leave-out KIND leaves them out.", err=True)


def _tell_counts(what: str, counts: Mapping[str, int]) -> None:
    told = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    click.echo(f"{what}: {told}", err=True)


def _tell_check(
    report: Report, chosen: Sequence[Part], lost: Mapping[str, int], as_json: bool
) -> None:
    pairs, rows = sum(part.pairs for part in chosen), sum(part.rows for part in chosen)
    of = "" if pairs == report.pairs else f" of {report.pairs} that were looked at"
    click.echo(f"{counted(pairs, 'pair')}{of}, {counted(rows, 'row')}", err=True)
    if lost:
        _tell_counts("Left out", lost)
    if len(chosen) > 1:
        click.echo(", ".join(f"{part.split} {part.rows}" for part in chosen), err=True)
    if as_json:
        print_json(
            {"pairs": pairs, "rows": rows, "files": {part.split: part.rows for part in chosen},
             "checked": report.pairs, "problems": report.counts, "flagged": report.flagged,
             "left_out": dict(lost)}
        )  # fmt: skip
        return
    if not report.counts:
        click.echo("Nothing was found.", err=True)
    for kind, count in report.counts.items():
        click.echo(f"{kind}: {count}")
        for problem in report.listed[kind]:
            click.echo(f"  pair {problem.pair}: {problem.told}")


def _told(written: Export) -> dict[str, Any]:
    return {
        "export": written.id,
        "pairs": written.pairs,
        "rows": written.rows,
        "digest": written.digest,
        "files": {file.path: file.rows for file in written.files},
        "problems": dict(written.problems),
        "left_out": dict(written.left_out),
    }


def _row(exports: Exports, found: Export) -> dict[str, Any]:
    change = exports.changes(found)
    return {
        **_told(found),
        "format": found.settings.layout.format,
        "path": str(exports.place(found)),
        "created_at": found.created_at,
        "there": exports.is_there(found),
        **{name: list(getattr(change, name)) for name in _SINCE},
    }
