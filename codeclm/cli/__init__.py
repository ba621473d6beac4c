"""The command line: ``codeclm``. Messages go to stderr, data to stdout.

Exit codes: 0 finished, 1 error, 2 usage, 3 paused by the budget, 130 stopped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codeclm import __version__
from codeclm.cli import telling
from codeclm.errors import CodeclmError, WorkTaken
from codeclm.records import PairFilter, Progress, RunState, Status

if TYPE_CHECKING:
    from codeclm.pipeline.runs import Run
    from codeclm.pipeline.studio import Studio

EXIT_CODES = {
    RunState.FINISHED: 0,
    RunState.PAUSED: 3,
    RunState.STOPPED: 130,
    RunState.FAILED: 1,
}


class _Group(click.Group):
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


def _database(command: Callable[..., Any]) -> Callable[..., Any]:
    command = click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")(command)
    return click.option(
        "--db",
        type=click.Path(dir_okay=False),
        envvar="CODECLM_DB",
        help="The database file. Default: data/codeclm.db in a checkout, else the user's folder.",
    )(command)


def _open(db: str | None) -> Studio:
    from codeclm.pipeline.studio import Studio

    studio = Studio(db)
    click.echo(f"Database: {studio.path}", err=True)
    return studio


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


@click.group(cls=_Group)
@click.version_option(__version__, prog_name="codeclm")
def main() -> None:
    """CodecLM: synthesize instruction data tailored to your task and your model."""


@main.command()
@click.argument("seeds", type=click.Path(dir_okay=False))
@click.option("--field", metavar="PATH", help="Where a row's instruction is, such as turns.0.")
@click.option("--strong", required=True, metavar="MODEL", help="ENDPOINT:MODEL that writes.")
@click.option("--target", default="", metavar="MODEL", help="The model that will be tuned.")
@click.option("--judge", default="", metavar="MODEL", help="Scores responses. Default: strong.")
@click.option("--size", default=2000, show_default=True, help="Number of basic instructions.")
@click.option("--project", metavar="NAME", help="Default: the file's name.")
@click.option(
    "--metadata", default=0, metavar="N", help="Mix and match to N entries. Default: no mixing."
)
@click.option("--rubrics", default=4, show_default=True, help="Rubrics and actions of each entry.")
@click.option("--iterations", default=4, show_default=True, help="At most, the first included.")
@click.option("--theta", default=3.0, show_default=True, help="Gaps above it are kept.")
@click.option("--seed", default=0, show_default=True, help="Of every random choice.")
@click.option("--concurrency", default=64, show_default=True, help="Calls in flight to a model.")
@click.option("--timeout", default=120.0, show_default=True, metavar="S", help="For one call.")
@click.option("--strategy", type=click.Choice(["codeclm"]), default="codeclm", show_default=True)
@click.option("--no-rubrics", is_flag=True, help="Ablation: no Self-Rubrics, nothing is improved.")
@click.option("--no-filter", is_flag=True, help="Ablation: no Contrastive Filtering.")
@click.option("--fresh", is_flag=True, help="Ask everything anew instead of replaying.")
@click.option("--budget-calls", type=int, metavar="N", help="Pause before call N + 1.")
@click.option("--budget-tokens", type=int, metavar="N", help="Pause before token N + 1.")
@click.option("--budget-usd", type=float, metavar="USD", help="Pause before more is spent.")
@click.option("--out", type=click.Path(dir_okay=False), help="Write every kept pair here.")
@_database
def synthesize(
    seeds: str,
    field: str | None,
    project: str | None,
    fresh: bool,
    no_rubrics: bool,
    no_filter: bool,
    out: str | None,
    db: str | None,
    as_json: bool,
    **settings: Any,
) -> None:
    """Synthesize pairs from the instructions in SEEDS, unattended."""
    from codeclm.pipeline.synthesis import plan
    from codeclm.settings import RunSettings

    wanted = RunSettings(use_rubrics=not no_rubrics, use_filter=not no_filter, **settings)
    with _open(db) as studio:
        _check_out(out, *studio.store.files, Path(seeds))
        run, imported = plan(studio, seeds, wanted, field=field, project=project, fresh=fresh)
        for note in imported.notes:
            click.echo(note, err=True)
        if imported.skipped:
            first = ", ".join(f"line {line}: {why}" for line, why in imported.skipped[:3])
            click.echo(f"{len(imported.skipped)} rows skipped ({first} …)", err=True)
        _bring(studio, run, out, as_json)


@main.command()
@click.argument("run", type=click.IntRange(1, 2**62), required=False)
@click.option("--concurrency", type=int, help="Change the calls in flight to a model.")
@click.option("--timeout", type=float, metavar="S", help="Change the time for one call.")
@click.option("--budget-calls", type=int, metavar="N", help="Change the cap.")
@click.option("--budget-tokens", type=int, metavar="N", help="Change the cap.")
@click.option("--budget-usd", type=float, metavar="USD", help="Change the cap.")
@click.option("--out", type=click.Path(dir_okay=False), help="Write every kept pair here.")
@_database
def resume(run: int | None, out: str | None, db: str | None, as_json: bool, **changes: Any) -> None:
    """Go on with RUN (default: the newest unfinished run) from where it stopped.

    Settings are those it was planned with; a raised cap lets a paused run go on.
    """
    with _open(db) as studio:
        _check_out(out, *studio.store.files)
        found = studio.run(run) if run is not None else studio.newest_unfinished()
        changed = {name: value for name, value in changes.items() if value is not None}
        if changed:
            found.change(**changed)
        _bring(studio, found, out, as_json)


def _check_out(out: str | None, *spare: Path) -> None:
    """Find out before the run is paid for that its result could not be written."""
    from codeclm.export import check

    if out:
        check(Path(out), spare)


def _bring(studio: Studio, run: Run, out: str | None, as_json: bool) -> None:
    if run.settings.simulated:
        click.echo("SIMULATED: no real model is asked, the pairs are not real data.", err=True)
    click.echo(f"Run {run.id} (Ctrl+C once: finish what is in flight and stop)", err=True)
    with click.progressbar(
        length=run.settings.size,
        label="Instructions settled",
        file=sys.stderr,
        item_show_func=telling.progress,
    ) as bar:
        state = run.bring(lambda progress: _show(bar, progress))
        bar.update(max(0, run.counts().settled - bar.pos))
    row = run.row
    summary = run.summary()
    click.echo(telling.end(summary, state, row.message), err=True)
    if told := telling.unbilled(run.usage()):
        click.echo(told, err=True)
    if out:
        written = studio.project_of(row.project).export(
            Path(out), PairFilter(project=row.project, run=run.id)
        )
        click.echo(f"{written} pairs written to {out}", err=True)
    if as_json:
        _print_json(summary)
    sys.exit(EXIT_CODES.get(state, 1))


def _show(bar: Any, progress: Progress) -> None:
    bar.update(max(0, progress.counts.settled - bar.pos), progress)


@main.command()
@_database
def runs(db: str | None, as_json: bool) -> None:
    """List all runs, newest first."""
    with _open(db) as studio:
        rows = []
        for run in studio.runs():
            row = run.row
            rows.append(
                {
                    **run.summary(),
                    "project": studio.project_of(row.project).name,
                    "goal": row.settings.goal,
                    "state": run.state,
                    "created_at": row.created_at,
                }
            )
    if as_json:
        _print_json(rows)
        return
    click.echo(telling.runs(rows))


@main.command()
@_database
def projects(db: str | None, as_json: bool) -> None:
    """List all projects."""
    with _open(db) as studio:
        cards = studio.projects()
    if as_json:
        _print_json(
            [
                {
                    "project": card.name,
                    "seeds": card.seeds,
                    "metadata": card.metadata,
                    "pairs": card.pairs,
                    "pending": card.pending,
                    "approved": card.approved,
                }
                for card in cards
            ]
        )
        return
    click.echo(telling.projects(cards))


@main.command()
@click.option("--format", "format_", type=click.Choice(["jsonl"]), default="jsonl")
@click.option(
    "--status",
    type=click.Choice(["approved", "pending", "rejected", "any"]),
    default="approved",
    show_default=True,
)
@click.option("--project", metavar="NAME", help="Default: the only project there is.")
@click.option("--run", type=click.IntRange(1, 2**62), help="Only the pairs of this run.")
@click.option("--out", required=True, type=click.Path(dir_okay=False))
@_database
def export(
    format_: str,
    status: str,
    project: str | None,
    run: int | None,
    out: str,
    db: str | None,
    as_json: bool,
) -> None:
    """Write pairs to a file; 'any' takes every kept pair, reviewed or not."""
    with _open(db) as studio:
        if project:
            home = studio.project(project)
        elif run is not None:
            home = studio.project_of(studio.run(run).row.project)
        else:
            home = _only_project(studio)
        if run is not None and studio.run(run).row.project != home.id:
            raise click.UsageError(f"Run {run} is not a run of the project {home.name!r}.")
        wanted = home.filter(run=run, status=None if status == "any" else Status(status))
        written = home.export(Path(out), wanted, _FORMAT_NAMES[format_])
        card = home.card()
    click.echo(f"{written} pairs written to {out}", err=True)
    if not written and card.pairs:
        click.echo(f"{card.pending} pairs are pending; --status any takes them.", err=True)
    if as_json:
        _print_json({"pairs": written, "out": out, "status": status})


_FORMAT_NAMES = {"jsonl": "native"}


def _only_project(studio: Studio) -> Any:
    names = [card.name for card in studio.projects()]
    if len(names) != 1:
        raise click.UsageError(
            f"Say which project with --project: {', '.join(names) or 'there is none yet'}."
        )
    return studio.project(names[0])


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Default: a free one from 8501.")
@click.option("--headless", is_flag=True, help="Do not open a browser.")
@_database
def app(port: int | None, headless: bool, db: str | None, as_json: bool) -> None:
    """Open the app on this machine's loopback address."""
    from codeclm.settings import APP_FOLDER, database_path

    path = database_path(db)
    click.echo(f"Database: {path}", err=True)
    # Streamlit reads its config file only from two folders: what matters is passed as flags.
    flags = {
        "server.address": "127.0.0.1",
        "server.headless": str(headless or not sys.stdout.isatty()).lower(),
        "server.showEmailPrompt": "false",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "type",
    }
    if port:
        flags["server.port"] = str(port)
    if as_json:
        _print_json({"address": flags["server.address"], "port": port, "db": str(path)})
    command = [sys.executable, "-m", "streamlit", "run", str(APP_FOLDER / "asgi.py")]
    command += [f"--{name}={value}" for name, value in flags.items()]
    # A page elsewhere that points its own name at this machine gets no session.
    command += [f"--server.allowedHosts={host}" for host in ("127.0.0.1", "localhost")]
    os.environ["CODECLM_DB"] = str(path)
    if os.name == "posix":
        # The server takes this process's place: whoever ends the command ends the server.
        sys.stdout.flush()
        os.execv(sys.executable, command)  # noqa: S606
    sys.exit(subprocess.call(command))  # noqa: S603


@main.command()
@click.option("--idle", default=120.0, show_default=True, help="Seconds without work to stay.")
@_database
def worker(idle: float, db: str | None, as_json: bool) -> None:
    """Do the jobs that the app has asked for. The app starts this itself."""
    from codeclm.pipeline.worker import work

    with _open(db) as studio:
        try:
            work(studio.store, idle)
        except WorkTaken as error:
            # Another one is at work already: just what whoever started this one wanted.
            click.echo(str(error), err=True)
    if as_json:
        _print_json({"worker": "ended"})


@main.command()
@_database
def doctor(db: str | None, as_json: bool) -> None:
    """Check the database: the file, the sums of its runs, the origin of every text."""
    with _open(db) as studio:
        findings = studio.doctor()
    if as_json:
        _print_json([{"what": finding.what, "rows": finding.rows} for finding in findings])
    for finding in findings:
        click.echo(f"{finding.rows} × {finding.what}", err=True)
    if findings:
        sys.exit(1)
    click.echo("Nothing is wrong.", err=True)
