"""The history of exports: what was written, what has changed since, and getting it again."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import zipfile
from pathlib import Path

import pytest

from codeclm.errors import ExportError, ImportFileError, StoreError
from codeclm.pipeline.exporting import Exports
from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import Balance, Change, Export, Layout, Status, Terms

APPROVED = Status.APPROVED


@pytest.fixture
def project(shop) -> Project:
    return shop.project("outdoor")


@pytest.fixture
def exports(project) -> Exports:
    return project.exports


@pytest.fixture
def export(project, exports, tmp_path) -> Export:
    """A bundle of everything approved, split in two."""
    wanted = project.filter(status=APPROVED)
    settings = exports.settings(wanted, splits={"train": 0.8, "test": 0.2})
    return exports.write(settings, tmp_path / "set")


def downloaded(exports: Exports, export: Export, file: str = "") -> tuple[str, bytes]:
    name, chunks = exports.download(export, file)
    return name, b"".join(chunks)


def test_an_export_is_kept_with_its_choice_its_counts_and_its_digest(exports, export, shop):
    assert exports.history(10) == [export] == [exports.get(export.id)]
    assert export.pairs == 58
    assert export.path == "set"
    assert exports.place(export) == shop.path.parent / "set"
    assert [file.path for file in export.files] == ["data/train.jsonl", "data/test.jsonl"]
    assert sum(file.rows for file in export.files) == 58
    told = json.loads((exports.place(export) / "manifest.json").read_bytes())
    assert told["digest"] == export.digest
    assert export.settings.splits == {"train": 0.8, "test": 0.2}
    assert export.settings.wanted.status is APPROVED


def test_settings_come_back_as_they_were(project, exports, tmp_path):
    settings = exports.settings(
        project.filter(status=APPROVED, text="o", min_gap=1.0, among=tuple(range(1, 60))),
        Layout(format="dpo", style="llama-factory", fields=("gap",), system="Be kind."),
        splits={"train": 3, "test": 1},
        balance=Balance(cap=30, weights={"question answering": 1.5}),
        leave_out=("e-mail",),
        longest=999,
        seed=7,
    )
    done = exports.write(settings, tmp_path / "set")
    with Studio(tmp_path / "shop.db") as again:
        found = again.project("outdoor").exports.get(done.id)
    assert found == done
    assert found.settings == settings
    assert exports.key(found.settings) == exports.key(settings)
    again = exports.write(found.settings, tmp_path / "again")
    assert again.digest == done.digest


def test_the_newest_is_first_and_pages_are_pages(project, exports, tmp_path):
    settings = exports.settings(project.filter(status=APPROVED))
    made = [exports.write(settings, tmp_path / f"{n}.jsonl").id for n in range(5)]
    assert [found.id for found in exports.history(10)] == made[::-1]
    assert [found.id for found in exports.history(2, 2)] == [made[2], made[1]]


def test_an_export_of_another_project_is_none_of_this(shop, export):
    other = shop.create_project("other")
    assert other.exports.history(10) == []
    with pytest.raises(StoreError, match=f"no export {export.id}") as caught:
        other.exports.get(export.id)
    assert "codeclm exports" in caught.value.hint


def test_without_a_place_it_goes_beside_the_database_under_a_name_of_its_own(
    shop, project, exports
):
    settings = exports.settings(project.filter(status=APPROVED), Layout(format="alpaca"))
    first, second = exports.write(settings), exports.write(settings)
    places = {exports.place(found) for found in (first, second)}
    assert len(places) == 2
    for place in places:
        assert place.parent == shop.path.parent / "exports"
        assert place.name.startswith("outdoor-alpaca-")
        assert (place / "manifest.json").is_file()


def test_the_history_moves_with_its_database(exports, export, tmp_path):
    (tmp_path / "moved").mkdir()
    exports._store.close()
    for name in ("shop.db", "set"):
        shutil.move(tmp_path / name, tmp_path / "moved" / name)
    with Studio(tmp_path / "moved" / "shop.db") as moved:
        there = moved.project("outdoor").exports
        assert downloaded(there, there.get(export.id), "data/test.jsonl")[1]


# What has changed since ----------------------------------------------------------------------


def test_nothing_has_changed_at_first(exports, export):
    assert not exports.changes(export)


def test_what_was_decided_since_is_told(project, exports, export):
    pairs = list(project.pairs())
    pending = [pair.id for pair in pairs if pair.status is Status.PENDING]
    gone, edited, noted, *_ = [pair.id for pair in pairs if pair.status is APPROVED]
    project.reviews.decide(pending[0], APPROVED)
    project.reviews.decide(gone, Status.REJECTED, expected=APPROVED)
    seen = project.pair(edited)
    project.reviews.edit(seen, seen.instruction, "Another answer.")
    project.reviews.note(noted, "Nice.")
    change = exports.changes(export)
    assert (change.added, change.removed) == ((pending[0],), (gone,))
    assert change.changed == tuple(sorted((edited, noted)))


def test_what_was_taken_back_has_not_changed(project, exports, export):
    (number, *_) = project.pair_ids(project.filter(status=APPROVED), 1)
    project.reviews.decide(number, Status.REJECTED, expected=APPROVED)
    assert exports.changes(export)
    project.reviews.undo()
    assert not exports.changes(export)


def test_what_balance_or_a_problem_left_out_is_not_new(project, exports, tmp_path):
    settings = exports.settings(
        project.filter(status=APPROVED), balance=Balance(cap=5), leave_out=("e-mail", "duplicate")
    )
    done = exports.write(settings, tmp_path / "set")
    assert done.pairs == 15
    assert not exports.changes(done)


@pytest.mark.parametrize("place", ["set", "pairs.jsonl"])
def test_what_is_reviewed_while_it_is_written_has_changed_since(
    shop, project, exports, tmp_path, place
):
    (pending,) = project.pair_ids(project.filter(status=Status.PENDING), 1)
    edited, gone = project.pair_ids(project.filter(status=APPROVED), 2)
    with Studio(shop.path) as other:
        reviews = other.project("outdoor").reviews

        def told(_words: str) -> None:
            if reviews.decide(pending, APPROVED, expected=Status.PENDING):
                reviews.edit(project.pair(edited), "Another question?", "Another answer.")
                reviews.decide(gone, Status.REJECTED, expected=APPROVED)

        done = exports.write(
            exports.settings(project.filter(status=APPROVED)), tmp_path / place, told
        )
    assert done.pairs == 58
    assert exports.changes(done) == Change((pending,), (gone,), (edited,))


def test_pairs_that_a_run_has_added_are_new(shop, project, exports, tmp_path):
    settings = exports.settings(project.filter(run=1))
    done = exports.write(settings, tmp_path / "pairs.jsonl")
    run = shop.run(1)
    run.change(size=70)
    run.bring()
    change = exports.changes(done)
    assert len(change.added) == project.count_pairs(project.filter(run=1)) - done.pairs > 0
    assert not change.removed


# Getting it again ----------------------------------------------------------------------------


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


def test_what_is_forgotten_is_gone_with_its_files_only_where_they_are_ours(
    shop, project, exports, export
):
    ours = exports.write(exports.settings(project.filter()))
    theirs = exports.place(export)
    for found in (ours, export):
        exports.forget(found)
    assert exports.history(10) == []
    assert not exports.place(ours).exists()
    assert (theirs / "manifest.json").is_file()
    with sqlite3.connect(shop.path) as db:
        assert db.execute("select count(*) from exported_pairs").fetchone() == (0,)
    assert shop.doctor() == []


def test_files_that_another_export_lies_in_too_are_not_forgotten(project, exports):
    first = exports.write(exports.settings(project.filter()))
    second = exports.write(exports.settings(project.filter(run=1)), exports.place(first))
    exports.forget(first)
    assert downloaded(exports, second)[1]


def test_what_somebody_has_put_beside_the_files_is_not_forgotten_with_them(project, exports):
    ours = exports.write(exports.settings(project.filter()))
    notes = exports.place(ours) / "data" / "notes.txt"
    notes.write_text("mine")
    exports.forget(ours)
    assert [path for path in exports.place(ours).rglob("*") if path.is_file()] == [notes]


def test_files_that_two_exports_share_go_with_the_second_of_them(project, exports):
    settings = exports.settings(project.filter())
    first = exports.write(settings)
    second = exports.write(settings, exports.place(first))
    exports.forget(first)
    assert downloaded(exports, second)[1]
    exports.forget(second)
    assert not exports.place(second).exists()


def test_a_project_is_deleted_with_its_exports(shop, project, export):
    project.delete()
    with sqlite3.connect(shop.path) as db:
        for table in ("exports", "exported_pairs", "project_terms"):
            assert db.execute(f"select count(*) from {table}").fetchone() == (0,)


# Coming back ---------------------------------------------------------------------------------


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
        assert (done.name, done.pairs) == ("outdoor", 58)
        home = other.project("outdoor")
        assert [line(pair) for pair in home.pairs()] == [
            line(pair) for pair in project.pairs(project.filter(status=APPROVED))
        ]
        settings = home.exports.settings(
            home.filter(status=APPROVED), splits={"train": 0.8, "test": 0.2}
        )
        again = home.exports.write(settings, tmp_path / "again")
        assert sum(file.rows for file in again.files) == 58
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


def test_what_is_said_of_data_sets_stays_and_is_told_by_the_card(project, exports, tmp_path):
    assert exports.terms == Terms()
    said = Terms(title="Hill talk", licence="cc-by-4.0", language="en")
    exports.say(said)
    exports.say(said)
    assert exports.terms == said
    exports.write(exports.settings(project.filter()), tmp_path / "set")
    card = (tmp_path / "set" / "README.md").read_text(encoding="utf-8")
    assert 'license: "cc-by-4.0"' in card
    assert "# Hill talk" in card


def test_a_mark_is_another_one_after_every_review(project, exports):
    marks = [exports.mark()]
    (number, *_) = project.pair_ids(project.filter(status=APPROVED), 1)
    project.reviews.decide(number, Status.PENDING, expected=APPROVED)
    marks.append(exports.mark())
    project.reviews.note(number, "Hm.")
    marks.append(exports.mark())
    project.reviews.undo()
    marks.append(exports.mark())
    assert len(set(marks)) == 4
    assert exports.mark() == marks[-1]


def test_places_are_kept_without_the_folder_of_the_database(exports, export, shop):
    with sqlite3.connect(shop.path) as db:
        (stored,) = db.execute("select path from exports").fetchone()
    assert not Path(stored).is_absolute()
