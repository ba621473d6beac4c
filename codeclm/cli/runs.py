"""Runs: plan one, bring it further, list them all."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codeclm.cli import costs, drops, evaluate, rejudge, telling
from codeclm.cli.frame import EXIT_CODES, database, has_database, opened, print_json
from codeclm.cli.options import SPENDING, caps, spending, stops
from codeclm.errors import SettingsError
from codeclm.prompts.asking import EVALUATION, steps_of
from codeclm.records import PairFilter, Progress, RunState, Status
from codeclm.settings import DIMENSIONS, NODES, ROUNDS, STRATEGIES

if TYPE_CHECKING:
    from codeclm.pipeline.runs import Run
    from codeclm.pipeline.studio import Studio

STEPS = tuple(dict.fromkeys(step for step, _ in (*steps_of(*STRATEGIES), *EVALUATION)))


@click.command()
@click.argument("seeds", type=click.Path(dir_okay=False))
@click.option("--field", metavar="PATH", help="Where a row's instruction is, such as turns.0.")
@click.option("--strong", required=True, metavar="MODEL", help="ENDPOINT:MODEL that writes.")
@click.option("--target", default="", metavar="MODEL", help="The model that will be tuned.")
@click.option("--judge", default="", metavar="MODEL", help="Scores responses. Default: strong.")
@click.option("--size", default=2000, show_default=True, help="Number of instructions.")
@click.option("--project", metavar="NAME", help="Default: the file's name.")
@click.option(
    "--metadata", default=0, metavar="N", help="Mix and match to N entries. Default: no mixing."
)
@click.option("--rubrics", default=4, show_default=True, help="Rubrics and actions of each entry.")
@click.option("--iterations", default=4, show_default=True, help="At most, the first included.")
@click.option("--theta", default=3.0, show_default=True, help="Gaps above it are kept.")
@click.option(
    "--max-tokens", default=2048, show_default=True, metavar="N", help="Of a response at most."
)
@click.option("--seed", default=0, show_default=True, help="Of every random choice.")
@click.option("--concurrency", default=64, show_default=True, help="Calls in flight to a model.")
@click.option("--timeout", default=120.0, show_default=True, metavar="S", help="For one call.")
@click.option("--strategy", type=click.Choice(STRATEGIES), default="codeclm", show_default=True)
@click.option("--rounds", default=ROUNDS, show_default=True, help="Of evolution, with wizardlm.")
@click.option(
    "--nodes",
    type=click.Choice([str(number) for number in NODES]),
    default=str(NODES[-1]),
    show_default=True,
    help="That tree-instruct adds.",
)
@click.option(
    "--dimension",
    type=click.Choice(DIMENSIONS),
    default=DIMENSIONS[0],
    show_default=True,
    help="What alpagasus rates.",
)
@click.option(
    "--filter", "with_filter", is_flag=True, help="Contrastive Filtering of another strategy."
)
@click.option("--no-rubrics", is_flag=True, help="Ablation: no Self-Rubrics, nothing is improved.")
@click.option("--no-filter", is_flag=True, help="Ablation: no Contrastive Filtering.")
@click.option(
    "--brief", metavar="FILE", help="What the data is for: text, or TOML with the brief's parts."
)
@click.option("--system-prompt", default="", metavar="TEXT", help="Both models answer under it.")
@click.option(
    "--brief-is-system-prompt",
    "system_prompt_is_brief",
    is_flag=True,
    help="Both models answer under the brief.",
)
@click.option("--fresh", is_flag=True, help="Ask everything anew instead of replaying.")
@click.option("--estimate", is_flag=True, help="Say what it may take, and end without a call.")
@stops
@caps
@click.option("--out", type=click.Path(dir_okay=False), help="Write what the run keeps here.")
@database
def synthesize(
    seeds: str,
    field: str | None,
    project: str | None,
    fresh: bool,
    no_rubrics: bool,
    no_filter: bool,
    with_filter: bool,
    nodes: str,
    estimate: bool,
    brief: str | None,
    out: str | None,
    db: str | None,
    as_json: bool,
    **settings: Any,
) -> None:
    """Synthesize pairs from the instructions in SEEDS, unattended."""
    from codeclm.pipeline import synthesis
    from codeclm.settings import RunSettings

    money = {name: settings.pop(name) for name in SPENDING}
    known = synthesis.read_brief(brief) if brief else None
    if with_filter and no_filter:
        raise click.UsageError("--filter and --no-filter are each other's opposite.")
    wanted = RunSettings(
        use_rubrics=not no_rubrics,
        # The compared methods go without unless they are asked to go with it.
        use_filter=with_filter or (settings["strategy"] == "codeclm" and not no_filter),
        nodes=int(nodes),
        brief=known.text if known else "",
        **settings,
        **spending(money),
    )
    with opened(db, new=True) as studio:
        _check_out(out, *studio.store.files, Path(seeds))
        if estimate:
            found = synthesis.estimate(studio, seeds, wanted, field=field, project=project)
            print_json(found.to_dict()) if as_json else click.echo(costs.expected(found))
            return
        studio.refuse_taken()
        run, imported = synthesis.plan(
            studio, seeds, wanted, field=field, project=project, fresh=fresh, brief=known
        )
        for note in imported.notes:
            click.echo(note, err=True)
        if imported.skipped:
            first = ", ".join(f"line {line}: {why}" for line, why in imported.skipped[:3])
            click.echo(f"{len(imported.skipped)} rows skipped ({first} …)", err=True)
        _bring(studio, run, out, as_json)


@click.command()
@click.argument("run", type=click.IntRange(1, 2**62), required=False)
@click.option("--concurrency", type=int, help="Change the calls in flight to a model.")
@click.option("--timeout", type=float, metavar="S", help="Change the time for one call.")
@click.option("--size", type=int, metavar="N", help="Let the run have more instructions.")
@click.option("--theta", type=float, help="Apply another θ to what is judged, and go on.")
@click.option("--iterations", type=int, metavar="N", help="Apply another number, and go on.")
@stops
@caps
@click.option("--out", type=click.Path(dir_okay=False), help="Write what the run keeps here.")
@database
def resume(run: int | None, out: str | None, db: str | None, as_json: bool, **changes: Any) -> None:
    """Go on with RUN (default: the newest unfinished run) from where it stopped.

    Settings are those it was planned with; a raised cap lets a paused run go on. A finished RUN
    goes on under another --theta, more --iterations or a larger --size.
    """
    money = {name: changes.pop(name) for name in SPENDING}
    with opened(db) as studio:
        _check_out(out, *studio.store.files)
        found = studio.run(run) if run is not None else studio.newest_unfinished()
        known = found.settings
        changed = {name: value for name, value in changes.items() if value is not None}
        if any(money.values()):
            changed |= spending(money, known.role_budgets, known.prices)
        studio.refuse_taken()
        if changed:
            found.change(**changed)
        _bring(studio, found, out, as_json)


@click.command()
@click.argument("run", type=click.IntRange(1, 2**62), required=False)
@click.option("--step", type=click.Choice(STEPS), help="Only those of this step.")
@click.option("--kind", metavar="KIND", help="Only those of this kind, such as ReplyError.")
@database
def failures(
    run: int | None, step: str | None, kind: str | None, db: str | None, as_json: bool
) -> None:
    """List what failed in RUN (default: the newest run), with the raw replies."""
    with opened(db) as studio:
        found = studio.run(run) if run is not None else studio.newest_run()
        listed = found.failures(step=step, kind=kind)
    if as_json:
        print_json(telling.failure_rows(listed))
        return
    click.echo(telling.failures(listed))


@click.command()
@click.argument("run", type=click.IntRange(1, 2**62), required=False)
@click.option("--rule", metavar="RULE", help="Only what this rule has dropped.")
@click.option("--accepted", is_flag=True, help="What its pool accepted, and what that is like.")
@click.option("--limit", default=200, show_default=True, metavar="N", help="At most.")
@database
def dropped(
    run: int | None, rule: str | None, accepted: bool, limit: int, db: str | None, as_json: bool
) -> None:
    """List what the rules of RUN's strategy have dropped (default: the newest run), and why."""
    if accepted and rule:
        raise click.UsageError("--rule is of what was dropped, not of what was --accepted.")
    with opened(db) as studio:
        found = studio.run(run) if run is not None else studio.newest_run()
        if accepted:
            stayed = found.accepted(limit)
            rows, told = drops.accepted_rows(stayed), drops.accepted(stayed)
        else:
            listed = found.dropped(limit, rule=rule)
            rows, told = drops.dropped_rows(listed), drops.dropped(listed)
    if as_json:
        print_json(rows)
        return
    click.echo(told)


