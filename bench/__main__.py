"""``python -m bench [TABLE ...]``: the promised numbers, measured here and now."""

from __future__ import annotations

import click

from bench.table import lines
from bench.tables import TABLES


@click.command()
@click.argument("names", metavar="[TABLE]...", nargs=-1, type=click.Choice(list(TABLES)))
@click.option("--quick", is_flag=True, help="Smaller sizes, in about three minutes.")
def main(names: tuple[str, ...], quick: bool) -> None:
    """Print tables of measurements (all of them by default) in Markdown.

    Everything runs against the project's own fake endpoint, on loopback, in a process of its own.
    """
    for name in names or TABLES:
        for line in lines(TABLES[name], "quick" if quick else "full"):
            click.echo(line)


if __name__ == "__main__":
    main()
