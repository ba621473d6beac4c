"""One model's server: ``python -m codeclm.providers.local.serve``, started by ``server``.

What to serve is a line of JSON on stdin, the address comes back as one on stdout, llama.cpp's log
goes to stderr. The process ends with its owner: when stdin ends, and on Linux by the kernel's word.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import signal
import sys
import threading
from collections.abc import Mapping
from typing import Any

#: prctl's option for the signal that comes when the parent is gone (linux/prctl.h).
_PR_SET_PDEATHSIG = 1


def main() -> None:
    asked = json.loads(sys.stdin.buffer.readline())
    _end_with(asked["owner"])
    threading.Thread(target=_end_after_stdin, daemon=True).start()
    # The log takes the place of stdout, whichever of both the library writes to.
    report = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        server = _serve(asked)
    except Exception as error:
        print(error, file=sys.stderr, flush=True)
        # Not by way of the interpreter's end: the other thread is waiting inside a read.
        os._exit(1)
    report.write(json.dumps({"address": server.listening_address}) + "\n")
    report.close()
    threading.Event().wait()


def _end_with(owner: int) -> None:
    """Have the kernel end this process with its parent, where it can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != owner:
            os._exit(0)


def _end_after_stdin() -> None:
    while os.read(0, 1 << 16):
        pass
    os._exit(0)


def _serve(asked: Mapping[str, Any]) -> Any:
    """The running server, once the model is loaded."""
    # A library in machine code: a checker knows none of its names.
    xllamacpp = importlib.import_module("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path = asked["path"]
    params.model_alias = {asked["name"]}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    # A page in a browser reaches loopback too: it has no key, and nothing else is served.
    params.api_keys = [asked["key"]]
    params.cors_origins = ""
    params.ui = False
    params.endpoint_slots = False
    params.n_parallel = asked["slots"]
    params.n_ctx = asked["slots"] * asked["context"]
    params.fit_params = False
    # Old prompts would be kept in memory, up to 8 GiB. Each slot keeps its last one anyway.
    params.cache_ram_mib = 0
    params.verbosity = 1
    if asked["threads"]:
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = asked["threads"]
    return xllamacpp.Server(params)


if __name__ == "__main__":
    main()
