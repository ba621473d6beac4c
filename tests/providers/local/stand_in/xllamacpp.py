"""Stands in for llama.cpp's bindings: a "GGUF" file whose rest says in JSON how it behaves."""

import json
import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from bench.server import FakeServer


class CommonParams:
    def __init__(self):
        self.model = SimpleNamespace(path="")
        self.cpuparams = SimpleNamespace(n_threads=-1)
        self.cpuparams_batch = SimpleNamespace(n_threads=-1)


class Server:
    def __init__(self, params):
        held = Path(params.model.path).read_bytes()
        if not held.startswith(b"GGUF"):
            print("0.00.1 E gguf_init: invalid magic characters: '????'", file=sys.stderr)
            print("0.00.2 E cmn  common_init_: failed to load model 'x'", file=sys.stderr)
            raise RuntimeError("Failed to init server, please check the input params.")
        told = json.loads(held[4:] or b"{}")
        if "record" in told:
            plain = {name: str(value) for name, value in vars(params).items()}
            seen = {"pid": os.getpid(), "env": dict(os.environ), "params": plain}
            with Path(told["record"]).open("a", encoding="utf-8") as record:
                record.write(json.dumps(seen) + "\n")
        time.sleep(told.get("loads", 0))
        if "exits" in told:
            os._exit(told["exits"])
        self._server = None if "address" in told else FakeServer()
        if self._server:
            self._server.__enter__()
        base = told.get("address") or self._server.base_url
        self.listening_address = base.removesuffix("/v1")
