"""Runs side by side on an equal budget."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from codeclm.cli import telling
from codeclm.cli.frame import database, opened, print_json
from codeclm.records import EQUAL

if TYPE_CHECKING:
    from codeclm.records import Apart, Compared, Equal

NUMBER = click.IntRange(1, 2**62)
#: Characters of a cell at most.
LONGEST = 34


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

    table = [("", [f"run {run.run}" for run in found.runs]), *wording.rows(found)]
    table = [(name, [telling.cell(cell, LONGEST) for cell in cells]) for name, cells in table]
    names = max(len(name) for name, _ in table)
    widths = [max(len(cells[at]) for _, cells in table) for at in range(len(found.runs))]
    lines = [wording.budget(found), ""]
    lines += [_line(name, cells, names, widths) for name, cells in table]
    apart = wording.differences(found)
    lines += ["", f"Less run {found.baseline}, with the 95 % interval of the difference:"]
    if not apart:
        lines.append("  nothing was measured of both: one of the pools is empty or too small")
    others = [run.run for run in found.runs if run.run != found.baseline]
    for at, run in enumerate(others if apart else ()):
        lines.append(f"  run {run}")
        lines += [f"    {name:<{names}}  {cells[at]}" for name, cells in apart]
    return "\n".join([*lines, "", wording.samples(found)])


def _line(name: str, cells: list[str], names: int, widths: list[int]) -> str:
    aligned = "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
    return f"{name:<{names}}  {aligned}"


def _apart(found: Apart | None) -> dict[str, Any] | None:
    return {**asdict(found), "noise": found.is_noise} if found else None
