"""The history of exports: what was written, what has changed since, and getting it again."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from curated import GOOD
from written import downloaded

from codeclm.errors import StoreError
from codeclm.pipeline.studio import Studio
from codeclm.records import Balance, Change, Layout, Status, Terms

APPROVED = Status.APPROVED


def test_an_export_is_kept_with_its_choice_its_counts_and_its_digest(exports, export, shop):
    assert exports.history(10) == [export] == [exports.get(export.id)]
    assert export.pairs == GOOD
    assert export.path == "set"
    assert exports.place(export) == shop.path.parent / "set"
    assert [file.path for file in export.files] == ["data/train.jsonl", "data/test.jsonl"]
    assert sum(file.rows for file in export.files) == GOOD
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
    assert done.pairs == GOOD
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
