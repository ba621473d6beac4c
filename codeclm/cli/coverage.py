"""How a project covers its task: holes, targets, and a run for just what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from codeclm.cli import looked, telling
from codeclm.cli.frame import database, opened, print_json
from codeclm.cli.projects import only_project

if TYPE_CHECKING:
    from codeclm.pipeline.projects import Project


@click.command()
@click.option("--by", type=click.Choice(["use-case", "skill"]), default="use-case")
@click.option(
    "--of",
    "stage",
    type=click.Choice(["metadata", "kept", "approved"]),
    default="kept",
    show_default=True,
    help="What is held against the seeds, or the targets.",
)
@click.option(
    "--target",
    "wanted",
    multiple=True,
    metavar="NAME=N",
    help="So many pairs of a name, or a share such as 12 %; repeat it. It is kept.",
)
@click.option("--no-targets", is_flag=True, help="Forget the targets: the seeds' shares count.")
@click.option("--fill", is_flag=True, help="Plan a run for just what is missing.")
@click.option("--project", metavar="NAME", help="Default: the only project there is.")
@database
def coverage(
    by: str,
    stage: Any,
    wanted: tuple[str, ...],
    no_targets: bool,
    fill: bool,
    project: str | None,
    db: str | None,
    as_json: bool,
) -> None:
    """Use cases or skills from seeds to approved pairs: distance, holes, excesses, targets."""
    field: Any = by.replace("-", " ")
    if fill and stage == "metadata":
        raise click.UsageError("--fill makes pairs, no metadata: take --of kept or --of approved.")
    with opened(db) as studio:
        where = studio.project(project) if project else only_project(studio)
        if wanted or no_targets:
            given = [_target(one) for one in wanted]
            named = {one.name for one in given}
            known = [] if no_targets else where.coverage.targets(field)
            where.coverage.save_targets(
                field, [*(one for one in known if one.name not in named), *given]
            )
        match = where.coverage.match(field, stage)
        told: dict[str, Any] = {
            "by": field,
            "of": stage,
            **asdict(match),
            "counts": where.coverage.counts(field),
            "crossed": where.coverage.crossed(),
            "targets": [asdict(one) for one in where.coverage.targets(field)],
            "missing": where.coverage.missing(field, stage),
        }
        if fill:
            told |= _fill(where, field, told["missing"])
    if as_json:
        print_json(told)
        return
    del told["crossed"]
    click.echo("\n".join(looked.lines(told)))


def _target(given: str) -> Any:
    from codeclm.pipeline.coverage import Target

    name, equals, amount = given.rpartition("=")
    number = amount.strip()
    try:
        if not equals or not name.strip():
            raise ValueError(given)
        if number.endswith("%"):
            return Target(name.strip(), None, float(number[:-1]) / 100)
        return Target(name.strip(), int(number), None)
    except ValueError:
        raise click.UsageError(f"--target {given!r}: write NAME=20 or NAME=12%.") from None


def _fill(project: Project, field: Any, missing: Mapping[str, int]) -> dict[str, Any]:
    """Plan a run for what is missing; it is brought further by ``codeclm resume``."""
    found = project.coverage.filling(field, missing)
    if found is None:
        click.echo(
            "Nothing is missing that an approved entry could be asked for;"
            " --target NAME=N asks for more.",
            err=True,
        )
        return {"run": None}
    for name in found.unreachable:
        click.echo(
            f"{telling.cell(name, looked.LINE)}: no approved entry has it;"
            " add one to the metadata.",
            err=True,
        )
    for number in project.coverage.under_way():
        click.echo(
            f"Run {number} fills holes already: what it will make is not counted yet.", err=True
        )
    run = project.plan_from_metadata(found.settings, found.entries)
    click.echo(f"Run {run.id} is planned: codeclm resume {run.id}", err=True)
    return {
        "run": run.id,
        "instructions": found.settings.size,
        "unreachable": list(found.unreachable),
    }