@click.command()
@click.argument("run", type=click.IntRange(1, 2**62), required=False)
@click.option("--step", type=click.Choice(STEPS), help="Only those of this step.")
@click.option("--kind", metavar="KIND", help="Only those of this kind, such as ReplyError.")
@click.option("--out", type=click.Path(dir_okay=False), help="Write what the run keeps here.")
@database
def retry(
    run: int | None,
    step: str | None,
    kind: str | None,
    out: str | None,
    db: str | None,
    as_json: bool,
) -> None:
    """Ask again what failed in RUN (default: the newest run), and go on with it."""
    with opened(db) as studio:
        _check_out(out, *studio.store.files)
        found = studio.run(run) if run is not None else studio.newest_run()
        studio.refuse_taken()
        number = found.retry(step, kind)
        click.echo(f"{number} failures are asked again.", err=True)
        _bring(studio, found, out, as_json)


@click.command()
@database
def runs(db: str | None, as_json: bool) -> None:
    """List all runs, newest first."""
    rows = []
    if has_database(db):
        with opened(db) as studio:
            rows = [_row(studio, run) for run in studio.runs()]
    if as_json:
        print_json(rows)
        return
    click.echo(telling.runs(rows))


def _row(studio: Studio, run: Run) -> dict[str, Any]:
    row = run.row
    return {
        **run.summary(),
        "project": studio.project_of(row.project).name,
        "goal": row.settings.goal,
        "strategy": row.settings.strategy,
        "source": row.source,
        "state": run.state,
        "created_at": row.created_at,
    }


