"""Judging kept pairs again: a second judge beside the first, or the same one several times."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

from codeclm.cli import costs, telling
from codeclm.cli.frame import EXIT_CODES, database, opened, print_json
from codeclm.cli.options import SPENDING, caps, spending
from codeclm.cli.projects import only_project
from codeclm.records import Status

if TYPE_CHECKING:
    from codeclm.pipeline.judging import Rejudged
    from codeclm.pipeline.runs import Run
    from codeclm.pipeline.studio import Studio


@click.command()
@click.option("--project", metavar="NAME", help="Default: the only project there is.")
@click.option("--run", "of", type=click.IntRange(1, 2**62), help="Only the pairs of this run.")
@click.option(
    "--status",
    type=click.Choice(["approved", "pending", "rejected", "any"]),
    default="any",
    show_default=True,
)
@click.option("--at-most", type=click.IntRange(1), metavar="N", help="N of them, drawn by --seed.")
@click.option("--judge", default="", metavar="MODEL", help="Default: the project's own judge.")
@click.option(
    "--samples", default=1, show_default=True, metavar="N", help="Judgements in each order, in all."
)
@click.option("--more", type=int, metavar="N", help="So many beside those there are.")
@click.option(
    "--temperature", default=0.0, show_default=True, metavar="T", help="The judge's, 0 to 2."
)
@click.option("--seed", default=0, show_default=True, help="Of every random choice.")
@click.option("--concurrency", default=64, show_default=True, help="Calls in flight to a model.")
@click.option("--timeout", default=120.0, show_default=True, metavar="S", help="For one call.")
@click.option("--estimate", is_flag=True, help="Say what it may take, and end without a call.")
@caps
@database
def rejudge(
    project: str | None,
    of: int | None,
    status: str,
    at_most: int | None,
    more: int | None,
    temperature: float,
    estimate: bool,
    db: str | None,
    as_json: bool,
    **settings: Any,
) -> None:
    """Have pairs judged again in both orders; the first judgements stay as they are."""
    from codeclm.pipeline.run_settings import of_rejudge

    money = {name: settings.pop(name) for name in SPENDING}
    if more is not None:
        settings["samples"] = more
    with opened(db) as studio:
        home = studio.project(project) if project else only_project(studio)
        wanted = home.filter(run=of, status=None if status == "any" else Status(status))
        chosen = of_rejudge(
            home, more=more is not None, temperature=temperature, **settings, **spending(money)
        )
        if estimate:
            found = home.estimate_rejudge(chosen, wanted, at_most)
            print_json(found.to_dict()) if as_json else click.echo(costs.expected(found))
            return
        studio.refuse_taken()
        bring(studio, home.plan_rejudge(chosen, wanted, at_most), as_json)


def bring(studio: Studio, run: Run, as_json: bool) -> NoReturn:
    """Bring a re-judge as far as it goes, say what came of it, and end with its exit code."""
    if run.settings.simulated:
        click.echo("SIMULATED: no real model is asked, the scores are not real.", err=True)
    if found := run.estimate():
        click.echo(costs.expected(found), err=True)
    click.echo(f"Run {run.id} (Ctrl+C once: finish what is in flight and stop)", err=True)
    with click.progressbar(length=_known(run), label="Judgements", file=sys.stderr) as bar:
        state = run.bring(lambda _: bar.update(max(0, _done(run) - bar.pos)))
        bar.update(max(0, _done(run) - bar.pos))
    click.echo(telling.rejudge_end(run.summary(), state, run.row.message), err=True)
    came = studio.project_of(run.row.project).trust.rejudged(run.id)
    click.echo(_told(came), err=True)
    for notice in (
        costs.beside(run.beside_estimate()),
        telling.unbilled(run.usage()),
        telling.warnings(run.warnings()),
    ):
        if notice:
            click.echo(notice, err=True)
    if as_json:
        print_json({**run.summary(), **statistics(came)})
    sys.exit(EXIT_CODES.get(state, 1))


def statistics(came: Rejudged) -> dict[str, Any]:
    """What a second judge came to, as one flat object; null where nothing was compared."""
    second, spread = came.second, came.spread
    return {
        "judge": came.judge,
        "temperature": came.temperature,
        "compared": second.n,
        "same_winner": second.same_winner.value,
        "both_beyond_theta": second.beyond.value,
        "mean_difference": second.difference,
        "correlation": second.correlation,
        "not_kept": second.dropped.part,
        "differing": came.differing,
        "spread": spread.deviation,
        "same_verdict": spread.same.value,
        "sampled": spread.same.n,
    }


def _told(came: Rejudged) -> str:
    second, spread = came.second, came.spread
    if not second.n:
        return "  No pair has been judged in both orders yet."
    lines = [
        f"  {second.n} pairs compared with their first judge: the same winner in"
        f" {second.same_winner.part}, gaps {second.difference:.2f} points apart on average,"
        f" {second.dropped.part} would not be kept"
    ]
    if spread.deviation is not None:
        lines.append(
            f"  asked several times: a pair's gap varies by {spread.deviation:.2f} points,"
            f" the verdict is the same in every sample for {spread.same.part} of {spread.same.n}"
        )
    return "\n".join(lines)


def _known(run: Run) -> int:
    return sum(step.known for step in run.steps())


def _done(run: Run) -> int:
    return sum(step.done for step in run.steps())
