"""A file is written whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

import pytest

from codeclm.errors import ExportError, StoreError
from codeclm.export import write


def test_lines_are_written_and_counted(tmp_path):
    path = tmp_path / "pairs.jsonl"
    assert write(path, [b"one\n", b"two\n"]) == 2
    assert path.read_bytes() == b"one\ntwo\n"
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_makes_an_empty_file(tmp_path):
    assert write(tmp_path / "pairs.jsonl", []) == 0
    assert (tmp_path / "pairs.jsonl").read_bytes() == b""


def test_a_file_that_was_there_is_replaced(tmp_path):
    path = tmp_path / "pairs.jsonl"
    path.write_bytes(b"old\n")
    write(path, [b"new\n"])
    assert path.read_bytes() == b"new\n"


def test_the_file_is_as_readable_as_any_other(tmp_path):
    (tmp_path / "other").touch()
    write(tmp_path / "pairs.jsonl", [b"one\n"])
    modes = {path.stat().st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1


def fails_after_one_line(error: BaseException) -> Iterator[bytes]:
    yield b"one\n"
    raise error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (StoreError("The database is gone."), StoreError),
        (KeyboardInterrupt(), KeyboardInterrupt),
        (OSError(errno.ENOSPC, "No space left on device"), ExportError),
    ],
)
def test_whatever_stops_it_leaves_the_old_file_and_nothing_else(tmp_path, error, expected):
    path = tmp_path / "pairs.jsonl"
    path.write_bytes(b"old\n")
    with pytest.raises(expected):
        write(path, fails_after_one_line(error))
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"old\n"


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EDQUOT, "disk is full"),
        (errno.EACCES, "no permission"),
        (errno.EROFS, "no permission"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_what_the_system_says_is_said_in_words(tmp_path, number, says):
    with pytest.raises(ExportError, match=says) as caught:
        write(tmp_path / "pairs.jsonl", fails_after_one_line(OSError(number, os.strerror(number))))
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ExportError, match="there is no folder") as caught:
        write(tmp_path / "missing" / "pairs.jsonl", [b"one\n"])
    assert "Create it" in caught.value.hint


def test_a_folder_in_the_files_place_is_named(tmp_path):
    (tmp_path / "pairs.jsonl").mkdir()
    with pytest.raises(ExportError, match="is a folder"):
        write(tmp_path / "pairs.jsonl", [b"one\n"])
    assert [path.name for path in tmp_path.iterdir()] == ["pairs.jsonl"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_may_not_be_written_is_named(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(ExportError, match="no permission"):
            write(tmp_path / "pairs.jsonl", [b"one\n"])
    finally:
        tmp_path.chmod(0o700)


def test_a_link_to_itself_is_refused(tmp_path):
    (tmp_path / "pairs.jsonl").symlink_to(tmp_path / "pairs.jsonl")
    with pytest.raises(ExportError, match="leads back to itself"):
        write(tmp_path / "pairs.jsonl", [b"1\n"])


def test_a_name_that_is_too_long_is_refused(tmp_path):
    with pytest.raises(ExportError, match="cannot be written"):
        write(tmp_path / ("x" * 300), [b"one\n"])
    assert list(tmp_path.iterdir()) == []
