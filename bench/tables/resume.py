"""Killed with SIGKILL at any moment and resumed at once: the same pairs, almost nothing repaid."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bench.process import Endpoint, measure, python, serving, start
from bench.programs import CONCURRENCY, synthesize_command
from bench.table import Cell, Size, Table

LATENCY = 0.02
#: Basic instructions, and how often a run over them is killed.
SIZES: Mapping[Size, tuple[int, int]] = {"full": (200, 20), "quick": (40, 6), "tiny": (10, 1)}
#: Everything that can be in flight: the slots of three models.
BOUND = 3 * CONCURRENCY
STEPS = ("encode", "rubrics", "decode", "respond", "judge", "improve")


@dataclass(frozen=True, slots=True)
class Moment:
    """When so many replies have gone out, the last of which is one of ``step``.

    ``group``: the whole process group is killed, else the process alone.
    """

    replies: int
    step: str
    group: bool


def moments(steps: Sequence[str], kills: int) -> Iterator[Moment]:
    """Random moments in every step in turn; ``steps`` are those of an undisturbed run's calls."""
    chance = random.Random("moments")
    for number in range(kills):
        step = STEPS[number % len(STEPS)]
        places = [place for place, found in enumerate(steps, 1) if found == step]
        yield Moment(chance.choice(places), step, group=number // len(STEPS) % 2 == 1)


def rows(size: Size) -> Iterator[Sequence[Cell]]:
    instructions, kills = SIZES[size]
    with tempfile.TemporaryDirectory() as folder, serving(latency=LATENCY) as endpoint:
        home = Path(folder)
        measure(synthesize_command(home, "undisturbed", instructions, instructions // 5), endpoint)
        wanted = _digest(home / "undisturbed.out.jsonl")
        for number, moment in enumerate(moments(_steps(home / "undisturbed.db"), kills)):
            name = f"killed{number}"
            sent = _kill(
                synthesize_command(home, name, instructions, instructions // 5), endpoint, moment
            )
            committed = len(_steps(home / f"{name}.db"))
            repaid, same = _resume(endpoint, home, name, wanted)
            killed = "its group" if moment.group else "the process"
            yield moment.step, killed, committed, same, repaid, sent - committed, BOUND


def _kill(command: Sequence[str], endpoint: Endpoint, moment: Moment) -> int:
    """Start a run and kill it at its moment. Returns how many calls it had sent."""
    endpoint.reset()
    process = start(command, endpoint, subprocess.DEVNULL, subprocess.DEVNULL)
    while endpoint.stats()["billed"] < moment.replies and process.poll() is None:
        time.sleep(0.002)
    if moment.group:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    return endpoint.stats()["requests"]


def _resume(endpoint: Endpoint, home: Path, name: str, wanted: str) -> tuple[int, str]:
    """Resume at once: how many replies were paid for and not kept, and whether it came out right.

    A call the server had not answered when its client died is billed once, by the resume.
    """
    out = home / f"{name}.out.jsonl"
    words = ("resume", "--db", home / f"{name}.db", "--out", out, "--json")
    told = measure(python("codeclm.cli", *words), endpoint, fresh=False)
    return told.stats["billed"] - told.told["calls"], "yes" if _digest(out) == wanted else "NO"


def _steps(db: Path) -> list[str]:
    """The step of every committed call, in their order."""
    with closing(sqlite3.connect(db)) as connection:
        return [step for (step,) in connection.execute("select step from calls order by id")]


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


TABLE = Table(
    "resume",
    "Promised: the same pairs byte for byte, and repaid is at most what was in flight: sent and not"
    " yet committed when the run was killed, at most the slots of all three models together.",
    ("killed in", "killed", "calls committed", "same pairs", "repaid", "in flight", "at most"),
    rows,
)
