"""Programs in processes of their own: the fake endpoint, and what is measured against it."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent
#: What ``ru_maxrss`` counts in.
_RSS_BYTES = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A running fake endpoint."""

    url: str

    def stats(self) -> dict[str, Any]:
        """See ``bench.tally``."""
        return self._ask("GET", "/stats")

    def reset(self) -> None:
        """Forget what was counted; limits and faults begin anew."""
        self._ask("POST", "/reset")

    def _ask(self, method: str, path: str) -> dict[str, Any]:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=10)
        try:
            connection.request(method, path)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


@contextmanager
def serving(**options: object) -> Iterator[Endpoint]:
    """A fake endpoint with ``bench.server``'s options, such as ``latency=0.2``, until the end."""
    words = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    with subprocess.Popen(
        python("bench.server", *words), cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield Endpoint(process.stdout.readline().split()[-1])
        finally:
            process.terminate()


def python(module: str, *words: object) -> list[str]:
    """The command line of a module of ours."""
    return [sys.executable, "-m", module, *map(str, words)]


def start(
    command: Sequence[str], endpoint: Endpoint, out: IO[Any] | int, errors: IO[Any] | int
) -> subprocess.Popen[bytes]:
    """Start a program, in a process group of its own, for which ``openai:`` is the endpoint."""
    foreign = ("openai_", "codeclm_")
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().startswith(foreign) and not name.lower().endswith("_proxy")
    }
    environment |= {"OPENAI_BASE_URL": endpoint.url, "OPENAI_API_KEY": "bench"}
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=errors,
        env=environment,
        start_new_session=True,
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """One program's run. Seconds; ``peak`` is its resident memory in MiB.

    ``told`` is the last line it printed, read as JSON; empty when it was cut at its bound.
    ``stats`` are the endpoint's counts right after, ``crowd`` the calls it had in flight from
    time to time.
    """

    wall: float
    cpu: float
    peak: float
    ended: bool
    told: dict[str, Any]
    stats: dict[str, Any]
    crowd: tuple[int, ...] = ()

    @property
    def calls(self) -> int:
        """Requests that reached the endpoint."""
        return self.stats["requests"]

    @property
    def span(self) -> float:
        """From the first request's arrival to the last answer, or to the cut."""
        first, last = self.stats["first_arrival"], self.stats["last_answer"]
        return last - first if first and last else 0.0

    @property
    def cpu_ms(self) -> float:
        """Processor time of a call, user and system, in milliseconds."""
        return 1000 * self.cpu / max(1, self.calls)

    @property
    def refused(self) -> int:
        """How many requests were answered 429."""
        return self.stats["statuses"].get("429", 0)


class ProgramFailed(Exception):
    """A measured program ended with an error of its own; its words are the message."""


def measure(
    command: Sequence[str], endpoint: Endpoint, *, bound: float = 900.0, fresh: bool = True
) -> Measured:
    """Run a program to its end, or cut it after ``bound`` seconds. Raises ``ProgramFailed``.

    ``fresh`` has the endpoint forget what it counted before.
    """
    if fresh:
        endpoint.reset()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        began = time.monotonic()
        process = start(command, endpoint, out, errors)
        with _Crowd(endpoint) as crowd:
            ended, usage = _wait(process, bound)
            wall = time.monotonic() - began
        told = _last_line(out)
        if ended and not told:
            errors.seek(0)
            raise ProgramFailed(errors.read().decode(errors="replace")[-2000:])
    return Measured(
        wall,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss * _RSS_BYTES / 2**20,
        ended,
        told,
        endpoint.stats(),
        tuple(crowd.sizes),
    )


def _wait(process: subprocess.Popen[bytes], bound: float) -> tuple[bool, resource.struct_rusage]:
    """Whether a process ended by itself, and the kernel's account of it, threads and all.

    The account's peak of memory begins with ours when the process was started, which is why
    nothing heavy is imported here.
    """
    cut = threading.Timer(bound, process.kill)
    cut.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        process.kill()
        raise
    finally:
        ended = cut.is_alive()
        cut.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return ended, usage


def _last_line(out: IO[bytes]) -> dict[str, Any]:
    out.seek(0)
    lines = out.read().decode(errors="replace").splitlines()
    return json.loads(lines[-1]) if lines else {}


@dataclass(slots=True)
class _Crowd:
    """Looks at the endpoint's calls in flight five times a second."""

    endpoint: Endpoint
    sizes: list[int] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> _Crowd:
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        assert self._thread is not None
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.2):
            stats = self.endpoint.stats()
            if stats["requests"]:
                self.sizes.append(stats["in_flight"])
