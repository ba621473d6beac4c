"""Servers of local models: started once, shared, ended, missed; with a stand-in for llama.cpp."""

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from places import question
from served import LOCAL, ask, gone, lives, opened

from codeclm.errors import ConnectionLost, ModelNotServed
from codeclm.providers.local.provider import plan
from codeclm.providers.local.server import SERVERS, Server, Servers
from codeclm.settings import Endpoint


def starts(record: Path):
    return [json.loads(line) for line in record.read_text().splitlines()]


def started(record: Path):
    """Wait until a server has begun to load its model."""
    until = time.monotonic() + 60
    while not record.exists() or not record.read_text().endswith("\n"):
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_model_is_served_once_for_all_who_ask_it(gguf, tmp_path):
    record = tmp_path / "starts.jsonl"
    path = gguf(record=str(record))
    assert all(reply.text for reply in ask(path, path, times=5))
    (start,) = starts(record)
    assert gone(start["pid"], 1)


def test_two_models_have_two_servers(gguf, tmp_path):
    record = tmp_path / "starts.jsonl"
    assert len(ask(gguf("a.gguf", record=str(record)), gguf("b.gguf", record=str(record)))) == 2
    assert len({start["pid"] for start in starts(record)}) == 2


def test_nothing_is_started_before_the_first_question(gguf, tmp_path):
    record = tmp_path / "starts.jsonl"
    asyncio.run(opened(gguf(record=str(record))).close())
    assert not record.exists()


def test_how_a_model_is_served(gguf, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-123456")
    monkeypatch.setenv("OMP_WAIT_POLICY", "active")
    record = tmp_path / "starts.jsonl"
    path = gguf(record=str(record))
    ask(path)
    ask(
        path,
        endpoint=Endpoint(
            name="local", provider="local", concurrency=3, body={"context": 1024, "threads": 7}
        ),
    )
    usual, own = starts(record)
    assert usual["env"]["OMP_WAIT_POLICY"] == "passive"
    assert "sk-canary" not in json.dumps(usual)
    assert usual["params"]["hostnames"] == "['127.0.0.1']"
    assert usual["params"]["port"] == "0"
    assert (usual["params"]["n_parallel"], usual["params"]["n_ctx"]) == ("2", "16384")
    assert usual["params"]["api_keys"] != own["params"]["api_keys"]
    assert (own["params"]["n_parallel"], own["params"]["n_ctx"]) == ("3", "3072")
    assert (
        own["params"]["cpuparams"] == own["params"]["cpuparams_batch"] == "namespace(n_threads=7)"
    )


def test_a_proxy_is_gone_past(gguf, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert ask(gguf())[0].text


def test_a_broken_file_ends_the_run_in_one_sentence(tmp_path, stand_in):
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"<html>")
    with pytest.raises(ModelNotServed) as caught:
        ask(path)
    said = "gguf_init: invalid magic characters: '????'"
    assert caught.value.message == f"The server of local:{path} does not run: {said}."
    assert "remove it and fetch it again" in caught.value.hint
    assert caught.value.stops_run
    assert not caught.value.retryable


def test_a_server_that_ends_while_it_loads_is_told_by_its_code(gguf):
    with pytest.raises(ModelNotServed, match="ended with the code 7"):
        ask(gguf(exits=7))


def test_a_server_that_cannot_be_started_at_all_is_told(gguf):
    server = Server(plan(LOCAL, str(gguf())), ["/nowhere/python"])
    with pytest.raises(ModelNotServed, match=r"cannot be started \(No such file or directory\)"):
        server.address.result(10)
    server.stop()


def test_a_server_killed_in_the_middle_is_started_again(gguf, tmp_path):
    record = tmp_path / "starts.jsonl"
    path = gguf(record=str(record))

    async def killing():
        provider = opened(path)
        try:
            assert (await provider.ask(question("1?"))).text
            os.kill(starts(record)[0]["pid"], 9)
            with pytest.raises(ConnectionLost, match="killed, as happens when memory runs out"):
                await provider.ask(question("2?"))
            return await provider.ask(question("3?"))
        finally:
            await provider.close()

    assert asyncio.run(killing()).text
    assert len(starts(record)) == 2


def test_servers_that_keep_ending_without_a_reply_end_the_run(gguf, tmp_path):
    servers = Servers()
    wanted = plan(LOCAL, str(gguf()))
    servers.join(wanted)
    for _ in range(3):
        server = servers.running(wanted)
        server.address.result(20)
        server.stop()
    with pytest.raises(ModelNotServed, match="3 times in a row"):
        servers.running(wanted)
    servers.leave(wanted)


def test_a_server_that_has_answered_may_end_more_often(gguf):
    servers = Servers()
    wanted = plan(LOCAL, str(gguf()))
    servers.join(wanted)
    for _ in range(4):
        server = servers.running(wanted)
        server.address.result(20)
        server.has_answered = True
        server.stop()
    servers.running(wanted)
    servers.leave(wanted)


def test_leaving_while_a_model_is_loaded_ends_its_server(gguf, tmp_path):
    record = tmp_path / "starts.jsonl"
    path = gguf(record=str(record), loads=600)

    async def leaving():
        provider = opened(path)
        call = asyncio.create_task(provider.ask(question()))
        await asyncio.to_thread(started, record)
        call.cancel()
        await asyncio.wait([call])
        await provider.close()

    asyncio.run(leaving())
    assert gone(starts(record)[0]["pid"], 1)


def test_who_gives_up_waiting_does_not_give_up_for_the_others(gguf):
    path = gguf(loads=0.5)

    async def both():
        provider = opened(path)
        try:
            first, second = (asyncio.create_task(provider.ask(question(q))) for q in ("1?", "2?"))
            await asyncio.sleep(0.1)
            first.cancel()
            return await second
        finally:
            await provider.close()

    assert asyncio.run(both()).text


OWNER = """
import asyncio, sys
from codeclm import providers
from codeclm.chat import Message, Request
from codeclm.settings import presets

async def main():
    provider = providers.connect(presets()["local"], sys.argv[1], timeout=60, concurrency=2)
    ask = Request(step="test", messages=(Message("user", "?"),), temperature=0, max_tokens=9)
    print((await provider.ask(ask)).text != "", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are told by /proc")
@pytest.mark.parametrize("loads", [0, 600])
def test_a_server_ends_with_an_owner_that_is_killed(gguf, tmp_path, loads):
    record = tmp_path / "starts.jsonl"
    path = gguf(record=str(record), loads=loads)
    command = [sys.executable, "-c", OWNER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as owner:
        try:
            started(record)
            if not loads:
                assert owner.stdout.readline().strip() == b"True"
            process = starts(record)[0]["pid"]
            assert lives(process)
        finally:
            owner.kill()
    assert gone(process)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are told by /proc")
def test_a_server_ends_with_its_stdin_where_no_kernel_helps(gguf, tmp_path):
    record = tmp_path / "starts.jsonl"
    wanted = plan(LOCAL, str(gguf(record=str(record))))
    alone = "from codeclm.providers.local import serve as s; s._end_with = lambda _: 0; s.main()"
    server = Server(wanted, [sys.executable, "-c", alone])
    assert not server.address.result(60).base_url.endswith(":0/v1")
    server.stop()
    assert gone(starts(record)[0]["pid"], 1)


def test_nothing_is_left_running():
    assert SERVERS._servers == {}
    assert SERVERS._users == {}
