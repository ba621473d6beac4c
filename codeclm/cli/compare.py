"""Runs side by side on an equal budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from codeclm.cli.frame import database, opened, print_json
from codeclm.records import EQUAL, MEASURES

if TYPE_CHECKING:
    from codeclm.records import Apart, Compared, ComparedRun, Equal, Measure, Measured, Spend

NUMBER = click.IntRange(1, 2**62)
#: Characters of a run's column at least, and of what it holds at most.
WIDTH, LONGEST = 12, 26


@click.command()
@click.argument("runs", metavar="RUN RUN [...]", type=NUMBER, nargs=-1, required=True)
@click.option(
    "--equal",
    type=click.Choice(EQUAL),
    default="calls",
    show_default=True,
    help="Cut all to the smallest spend, or number of pairs.",
)
@click.option("--baseline", type=NUMBER, metavar="RUN", help="Default: the first.")
@database
def compare(
    runs: tuple[int, ...], equal: Equal, baseline: int | None, db: str | None, as_json: bool
) -> None:
    """Put runs side by side: pools, cost, and which differences are more than noise.

    An equal budget takes of each run its first chains, as if it had been planned smaller.
    """
    with opened(db) as studio:
        found = studio.compare(runs, equal=equal, baseline=baseline)
    if any(run.simulated for run in found.runs):
        click.echo("SIMULATED: no real model was asked in some of these runs.", err=True)
    if as_json:
        print_json(rows(found))
        return
    click.echo(told(found))


def rows(found: Compared) -> dict[str, Any]:
    """A comparison as one object; each run has its differences with ``noise``."""
    return {
        **asdict(found),
        "runs": [
            {
                **asdict(run),
                "per_pair": asdict(run.per_pair) if run.per_pair else None,
                "differences": {name: _apart(one) for name, one in run.differences.items()},
            }
            for run in found.runs
        ],
    }


def told(found: Compared) -> str:
    """A comparison as a table, one column a run, and what is noise below it."""
    from codeclm.pipeline import compared_wording as wording

    table = _table(found)
    names = max(len(name) for name, _ in table)
    widths = [max(WIDTH, *(len(cells[at]) for _, cells in table)) for at in range(len(found.runs))]
    lines = [wording.budget(found), ""]
    lines += [_line(name, cells, names, widths) for name, cells in table]
    lines += ["", f"Less run {found.baseline}, with the 95 % interval of the difference:"]
    for run in found.runs:
        if run.run != found.baseline:
            lines += [f"  run {run.run}", *(_differs(run, name) for name in MEASURES)]
    return "\n".join([*lines, "", wording.samples(found)])


def _table(found: Compared) -> list[tuple[str, list[str]]]:
    from codeclm.pipeline import compared_wording as wording

    cells: dict[str, Callable[[ComparedRun], str]] = {
        "": lambda run: f"run {run.run}",
        "strategy": lambda run: _short(wording.method(run)),
        "strong": lambda run: _short(run.strong),
        "target": lambda run: _short(run.target),
        "judge": lambda run: _short(run.judge),
        "state": lambda run: str(run.state),
        "simulated": lambda run: "yes" if run.simulated else "no",
        "planned instructions": lambda run: str(run.planned),
        "compared": wording.part,
        "kept pairs": lambda run: str(run.pairs),
        "kept at iteration 1, 2, …": lambda run: " ".join(map(str, run.kept)) or "–",
        "exhausted": lambda run: str(run.exhausted),
        "failed": lambda run: str(run.failed),
        "calls paid by the run": lambda run: str(run.paid.calls),
        "replies replayed": lambda run: str(run.paid.replayed),
        **_spends("behind the pool", lambda run: run.spend),
        **_spends("a kept pair", lambda run: run.per_pair),
    }
    table = [(name, [read(run) for run in found.runs]) for name, read in cells.items()]
    table += [
        (wording.NAMES[name][0], [_measured(name, run.measures[name]) for run in found.runs])
        for name in MEASURES
    ]
    return table


def _spends(
    what: str, read: Callable[[ComparedRun], Spend | None]
) -> dict[str, Callable[[ComparedRun], str]]:
    return {
        f"calls {what}": lambda run: _number(found.calls if (found := read(run)) else None, 1),
        f"tokens {what}": lambda run: _number(found.tokens if (found := read(run)) else None, 0),
        f"US dollars {what}": lambda run: _number(found.usd if (found := read(run)) else None, 4),
    }


def _line(name: str, cells: list[str], names: int, widths: list[int]) -> str:
    aligned = "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
    return f"{name:<{names}}  {aligned}"


def _measured(name: Measure, found: Measured | None) -> str:
    from codeclm.pipeline import compared_wording as wording

    digits = wording.NAMES[name][1]
    if found is None:
        return "–"
    if found.low is None or found.high is None:
        return f"{found.value:.{digits}f}"
    return f"{found.value:.{digits}f} ({found.low:.{digits}f} to {found.high:.{digits}f})"


def _differs(run: ComparedRun, name: Measure) -> str:
    from codeclm.pipeline import compared_wording as wording

    label, digits = wording.NAMES[name]
    apart = run.differences[name]
    if apart is None:
        return f"    {label:<40}  {'–':>8}  {wording.verdict(apart)}"
    between = ""
    if apart.low is not None and apart.high is not None:
        between = f" ({apart.low:+.{digits}f} to {apart.high:+.{digits}f})"
    return f"    {label:<40}  {apart.difference:>+8.{digits}f}{between}  {wording.verdict(apart)}"


def _apart(found: Apart | None) -> dict[str, Any] | None:
    return {**asdict(found), "noise": found.is_noise} if found else None


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _short(name: str) -> str:
    """A name from outside on one line, without what a terminal would obey."""
    shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in name) or "–"
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
