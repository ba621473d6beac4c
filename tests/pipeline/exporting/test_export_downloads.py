"""Getting an export again: as it was written, or a word on why not; and back into a database."""

from __future__ import annotations

import io
import shutil
import zipfile

import pytest
from curated import GOOD
from written import downloaded

from codeclm.errors import ExportError, ImportFileError
from codeclm.pipeline.studio import Studio
from codeclm.records import Status

APPROVED = Status.APPROVED


def test_a_bundle_comes_as_a_zip_file_with_the_files_as_they_were_written(exports, export):
    name, packed = downloaded(exports, export)
    assert name == "set.zip"
    folder = exports.place(export)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        found = {info.filename: archive.read(info) for info in archive.infolist()}
    assert found == {
        f"set/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert downloaded(exports, export)[1] == packed


def test_one_file_of_a_bundle_and_a_single_file_come_as_they_are(
    project, exports, export, tmp_path
):
    folder = exports.place(export)
    assert downloaded(exports, export, "data/test.jsonl") == (
        "set-test.jsonl",
        (folder / "data" / "test.jsonl").read_bytes(),
    )
    single = exports.write(exports.settings(project.filter()), tmp_path / "pairs.jsonl")
    for file in ("", "pairs.jsonl"):
        assert downloaded(exports, single, file) == (
            "pairs.jsonl",
            (tmp_path / "pairs.jsonl").read_bytes(),
        )


@pytest.mark.parametrize(
    "file", ["README.md", "../shop.db", "data/../../shop.db", "/etc/passwd", "data", "data/train"]
)
def test_only_data_files_of_the_export_are_given(exports, export, file):
    with pytest.raises(ExportError, match="no such file"):
        exports.download(export, file)


def test_what_somebody_has_put_into_a_bundle_is_not_given(exports, export, tmp_path):
    folder = exports.place(export)
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "diary.txt").write_text("secret")
    (folder / "data" / "link").symlink_to(tmp_path / "secret.txt")
    (folder / "README.md").unlink()
    (folder / "README.md").symlink_to(tmp_path / "secret.txt")
    with zipfile.ZipFile(io.BytesIO(downloaded(exports, export)[1])) as archive:
        names = archive.namelist()
        assert not any(archive.read(name) == b"secret" for name in names)
    assert "set/diary.txt" not in names
    assert "set/data/train.jsonl" in names


def test_files_that_are_gone_are_told_with_what_to_do(exports, export):
    (exports.place(export) / "data" / "test.jsonl").unlink()
    with pytest.raises(ExportError, match="not where they were written") as caught:
        exports.download(export, "data/test.jsonl")
    assert "Export the same choice again" in caught.value.hint
    shutil.rmtree(exports.place(export))
    for file in ("", "data/train.jsonl"):
        with pytest.raises(ExportError, match="not where they were written"):
            exports.download(export, file)


def test_another_export_in_its_place_is_not_taken_for_it(project, exports, export, tmp_path):
    everything = exports.settings(project.filter())
    exports.write(everything, exports.place(export))
    with pytest.raises(ExportError, match="were changed since"):
        exports.download(export)
    first = exports.write(everything, tmp_path / "pairs.jsonl")
    exports.write(exports.settings(project.filter(run=1)), tmp_path / "pairs.jsonl")
    with pytest.raises(ExportError, match="were changed since"):
        downloaded(exports, first)


def test_a_data_file_that_was_changed_is_not_given(exports, export):
    path = exports.place(export) / "data" / "test.jsonl"
    path.write_bytes(path.read_bytes().replace(b"e", b"E", 1))
    with pytest.raises(ExportError, match="were changed since"):
        downloaded(exports, export, "data/test.jsonl")


@pytest.mark.parametrize("harm", ["lost", "changed"])
def test_a_bundle_without_its_data_as_it_was_is_not_given_either(exports, export, harm):
    path = exports.place(export) / "data" / "test.jsonl"
    if harm == "lost":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes().replace(b"e", b"E", 1))
    for taken in (lambda: downloaded(exports, export), lambda: exports.bundle(export)):
        with pytest.raises(ExportError, match="were changed since"):
            taken()


def test_the_bundle_of_an_export_is_not_another_one_in_its_place(project, exports, export):
    assert exports.bundle(export) == exports.place(export)
    after = exports.write(exports.settings(project.filter()), exports.place(export))
    assert exports.bundle(after) == exports.place(export)
    with pytest.raises(ExportError, match="were changed since"):
        exports.bundle(export)


def test_a_single_file_is_no_bundle(project, exports, tmp_path):
    single = exports.write(exports.settings(project.filter()), tmp_path / "pairs.jsonl")
    with pytest.raises(ExportError, match="is no bundle"):
        exports.bundle(single)


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_a_native_bundle_brings_its_pairs_back_as_they_were(
    project, exports, export, tmp_path, form
):
    place = exports.place(export)
    if form == "zip":
        name, packed = downloaded(exports, export)
        place = tmp_path / name
        place.write_bytes(packed)
    with Studio(tmp_path / "other.db") as other:
        done = other.restore(place)
        assert (done.name, done.pairs) == ("outdoor", GOOD)
        home = other.project("outdoor")
        assert [line(pair) for pair in home.pairs()] == [
            line(pair) for pair in project.pairs(project.filter(status=APPROVED))
        ]
        settings = home.exports.settings(
            home.filter(status=APPROVED), splits={"train": 0.8, "test": 0.2}
        )
        again = home.exports.write(settings, tmp_path / "again")
        assert sum(file.rows for file in again.files) == GOOD
        assert other.doctor() == []


def line(pair) -> tuple[object, ...]:
    return (
        pair.instruction,
        pair.response,
        pair.response_from,
        pair.gap,
        pair.use_case,
        pair.skills,
        pair.status,
        pair.edited,
        pair.swapped,
        pair.original_instruction,
        [(link.instruction, link.action) for link in pair.chain],
    )


def test_a_bundle_that_was_changed_adds_nothing(exports, export, tmp_path):
    path = exports.place(export) / "data" / "train.jsonl"
    path.write_bytes(path.read_bytes() + b"\n")
    with Studio(tmp_path / "other.db") as other:
        with pytest.raises(ImportFileError, match=r"data/train\.jsonl is not the file"):
            other.restore(exports.place(export))
        assert other.projects() == []
