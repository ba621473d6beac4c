"""Models on this machine: listing, fetching and removing their files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from codeclm.cli.frame import print_json
from codeclm.records import as_bytes

if TYPE_CHECKING:
    from codeclm.pipeline.models import Known

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")


@click.group()
def models() -> None:
    """Models that run on this machine, without a key: local:NAME."""


@models.command("list")
@_json
def list_(as_json: bool) -> None:
    """List the models that can be fetched, and what there is of each."""
    from codeclm.pipeline import models as known

    found = known.listed()
    if as_json:
        print_json([model.to_dict() for model in found])
        return
    for model in found:
        click.echo(_line(model))
    if not known.can_serve():
        click.echo("Serving them takes pip install 'codeclm[local]'.", err=True)


@models.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@_json
def pull(names: tuple[str, ...], as_json: bool) -> None:
    """Fetch the files of models, whole or from where it stopped."""
    from codeclm.pipeline import models as known

    shows = sys.stderr.isatty()
    found = []
    for name in names:

        def told(words: str, name: str = name) -> None:
            if shows:
                click.echo(f"\r\033[K{name}: {words}", nl=False, err=True)

        if not shows:
            click.echo(f"{name}: fetching …", err=True)
        try:
            model = known.pull(name, told)
        finally:
            if shows:
                click.echo("\r\033[K", nl=False, err=True)
        found.append(model)
        click.echo(f"{name}: {as_bytes(model.bytes)} in {model.path}, as it should be.", err=True)
    if as_json:
        print_json([model.to_dict() for model in found])


@models.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@_json
def remove(names: tuple[str, ...], as_json: bool) -> None:
    """Delete the files of models, also those that are not whole."""
    from codeclm.pipeline import models as known

    gone = {name: known.remove(name) for name in names}
    for name, size in gone.items():
        told = f"removed, {as_bytes(size)} are free again" if size else "there was nothing of it"
        click.echo(f"{name}: {told}.", err=True)
    if as_json:
        print_json([{"name": name, "bytes": size} for name, size in gone.items()])


def _line(model: Known) -> str:
    memory = f"takes up to {as_bytes(model.memory)} of memory"
    return (
        f"{model.name}  {model.title}, {as_bytes(model.bytes)}, {memory}, {model.licence}:"
        f" {model.state}"
    )
