"""The route that exports are downloaded by: the right bytes to the right address, nothing else."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from codeclm.pipeline.studio import Studio
from codeclm.ui import downloads


@pytest.fixture(scope="module")
def place(curated, tmp_path_factory) -> Path:
    """A folder with a database and three exports: a bundle, one file, one with an odd name."""
    folder = tmp_path_factory.mktemp("downloads")
    shutil.copy(curated, folder / "studio.db")
    with Studio(folder / "studio.db") as studio:
        exports = studio.project("outdoor").exports
        settings = exports.settings(studio.project("outdoor").filter(), splits={"train": 1})
        exports.write(settings, folder / "set")
        plain = exports.settings(studio.project("outdoor").filter())
        exports.write(plain, folder / "pairs.jsonl")
        exports.write(plain, folder / 'a"\r\nx: y; é 你.jsonl')
        studio.create_project("other")
    return folder


@pytest.fixture
def client(place, monkeypatch) -> Iterator[TestClient]:
    monkeypatch.setenv("CODECLM_DB", str(place / "studio.db"))
    monkeypatch.setattr(downloads, "_served", False)
    assert st.get_option("server.allowedHosts") == ["127.0.0.1", "localhost"]
    with TestClient(Starlette(routes=downloads.routes()), base_url="http://127.0.0.1:8501") as made:
        yield made


def test_a_bundle_comes_as_a_zip_file(client, place):
    reply = client.get("/download/1/1")
    assert reply.status_code == 200
    assert reply.headers["content-disposition"] == 'attachment; filename="set.zip"'
    assert reply.headers["content-type"] == "application/octet-stream"
    assert reply.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(reply.content)) as archive:
        assert archive.testzip() is None
        train = archive.read("set/data/train.jsonl")
    assert train == (place / "set" / "data" / "train.jsonl").read_bytes()


def test_one_file_comes_as_it_is(client, place):
    reply = client.get("/download/1/1/data/train.jsonl")
    assert reply.content == (place / "set" / "data" / "train.jsonl").read_bytes()
    assert 'filename="set-train.jsonl"' in reply.headers["content-disposition"]
    reply = client.get("/download/1/2")
    assert reply.content == (place / "pairs.jsonl").read_bytes()
    assert 'filename="pairs.jsonl"' in reply.headers["content-disposition"]


def test_a_name_cannot_write_a_header(client):
    said = client.get("/download/1/3").headers
    assert re.fullmatch(r'attachment; filename="[\w.-]+"', said["content-disposition"], re.ASCII)
    assert "x" not in said


@pytest.mark.parametrize(
    "path",
    [
        "/download/1/1/README.md",
        "/download/1/1/manifest.json",
        "/download/1/1/../studio.db",
        "/download/1/1/..%2f..%2fstudio.db",
        "/download/1/1/%2e%2e/studio.db",
        "/download/1/1/data/../../studio.db",
        "/download/1/1/%2fetc%2fpasswd",
        "/download/1/1//etc/passwd",
        "/download/1/1/data%00/train.jsonl",
        "/download/1/1/data/train.jsonl/",
        "/download/1/1/data%5ctrain.jsonl",
        "/download/1/99",
        "/download/99/1",
        "/download/2/1",
        "/download/1/0",
        "/download/1/-1",
        "/download/1/x",
        "/download/1/99999999999999999999999",
        "/download/99999999999999999999999/1",
        "/download/1",
        "/download/",
    ],
)
def test_nothing_else_is_found(client, path):
    reply = client.get(path)
    assert reply.status_code == 404
    assert b"SQLite" not in reply.content


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8501", "127.0.0.1.evil.example", "[::1", "", "a b", "@"]
)
def test_another_address_is_refused(client, host):
    for path in ("/download/1/1", "/download/1/2", "/download/1/99"):
        reply = client.get(path, headers={"host": host})
        assert reply.status_code == 403
        assert len(reply.content) < 200


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:9999", "localhost:8501", "LOCALHOST"])
def test_the_apps_own_addresses_are_not(client, host):
    assert client.get("/download/1/2", headers={"host": host}).status_code == 200


def test_it_only_reads(client):
    for method in ("POST", "PUT", "DELETE"):
        assert client.request(method, "/download/1/1").status_code == 405


def test_what_was_changed_since_is_told_and_not_given(client, place):
    path = place / "pairs.jsonl"
    before = path.read_bytes()
    path.write_bytes(b"{}\n")
    try:
        reply = client.get("/download/1/2")
    finally:
        path.write_bytes(before)
    assert (reply.status_code, "changed since" in reply.text) == (404, True)
    # A page is shown this by a browser: it must not name a place on the server.
    assert str(place) not in reply.text
