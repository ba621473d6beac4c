"""Lengths: tokens of a tokenizer that is named, characters where none is."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from codeclm.errors import ExportError
from codeclm.export import lengths


@pytest.fixture
def tokenizer(tmp_path: Path) -> Path:
    """The tokenizer.json of a model that knows four words, in the model's folder."""
    tokenizers = pytest.importorskip("tokenizers")
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    words = {word: number for number, word in enumerate(("?", "name", "a", "lake"))}
    made = tokenizers.Tokenizer(WordLevel(words, unk_token="?"))
    made.pre_tokenizer = Whitespace()
    path = tmp_path / "tokenizer.json"
    made.save(str(path))
    return path


def test_characters_are_counted_where_no_tokenizer_is_named():
    measure = lengths.measure("")
    assert (measure.unit, measure.per_token) == ("characters", 4)
    assert measure.of("Name", "", "é你😀") == 7


def test_tokens_are_those_of_the_file_that_is_named(tokenizer):
    measure = lengths.measure(str(tokenizer))
    assert (measure.unit, measure.per_token) == ("tokens", 1)
    assert measure.of("name a lake", "", "name a 你 😀") == 7
    assert measure.of() == measure.of("", "") == 0


def test_the_folder_of_a_model_will_do(tokenizer):
    assert lengths.measure(str(tokenizer.parent)).of("name a lake") == 3


def test_the_home_folder_may_be_abbreviated(tokenizer, monkeypatch):
    monkeypatch.setenv("HOME", str(tokenizer.parent))
    assert lengths.measure("~/tokenizer.json").of("name a lake") == 3


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1]", b"\xff\xfe", json.dumps({"model": {"type": "BPE"}}).encode()]
)
def test_what_is_no_tokenizer_is_named(tmp_path, content):
    pytest.importorskip("tokenizers")
    (tmp_path / "tokenizer.json").write_bytes(content)
    with pytest.raises(ExportError, match=r"tokenizer\.json cannot be read as a token") as caught:
        lengths.measure(str(tmp_path))
    assert "tokenizer.json" in caught.value.hint


@pytest.mark.parametrize("typed", ["w" * 5000, "a\0b", "~nobody-of-this-name/t.json", "\udcff"])
def test_what_is_no_path_is_told_all_the_same(typed):
    pytest.importorskip("tokenizers")
    with pytest.raises(ExportError, match="cannot be read as a tokenizer") as caught:
        lengths.measure(typed)
    assert len(caught.value.message) < 200


def test_a_file_that_is_not_there_is_named(tmp_path):
    pytest.importorskip("tokenizers")
    with pytest.raises(ExportError, match=r"none\.json cannot be read"):
        lengths.measure(str(tmp_path / "none.json"))


def test_without_the_library_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(ExportError, match="takes the package tokenizers") as caught:
        lengths.measure("tokenizer.json")
    assert "codeclm[tokens]" in caught.value.hint
    assert lengths.measure("").of("four") == 4
