"""A zip file that is made while it is sent: every reader opens it, and no copy is anywhere."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from codeclm.pipeline.exporting.zipping import zipped

FILES = {
    "manifest.json": b"{}",
    "empty": b"",
    "data/train.jsonl": b'{"a": "b"}\n' * 1000,
    "data/noise.parquet": random.Random(1).randbytes(700_000),
    "data/\u00e9 \u4f60.jsonl": b"odd name",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        path = tmp_path / "my set" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "my set"


def test_what_is_unpacked_is_what_was_packed(folder):
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped(folder, FILES)))) as archive:
        assert archive.testzip() is None
        found = {info.filename: archive.read(info) for info in archive.infolist()}
        modes = {info.external_attr >> 16 & 0o777 for info in archive.infolist()}
    assert found == {f"my set/{name}": content for name, content in FILES.items()}
    assert modes == {0o644}


def test_the_same_files_give_the_same_bytes_whatever_their_dates(folder):
    first = b"".join(zipped(folder, FILES))
    for path in folder.rglob("*"):
        path.touch()
    assert b"".join(zipped(folder, FILES)) == first


def test_only_the_files_that_are_named_are_packed(folder):
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped(folder, ["empty"])))) as archive:
        assert archive.namelist() == ["my set/empty"]
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped(folder, [])))) as archive:
        assert archive.namelist() == []


def test_it_comes_in_small_chunks_and_from_the_beginning(folder):
    chunks = zipped(folder, FILES)
    first = next(chunks)
    (folder / "data" / "noise.parquet").write_bytes(b"changed")
    rest = list(chunks)
    assert first.startswith(b"PK")
    assert max(map(len, rest)) < 1 << 20
    with zipfile.ZipFile(io.BytesIO(first + b"".join(rest))) as archive:
        assert archive.read("my set/data/noise.parquet") == b"changed"


@pytest.mark.skipif(not shutil.which("unzip"), reason="there is no unzip here")
def test_another_program_opens_it(folder, tmp_path):
    path = tmp_path / "set.zip"
    path.write_bytes(b"".join(zipped(folder, FILES)))
    subprocess.run(["unzip", "-tq", path], check=True, capture_output=True)


@pytest.mark.large
def test_a_file_of_more_than_four_gigabytes_is_packed(tmp_path):
    (tmp_path / "set").mkdir()
    with (tmp_path / "set" / "data").open("wb") as file:
        file.truncate((1 << 32) + 10)
    with (tmp_path / "set.zip").open("wb") as packed:
        packed.writelines(zipped(tmp_path / "set", ["data"]))
    assert (tmp_path / "set.zip").stat().st_size < 1 << 26
    with zipfile.ZipFile(tmp_path / "set.zip") as archive:
        (info,) = archive.infolist()
    assert info.file_size == (1 << 32) + 10
