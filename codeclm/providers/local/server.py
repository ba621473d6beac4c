"""The server processes of this process: one for each model that is being asked."""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from codeclm.errors import ConnectionLost, ModelNotServed
from codeclm.settings import PACKAGE

#: Seconds a model gets to be loaded, and a server to end by itself.
START, MANNERS = 600.0, 5.0
#: Servers of one model that may end one after the other without a single reply.
FRUITLESS = 3
#: Lines of a log that are told, and characters of each.
_LINES, _WIDTH = 2, 200
_SERVE = (sys.executable, "-m", "codeclm.providers.local.serve")
#: llama.cpp's time, level and place of a line, and lines that only say that others were right.
_STAMP = re.compile(r"^(?:[\d.]+ [A-Z] )?(?:\w+ +\w+: )?")
_EMPTY = re.compile(r"^Traceback|^File |^\^|exiting due to|failed to load model|check the input")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is served how: ``context`` is in tokens of one slot, ``threads`` 0 is llama.cpp's."""

    name: str
    path: Path
    slots: int
    context: int
    threads: int


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens, and the key it wants; both are new for each process."""

    base_url: str
    key: str


class Server:
    """One server process. It is being started once this exists."""

    def __init__(self, plan: Plan, command: Sequence[str]) -> None:
        self._plan = plan
        self._command = command
        self._key = secrets.token_urlsafe(24)
        self._process: subprocess.Popen[bytes] | None = None
        self._is_to_stop = False
        self._ended = threading.Event()
        #: Whether any reply has come from it.
        self.has_answered = False
        #: What became of it, as the end of a sentence; empty while it runs.
        self.end = ""
        #: Where it listens; raises ``ModelNotServed`` when it does not start.
        self.address: Future[Address] = Future()
        # A thread that lives as long as the process: the kernel's word for a parent that is gone
        # is for the thread that started the child.
        self._thread = threading.Thread(target=self._serve, name="local server", daemon=True)
        self._thread.start()

    @property
    def has_ended(self) -> bool:
        return self._ended.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait for it to end. Returns whether it has."""
        return self._ended.wait(seconds)

    def stop(self) -> None:
        """End the process, which gives its memory back. Blocks for an instant."""
        self._is_to_stop = True
        if process := self._process:
            _close_stdin(process)
            if not self._ended.wait(MANNERS):
                process.kill()
        self._thread.join()

    def _serve(self) -> None:
        """Start the process, tell where it listens, and see it end."""
        with tempfile.TemporaryFile() as log:
            try:
                address = self._start(log)
                if address:
                    self.address.set_result(address)
                    self.end = self._see_end(log)
                else:
                    self.end = self._see_end(log, MANNERS)
            except OSError as error:
                self.end = f"it cannot be started ({error.strerror or error})"
        self._ended.set()
        if not self.address.done():
            self.address.set_exception(_not_served(self._plan, self.end))

    def _start(self, log: BinaryIO) -> Address | None:
        """Where it listens, once its model is loaded; None when that does not come to pass."""
        process = self._process = subprocess.Popen(  # noqa: S603 - our own command line
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=_environment(),
            # Ctrl+C is for us, who have calls in flight to finish.
            start_new_session=True,
        )
        if self._is_to_stop:
            # Whoever stopped it may have come before there was a process to stop.
            process.kill()
        late = threading.Timer(START, process.kill)
        late.start()
        with cast(IO[bytes], process.stdout) as report:
            self._tell(process)
            line = report.readline()
        late.cancel()
        return Address(f"{json.loads(line)['address']}/v1", self._key) if line else None

    def _tell(self, process: subprocess.Popen[bytes]) -> None:
        asked = {**asdict(self._plan), "path": str(self._plan.path), "key": self._key}
        line = json.dumps({**asked, "owner": os.getpid()}).encode() + b"\n"
        # It may have ended already, or may have been stopped meanwhile.
        with suppress(BrokenPipeError, ValueError):
            stdin = cast(IO[bytes], process.stdin)
            stdin.write(line)
            stdin.flush()

    def _see_end(self, log: BinaryIO, seconds: float | None = None) -> str:
        """Wait for its end, which is made after ``seconds``. What its log or exit code says."""
        process = self._process
        if process is None:
            return "it was never started"
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _close_stdin(process)
        if process.returncode == -signal.SIGKILL:
            return "it was killed, as happens when memory runs out"
        return _tail(log) or f"it ended with the code {process.returncode}"


