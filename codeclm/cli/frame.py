"""What every command has: its database, its JSON, and our errors as one message with a hint."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from codeclm.errors import CodeclmError, StoreError
from codeclm.records import RunState

if TYPE_CHECKING:
    from codeclm.pipeline.studio import Studio

#: What a command ends with, by the state its run ends in.
EXIT_CODES = {
    RunState.FINISHED: 0,
    RunState.PAUSED: 3,
    RunState.STOPPED: 130,
    RunState.FAILED: 1,
}


class Group(click.Group):
    """Shows our errors as one message with its hint; anything else is a bug and stays visible."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(130)
        except CodeclmError as error:
            click.echo(f"Error: {error.message}", err=True)
            if error.hint:
                click.echo(f"       {error.hint}", err=True)
            ctx.exit(1)


def database(command: Callable[..., Any]) -> Callable[..., Any]:
    command = click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")(command)
    return click.option(
        "--db",
        type=click.Path(dir_okay=False),
        envvar="CODECLM_DB",
        help="The database file. Default: data/codeclm.db in a checkout, else the user's folder.",
    )(command)


def opened(db: str | None, *, new: bool = False) -> Studio:
    """The database of a command; one that is not there is made only by what puts something in it.

    Raises ``StoreError`` where there is none and ``new`` is not said.
    """
    from codeclm.pipeline.studio import Studio

    if not new and (missing := _missing(db)):
        raise missing
    studio = Studio(db)
    click.echo(f"Database: {studio.path}", err=True)
    return studio


def has_database(db: str | None) -> bool:
    """Whether there is anything to list; where nothing is, that is said and no database made."""
    if missing := _missing(db):
        click.echo(missing.message, err=True)
    return not missing


def _missing(db: str | None) -> StoreError | None:
    from codeclm.settings import database_path

    path = database_path(db)
    if path.exists():
        return None
    return StoreError(
        f"There is no database {path}.",
        "Name one with --db; 'codeclm synthesize' and 'codeclm seeds import' make one.",
    )


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))