def _check_out(out: str | None, *spare: Path) -> None:
    """Find out before the run is paid for that its result could not be written."""
    from codeclm.export import check

    if out:
        check(Path(out), spare)


def _bring(studio: Studio, run: Run, out: str | None, as_json: bool) -> None:
    if out and run.settings.goal != "pairs":
        raise SettingsError(
            f"Run {run.id} is there for {run.settings.goal} alone: it has no pairs to write.",
            "Leave out --out.",
        )
    if run.settings.goal == "rejudge":
        rejudge.bring(studio, run, as_json)
    if run.settings.goal == "evaluate":
        evaluate.bring(studio, [run], as_json)
    state = brought(run)
    if out:
        row = run.row
        exports = studio.project_of(row.project).exports
        kept = PairFilter(
            project=row.project, run=run.id, status_not=Status.REJECTED, dropped=False
        )
        written = exports.write_file(exports.settings(kept), Path(out))
        click.echo(f"{written.pairs} pairs written to {out}", err=True)
    if as_json:
        print_json(run.summary())
    sys.exit(EXIT_CODES.get(state, 1))


def brought(run: Run) -> RunState:
    """Bring a run further, tell how it goes and how it ended, and return the state it ends in."""
    if run.settings.simulated:
        click.echo("SIMULATED: no real model is asked, the pairs are not real data.", err=True)
    if found := run.estimate():
        # Nobody estimates what is left of a run: what it was planned with is what there is.
        begun = run.usage().calls > 0
        what = "Estimate of the run as first planned" if begun else "Estimate"
        click.echo(costs.expected(found, what), err=True)
    click.echo(f"Run {run.id} (Ctrl+C once: finish what is in flight and stop)", err=True)
    with click.progressbar(
        length=run.counts().instructions,
        label="Instructions settled",
        file=sys.stderr,
        item_show_func=telling.progress,
    ) as bar:
        state = run.bring(lambda progress: _show(bar, progress))
        bar.update(max(0, run.counts().settled - bar.pos))
    click.echo(telling.end(run.summary(), state, run.row.message), err=True)
    if told := costs.beside(run.beside_estimate()):
        click.echo(told, err=True)
    if told := telling.unbilled(run.usage()):
        click.echo(told, err=True)
    if told := telling.warnings(run.warnings()):
        click.echo(told, err=True)
    return state


def _show(bar: Any, progress: Progress) -> None:
    # A run that grows in stages has more to do than it had.
    bar.length = progress.counts.instructions
    bar.update(max(0, progress.counts.settled - bar.pos), progress)
