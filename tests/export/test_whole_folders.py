"""A folder is written whole or not at all, and takes no other folder's place."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from codeclm.errors import ExportError, StoreError
from codeclm.export.writing import whole, whole_folder


def is_mine(folder: Path) -> bool:
    return (folder / "mark").exists()


def made(path: Path, text: str = "new") -> None:
    with whole_folder(path, is_mine) as beside:
        (beside / "mark").write_text(text)
        (beside / "data").mkdir()
        (beside / "data" / "train.jsonl").write_text(text)


def stopped(path: Path, error: BaseException) -> None:
    with whole_folder(path, is_mine) as beside:
        (beside / "mark").write_text("half")
        raise error


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


NEW = {"mark": "new", "data/train.jsonl": "new"}
OLD = {"mark": "old", "data/train.jsonl": "old"}


@pytest.fixture
def older(tmp_path: Path) -> Path:
    made(tmp_path / "set", "old")
    (tmp_path / "set" / "left over").write_text("older still")
    return tmp_path / "set"


def test_a_folder_is_there_with_all_its_files_and_nothing_beside_it(tmp_path):
    made(tmp_path / "set")
    assert contents(tmp_path) == {f"set/{name}": text for name, text in NEW.items()}
    assert [path.name for path in tmp_path.iterdir()] == ["set"]


def test_folders_above_it_are_made(tmp_path):
    made(tmp_path / "a" / "b" / "set")
    assert contents(tmp_path / "a" / "b" / "set") == NEW


def test_an_empty_folder_and_an_earlier_one_of_ours_give_way(tmp_path, older):
    (tmp_path / "empty").mkdir()
    made(tmp_path / "empty")
    made(older)
    assert contents(tmp_path / "empty") == contents(older) == NEW
    assert {path.name for path in tmp_path.iterdir()} == {"empty", "set"}


def test_a_folder_of_somebody_else_stays_as_it_is(tmp_path):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "thesis.tex").write_text("years of work")
    with pytest.raises(ExportError, match="holds other things") as caught:
        made(tmp_path / "set")
    assert "empty or not there yet" in caught.value.hint
    assert contents(tmp_path) == {"set/thesis.tex": "years of work"}


def test_what_is_put_into_the_earlier_one_meanwhile_stays(older):
    def is_as_it_was(folder: Path) -> bool:
        return is_mine(folder) and not (folder / "notes").exists()

    def written() -> None:
        with whole_folder(older, is_as_it_was) as beside:
            (beside / "mark").write_text("new")
            (older / "notes").write_text("mine")

    with pytest.raises(ExportError, match="the folder holds other things"):
        written()
    assert contents(older.parent) == {
        "set/mark": "old",
        "set/data/train.jsonl": "old",
        "set/left over": "older still",
        "set/notes": "mine",
    }


def test_a_link_to_itself_is_refused(tmp_path):
    (tmp_path / "set").symlink_to(tmp_path / "set")
    with pytest.raises(ExportError, match="leads back to itself"):
        made(tmp_path / "set")


def test_a_file_in_its_place_stays_as_it_is(tmp_path):
    (tmp_path / "set").write_text("a file")
    with pytest.raises(ExportError, match="there is a file of this name"):
        made(tmp_path / "set")
    assert contents(tmp_path) == {"set": "a file"}


def test_a_link_is_followed_and_stays_a_link(tmp_path, older):
    (tmp_path / "link").symlink_to(older)
    made(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert contents(older) == NEW


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (StoreError("The database is gone."), StoreError),
        (KeyboardInterrupt(), KeyboardInterrupt),
        (OSError(errno.ENOSPC, "No space left on device"), ExportError),
    ],
)
def test_whatever_stops_it_leaves_the_earlier_one_and_nothing_else(
    tmp_path, older, error, expected
):
    before = contents(tmp_path)
    for place in (older, tmp_path / "none yet"):
        with pytest.raises(expected):
            stopped(place, error)
    assert contents(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["set"]
    made(older)
    assert contents(older) == NEW


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_what_stops_it_between_two_names_leaves_the_earlier_one(
    tmp_path, older, error, monkeypatch
):
    before, rename = contents(tmp_path), Path.rename

    def interrupted(self: Path, target: Path) -> Path:
        if target == older and (self / "mark").read_text() == "new":
            raise error
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises((ExportError, KeyboardInterrupt)):
        made(older)
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EDQUOT, "disk is full"),
        (errno.EACCES, "no permission"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_what_the_system_says_is_said_in_words(tmp_path, number, says):
    with pytest.raises(ExportError, match=says) as caught, whole_folder(tmp_path / "set", is_mine):
        raise OSError(number, os.strerror(number))
    assert caught.value.hint


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_may_not_be_looked_into_is_named(tmp_path):
    (tmp_path / "set").mkdir(mode=0o000)
    try:
        with pytest.raises(ExportError, match="no permission"):
            made(tmp_path / "set")
    finally:
        (tmp_path / "set").chmod(0o700)


def test_a_name_that_is_too_long_is_refused(tmp_path):
    with pytest.raises(ExportError, match="cannot be written"):
        made(tmp_path / ("x" * 300))
    assert contents(tmp_path) == {}


def test_the_files_are_as_readable_as_any_other(tmp_path):
    (tmp_path / "other").mkdir()
    made(tmp_path / "set")
    modes = {path.stat().st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1


KILLED = """
import sys, time
from pathlib import Path
from codeclm.export.writing import whole, whole_folder
place = Path(sys.argv[1])
with (whole if place.suffix else lambda path: whole_folder(path, lambda folder: True))(place) as at:
    file = at if place.suffix else at / "mark"
    file.write_bytes(b"half")
    print("writing", flush=True)
    time.sleep(60)
"""


@pytest.mark.large
@pytest.mark.parametrize("name", ["pairs.jsonl", "set"])
def test_a_process_that_is_killed_leaves_a_part_beside_and_the_next_one_works(tmp_path, name):
    place = tmp_path / name
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(place)], stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        process.send_signal(signal.SIGKILL)
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(f".{name}.")
    assert left.name.endswith(".part")
    if place.suffix:
        with whole(place) as beside:
            beside.write_text("new")
    else:
        made(place)
    assert {path.name for path in tmp_path.iterdir()} == {name, left.name}
