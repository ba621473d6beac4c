"""Evaluating models: how much of a reference's ability a candidate has on a set."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from codeclm.cli import costs, evaluated, telling
from codeclm.cli.frame import EXIT_CODES, database, opened, print_json
from codeclm.cli.options import SPENDING, caps, spending
from codeclm.records import RunState

if TYPE_CHECKING:
    from codeclm.ingest import BenchmarkFile
    from codeclm.pipeline.projects import Project
    from codeclm.pipeline.runs import Run
    from codeclm.pipeline.studio import Studio
    from codeclm.records import Party
    from codeclm.settings import RunSettings

#: The options that say where a row's parts are, to the names of ``BenchmarkFields``.
_PATHS = {
    "field": "instruction",
    "input_field": "input",
    "candidate_field": "candidate",
    "reference_field": "reference",
    "use_case_field": "use_case",
    "skill_field": "skills",
}


@click.command()
@click.option("--set", "file", required=True, type=click.Path(dir_okay=False), metavar="FILE")
@click.option("--field", metavar="PATH", help="Where a row's instruction is, such as turns.0.")
@click.option("--input-field", metavar="PATH", help="Where a row's input is, to be set below it.")
@click.option("--candidate", default="", metavar="MODEL", help="The model that is measured.")
@click.option("--reference", default="", metavar="MODEL", help="The model it is measured by.")
@click.option(
    "--judge", default="", metavar="MODEL", help="Default: the project's, else reference."
)
@click.option(
    "--base", "bases", multiple=True, metavar="MODEL", help="A model to stand beside it; repeat it."
)
@click.option("--candidate-field", metavar="PATH", help="Where its recorded responses are.")
@click.option("--reference-field", metavar="PATH", help="The same for the reference.")
@click.option("--use-case-field", metavar="PATH", help="Default: the usual names.")
@click.option("--skill-field", metavar="PATH", help="Default: the usual names.")
@click.option("--by", type=click.Choice(["use-case", "skill"]), help="Also slice by slice.")
@click.option("--whole", is_flag=True, help="Also what is held out for metadata, a fifth.")
@click.option(
    "--seed",
    type=click.IntRange(-(2**62), 2**62),
    default=0,
    show_default=True,
    help="Draws what is held out.",
)
@click.option(
    "--write-split", type=click.Path(dir_okay=False), metavar="FILE", help="Write that as seeds."
)
@click.option("--export", type=click.IntRange(1, 2**62), metavar="N", help="What it was tuned on.")
@click.option("--project", metavar="NAME", help="Default: the only one, else the file's name.")
@click.option("--concurrency", default=64, show_default=True, help="Calls in flight to a model.")
@click.option("--timeout", default=120.0, show_default=True, metavar="S", help="For one call.")
@click.option("--fresh", is_flag=True, help="Ask everything anew instead of replaying.")
@click.option("--estimate", is_flag=True, help="Say what it may take, and end without a call.")
@caps
@database
def evaluate(
    file: str,
    candidate: str,
    reference: str,
    judge: str,
    bases: tuple[str, ...],
    by: str | None,
    whole: bool,
    seed: int,
    write_split: str | None,
    export: int | None,
    project: str | None,
    fresh: bool,
    estimate: bool,
    db: str | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Compare a candidate with a reference on the instructions in FILE, judged in both orders.

    A response wins if it wins in both orders. CRR is the share that the candidate wins or ties.
    """
    from codeclm.pipeline import synthesis

    paths = {name: given.pop(option) for option, name in _PATHS.items()}
    found = synthesis.read_benchmark(
        file, {n: path for n, path in paths.items() if path is not None}
    )
    nobody = not (candidate or reference or found.fields.recorded)
    if nobody and not write_split:
        raise click.UsageError(
            "Say who is compared: --candidate and --reference, or the fields of their responses."
        )
    if write_split and not estimate:
        _write(Path(write_split), Path(file), found, seed, only=nobody, as_json=as_json)
    if nobody:
        return
    money = {name: given.pop(name) for name in SPENDING}
    with opened(db, new=True) as studio:
        home = _home(studio, project, Path(file), make=not estimate)
        names = {"reference": reference, "judge": judge}
        given |= {"recorded": found.fields.recorded, "fresh": fresh, **names, **spending(money)}
        wanted = [_settings(home, candidate, **given)]
        given["recorded"] = tuple(party for party in found.fields.recorded if party != "candidate")
        wanted += [_settings(home, base, **given) for base in bases]
        if estimate or home is None:
            _estimate(studio, home, found, wanted, seed=seed, whole=whole, as_json=as_json)
            return
        studio.refuse_taken()
        planned = _plan(home, found, wanted, seed=seed, whole=whole, export=export)
        bring(studio, planned, as_json, by=by)


