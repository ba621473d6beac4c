"""A bundle goes to a hub as it is, for nobody else to see, and the token goes nowhere else."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_server import Hub

from codeclm.errors import ExportError
from codeclm.pipeline.exporting import pushing
from codeclm.pipeline.studio import Studio

pytest.importorskip("huggingface_hub")

TOKEN = "hf_canaryQx7Lm2Wp9Tz4"


@pytest.fixture(scope="module")
def made(curated, tmp_path_factory) -> Path:
    """A bundle, made once."""
    folder = tmp_path_factory.mktemp("pushed")
    shutil.copy(curated, folder / "studio.db")
    with Studio(folder / "studio.db") as studio:
        project = studio.project("outdoor")
        project.exports.write(project.exports.settings(project.filter()), folder / "hill set")
    return folder / "hill set"


@pytest.fixture
def hub(monkeypatch) -> Iterator[Hub]:
    for name in ("HF_HUB_DISABLE_TELEMETRY", "HF_HUB_DISABLE_XET", "HF_HUB_DISABLE_PROGRESS_BARS"):
        monkeypatch.setenv(name, "1")
    monkeypatch.delenv("HUGGING_FACE_HUB_TOKEN", raising=False)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with Hub() as opened:
        monkeypatch.setenv("HF_ENDPOINT", opened.address)
        yield opened


def test_every_file_comes_as_it_is_and_only_its_owner_sees_it(hub, made):
    address = pushing.push(made, "me/hills")
    assert address == f"{hub.address}/datasets/me/hills"
    assert hub.files == {
        path.relative_to(made).as_posix(): path.read_bytes()
        for path in made.rglob("*")
        if path.is_file()
    }
    given = hub.made["me/hills"]
    assert given.get("private") is True or given.get("visibility") == "private"
    assert given["type"] == "dataset"
    assert hub.tokens == {f"Bearer {TOKEN}"}
    assert hub.summaries == ["Data set hill set"]


def test_everybody_sees_it_only_if_that_was_asked_for(hub, made):
    pushing.push(made, "me/hills", private=False, message="First hills")
    given = hub.made["me/hills"]
    assert given.get("private") is not True
    assert given.get("visibility") != "private"
    assert hub.summaries == ["First hills"]


def test_a_push_again_is_another_commit_to_the_same_place(hub, made):
    pushing.push(made, "me/hills")
    hub.files.clear()
    pushing.push(made, "me/hills")
    assert hub.files
    assert list(hub.made) == ["me/hills"]
    assert len(hub.summaries) == 2


def test_what_is_for_nobody_else_does_not_go_where_everybody_sees_it(hub, made):
    hub.public = ("me/hills",)
    with pytest.raises(ExportError, match="everybody can see") as caught:
        pushing.push(made, "me/hills")
    assert "another name" in caught.value.hint
    assert not hub.files
    pushing.push(made, "me/hills", private=False)
    assert hub.files


@pytest.mark.parametrize(
    ("step", "status", "says", "hint"),
    [
        ("create", 401, "does not let this token write to me/hills", "HF_TOKEN"),
        ("create", 403, "does not let this token write to me/hills", "HF_TOKEN"),
        ("create", 404, "has no place me/hills", "owner"),
        ("create", 500, r"refused the push \(500\)", "later"),
        ("validate-yaml", 400, "does not take the data set's card", "licence"),
        ("preupload", 403, "does not let this token write to me/hills", "HF_TOKEN"),
        ("commit", 403, "does not let this token write to me/hills", "HF_TOKEN"),
        ("commit", 400, r"refused the push \(400\)", "later"),
        ("commit", 413, r"refused the push \(413\)", "later"),
    ],
)
def test_what_the_hub_answers_is_said_in_words(hub, made, step, status, says, hint, caplog):
    caplog.set_level(logging.DEBUG)
    hub.fails = {step: status}
    with pytest.raises(ExportError, match=says) as caught:
        pushing.push(made, "me/hills")
    assert hint in caught.value.hint
    assert TOKEN not in f"{caught.value} {caught.value.hint} {caught.value.__cause__!r}"
    assert TOKEN not in caplog.text


def test_a_hub_that_is_not_there_is_said(hub, made, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ExportError, match="could not be reached") as caught:
        pushing.push(made, "me/hills")
    assert "HF_ENDPOINT" in caught.value.hint


@pytest.mark.parametrize("address", ["nonsense", "ftp://127.0.0.1", "http://"])
def test_an_address_that_is_none_is_said(hub, made, monkeypatch, address):
    monkeypatch.setenv("HF_ENDPOINT", address)
    with pytest.raises(ExportError, match=r"could not be reached|is no address") as caught:
        pushing.push(made, "me/hills")
    assert "HF_ENDPOINT" in caught.value.hint


@pytest.mark.parametrize("repo", ["", "a/b/c", "me/", "me/../x", "me/ü", "-me/x", "me/" + "x" * 99])
def test_what_is_no_name_of_a_repository_is_said(hub, made, repo):
    with pytest.raises(ExportError, match="is no name of a repository") as caught:
        pushing.push(made, repo)
    assert "OWNER/NAME" in caught.value.hint
    assert not hub.files


@pytest.mark.parametrize("token", [None, "", "  "])
def test_without_a_token_nothing_is_asked(hub, made, monkeypatch, token):
    monkeypatch.delenv("HF_TOKEN")
    if token is not None:
        monkeypatch.setenv("HF_TOKEN", token)
    assert "HF_TOKEN" in pushing.missing()
    with pytest.raises(ExportError, match=r"Nothing was pushed") as caught:
        pushing.push(made, "me/hills")
    assert "HF_TOKEN" in caught.value.hint
    assert not hub.asked


def test_without_the_library_it_says_what_to_install(hub, made, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(ExportError, match="Nothing was pushed") as caught:
        pushing.push(made, "me/hills")
    assert "codeclm[hub]" in caught.value.hint


def test_only_a_bundle_is_pushed(hub, tmp_path):
    (tmp_path / "diary.txt").write_text("secret")
    for place in (tmp_path, tmp_path / "diary.txt", tmp_path / "none"):
        with pytest.raises(ExportError, match="is no bundle"):
            pushing.push(place, "me/hills")
    assert not hub.asked


def test_what_somebody_has_put_into_a_bundle_is_not_pushed(hub, made):
    (made / "data" / "diary.txt").write_text("secret")
    try:
        pushing.push(made, "me/hills")
    finally:
        (made / "data" / "diary.txt").unlink()
    assert "data/diary.txt" not in hub.files
    assert "data/train.jsonl" in hub.files


def test_a_command_pushes_an_export_and_writes_the_token_nowhere(hub, run, shop, tmp_path):
    project = shop.project("outdoor")
    exports = project.exports
    done = exports.write(exports.settings(project.filter()), tmp_path / "set")
    shop.close()
    (tmp_path / "shop.db").rename(tmp_path / "cli.db")
    pushed = run("push", done.id, "me/hills", "--json")
    assert pushed.exit_code == 0
    assert f'"url": "{hub.address}/datasets/me/hills"' in pushed.stdout
    hub.fails = {"commit": 403}
    refused = run("push", done.id, "me/hills")
    assert refused.exit_code == 1
    assert "does not let this token write" in refused.stderr
    for text in (pushed.output, refused.output):
        assert TOKEN not in text
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes(), path
    with sqlite3.connect(tmp_path / "cli.db") as db:
        assert TOKEN not in "".join(map(str, db.iterdump()))
    assert run("push", 99, "me/hills").exit_code == 1
    assert run("push", "x", "me/hills").exit_code == 2
