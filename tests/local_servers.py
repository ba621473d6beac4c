"""Small fakes of the servers people run at home, after what each is documented to answer.

Each knows its list of models, its words for what it refuses, and how many calls it works on at
once. What they answer is the fake endpoint's own answer, so that a run ends in the same pool.
"""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

from loopback import Loopback

from bench.answers import answer, prompt_hash

Response = tuple[int, Any]


class LocalServer(Loopback):
    """One server on loopback, at ``base_url`` while the block lasts.

    Bodies are JSON unless they are bytes. ``dresses`` puts something around each answer, as models
    do whose server takes a schema and forgets it. ``quiet`` leaves the token counts out.
    """

    def __init__(self, *models: str, dresses: str = "{}", quiet: bool = False) -> None:
        self.models = list(models)
        self.dresses = dresses
        self.quiet = quiet
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.listen(_handler(self))

    @property
    def base_url(self) -> str:
        return f"{self.address}/v1"

    def listed(self) -> Response:
        rows = [{"id": name, "object": "model", "owned_by": "you"} for name in self.models]
        return 200, {"object": "list", "data": rows}

    def get(self, path: str) -> Response:
        return self.listed() if path == "/v1/models" else self.nothing_at("GET", path)

    def post(self, path: str, request: dict[str, Any]) -> Response:
        if path != "/v1/chat/completions":
            return self.nothing_at("POST", path)
        return self.refuses(request) or self.chat(request)

    def nothing_at(self, method: str, path: str) -> Response:
        return 404, b"404 page not found"

    def refuses(self, request: dict[str, Any]) -> Response | None:
        """What is answered instead of a reply, if anything."""

    def chat(self, request: dict[str, Any]) -> Response:
        digest = prompt_hash(request["messages"], request["model"])
        # The prompt says shape and counts in words.
        text = answer(request["messages"], digest, None)
        if "response_format" in request:
            text = self.dresses.replace("{}", text)
        choice = {"index": 0, "message": {"role": "assistant", "content": text}}
        body = {"model": request["model"], "choices": [choice | {"finish_reason": "stop"}]}
        usage = {"prompt_tokens": 9, "completion_tokens": 7, "total_tokens": 16}
        return 200, body if self.quiet else body | {"usage": usage}


