"""A hub of data sets on loopback, as far as a push goes: it keeps what came and who sent it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from loopback import Loopback

NEW_COMMIT = "0123456789abcdef0123456789abcdef01234567"
STEPS = ("create", "validate-yaml", "preupload", "commit")


@dataclass
class Hub(Loopback):
    """What it is told to do, and what has come.

    ``fails`` answers one of ``STEPS`` with a status; ``public`` are repositories that are there
    already for everybody to see.
    """

    fails: dict[str, int] = field(default_factory=dict)
    public: tuple[str, ...] = ()
    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    summaries: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listen(_handler(self))

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """The status and the body of an answer."""
        step = next((name for name in STEPS if f"/{name}" in path), "")
        if step in self.fails:
            return self.fails[step], {"error": f"no {step} for you", "errors": [{"message": "no"}]}
        match step:
            case "create":
                return self._create(json.loads(body))
            case "preupload":
                asked = json.loads(body)["files"]
                modes = [
                    {"path": file["path"], "uploadMode": "regular", "shouldIgnore": False}
                    for file in asked
                ]
                return 200, {"files": modes}
            case "commit":
                return self._commit(path, body)
            case "validate-yaml":
                return 200, {"warnings": [], "errors": []}
        repo = _repo(path)
        if repo in self.public or repo in self.made:
            return 200, {"id": repo, "private": repo not in self.public, "sha": NEW_COMMIT}
        return 404, {"error": "Not found"}

    def _create(self, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        owner = given.get("organization") or "me"
        repo = f"{owner}/{given['name']}"
        url = {"url": f"{self.address}/datasets/{repo}"}
        if repo in self.public or repo in self.made:
            return 409, {"error": "You already created this dataset repo", **url}
        self.made[repo] = given
        return 200, url

    def _commit(self, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        for line in map(json.loads, body.splitlines()):
            value = line["value"]
            if line["key"] == "header":
                self.summaries.append(value["summary"])
            else:
                self.files[value["path"]] = base64.b64decode(value["content"])
        url = f"{self.address}/datasets/{_repo(path)}/commit/{NEW_COMMIT}"
        return 200, {"success": True, "commitOid": NEW_COMMIT, "commitUrl": url}


def _repo(path: str) -> str:
    return "/".join(path.partition("?")[0].removeprefix("/api/datasets/").split("/")[:2])


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            hub.asked.append(f"{self.command} {self.path}")
            hub.tokens.add(self.headers.get("authorization", ""))
            status, told = hub.answer(self.command, self.path, self._body())
            answer = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer)

        do_GET = do_HEAD = do_POST

        def _body(self) -> bytes:
            if self.headers.get("transfer-encoding", "") != "chunked":
                return self.rfile.read(int(self.headers.get("content-length") or 0))
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def log_message(self, format: str, *args: Any) -> None:
            """A test's output is for what it finds."""

    return Handler
