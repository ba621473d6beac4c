"""What is measured of ours, on the public API: everything journaled in a database of its own.

Each command prints one JSON object about what became of the run.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

import codeclm
from codeclm.records import Metadata
from codeclm.settings import RunSettings


@click.group()
def main() -> None:
    """Runs to be measured."""


@main.command()
@click.argument("seeds", type=click.Path(exists=True, path_type=Path))
@click.argument("db", type=click.Path(path_type=Path))
@click.option("--timeout", default=120.0)
def extraction(seeds: Path, db: Path, timeout: float) -> None:
    """Encode every seed: as many single calls."""
    with codeclm.open(db) as studio:
        run = codeclm.synthesize(
            studio, seeds, field="prompt", strong="openai:big", goal="metadata", timeout=timeout
        )
        done = next(step.done for step in run.steps() if step.step == "encode")
        _tell(run, done)


@main.command()
@click.argument("db", type=click.Path(path_type=Path))
@click.option("--size", default=500)
@click.option("--entries", default=50, help="Metadata entries, written by hand.")
@click.option("--improvements", default=2, help="Before the one response; 0: no rubrics either.")
@click.option("--batch", default=10, help="Instructions a decode call writes.")
def chains(db: Path, size: int, entries: int, improvements: int, batch: int) -> None:
    """Instructions that are improved a few times and answered once, with nothing to judge."""
    settings = RunSettings(
        strong="openai:big",
        size=size,
        batch=batch,
        iterations=improvements + 1,
        use_rubrics=improvements > 0,
        use_filter=False,
    )
    with codeclm.open(db) as studio:
        project = studio.create_project("chains")
        project.add_metadata(
            [Metadata(f"use case {n}", (f"skill {n}", "clear explanation")) for n in range(entries)]
        )
        run = project.plan_from_metadata(settings)
        run.bring()
        _tell(run, run.counts().kept)


def _tell(run: codeclm.Run, done: int) -> None:
    """What is done, and what is not with the reply that was no use."""
    failures = run.failures(limit=100_000)
    told: dict[str, Any] = {
        "kept": done,
        "failed": len(failures),
        "with_reply": sum(bool(failure.raw) for failure in failures),
        "calls": run.usage().calls,
        "state": run.state,
        "message": run.row.message,
    }
    click.echo(json.dumps(told))


if __name__ == "__main__":
    main()