def _handler(server: LocalServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            server.headers.append({name.lower(): value for name, value in self.headers.items()})
            self.say(*server.get(self.path))

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            server.asked.append(request)
            self.say(*server.post(self.path, request))

        def say(self, status: int, body: Any) -> None:
            sent = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

    return Handler


def error(message: str, kind: str, code: Any = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


class Ollama(LocalServer):
    """Works on ``slots`` calls at once and answers ``busy`` to more; models are pulled before."""

    def __init__(
        self,
        *models: str,
        slots: int = 1000,
        hold: float = 0.0,
        busy: int = 503,
        **changes: Any,
    ) -> None:
        super().__init__(*models, **changes)
        self._busy = busy
        self._free = threading.Semaphore(slots)
        self._hold = hold

    def listed(self) -> Response:
        rows = [{"id": name, "object": "model", "owned_by": "library"} for name in self.models]
        return 200, {"object": "list", "data": rows or None}

    def refuses(self, request: dict[str, Any]) -> Response | None:
        model = request["model"]
        if model not in self.models:
            return 404, error(f'model "{model}" not found, try pulling it first', "api_error")
        if "embed" in model:
            return 400, error(f'"{model}" does not support chat', "invalid_request_error")
        return None

    def chat(self, request: dict[str, Any]) -> Response:
        if not self._free.acquire(blocking=False):
            said = "server busy, please try again.  maximum pending requests exceeded"
            return self._busy, error(said, "api_error")
        try:
            time.sleep(self._hold)
            return super().chat(request)
        finally:
            self._free.release()


class LlamaCpp(LocalServer):
    """Has one model, whatever it is called, and one slot before which calls wait in line.

    For ``loads`` calls it still loads its model; ``no_schema`` is the status with which it says
    that a schema makes no grammar.
    """

    def __init__(self, *models: str, loads: int = 0, no_schema: int = 0, **changes: Any) -> None:
        super().__init__(*models, **changes)
        self._loads = loads
        self._no_schema = no_schema
        self._slot = threading.Lock()
        self.at_once = 0
        self.most_at_once = 0

    def listed(self) -> Response:
        if self._loads:
            return self._loading()
        rows = [
            {"id": name, "object": "model", "owned_by": "llamacpp", "meta": {"n_ctx_train": 4096}}
            for name in self.models
        ]
        shown = [{"name": name, "model": name, "type": "model"} for name in self.models]
        return 200, {"models": shown, "object": "list", "data": rows}

    def refuses(self, request: dict[str, Any]) -> Response | None:
        if self._loads:
            self._loads -= 1
            return self._loading()
        if self._no_schema and "response_format" in request:
            said = "JSON schema conversion failed:\nUnrecognized schema: {}"
            code = self._no_schema
            kind = "invalid_request_error" if code == 400 else "server_error"
            return code, {"error": {"code": code, "message": said, "type": kind}}
        return None

    def chat(self, request: dict[str, Any]) -> Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        with self._slot:
            time.sleep(0.005)
            self.at_once -= 1
        return super().chat(request)

    @staticmethod
    def _loading() -> Response:
        said = {"code": 503, "message": "Loading model", "type": "unavailable_error"}
        return 503, {"error": said}


class LMStudio(LocalServer):
    """Wants a schema or nothing, says its errors as plain texts, answers 200 where nothing is.

    With ``refuses_schema`` its model's engine takes no schema at all.
    """

    def __init__(self, *models: str, refuses_schema: bool = False, **changes: Any) -> None:
        super().__init__(*models, **changes)
        self._refuses_schema = refuses_schema

    def nothing_at(self, method: str, path: str) -> Response:
        said = f"Unexpected endpoint or method. ({method} {path}). Returning 200 anyway"
        return 200, {"error": said}

    def refuses(self, request: dict[str, Any]) -> Response | None:
        if not self.models:
            said = "No models loaded. Please load a model in the developer page or use the 'lms"
            return 400, {"error": f"{said} load' command."}
        if request["model"] not in self.models:
            said = f'Invalid model identifier "{request["model"]}". Please specify a valid'
            return 400, error(
                f"{said} downloaded model (e.g., {self.models[0]}).",
                "invalid_request_error",
                "model_not_found",
            )
        form = request.get("response_format")
        if form and (self._refuses_schema or form["type"] not in ("json_schema", "text")):
            return 400, {"error": "'response_format.type' must be 'json_schema' or 'text'"}
        return None


class VLLM(LocalServer):
    """Serves the one model it was started with; its grammar knows no counts. ``old`` errors are
    not wrapped."""

    def __init__(self, *models: str, old: bool = False, **changes: Any) -> None:
        super().__init__(*models, **changes)
        self._old = old

    def listed(self) -> Response:
        rows = [
            {"id": name, "object": "model", "owned_by": "vllm", "root": name, "max_model_len": 4096}
            for name in self.models
        ]
        return 200, {"object": "list", "data": rows}

    def refuses(self, request: dict[str, Any]) -> Response | None:
        model = request["model"]
        if model not in self.models:
            return 404, self._error(f"The model `{model}` does not exist.", "NotFoundError", 404)
        if "minItems" in json.dumps(request.get("response_format")):
            said = "The provided JSON schema contains features not supported by xgrammar."
            return 400, self._error(said, "BadRequestError", 400)
        return None

    def _error(self, message: str, kind: str, code: int) -> dict[str, Any]:
        if self._old:
            return {"object": "error", "message": message, "type": kind, "code": code}
        return error(message, kind, code)
