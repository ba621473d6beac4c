"""The quality of a project's texts: duplicates, contamination, checks, coverage, diversity, map."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from codeclm.cli import coverage, looked
from codeclm.cli.frame import database, opened, print_json
from codeclm.cli.projects import only_project
from codeclm.records import FINDINGS, KEEPS, LookKind

if TYPE_CHECKING:
    from codeclm.pipeline.projects import Project


@click.group()
def quality() -> None:
    """Look at the texts of a project: nothing is dropped unless you say --reject."""


quality.add_command(coverage.coverage)


def home(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every look has."""
    command = database(command)
    return click.option("--project", metavar="NAME", help="Default: the only project there is.")(
        command
    )


def deciding(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a look that flags pairs."""
    for option in (
        click.option("--reviewer", default="", metavar="NAME", help="Who rejects."),
        click.option("--approved-too", is_flag=True, help="Also what somebody has approved."),
        click.option("--reject", is_flag=True, help="Reject what is flagged; undone as one thing."),
        click.option(
            "--show",
            default=looked.LISTED,
            show_default=True,
            metavar="N",
            help="Findings with texts.",
        ),
        click.option("--last", is_flag=True, help="Tell the last look; do not look again."),
    ):
        command = option(command)
    return command


_LEAST = click.option(
    "--least",
    type=click.FloatRange(0.3, 1),
    default=0.7,
    show_default=True,
    help="Jaccard similarity of runs of three words from which on texts are alike.",
)


def by_meaning(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a look that can go by vectors instead of by words."""
    for option in (
        click.option(
            "--estimate", is_flag=True, help="Tell what the embedding model would be asked for."
        ),
        click.option(
            "--embedding",
            default="",
            metavar="MODEL",
            help="Go by a model's vectors: openai:text-embedding-3-small. Default: by words.",
        ),
    ):
        command = option(command)
    return command


@quality.command()
@_LEAST
@click.option(
    "--keep", type=click.Choice(KEEPS), default="highest gap", show_default=True, help="Of a group."
)
@by_meaning
@click.option(
    "--embedding-least",
    type=click.FloatRange(0.3, 1),
    default=0.9,
    show_default=True,
    help="Cosine of two vectors from which on texts are alike.",
)
@deciding
@home
def duplicates(
    least: float,
    keep: Any,
    embedding: str,
    embedding_least: float,
    estimate: bool,
    **common: Any,
) -> None:
    """Pairs whose instructions are alike, and which one of each group is kept."""
    settings = {
        "least": least,
        "keep": keep,
        "embedding": embedding,
        "embedding_least": embedding_least,
    }
    if estimate:
        _estimate("duplicates", settings, **common)
        return
    _look("duplicates", settings, ["duplicate"], **common)


@quality.command()
@_LEAST
@deciding
@home
def copies(least: float, **common: Any) -> None:
    """Pairs whose instruction copies a seed instead of being new."""
    _look("copies", {"least": least}, ["copy of a seed"], **common)


@quality.command()
@click.option(
    "--set",
    "files",
    multiple=True,
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="A benchmark's file; repeat it. Default: all sets the project has.",
)
@click.option("--field", metavar="PATH", help="Where a row's instruction is, such as turns.0.")
@deciding
@home
def contamination(files: tuple[str, ...], field: str | None, **common: Any) -> None:
    """Pairs that hold items of benchmark sets, which a tuned model would be measured by."""
    from codeclm.pipeline import synthesis

    read = [
        synthesis.read_benchmark(file, {"instruction": field} if field else {}) for file in files
    ]

    def brought(project: Project) -> Mapping[str, Any]:
        return {"sets": [project.evaluations.bring(file).id for file in read]}

    _look("contamination", brought, ["contamination"], **common)


@quality.command()
@click.option("--language", default="", metavar="CODE", help="What instructions are to be in: en.")
@deciding
@home
def checks(language: str, **common: Any) -> None:
    """Refusals, cut endings, loops, leaked prompts, missing inputs, personal data and the like."""
    flags = [flag for flag, kind in FINDINGS.items() if kind == "checks"]
    _look("checks", {"language": language}, flags, **common)


@quality.command()
@home
def diversity(**common: Any) -> None:
    """Length, distinct-n, entropy, verbs and objects, by iteration and strategy; outliers."""
    _look("diversity", {}, [], **common)


@quality.command("map")
@by_meaning
@home
def map_(embedding: str, estimate: bool, **common: Any) -> None:
    """Where instructions lie to each other, in regions named by their words.

    With --json also "points": pair, x, y, region, use case, gap and status of each.
    """
    if estimate:
        _estimate("map", {"embedding": embedding}, **common)
        return
    _look("map", {"embedding": embedding}, [], **common)


def _estimate(
    kind: LookKind,
    settings: Mapping[str, Any],
    *,
    project: str | None,
    db: str | None,
    as_json: bool,
    **_: Any,
) -> None:
    """Tell what a look by vectors would ask for, and ask nobody."""
    from dataclasses import asdict

    if not settings["embedding"]:
        raise click.UsageError("--estimate is for a look by vectors: name its --embedding.")
    with opened(db) as studio:
        where = studio.project(project) if project else only_project(studio)
        found = asdict(where.looks.embedding_estimate(kind, settings))
    if as_json:
        print_json(found)
        return
    click.echo("\n".join(looked.lines(found)))


def _look(
    kind: LookKind,
    settings: Mapping[str, Any] | Callable[[Project], Mapping[str, Any]],
    flags: list[str],
    *,
    project: str | None,
    db: str | None,
    as_json: bool,
    last: bool = False,
    show: int = 0,
    reject: bool = False,
    approved_too: bool = False,
    reviewer: str = "",
) -> None:
    """Look, or tell the last look, say what came of it, and reject what is flagged if asked to."""
    with opened(db) as studio:
        where = studio.project(project) if project else only_project(studio)
        if not last:
            given = settings(where) if callable(settings) else settings
            where.looks.look(kind, given, _progress())
            _cleared()
        found = where.looks.newest(kind)
        if found is None:
            raise click.UsageError("Nobody has looked yet: leave --last out.")
        rejected = (
            sum(
                where.looks.reject(flag, reviewer=reviewer, approved_too=approved_too)
                for flag in flags
            )
            if reject
            else None
        )
        rows = [row for flag in flags for row in _evidence(where, flag, show)]
        placed = where.looks.points() if kind == "map" else []
    told = {
        "look": kind,
        **found.settings,
        **found.result,
        "stale": found.stale,
        **({} if rejected is None else {"rejected": rejected}),
    }
    if found.simulated:
        click.echo("SIMULATED: no real model was asked, the vectors know only words.", err=True)
    if as_json:
        if flags:
            told["findings"] = rows
        if kind == "map":
            told["points"] = placed
        print_json(told)
        return
    if found.stale:
        click.echo(
            "Texts were added or changed since this look: leave --last out to look again.", err=True
        )
    click.echo("\n".join(looked.lines(told)))
    for row in rows:
        click.echo(looked.line(row))


def _evidence(project: Project, flag: str, limit: int) -> list[dict[str, Any]]:
    return [
        {
            "flag": flag,
            "pair": one.finding.pair,
            "status": one.pair.status,
            "part": one.finding.part,
            "why": one.finding.why,
            "similarity": one.finding.similarity,
            "text": getattr(one.pair, one.finding.part),
            "source": one.source,
            "theirs": one.theirs,
        }
        for one in project.looks.evidence(flag, limit)
    ]


def _progress() -> Callable[[str], None]:
    """What says how far a look is, in one line of a terminal and nowhere else."""
    if not sys.stderr.isatty():
        return lambda words: None
    return lambda words: click.echo(f"\r\x1b[K{words}", err=True, nl=False)


def _cleared() -> None:
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", err=True, nl=False)
