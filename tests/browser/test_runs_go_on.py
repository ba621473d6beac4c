"""A reload, a closed tab and a server that is gone: the run goes on, and is there afterwards."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from browsing import served, settle

from codeclm.pipeline.studio import Studio
from codeclm.records import Metadata, RunState

pytestmark = pytest.mark.browser


def prepared(database: Path) -> None:
    """A project that is ready to run."""
    with Studio(database) as studio:
        project = studio.create_project("garden")
        project.configure(strong="openai:big", target="openai:small")
        project.add_metadata([Metadata("pruning advice", ("plant care",))])


def progressed(run, calls: int) -> None:
    until = time.monotonic() + 120
    while run.usage().calls < calls:
        assert time.monotonic() < until, f"{run.usage().calls} calls after two minutes"
        time.sleep(0.05)


def test_nothing_that_happens_to_the_page_stops_a_run(database, page, tmp_path, serve) -> None:
    server = serve(latency=0.1)
    prepared(database)
    with Studio(database) as studio:
        with served(database, tmp_path, with_worker=False) as address:
            where = f"{address}/run?project=1&size=60&concurrency=4"
            page.goto(where)
            page.get_by_role("button", name="Start run").click()
            settle(page)
            run = studio.project("garden").runs()[0]
            progressed(run, 10)
            page.reload()
            page.get_by_text(re.compile(r"calls/s")).first.wait_for()
            page.goto("about:blank")
            progressed(run, run.usage().calls + 10)
        assert run.state is RunState.RUNNING
        # The server is gone; its worker is not.
        progressed(run, run.usage().calls + 10)
        with served(database, tmp_path) as address:
            page.goto(f"{address}/run?project=1")
            page.get_by_role("link", name="Review the pairs →").wait_for()
        assert run.state is RunState.FINISHED
        assert run.counts().settled == 60
        assert server.stats()["repaid"] == 0
        assert studio.doctor() == []
