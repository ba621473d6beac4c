"""How long it takes to lay texts out as a map, and to measure how varied they are."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence

from bench.process import ROOT, python
from bench.table import Cell, Size, Table

COUNTS: Mapping[Size, tuple[int, ...]] = {
    "full": (1_000, 10_000, 100_000),
    "quick": (1_000, 10_000),
    "tiny": (100,),
}


def rows(size: Size) -> Iterator[Sequence[Cell]]:
    for count in COUNTS[size]:
        for what in ("draw", "describe"):
            command = python("bench.mapped", what, count)
            done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
            told = json.loads(done.stdout)
            yield count, what, told["seconds"], round(told["base"]), round(told["peak"])


TABLE = Table(
    "skill_map",
    "Expected: 100 000 texts in well under a minute and a gigabyte, as a background job has them.",
    ("texts", "what", "seconds", "MiB before", "peak MiB"),
    rows,
)
