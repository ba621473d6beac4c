"""Pairs from elsewhere: import them, and have what has no scores scored."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codeclm.cli import telling
from codeclm.cli.frame import database, opened, print_json
from codeclm.cli.options import caps, spending
from codeclm.cli.runs import EXIT_CODES, SPENDING, brought

if TYPE_CHECKING:
    from codeclm.pipeline.projects import Project
    from codeclm.pipeline.runs import Run

#: The options that say where a row's parts are: name of ``PairFields`` to what it is.
_PATHS = {
    "instruction": "its instruction",
    "strong": "the better model's response",
    "target": "the response of the model to be tuned",
    "strong_score": "the score of the strong response, 1 to 10",
    "target_score": "the score of the target's response",
    "use_case": "its use case",
    "skills": "its skills: a list, or names with commas between",
}


def paths(command: Any) -> Any:
    """The options that map a row's fields."""
    for name, what in reversed(_PATHS.items()):
        command = click.option(
            f"--{name.replace('_', '-')}",
            name,
            metavar="PATH",
            help=f"Where a row has {what}. Default: the usual names.",
        )(command)
    return command


@click.group()
def pairs() -> None:
    """Bring pairs of your own, and have them scored."""


@pairs.command("import")
@click.argument("file", type=click.Path(dir_okay=False))
@paths
@click.option("--strong-model", default="", metavar="NAME", help="Who gave the strong responses.")
@click.option("--target-model", default="", metavar="NAME", help="Who gave the target's responses.")
@click.option("--project", metavar="NAME", help="Default: the file's name.")
@click.option("--theta", default=3.0, show_default=True, help="Gaps above it are kept.")
@click.option("--score", is_flag=True, help="Have the judge score the rows without scores.")
@click.option("--judge", default="", metavar="MODEL", help="Who scores. Default: the project's.")
@caps
@database
def import_(
    file: str,
    strong_model: str,
    target_model: str,
    project: str | None,
    theta: float,
    score: bool,
    judge: str,
    db: str | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Import the pairs in FILE as a run of their own.

    Given scores decide by θ. What has none is kept with the strong response, or with --score judged
    first, in both orders.
    """
    from codeclm.pipeline import synthesis

    money = {name: given.pop(name) for name in SPENDING}
    if not score and (judge or any(money.values())):
        raise click.UsageError("--judge, caps and prices are for --score: nobody is asked without.")
    found = synthesis.read_pairs(file, {name: path or "" for name, path in given.items()})
    with opened(db, new=True) as studio:
        if score:
            studio.refuse_taken()
        if score:
            judge = _judge(studio.known_project(project or Path(file).stem), judge)
        done = synthesis.import_pairs(
            studio,
            file,
            found,
            project=project,
            strong=strong_model,
            target=target_model,
            judge=judge,
            theta=theta,
            **spending(money),
        )
        for note in done.notes:
            click.echo(note, err=True)
        if done.skipped:
            click.echo(telling.skipped(done.skipped, done.unit), err=True)
        click.echo(telling.imported(done), err=True)
        _end(studio.run(done.run), as_json, len(done.skipped), score=score and done.unscored > 0)


@pairs.command()
@click.argument("run", type=click.IntRange(1, 2**62))
@click.option("--judge", default="", metavar="MODEL", help="Who scores. Default: the project's.")
@click.option("--theta", type=float, help="Gaps above it are kept. Default: the run's.")
@caps
@database
def score(
    run: int, judge: str, theta: float | None, db: str | None, as_json: bool, **given: Any
) -> None:
    """Have the judge score what was imported as RUN without scores, in both orders.

    What was kept for want of scores is kept again only if its gap is above θ.
    """
    money = {name: given.pop(name) for name in SPENDING}
    with opened(db) as studio:
        found = studio.run(run)
        settings = found.settings
        changes = spending(money, settings.role_budgets, settings.prices)
        if theta is not None:
            changes["theta"] = theta
        if not judge and settings.asked_roles:
            judge = settings.judge
        studio.refuse_taken()
        judge = _judge(studio.project_of(found.row.project), judge)
        left = found.score(judge, **changes)
        click.echo(f"Without scores: {left}. They are scored by {judge}.", err=True)
        _end(found, as_json, 0, score=True)


def _judge(project: Project | None, judge: str) -> str:
    """The judge of a command: the one it names, else the project's."""
    row = project.row if project else {"judge": "", "strong": ""}
    known = judge or row["judge"] or row["strong"]
    if not known:
        raise click.UsageError("Say who scores: --judge MODEL.")
    return known


def _end(run: Run, as_json: bool, skipped: int, *, score: bool) -> None:
    """Let the run go on if it is to, print what there is then, and end."""
    state = brought(run) if score else run.state
    if as_json:
        counts = run.counts()
        print_json(
            {
                "run": run.id,
                "imported": counts.instructions,
                "skipped": skipped,
                "kept": counts.kept,
                "exhausted": counts.exhausted,
                "unscored": run.unscored,
            }
        )
    sys.exit(EXIT_CODES.get(state, 1))