def _close_stdin(process: subprocess.Popen[bytes]) -> None:
    """A server ends when its stdin does."""
    if process.stdin:
        with suppress(OSError):
            process.stdin.close()


def _tail(log: BinaryIO) -> str:
    log.seek(0)
    text = log.read().decode("utf-8", "replace")
    lines = [_STAMP.sub("", line).strip()[:_WIDTH] for line in text.splitlines()]
    return "; ".join([line for line in lines if line and not _EMPTY.search(line)][-_LINES:])


class Servers:
    """One server a model, however many ask it; it ends with the last of them."""

    def __init__(self, command: Sequence[str] = _SERVE) -> None:
        self._command = command
        self._servers: dict[Plan, Server] = {}
        self._users: Counter[Plan] = Counter()
        self._fruitless: Counter[Plan] = Counter()
        self._lock = threading.Lock()

    def join(self, plan: Plan) -> None:
        """Say that a model will be asked, until ``leave``."""
        with self._lock:
            self._users[plan] += 1

    def leave(self, plan: Plan) -> None:
        """End the model's server if nobody else asks it. Blocks for an instant."""
        with self._lock:
            self._users[plan] -= 1
            server = None if self._users[plan] > 0 else self._servers.pop(plan, None)
            if self._users[plan] <= 0:
                del self._users[plan]
                self._fruitless.pop(plan, None)
        if server:
            server.stop()

    def running(self, plan: Plan) -> Server:
        """The model's server, started if there is none, or none any more.

        Raises ``ModelNotServed`` when one after the other has ended without a single reply.
        """
        with self._lock:
            server = self._servers.get(plan)
            if server and not server.has_ended:
                return server
            if server:
                self._fruitless[plan] = 0 if server.has_answered else self._fruitless[plan] + 1
                if self._fruitless[plan] >= FRUITLESS:
                    self._fruitless[plan] = 0
                    raise _not_served(plan, f"{FRUITLESS} times in a row {server.end}")
            server = self._servers[plan] = Server(plan, self._command)
            return server


def lost(plan: Plan, server: Server) -> ConnectionLost:
    """The error of a call whose server ended before it answered; the next one gets a new server."""
    return ConnectionLost(
        f"The server of local:{plan.name} ended in the middle of a call: {server.end}.",
        _HINT,
    )


_HINT = (
    "Check that memory is left for it; 'codeclm endpoint local --body context=4096' makes it take"
    " less."
)


def _not_served(plan: Plan, why: str) -> ModelNotServed:
    return ModelNotServed(
        f"The server of local:{plan.name} does not run: {why}.",
        f"If {plan.path.name} is damaged, remove it and fetch it again; else check that memory is"
        " left for it.",
    )


def _environment() -> dict[str, str]:
    """What a server inherits: no keys of other endpoints, and threads that wait without spinning.

    Two threads that spin while they wait for each other on two busy cores make it five to ten
    times slower.
    """
    kept = {name: value for name, value in os.environ.items() if not _SECRET.search(name)}
    # The child must find the very package that starts it, installed or not.
    paths = [str(PACKAGE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**kept, "OMP_WAIT_POLICY": "passive", "PYTHONPATH": os.pathsep.join(paths)}


_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSW", re.IGNORECASE)

#: Those of this process.
SERVERS = Servers()
