"""The programs that are measured against each other, as the tables run them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench import seeds
from bench.process import Endpoint, Measured, measure, python

#: Calls in flight, of every program.
CONCURRENCY = 64
#: Seconds a call waits for its answer unless the table is about that.
TIMEOUT = 120.0


def extraction(
    endpoint: Endpoint, items: int, *, timeout: float = TIMEOUT, bound: float = 900.0
) -> Measured:
    """Ours: metadata for so many distinct seeds, a single call each."""
    with tempfile.TemporaryDirectory() as folder:
        file = seeds.write(Path(folder) / "seeds.jsonl", items)
        words = ("extraction", file, Path(folder) / "run.db", "--timeout", timeout)
        return measure(python("bench.ours", *words), endpoint, bound=bound)


def chains(endpoint: Endpoint, size: int, **options: int) -> Measured:
    """Ours: so many instructions, improved and answered; see ``bench.ours chains``."""
    with tempfile.TemporaryDirectory() as folder:
        words = [f"--{name}={value}" for name, value in options.items()]
        command = python("bench.ours", "chains", Path(folder) / "run.db", "--size", size, *words)
        return measure(command, endpoint)


def synthesis(endpoint: Endpoint, folder: Path, size: int, from_seeds: int) -> Measured:
    """Ours: the whole method over three models, by the command line."""
    return measure(synthesize_command(folder, "run", size, from_seeds), endpoint)


def synthesize_command(folder: Path, name: str, size: int, from_seeds: int) -> list[str]:
    """The command that makes ``NAME.db`` and ``NAME.out.jsonl`` in the folder."""
    file = seeds.write(folder / "seeds.jsonl", from_seeds)
    words = ["--field", "prompt", "--strong", "openai:big", "--target", "openai:small"]
    words += ["--judge", "openai:judge", "--concurrency", str(CONCURRENCY)]
    words += ["--db", str(folder / f"{name}.db"), "--out", str(folder / f"{name}.out.jsonl")]
    return python("codeclm.cli", "synthesize", file, "--size", size, "--json", *words)


def plain(
    endpoint: Endpoint,
    items: int,
    *,
    chain: int = 1,
    timeout: float | None = None,
    bound: float = 900.0,
) -> Measured:
    """The plain script; see ``bench.plain``."""
    words = ["--items", items, "--chain", chain, "--concurrency", CONCURRENCY]
    words += [] if timeout is None else ["--timeout", timeout]
    return measure(python("bench.plain", *words), endpoint, bound=bound)
