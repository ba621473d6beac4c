"""Endpoints on the command line: added, changed, listed without their keys, refused."""

import json

import pytest
from jobs import last_object
from local_servers import VLLM, Ollama


def listed(run):
    return {row["name"]: row for row in json.loads(run("endpoints", "--json").stdout)}


def test_an_endpoint_is_added_changed_and_removed(run):
    words = ["--base-url", "http://127.0.0.1:9/v1", "--key-env", "MINE_KEY", "--template", "plain"]
    words += ["--concurrency", 8, "--rpm", 500, "--tpm", 90_000, "--price", "2.5/10"]
    words += ["--header", "x-team=a", "--header", "x-b=c", "--body", "top_k=5", "--body", 'e="low"']
    added = last_object(run("endpoint", "mine", *words, "--json"))
    assert added == listed(run)["mine"]
    assert added == {
        "name": "mine",
        "from": "you",
        "provider": "openai",
        "base_url": "http://127.0.0.1:9/v1",
        "key_env": "MINE_KEY",
        "key": "not set",
        "headers": {"x-team": "a", "x-b": "c"},
        "body": {"top_k": 5, "e": "low"},
        "concurrency": 8,
        "rpm": 500,
        "tpm": 90_000,
        "template": "plain",
        "price_in": 2.5,
        "price_out": 10.0,
    }
    words = ["--rpm", 0, "--tpm", 7, "--header", "x-team=", "--template", "", "--price", ""]
    changed = last_object(run("endpoint", "mine", *words, "--json"))
    new = {"rpm": None, "tpm": 7, "headers": {"x-b": "c"}, "template": ""}
    assert changed == added | new | {"price_in": None, "price_out": None}
    assert last_object(run("endpoint", "mine", "--remove", "--json")) == {"removed": "mine"}
    assert "mine" not in listed(run)


def test_a_preset_keeps_what_is_not_given_and_comes_back(run):
    before = listed(run)["ollama"]
    run("endpoint", "ollama", "--concurrency", 2)
    assert listed(run)["ollama"] == before | {"from": "you", "concurrency": 2}
    assert "is the preset again" in run("endpoint", "ollama", "--remove").stderr
    assert listed(run)["ollama"] == before


def test_endpoints_are_told_to_people_without_their_keys(run, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-1234567890")
    run("endpoint", "mine", "--base-url", "http://127.0.0.1:9/v1", "--rpm", 500)
    told = run("endpoints").stdout
    assert "OPENAI_API_KEY: set" in told
    assert "http://127.0.0.1:9/v1" in told
    assert "sk-canary" not in told + run("endpoint", "openai").stdout
    assert "requests a minute:             500" in run("endpoint", "mine").stdout


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["mine"], 1, "There is no endpoint 'mine'"),
        (["mine", "--rpm", "5"], 1, "no usable base URL"),
        (["mine", "--remove"], 1, "of your own"),
        (["openai", "--template", "foo"], 1, "Known are plain, alpaca"),
        (["gemini", "--template", "plain"], 1, "cannot use a template"),
        (["openai", "--header", "Authorization=x"], 1, "environment variable"),
        (["openai", "--body", "effort=low"], 1, "is not JSON"),
        (["openai", "--price", "3"], 2, "two numbers"),
        (["openai", "--rpm", "-1"], 2, "--rpm"),
        (["openai", "--provider", "other"], 2, "--provider"),
        (["openai", "--remove", "--rpm", "1"], 2, "no other option"),
    ],
)
def test_an_endpoint_that_makes_no_sense_is_refused(run, words, code, told):
    result = run("endpoint", *words)
    assert (result.exit_code, told in result.stderr) == (code, True)
    assert {row["from"] for row in listed(run).values()} == {"preset"}


def test_servers_of_this_machine_are_found_with_their_models(run):
    with Ollama("llama3.2:1b", "nomic-embed-text") as server:
        run("endpoint", "ollama", "--base-url", server.base_url)
        told = run("endpoints", "--find").stdout
        found = json.loads(run("endpoints", "--find", "--json").stdout)
    (row,) = [row for row in found if row["endpoint"] == "ollama"]
    assert row == {
        "endpoint": "ollama",
        "base_url": server.base_url,
        "models": ["llama3.2:1b"],
        "embedding_models": ["nomic-embed-text"],
        "problem": "",
    }
    assert f"ollama  {server.base_url}\n  ollama:llama3.2:1b\n" in told
    assert "  ollama:nomic-embed-text  (embeddings)" in told


def test_a_server_without_models_is_told_and_nobody_is_no_row(run):
    with VLLM() as server:
        run("endpoint", "mine", "--base-url", server.base_url)
        assert f"mine  {server.base_url}  has no model yet" in run("endpoints", "--find").stdout
    found = json.loads(run("endpoints", "--find", "--json").stdout)
    assert "mine" not in {row["endpoint"] for row in found}
