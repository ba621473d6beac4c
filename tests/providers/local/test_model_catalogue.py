"""Which local models there are, under which names, and where more of their bytes are told."""

import json
import sys
from pathlib import Path

import pytest

from codeclm import providers
from codeclm.errors import SettingsError
from codeclm.pipeline import models as known
from codeclm.providers.local.catalogue import Web, Wheels, catalogue, find, locate
from codeclm.settings import Endpoint, price

LOCAL = Endpoint(name="local", provider="local")


def further(monkeypatch, tmp_path, content):
    path = tmp_path / "more.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    monkeypatch.setenv("CODECLM_MODEL_SOURCES", str(path))


def test_what_is_shipped_is_told_whole():
    small, large = find("smollm2-135m"), find("qwen2.5-coder-1.5b")
    assert (small.bytes, large.bytes) == (98_362_432, 1_117_320_768)
    assert (small.licence, large.licence) == ("Apache-2.0", "Apache-2.0")
    assert {len(bytes.fromhex(model.sha256)) for model in catalogue().values()} == {32}
    assert all(model.memory > model.bytes for model in catalogue().values())
    assert isinstance(small.sources[0], Wheels)
    assert str(large.sources[0]) == "huggingface.co"


def test_further_sources_go_first_and_change_no_hash(monkeypatch):
    shipped = find("qwen2.5-coder-1.5b")
    monkeypatch.setenv("CODECLM_MODEL_SOURCES", str(Path(__file__).with_name("sources.json")))
    more = find("qwen2.5-coder-1.5b")
    assert more.sha256 == shipped.sha256
    assert more.sources[1:] == shipped.sources
    assert len(more.sources[0].parts) == 22
    assert find("smollm2-135m").sources == catalogue()["smollm2-135m"].sources


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "is not JSON"),
        ([], "no object of lists"),
        ({"smollm2-135m": {}}, "no object of lists"),
        ({"other": []}, "there is no model 'other'"),
        ({"smollm2-135m": [{"url": "file:///etc/passwd"}]}, "http or https"),
        ({"smollm2-135m": [{"wheels": []}]}, "http or https"),
        ({"smollm2-135m": [{"wheels": [{"package": "x==1"}]}]}, "a package, a file inside it"),
        (
            {"smollm2-135m": [{"wheels": [{"package": "x==1", "file": "f", "bytes": 5}]}]},
            "do not add up to 98362432 bytes",
        ),
        *(
            (
                {"smollm2-135m": [{"wheels": [{"package": odd, "file": "f", "bytes": 98362432}]}]},
                "does not read NAME==VERSION",
            )
            for odd in ("x", "x>=1", "--index-url=x==1", "./x==1", "x @ http://h/x.whl", "x==1 y")
        ),
    ],
)
def test_a_file_of_sources_that_makes_no_sense_is_refused(monkeypatch, tmp_path, content, told):
    further(monkeypatch, tmp_path, content)
    with pytest.raises(SettingsError, match=told) as caught:
        catalogue()
    assert "CODECLM_MODEL_SOURCES" in caught.value.hint


def test_a_file_of_sources_that_is_not_there_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("CODECLM_MODEL_SOURCES", str(tmp_path / "none.json"))
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        catalogue()


def test_a_further_address_is_read(monkeypatch, tmp_path):
    further(monkeypatch, tmp_path, {"smollm2-135m": [{"url": "http://mirror.example/x.gguf"}]})
    assert find("smollm2-135m").sources[0] == Web("http://mirror.example/x.gguf")


def test_a_model_is_found_by_name_once_it_is_there_and_by_path(models, tmp_path):
    with pytest.raises(SettingsError, match="is not on this machine") as caught:
        locate("smollm2-135m")
    assert "codeclm models pull smollm2-135m" in caught.value.hint
    models.mkdir()
    with find("smollm2-135m").path.open("wb") as file:
        file.truncate(98_362_432)
    assert locate("smollm2-135m") == models / "smollm2-135m-instruct-q4_1.gguf"
    mine = tmp_path / "Mine.GGUF"
    mine.touch()
    assert locate(str(mine)) == mine


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("llama9", "There is no local model 'llama9'"),
        ("mine.gguf", "not the whole path"),
        ("/nowhere/mine.gguf", "There is no file /nowhere/mine.gguf"),
    ],
)
def test_a_name_that_is_none_is_refused(name, told):
    with pytest.raises(SettingsError, match=told):
        locate(name)


def test_without_the_extra_it_is_said_what_to_install(gguf, monkeypatch):
    name = str(gguf())
    providers.check_model(LOCAL, name)
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    assert not known.can_serve()
    with pytest.raises(SettingsError, match="not installed") as caught:
        providers.check_model(LOCAL, name)
    assert "pip install 'codeclm[local]'" in caught.value.hint


@pytest.mark.parametrize(
    "body", [{"context": 10}, {"context": "8192"}, {"threads": 0}, {"threads": True}]
)
def test_a_context_or_threads_that_make_no_sense_are_refused(body):
    with pytest.raises(SettingsError, match="must be a whole number"):
        providers.check(Endpoint(name="local", provider="local", body=body))


def test_local_models_cost_nothing_unless_a_price_is_given():
    assert price("local:x", LOCAL).of(10**6, 10**6) == 0
    assert price("local:x", LOCAL, {"local:x": (1, 2)}).of(10**6, 10**6) == 3
    dear = Endpoint(name="local", provider="local", price_in=1, price_out=1)
    assert price("local:x", dear).of(10**6, 10**6) == 2


def test_how_much_of_a_model_is_here_is_told(models):
    models.mkdir()
    small = find("smollm2-135m")
    with small.partial.open("wb") as file:
        file.truncate(small.bytes // 2)
    found = {one.name: one for one in known.listed()}
    assert found["smollm2-135m"].state == "50% here"
    assert found["qwen2.5-coder-1.5b"].state == "not here"
    small.partial.rename(small.path)
    with small.path.open("r+b") as file:
        file.truncate(small.bytes)
    assert known.listed()[1].to_dict()["state"] == "here"
    assert known.remove("smollm2-135m") == small.bytes
