"""Where exports are written: whole or not at all, under names that say what they are."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from curated import GOOD
from written import EIGHTY, data

from codeclm.errors import ExportError
from codeclm.pipeline.exporting import FORMATS
from codeclm.pipeline.studio import Studio
from codeclm.pipeline.synthesis import import_pairs, read_pairs
from codeclm.records import Balance, Export, Layout, Status


@pytest.fixture
def bundle(exports, choose, tmp_path) -> tuple[Export, Path]:
    done = exports.write(choose(splits=EIGHTY), tmp_path / "set")
    return done, tmp_path / "set"


@pytest.mark.parametrize("name", ["\udcff.jsonl", "\udcff"])
def test_a_path_that_the_history_cannot_keep_is_refused_before_anything_is_written(
    exports, choose, tmp_path, name
):
    (tmp_path / "there").mkdir()
    with pytest.raises(ExportError, match="is not UTF-8"):
        exports.write(choose(), tmp_path / "there" / name)
    assert list((tmp_path / "there").iterdir()) == []


def test_a_file_where_the_folder_of_exports_goes_is_told(shop, exports, choose):
    (shop.path.parent / "exports").write_text("")
    with pytest.raises(ExportError, match="there is no folder"):
        exports.write(choose())


def test_a_bundle_is_whole_and_its_manifest_names_every_file(bundle):
    _, folder = bundle
    told = json.loads((folder / "manifest.json").read_bytes())
    listed = {file["path"]: file["sha256"] for file in [*told["files"], *told["others"]]}
    there = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }
    del there["manifest.json"]
    assert listed == there
    names = set(there)
    assert {"README.md", "project.jsonl", "data/train.jsonl", "data/test.jsonl"} <= names
    assert {"figures/use_cases.svg", "figures/gaps.svg"} <= names
    assert told["simulated"] is True
    assert told["splits"] == EIGHTY
    assert [path.name for path in folder.parent.glob(".*")] == []


def test_a_bundle_says_nothing_of_where_it_was_made(bundle, tmp_path):
    _, folder = bundle
    for path in folder.rglob("*"):
        if path.is_file():
            assert str(tmp_path) not in path.read_text(encoding="utf-8"), path


def test_a_folder_of_somebody_else_is_refused_untouched(exports, choose, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "manifest.json").write_text('{"kind": "something else"}')
    with pytest.raises(ExportError, match="holds other things"):
        exports.write(choose(), tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["manifest.json"]
    assert exports.history(10) == []


def test_an_earlier_bundle_gives_way_to_a_new_one(exports, choose, bundle):
    _, folder = bundle
    exports.write(choose("alpaca"), folder)
    assert [path.name for path in (folder / "data").iterdir()] == ["train.jsonl"]
    assert not (folder / "project.jsonl").exists()
    assert [path.name for path in folder.parent.glob(".*")] == []


def test_a_bundle_to_which_somebody_has_added_a_file_stays(exports, choose, bundle):
    _, folder = bundle
    (folder / "data" / "notes.txt").write_text("my own")
    before = data(folder)
    with pytest.raises(ExportError, match="holds other things"):
        exports.write(choose("alpaca"), folder)
    assert data(folder) == before


def test_a_card_that_somebody_has_edited_is_not_written_over(exports, choose, bundle):
    _, folder = bundle
    (folder / "README.md").write_text("Mine.")
    with pytest.raises(ExportError, match="holds other things"):
        exports.write(choose("alpaca"), folder)
    assert (folder / "README.md").read_text() == "Mine."


def test_with_picked_fields_nothing_else_leaves_the_house(exports, choose, tmp_path):
    exports.write(choose(fields=("instruction", "response")), tmp_path / "few")
    exports.write(choose(), tmp_path / "all")
    assert not (tmp_path / "few" / "project.jsonl").exists()
    assert "project.jsonl" not in (tmp_path / "few" / "README.md").read_text(encoding="utf-8")
    assert (tmp_path / "all" / "project.jsonl").exists()
    assert "names of reviewers" in (tmp_path / "all" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("format", "name"),
    [
        ("parquet", "x.csv"),
        ("csv", "x.jsonl"),
        ("csv", "x.json"),
        ("alpaca", "x.parquet"),
        ("dpo", "x.CSV"),
        ("jsonl", "x.txt"),
        ("jsonl", "x.jsonl.gz"),
        ("jsonl", "x.v2"),
    ],
)
def test_a_file_is_called_by_an_ending_of_its_format(exports, choose, tmp_path, format, name):
    with pytest.raises(ExportError, match=f"does not end as {format} does") as caught:
        exports.write(choose(format), tmp_path / name)
    assert FORMATS[format].ending in caught.value.hint
    assert list(tmp_path.glob("x*")) == []


@pytest.mark.parametrize("format", [name for name in FORMATS if FORMATS[name].ending == ".jsonl"])
def test_a_file_that_ends_in_json_is_one_array_of_the_same_rows(exports, choose, tmp_path, format):
    settings = choose(format)
    done = exports.write(settings, tmp_path / "pairs.json")
    exports.write(settings, tmp_path / "pairs.NDJSON")
    lines = (tmp_path / "pairs.NDJSON").read_bytes().splitlines()
    array = (tmp_path / "pairs.json").read_bytes()
    assert json.loads(array) == [json.loads(line) for line in lines]
    assert len(array.splitlines()) == done.rows + 2
    (file,) = done.files
    assert (file.bytes, file.sha256) == (len(array), hashlib.sha256(array).hexdigest())


def test_what_stops_an_export_leaves_nothing_and_the_next_one_works(
    exports, choose, tmp_path, bundle
):
    _, folder = bundle
    before = data(folder)

    def stop(words: str) -> None:
        if "written" in words:
            raise KeyboardInterrupt

    for place in (folder, tmp_path / "new", tmp_path / "pairs.jsonl"):
        with pytest.raises(KeyboardInterrupt):
            exports.write(choose(), place, told=stop)
    assert data(folder) == before
    assert [path.name for path in tmp_path.iterdir() if "shop.db" not in path.name] == ["set"]
    assert len(exports.history(10)) == 1
    exports.write(choose(), folder)
    assert len(exports.history(10)) == 2


@pytest.mark.parametrize("place", ["set", "pairs.jsonl"])
def test_an_export_of_nothing_is_refused_and_leaves_what_is_there(exports, choose, tmp_path, place):
    exports.write(choose(), tmp_path / place)
    before = {path: path.stat().st_mtime_ns for path in sorted(tmp_path.rglob("*"))}
    with pytest.raises(ExportError, match="no pair to write"):
        exports.write(choose(narrowed={"use_case": "nothing at all"}), tmp_path / place)
    assert {path: path.stat().st_mtime_ns for path in sorted(tmp_path.rglob("*"))} == before
    assert len(exports.history(10)) == 1


@pytest.mark.parametrize(
    ("narrowed", "more", "told", "hint"),
    [
        ({"use_case": "x"}, {}, r"no pair to write\. ", "another status or filter"),
        ({"min_gap": 99}, {}, "no gap is 99 or more", "smaller smallest gap"),
        (
            {"status": Status.REJECTED, "iteration": 1, "use_case": "imported pairs"},
            {},
            "none is rejected, [0-9]+ are pending or approved",
            "the status 'any'",
        ),
        (
            {"use_case": "question answering"},
            {"balance": Balance(weights={"question answering": 0})},
            "left out are [0-9]+ for balance",
            "weight above 0",
        ),
        (
            {},
            {"longest": 1, "leave_out": ("over-long",)},
            f"{GOOD} for over-long",
            "Leave less",
        ),
    ],
)
def test_why_nothing_would_be_written_is_told(
    exports, choose, tmp_path, narrowed, more, told, hint
):
    with pytest.raises(ExportError, match=told) as caught:
        exports.write(choose("jsonl", narrowed, **more), tmp_path / "pairs.jsonl")
    assert hint in caught.value.hint


def test_what_balance_leaves_out_is_told(exports, choose, tmp_path):
    settings = choose(balance=Balance(cap=9), leave_out=("e-mail",))
    report = exports.check(settings)
    parts = exports.parts(settings, report)
    lost = exports.unwritten(settings, parts, report)
    done = exports.write(settings, tmp_path / "set")
    assert lost == {"balance": GOOD - 1 - done.pairs}
    assert done.left_out == {"e-mail": 1, **lost}
    card = (tmp_path / "set" / "README.md").read_text(encoding="utf-8")
    assert f"| balance | {lost['balance']} |" in card


def test_preferences_of_a_file_without_scores_are_its_own(tmp_path):
    rows = [
        {"prompt": "Name a lake.", "chosen": "Como.", "rejected": "Sea."},
        {"prompt": "Name a hill.", "chosen": "The Brocken.", "rejected": "Hill."},
    ]
    file = tmp_path / "preferences.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with Studio(tmp_path / "own.db") as studio:
        import_pairs(studio, str(file), read_pairs(str(file), {}))
        own = studio.project("preferences")
        for narrowed, expected in (({}, rows), ({"min_gap": 1}, None)):
            settings = own.exports.settings(own.filter(**narrowed), Layout(format="dpo"))
            if expected is None:
                with pytest.raises(ExportError, match="no gap is 1 or more"):
                    own.exports.write(settings, tmp_path / "dpo.jsonl")
            else:
                own.exports.write(settings, tmp_path / "dpo.jsonl")
                found = (tmp_path / "dpo.jsonl").read_text().splitlines()
                assert [json.loads(line) for line in found] == expected


def test_an_export_whose_files_are_gone_or_others_is_not_there(exports, choose, tmp_path):
    first = exports.write(choose(), tmp_path / "pairs.jsonl")
    folder = exports.write(choose(), tmp_path / "set")
    assert exports.is_there(first)
    assert exports.is_there(folder)
    exports.write(choose("alpaca"), tmp_path / "pairs.jsonl")
    exports.write(choose("alpaca"), tmp_path / "set")
    assert not exports.is_there(first)
    assert not exports.is_there(folder)
    (tmp_path / "pairs.jsonl").unlink()
    assert [exports.is_there(one) for one in exports.history(10)] == [True, False, False, False]


def test_splits_do_not_fit_into_one_file(exports, choose, tmp_path):
    with pytest.raises(ExportError, match="splits are several") as caught:
        exports.write(choose(splits=EIGHTY), tmp_path / "pairs.jsonl")
    assert "folder" in caught.value.hint


def test_the_database_is_never_written_over(shop, exports, choose):
    before = shop.path.read_bytes()
    with pytest.raises(ExportError, match="a file this job needs"):
        exports.write(choose(), shop.path)
    assert shop.path.read_bytes() == before
