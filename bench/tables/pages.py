"""How long each page's script takes over a large database, warm, without a browser."""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.grown import MODELS, make
from bench.table import Cell, Size, Table
from codeclm.pipeline.looks import DEFAULTS
from codeclm.pipeline.run_settings import of_evaluation
from codeclm.pipeline.studio import Studio
from codeclm.pipeline.synthesis import read_benchmark
from codeclm.settings import APP_FOLDER, RunSettings

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

PAIRS: Mapping[Size, int] = {"full": 100_000, "quick": 20_000, "tiny": 1}
#: Instructions of the run that Compare has beside it, and items of the set on Evaluate.
BESIDE: Mapping[Size, int] = {"full": 250, "quick": 100, "tiny": 3}
#: Runs of a script before it is timed, and those that are timed.
WARM, TIMED = 2, 9


def rows(size: Size) -> Iterator[Sequence[Cell]]:
    from codeclm.ui.page import SECTIONS

    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "large.db"
        kept = make(database, PAIRS[size]).counts().kept
        _measure(database, Path(folder) / "set.jsonl", BESIDE[size])
        with _looking_at(database):
            for place in (place for places in SECTIONS.values() for place in places):
                app = _opened(place.file)
                taken = [_timed(app) for _ in range(WARM + TIMED)][WARM:]
                yield place.title, kept, 1000 * statistics.median(taken), 1000 * max(taken)


def _measure(database: Path, benchmark: Path, count: int) -> None:
    """Give Compare a run of another method, Evaluate two candidates, and have all texts looked at.

    ``count`` is the size of that run and of the set.
    """
    items = (
        {"prompt": f"Explain step {at} of a long plan.", "skills": ["a"]} for at in range(count)
    )
    benchmark.write_text("".join(f"{json.dumps(item)}\n" for item in items))
    with Studio(database) as studio:
        project = studio.project_of(1)
        project.plan_from_metadata(RunSettings(size=count, use_filter=False, **MODELS)).bring()
        found = project.evaluations.bring(read_benchmark(benchmark, {}))
        for candidate in MODELS.values():
            settings = of_evaluation(project, candidate=candidate, reference=MODELS["strong"])
            project.evaluations.plan(found, settings, whole=True).bring()
        for kind in DEFAULTS:
            project.looks.look(kind)


@contextmanager
def _looking_at(database: Path) -> Iterator[None]:
    """Have the app of this process look at a database."""
    import streamlit as st

    before = os.environ.get("CODECLM_DB")
    os.environ["CODECLM_DB"] = str(database)
    try:
        yield
    finally:
        st.cache_resource.clear()
        del os.environ["CODECLM_DB"]
        if before is not None:
            os.environ["CODECLM_DB"] = before


def _opened(file: str) -> AppTest:
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(APP_FOLDER / "app.py", default_timeout=120)
    app.run()
    app.query_params["project"] = "1"
    app.switch_page(f"pages/{file}")
    return app


def _timed(app: AppTest) -> float:
    began = time.perf_counter()
    app.run()
    seconds = time.perf_counter() - began
    if app.exception:
        raise RuntimeError(app.exception[0].value)
    return seconds


TABLE = Table(
    "pages",
    "Promised: a page's script takes at most 150 ms over 100 000 pairs (median, warm).",
    ("page", "pairs", "median ms", "slowest ms"),
    rows,
)