def bring(studio: Studio, runs: Sequence[Run], as_json: bool, *, by: str | None = None) -> NoReturn:
    """Bring evaluations as far as they go, say what came of them, and end with an exit code.

    One that does not end leaves those behind it to a resume.
    """
    state = RunState.FINISHED
    for run in runs:
        state = _brought(run)
        if state is not RunState.FINISHED:
            break
    evaluations = studio.project_of(runs[0].row.project).evaluations
    came = [evaluations.result(run.id) for run in runs]
    differences = [evaluations.difference(runs[0].id, run.id) for run in runs[1:]]
    if as_json:
        first, *others = (
            {**run.summary(), **evaluated.statistics(one, by)}
            for run, one in zip(runs, came, strict=True)
        )
        beside = [
            {**other, "difference": evaluated.difference(found)}
            for other, found in zip(others, differences, strict=True)
        ]
        print_json({**first, "base": beside} if beside else first)
    else:
        click.echo(evaluated.table(came, differences, by))
    sys.exit(EXIT_CODES.get(state, 1))


def _brought(run: Run) -> RunState:
    """Bring one evaluation further, tell how it goes, and return the state it ends in."""
    if run.settings.simulated:
        click.echo("SIMULATED: no real model is asked, the scores are not real.", err=True)
    if found := run.estimate():
        click.echo(costs.expected(found), err=True)
    click.echo(f"Run {run.id} (Ctrl+C once: finish what is in flight and stop)", err=True)
    known = sum(step.known for step in run.steps())
    with click.progressbar(length=known, label="Responses, assessments", file=sys.stderr) as bar:
        state = run.bring(lambda _: bar.update(max(0, _done(run) - bar.pos)))
        bar.update(max(0, _done(run) - bar.pos))
    click.echo(telling.evaluation_end(run.summary(), state, run.row.message), err=True)
    for notice in (
        costs.beside(run.beside_estimate()),
        telling.unbilled(run.usage()),
        telling.warnings(run.warnings()),
    ):
        if notice:
            click.echo(notice, err=True)
    return state


def _done(run: Run) -> int:
    return sum(step.done for step in run.steps())


def _home(studio: Studio, project: str | None, file: Path, *, make: bool) -> Project | None:
    """The project of an evaluation; None where there is none yet and none is to be made."""
    names = [card.name for card in studio.projects()]
    if not project and len(names) > 1:
        raise click.UsageError(f"Say which project with --project: {', '.join(names)}.")
    name = project or (names[0] if names else file.stem)
    return studio.open_project(name) if make else studio.known_project(name)


def _settings(home: Project | None, candidate: str, *, fresh: bool, **given: Any) -> RunSettings:
    from codeclm.pipeline.run_settings import of_evaluation

    recorded: tuple[Party, ...] = given.pop("recorded")
    generation = home.next_generation() if fresh and home else int(fresh)
    return of_evaluation(
        home, candidate=candidate, recorded=recorded, generation=generation, **given
    )


def _estimate(
    studio: Studio,
    home: Project | None,
    file: BenchmarkFile,
    wanted: Sequence[RunSettings],
    *,
    seed: int,
    whole: bool,
    as_json: bool,
) -> None:
    from codeclm.pipeline import forecast
    from codeclm.pipeline.evaluations import evaluated

    items = evaluated(file.items, seed=seed, whole=whole)
    number = home.id if home else None
    with studio.store.reading() as db:
        found = [forecast.over_items(db, number, settings, items) for settings in wanted]
    if as_json:
        first, *others = (one.to_dict() for one in found)
        print_json({**first, "base": others} if others else first)
        return
    for settings, one in zip(wanted, found, strict=True):
        click.echo(costs.expected(one, f"Estimate for {settings.target}"))


def _plan(
    home: Project,
    file: BenchmarkFile,
    wanted: Sequence[RunSettings],
    *,
    seed: int,
    whole: bool,
    export: int | None,
) -> list[Run]:
    _tell(file)
    benchmark = home.evaluations.bring(file, seed=seed)
    out = "" if whole else f", {benchmark.held_out} more held out for metadata"
    count = benchmark.items if whole else benchmark.evaluated
    click.echo(f"{file.name}: {telling.counted(count, 'item')} to compare{out}.", err=True)
    return [
        # What was tuned is the candidate, not what stands beside it.
        home.evaluations.plan(benchmark, settings, whole=whole, export=None if place else export)
        for place, settings in enumerate(wanted)
    ]


def _tell(file: BenchmarkFile) -> None:
    for note in file.notes:
        click.echo(note, err=True)
    if file.skipped:
        rows = [(row.line, row.reason) for row in file.skipped]
        click.echo(telling.skipped(rows, file.unit), err=True)


def _write(
    out: Path, source: Path, file: BenchmarkFile, seed: int, *, only: bool, as_json: bool
) -> None:
    """Write what is held out as a file of seeds."""
    from codeclm.export import write
    from codeclm.pipeline.evaluations import held_out

    seeds = held_out(file.items, seed=seed)
    rows: list[Mapping[str, str]] = [{"instruction": item.instruction} for item in seeds]
    lines = (json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
    write(out, lines, [source])
    click.echo(f"{telling.counted(len(rows), 'seed')} written to {out}", err=True)
    if only:
        _tell(file)
        if as_json:
            print_json(
                {"split": str(out), "seeds": len(rows), "evaluated": len(file.items) - len(rows)}
            )
