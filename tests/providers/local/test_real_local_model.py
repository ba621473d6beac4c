"""The smallest model there is, served and asked for real."""

import asyncio
import importlib.util
import json

import pytest
from places import SCORES, THREE, question, structured
from served import LOCAL, ask, gone, opened

from codeclm.errors import ModelNotServed, RequestRefused
from codeclm.providers.local.catalogue import find
from codeclm.providers.local.server import SERVERS
from codeclm.settings import Endpoint, models_folder

NAME = "smollm2-135m"
#: Where the file lies for whoever runs the tests: fixtures take the environment away.
FOLDER = models_folder()


@pytest.fixture(autouse=True)
def _fetched(models, monkeypatch):
    if importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("pip install 'codeclm[local]' installs what serves it")
    monkeypatch.setenv("CODECLM_MODELS", str(FOLDER))
    if not find(NAME).is_there:
        pytest.skip(f"'codeclm models pull {NAME}' fetches it")


pytestmark = pytest.mark.local


def asked(request, endpoint=LOCAL):
    async def asking():
        provider = opened(NAME, endpoint)
        try:
            return await provider.ask(request)
        finally:
            await provider.close()

    return asyncio.run(asking())


def test_it_answers_with_its_tokens_counted():
    reply = asked(question("Name three colours.", max_tokens=24))
    assert reply.text
    assert reply.model == NAME
    assert reply.prompt_tokens > 10
    assert 0 < reply.completion_tokens <= 24


@pytest.mark.parametrize("schema", [SCORES, THREE])
def test_json_comes_by_grammar(schema):
    reply = asked(structured(schema, max_tokens=600, temperature=0.0))
    assert reply.left_out == ()
    if reply.finish == "stop":
        data = json.loads(reply.text)
        assert data.keys() == schema["properties"].keys()
        assert schema is SCORES or len(data["instructions"]) == 3
    else:
        assert reply.text.lstrip().startswith("{")


def test_a_prompt_beyond_its_context_is_refused_in_words():
    small = Endpoint(name="local", provider="local", concurrency=1, body={"context": 256})
    with pytest.raises(RequestRefused, match="too long for 'smollm2-135m'"):
        asked(question("word " * 1000), small)


def test_a_file_that_is_cut_is_told(tmp_path):
    path = tmp_path / "cut.gguf"
    with find(NAME).path.open("rb") as whole:
        path.write_bytes(whole.read(50_000_000))
    with pytest.raises(ModelNotServed, match="corrupted or incomplete"):
        ask(path)


def test_its_server_is_gone_with_the_last_who_asks():
    async def asking():
        provider = opened(NAME)
        await provider.ask(question(max_tokens=16))
        (server,) = SERVERS._servers.values()
        await provider.close()
        return server._process.pid

    assert gone(asyncio.run(asking()), 1)
