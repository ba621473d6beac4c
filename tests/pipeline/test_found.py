"""Servers of this machine: found by their list of models, told from whatever else listens."""

from __future__ import annotations

import json
import socket
import threading
import time
from typing import Any

import pytest
from local_servers import VLLM, LlamaCpp, LMStudio, LocalServer, Ollama

from codeclm.pipeline.found import MOST_MODELS, FoundServer, embeds, find_servers, model_names
from codeclm.settings import Endpoint

KEY = "sk-canary-77aa11bb"


def at(url: str, name: str = "here", **changes: Any) -> Endpoint:
    return Endpoint(name=name, base_url=url, **changes)


class Saying(LocalServer):
    """Answers a look for models with what it was given."""

    def __init__(self, status: int, body: object) -> None:
        super().__init__()
        self._answer = status, body

    def listed(self):
        return self._answer


@pytest.mark.parametrize("kind", [Ollama, LlamaCpp, LMStudio, VLLM])
def test_each_server_is_found_with_its_models(kind):
    with kind("llama3.2:1b", "org/model-7b") as server:
        (found,) = find_servers([at(server.base_url)])
    assert found == FoundServer("here", server.base_url, ("llama3.2:1b", "org/model-7b"))


def test_they_come_in_the_order_asked_and_each_address_once():
    with Ollama("a") as first, VLLM("b") as second:
        endpoints = [at(second.base_url, "two"), at(first.base_url, "one")]
        endpoints.append(at(second.base_url + "/", "again"))
        found = find_servers(endpoints)
    assert [(server.endpoint, server.models) for server in found] == [
        ("two", ("b",)),
        ("one", ("a",)),
    ]


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (401, {"error": "no"}, "wants a key: give its endpoint the name of the variable"),
        (503, {"error": {"message": "Loading model"}}, "is still loading its model"),
        (200, {"object": "list", "data": []}, "has no model yet"),
        (200, {"object": "list", "data": None}, "has no model yet"),
        (200, b'{"data": [' + b" " * 50_000_000, "answers with more than a list of models"),
    ],
    ids=["key", "loading", "none", "null", "huge"],
)
def test_a_server_that_gives_no_models_says_why(status, body, problem):
    with Saying(status, body) as server:
        (found,) = find_servers([at(server.base_url)], seconds=5)
    assert found.models == ()
    assert problem in found.problem


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<!doctype html><title>Jupyter</title>"),
        (200, {"status": "ok"}),
        (200, {"data": "text"}),
        (200, {"data": [1, 2]}),
        (200, {"data": [{"name": "x"}]}),
        (200, {"data": None}),
        (200, []),
        (200, b""),
        (200, b"\xff\xfe"),
        (200, b"[" * 100_000),
        (200, b'{"data": ' * 20_000),
        (404, {"detail": "Not Found"}),
        (302, {"data": [{"id": "m"}]}),
        (500, {"data": [{"id": "m"}]}),
    ],
)
def test_whatever_else_listens_there_is_left_out(status, body):
    with Saying(status, body) as server:
        assert find_servers([at(server.base_url)], seconds=5) == []


def test_a_closed_port_is_nobody():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert find_servers([at(f"http://127.0.0.1:{port}/v1")]) == []


@pytest.mark.parametrize("drip", [b"", b"HTTP/1.1 200 OK\r\nx: ", b"HTTP/1.1 200 OK\r\n\r\n{"])
def test_one_that_hangs_or_drips_is_not_waited_for(drip):
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            line, _ = listening.accept()
            with line:
                while not over.wait(0.05):
                    try:
                        line.sendall(drip)
                    except OSError:
                        return

        threading.Thread(target=serve, daemon=True).start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        began = time.monotonic()
        found = find_servers([at(url)], seconds=0.3)
        took = time.monotonic() - began
        over.set()
    assert took < 5
    assert [server.problem for server in found] == ["did not answer in time"]


def test_what_is_not_http_is_left_out():
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            line, _ = listening.accept()
            with line:
                line.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")

        threading.Thread(target=serve, daemon=True).start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        assert find_servers([at(url)], seconds=5) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://api.openai.com/v1",
        "http://192.168.0.7:11434/v1",
        "http://0.0.0.0:11434/v1",
        "http://127.0.0.1.example.com/v1",
        "http://[::1",
        "http://127.0.0.1:99999/v1",
        "ftp://127.0.0.1/v1",
        "",
    ],
)
def test_only_this_machine_is_asked(url, monkeypatch):
    asked: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *about, **_: asked.append(about))
    assert find_servers([at(url)]) == []
    assert asked == []


def test_one_that_does_not_speak_tls_says_so():
    with Ollama("m") as server:
        (found,) = find_servers([at(server.base_url.replace("http:", "https:"))], seconds=5)
    assert "does not speak TLS" in found.problem


def test_other_protocols_are_not_asked():
    with Ollama("m") as server:
        assert find_servers([at(server.base_url, provider="gemini")]) == []


def test_proxies_are_not_used(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    with Ollama("m") as server:
        assert find_servers([at(server.base_url)])[0].models == ("m",)


def test_a_server_that_wants_a_key_gets_the_endpoints_own(monkeypatch):
    monkeypatch.setenv("HERE_KEY", KEY)
    with VLLM("m") as server:
        find_servers([at(server.base_url, key_env="HERE_KEY", headers={"x-team": "a"})])
        find_servers([at(server.base_url, key_env="OTHER_KEY")])
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert server.headers[0]["x-team"] == "a"
    assert "authorization" not in server.headers[1]


def test_names_are_kept_as_data_and_odd_ones_refused():
    kept = ["a b", "模型:7b", "*bold*", "<b>x</b>", "/models/m.gguf", "m"]
    odd = ["", " m", "a\nb", "a\0", "\x1b[31m", "a\u202eb", "a\u200bb", "\ud800", "x" * 201, "m"]
    rows = [{"id": name} for name in [*kept, *odd]]
    rows += [{"id": 7}, {"id": None}, {}]
    assert model_names(json.dumps({"data": rows}).encode()) == tuple(kept)


def test_only_so_many_models_are_kept():
    rows = [{"id": f"m{number}"} for number in range(1000)]
    names = model_names(json.dumps({"data": rows}).encode())
    assert names is not None
    assert names == tuple(f"m{number}" for number in range(MOST_MODELS))


@pytest.mark.parametrize(
    "name",
    [
        "nomic-embed-text:latest",
        "mxbai-embed-large",
        "text-embedding-nomic-embed-text-v1.5",
        "bge-m3",
        "BAAI/bge-small-en-v1.5",
        "all-minilm:33m",
        "embeddinggemma",
        "intfloat/e5-mistral-7b-instruct",
        "dengcao/Qwen3-Reranker-8B:Q5_K_M",
        "paraphrase-multilingual",
    ],
)
def test_embedding_models_are_told_by_their_names(name):
    assert embeds(name)


@pytest.mark.parametrize(
    "name", ["llama3.2:1b", "qwen3:8b", "gpt-oss:20b", "phi3.5", "org/gte5x", "bigger", "mistral"]
)
def test_other_models_can_write(name):
    assert not embeds(name)
    assert FoundServer("here", "", (name, "bge-m3")).writers == (name,)
    assert FoundServer("here", "", (name, "bge-m3")).embedders == ("bge-m3",)
