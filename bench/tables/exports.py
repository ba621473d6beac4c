"""How long a large export takes, and what memory: each one a process of the command line's own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from bench.process import ROOT
from bench.table import Cell, Size, Table

PAIRS: Mapping[Size, int] = {"full": 100_000, "quick": 20_000, "tiny": 1}
#: What is exported, and with which options.
EXPORTS = (
    ("alpaca, not checked", ("--format", "alpaca", "--no-check")),
    ("messages, not checked", ("--format", "messages", "--no-check")),
    ("dpo, not checked", ("--format", "dpo", "--no-check")),
    ("parquet, not checked", ("--format", "parquet", "--no-check")),
    ("alpaca", ("--format", "alpaca")),
    ("jsonl with its archive", ("--format", "jsonl")),
    ("alpaca, split and capped", ("--format", "alpaca", "--split", "80/10/10", "--cap", "100000")),
)
#: The least there is to do: the texts of every pair, read and written.
_PLAIN = """
import json, sqlite3, sys
found = sqlite3.connect(sys.argv[1]).execute(
    "select i.text, r.text from pairs as p join instructions as i on i.run_id = p.run_id"
    " and i.entry = p.entry and i.slot = p.slot and i.iteration = p.iteration"
    " join responses as r on r.run_id = p.run_id and r.entry = p.entry and r.slot = p.slot"
    " and r.iteration = p.iteration and r.side = p.response_from"
    " order by p.run_id, p.entry, p.slot")
with open(sys.argv[2], "w") as file:
    for instruction, output in found:
        row = {"instruction": instruction, "input": "", "output": output}
        file.write(json.dumps(row, ensure_ascii=False) + "\\n")
"""


def rows(size: Size) -> Iterator[Sequence[Cell]]:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "large.db"
        kept = _made(database, PAIRS[size])
        plain, peak = _run(["-c", _PLAIN, str(database), str(Path(folder) / "plain.jsonl")])
        yield "a plain script: two joins and json", kept, plain, 1.0, peak
        for number, (what, options) in enumerate(EXPORTS[::5] if size == "tiny" else EXPORTS):
            out = Path(folder) / f"bundle{number}"
            words = ("export", "--status", "any", *options, "--out", out, "--db", database)
            wall, peak = _run(["-m", "codeclm.cli", *map(str, words)])
            yield what, kept, wall, wall / plain, peak


def _made(database: Path, pairs: int) -> int:
    """Make the database in a process of its own and return how many pairs there are.

    What a process has in memory counts for those it starts.
    """
    words = [sys.executable, "-m", "bench.grown", str(database), "--pairs", str(pairs)]
    subprocess.run(words, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    with closing(sqlite3.connect(database)) as found:
        return found.execute("select count(*) from pairs").fetchone()[0]


def _run(words: Sequence[str]) -> tuple[float, int]:
    """Seconds of a Python process from start to end, and the MiB it had at most."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(words[:4])} ended with {process.returncode}")
    return time.perf_counter() - began, usage.ru_maxrss // (
        1 << 20 if sys.platform == "darwin" else 1024
    )


TABLE = Table(
    "exports",
    "Promised: 100 000 pairs in at most 10 s, memory flat.",
    ("what", "pairs", "wall s", "of the plain script's", "peak MiB"),
    rows,
)
