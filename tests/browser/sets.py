"""Sets that models are compared on, in a project's database."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from codeclm.pipeline import sources
from codeclm.pipeline.projects import Project
from codeclm.pipeline.sources import BenchmarkFields
from codeclm.records import Benchmark


def bring(project: Project, rows: Sequence[Mapping[str, str]]) -> Benchmark:
    """Keep rows as a set: their keys are ``prompt`` and other parts of an item by name."""
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    read = sources.read_file(lines.encode(), "set.jsonl")
    parts = {name: name for name in rows[0] if name != "prompt"}
    file = sources.to_benchmark(read, BenchmarkFields(instruction="prompt", **parts))
    return project.evaluations.bring(file)
