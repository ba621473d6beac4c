"""The app and the worker behind it."""

from __future__ import annotations

import os
import subprocess
import sys

import click

from codeclm.cli.frame import database, opened, print_json
from codeclm.errors import WorkTaken


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Default: a free one from 8501.")
@click.option("--headless", is_flag=True, help="Do not open a browser.")
@database
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
        # An update under a running app would mix the old and the new in open tabs.
        "server.fileWatcherType": "none",
        "client.showErrorDetails": "type",
    }
    if port:
        flags["server.port"] = str(port)
    if as_json:
        print_json({"address": flags["server.address"], "port": port, "db": str(path)})
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


@click.command()
@click.option("--idle", default=120.0, show_default=True, help="Seconds without work to stay.")
@database
def worker(idle: float, db: str | None, as_json: bool) -> None:
    """Do the jobs that the app has asked for. The app starts this itself."""
    from codeclm.pipeline.worker import work

    with opened(db) as studio:
        try:
            work(studio.store, idle)
        except WorkTaken as error:
            # Another one is at work already: just what whoever started this one wanted.
            click.echo(str(error), err=True)
    if as_json:
        print_json({"worker": "ended"})
