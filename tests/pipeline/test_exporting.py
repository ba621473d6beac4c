"""What is said before an export is what it writes: counts, checks, previews, files."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from curated import FOUND, MODELS, TWICE

from codeclm.errors import ExportError
from codeclm.pipeline.exporting import FORMATS, KINDS, Exports
from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.pipeline.synthesis import import_pairs, read_pairs, synthesize
from codeclm.records import Balance, Export, ExportSettings, Layout, Status

EIGHTY = {"train": 0.8, "validation": 0.1, "test": 0.1}
#: Ways to choose and lay out, each with every format.
WAYS: dict[str, dict[str, Any]] = {
    "plain": {},
    "split": {"splits": EIGHTY},
    "capped": {"balance": Balance(cap=9)},
    "capped by skill": {"balance": Balance(by="skill", cap=6), "splits": {"train": 3, "test": 1}},
    "weighted": {"balance": Balance(weights={"question answering": 2}), "seed": 4},
    "cleaned": {"leave_out": ("e-mail", "duplicate", "over-long", "same responses")},
    "all at once": {
        "leave_out": tuple(KINDS),
        "balance": Balance(cap=15),
        "splits": EIGHTY,
        "seed": 9,
    },
}


@pytest.fixture
def project(shop) -> Project:
    return shop.project("outdoor")


@pytest.fixture
def exports(project) -> Exports:
    return project.exports


Choose = Callable[..., ExportSettings]


@pytest.fixture
def choose(project, exports) -> Choose:
    """Settings over approved pairs, unless narrowed otherwise."""

    def chosen(format: str = "jsonl", narrowed: dict[str, Any] | None = None, **more: Any) -> Any:
        layout = {name: more.pop(name) for name in ("style", "fields", "system") if name in more}
        wanted = project.filter(**{"status": Status.APPROVED, **(narrowed or {})})
        return exports.settings(wanted, Layout(format=format, **layout), **more)

    return chosen


def rows_in(path: Path) -> int:
    """How many rows a data file holds, read as its readers do."""
    match path.suffix:
        case ".csv":
            text = path.read_text(encoding="utf-8-sig")
            return len(list(csv.DictReader(io.StringIO(text, newline=""))))
        case ".parquet":
            return pq.read_table(path).num_rows
        case _:
            return len([json.loads(line) for line in path.read_bytes().splitlines()])


def data(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "data").iterdir())}


@pytest.mark.parametrize(
    ("format", "way"),
    [
        *((format, way) for format in ("jsonl", "dpo", "kto", "csv", "parquet") for way in WAYS),
        *((format, "all at once") for format in ("alpaca", "sharegpt", "messages", "gemini")),
        ("prompt-completion", "all at once"),
    ],
)
def test_what_is_counted_before_is_what_is_written(exports, choose, tmp_path, format, way):
    settings = choose(format, **WAYS[way])
    said = exports.parts(settings, exports.check(settings))
    done = exports.write(settings, tmp_path / "set")
    written = {
        file.split: (file.rows, rows_in(tmp_path / "set" / file.path)) for file in done.files
    }
    assert written == {part.split: (part.rows, part.rows) for part in said}
    assert (done.pairs, done.rows) == (
        sum(part.pairs for part in said),
        sum(part.rows for part in said),
    )
    assert done.pairs > 0


@pytest.mark.parametrize("status", [None, *Status])
@pytest.mark.parametrize("format", ["kto", "dpo", "jsonl"])
def test_counts_hold_whatever_the_status(exports, choose, tmp_path, format, status):
    settings = choose(format, {"status": status})
    (said,) = exports.parts(settings)
    done = exports.write(settings, tmp_path / "pairs.jsonl")
    assert (done.pairs, done.rows) == (said.pairs, said.rows)
    assert rows_in(tmp_path / "pairs.jsonl") == said.rows


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_choice_twice_is_the_same_bytes(exports, choose, tmp_path, format):
    settings = choose(format, splits=EIGHTY, balance=Balance(cap=20), leave_out=("e-mail",))
    first, second = (exports.write(settings, tmp_path / name) for name in ("one", "two"))
    assert data(tmp_path / "one") == data(tmp_path / "two")
    assert first.digest == second.digest
    for file in first.files:
        found = (tmp_path / "one" / file.path).read_bytes()
        assert (len(found), hashlib.sha256(found).hexdigest()) == (file.bytes, file.sha256)


@pytest.mark.parametrize("format", FORMATS)
def test_one_file_has_the_bytes_of_a_bundle_without_splits(exports, choose, tmp_path, format):
    settings, ending = choose(format), FORMATS[format].ending
    exports.write(settings, tmp_path / "set")
    exports.write(settings, tmp_path / f"pairs{ending}")
    lines = b"".join(exports.lines(settings))
    assert data(tmp_path / "set") == {f"train{ending}": lines}
    assert (tmp_path / f"pairs{ending}").read_bytes() == lines


@pytest.mark.parametrize("format", [name for name in FORMATS if FORMATS[name].ending == ".jsonl"])
def test_the_preview_is_the_beginning_of_the_file(exports, choose, tmp_path, format):
    settings = choose(format, splits=EIGHTY)
    done = exports.write(settings, tmp_path / "set")
    for part, file in zip(exports.parts(settings), done.files, strict=True):
        lines = (tmp_path / "set" / file.path).read_text(encoding="utf-8").split("\n")[:-1]
        assert exports.preview(settings, part, 3) == lines[:3]


def test_a_preview_of_tables_is_what_is_read_back(exports, choose):
    (part,) = exports.parts(choose("csv"))
    (text,) = exports.preview(choose("csv"), part, 3)
    assert b"".join(exports.lines(choose("csv"))).decode().startswith(text)
    rows = [json.loads(row) for row in exports.preview(choose("parquet"), part, 3)]
    table = pq.read_table(io.BytesIO(b"".join(exports.lines(choose("parquet")))))
    assert [row["instruction"] for row in rows] == table["instruction"].to_pylist()[:3]


def test_only_what_the_filter_takes_is_written(project, exports, choose, tmp_path):
    narrowed = {"use_case": "question answering", "side": "strong", "min_gap": 7.0}
    exports.write(choose(narrowed=narrowed), tmp_path / "pairs.jsonl")
    rows = list(map(json.loads, (tmp_path / "pairs.jsonl").read_text().splitlines()))
    expected = [
        pair.instruction
        for pair in project.pairs()
        if pair.status is Status.APPROVED
        and pair.use_case == "question answering"
        and pair.response_from == "strong"
        and pair.gap is not None
        and abs(pair.gap) >= 7
    ]
    assert [row["instruction"] for row in rows] == expected
    assert {row["review"]["status"] for row in rows} == {"approved"}


def test_a_preference_needs_both_responses_and_a_gap_beyond_theta_unless_one_is_named(
    shop, project, exports, choose
):
    approved = [pair for pair in project.pairs() if pair.status is Status.APPROVED]
    both = [pair for pair in approved if pair.target_response is not None]
    (part,) = exports.parts(choose("dpo"))
    assert part.pairs == len([p for p in both if p.gap is not None and abs(p.gap) > 3])
    (part,) = exports.parts(choose("dpo", {"min_gap": 8.0}))
    assert part.pairs == len([p for p in both if p.gap is not None and abs(p.gap) >= 8])
    shop.run(1).change(theta=7.0)
    (part,) = exports.parts(choose("dpo"))
    found = list(project.pairs(part.wanted))
    assert min(abs(pair.gap or 0) for pair in found if pair.run == 1) > 7
    (part,) = exports.parts(choose("dpo", {"min_gap": 3.5, "run": 1}))
    # A reviewed pair that the new θ drops stays, and its gap is its own.
    assert part.pairs == len([p for p in both if p.run == 1 and abs(p.gap or 0) >= 3.5])


def test_a_swap_and_an_edit_are_what_is_chosen(project, exports, choose):
    rows = [json.loads(line) for line in exports.lines(choose("dpo"))]
    swapped = next(pair for pair in project.pairs() if pair.swapped)
    edited = next(pair for pair in project.pairs() if pair.edited)
    (row,) = [row for row in rows if row["prompt"].endswith(swapped.instruction)]
    assert {row["chosen"], row["rejected"]} == {swapped.response, swapped.strong_response}
    assert row["chosen"] == swapped.target_response
    assert any(row["chosen"] == "As short as can be." for row in rows)
    assert edited.response == "As short as can be."


def test_splits_have_every_use_case_and_no_chain_twice(exports, choose, tmp_path):
    exports.write(choose(splits={"train": 0.7, "test": 0.3}), tmp_path / "set")
    chains: list[set[str]] = []
    for name, share in (("train", 0.7), ("test", 0.3)):
        lines = (tmp_path / "set" / "data" / f"{name}.jsonl").read_text().splitlines()
        rows = list(map(json.loads, lines))
        cases = Counter(row["use_case"] for row in rows)
        for use_case, size in (("question answering", 27), ("creative writing", 23)):
            assert cases[use_case] == pytest.approx(size * share, abs=size * 0.1 + 1)
        chains.append({row["instruction"] for row in rows})
    assert not chains[0] & chains[1]


def test_a_plan_that_was_run_again_has_its_chains_in_the_same_splits(studio, tmp_path):
    seeds = tmp_path / "hills.jsonl"
    seeds.write_text("".join(f'{{"prompt": "Which boots for hill {n}?"}}\n' for n in range(12)))
    for theta in (3.0, 2.0):
        synthesize(studio, seeds, field="prompt", size=24, theta=theta, **MODELS)
    home = studio.project("hills")
    settings = home.exports.settings(home.filter(), splits={"train": 1, "test": 1})
    home.exports.write(settings, tmp_path / "set")
    basic: list[set[str]] = []
    for name in ("train", "test"):
        written = (tmp_path / "set" / "data" / f"{name}.jsonl").read_text().splitlines()
        rows = map(json.loads, written)
        basic.append({[*row["chain"], row][0]["instruction"] for row in rows})
    assert all(basic)
    assert not basic[0] & basic[1]


# Looking before ------------------------------------------------------------------------------


def test_a_look_lists_the_rows_with_what_is_wrong(project, exports, choose):
    report = exports.check(choose("dpo"))
    assert report.counts == dict.fromkeys(FOUND, 1) | {"duplicate": 1}
    for kind, (instruction, _) in FOUND.items():
        (problem,) = report.listed[kind]
        assert project.pair(problem.pair).instruction == instruction
        assert report.flagged[kind] == [problem.pair]
    assert "11715 characters" in report.listed["over-long"][0].told
    (twice,) = report.listed["duplicate"]
    assert twice.told.endswith("again")
    # What was found is masked: a list of secrets is a secret.
    told = " ".join(problem.told for found in report.listed.values() for problem in found)
    assert "lovelace" not in told
    assert "sk-proj-a8Zq3" not in told


def test_what_is_left_out_is_just_what_was_found(project, exports, choose, tmp_path):
    settings = choose(leave_out=("e-mail", "duplicate"))
    report = exports.check(settings)
    done = exports.write(settings, tmp_path / "pairs.jsonl")
    lines = (tmp_path / "pairs.jsonl").read_text().splitlines()
    written = [json.loads(line)["instruction"] for line in lines]
    assert FOUND["e-mail"][0] not in written
    assert written.count(TWICE) == 1
    assert done.left_out == {"duplicate": 1, "e-mail": 1}
    assert done.problems == {"over-long": 1, "secret": 1, "phone": 1, "card number": 1}
    assert done.pairs == report.pairs - 2


KEY = "sk-proj-a8Zq3LmX91bTTyWv04KcRd7PfQe2"
RESPONSES = {"prompt": "Which key?", "chosen": "None I give away.", "strong_score": 9}


@pytest.mark.parametrize("format", ["dpo", "kto", "jsonl", "csv", "parquet"])
def test_a_secret_is_left_out_whichever_text_of_a_row_it_is_in(
    shop, project, exports, choose, tmp_path, format
):
    given = tmp_path / "given.jsonl"
    given.write_text(json.dumps({**RESPONSES, "rejected": f"key: {KEY}", "target_score": 2}))
    import_pairs(shop, given, read_pairs(given, {}), project="outdoor")
    project.reviews.decide_all(project.filter(), Status.APPROVED)
    noted, *_ = project.pair_ids(project.filter(status=Status.APPROVED, run=2), 1)
    project.reviews.note(noted, f"Ask with {KEY}.")
    settings = choose(format, leave_out=("secret",))
    done = exports.write(settings, tmp_path / "set")
    assert "secret" not in done.problems
    for path in (tmp_path / "set").rglob("*.*"):
        assert KEY.encode() not in path.read_bytes()


def test_a_secret_in_an_earlier_iteration_is_found(project, exports, choose):
    longer = next(pair for pair in project.pairs() if pair.iteration > 1)
    basic = longer.chain[0].instruction
    with project._store.writing() as db:
        db.conn.execute("update instructions set text = text || ? where text = ?", (KEY, basic))
    assert longer.id in exports.check(choose(narrowed={"status": None})).flagged["secret"]


def test_a_rejected_response_may_be_over_long_as_well(shop, project, exports, choose, tmp_path):
    given = tmp_path / "given.jsonl"
    given.write_text(json.dumps({**RESPONSES, "rejected": "No. " * 5000, "target_score": 2}))
    import_pairs(shop, given, read_pairs(given, {}), project="outdoor")
    project.reviews.decide_all(project.filter(), Status.APPROVED)
    assert len(exports.check(choose("dpo")).flagged["over-long"]) == 2
    assert len(exports.check(choose("alpaca")).flagged["over-long"]) == 1


def test_over_long_is_what_a_tokenizer_says(exports, choose, tmp_path):
    tokenizers = pytest.importorskip("tokenizers")
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    made = tokenizers.Tokenizer(WordLevel({"?": 0}, unk_token="?"))
    made.pre_tokenizer = Whitespace()
    made.save(str(tmp_path / "tokenizer.json"))
    settings = choose(tokenizer=str(tmp_path), longest=2000)
    (problem,) = exports.check(settings).listed["over-long"]
    # Eight words and a full stop, 300 times, after three words and one.
    assert problem.told == "2704 tokens"
    assert "over-long" not in exports.check(choose(tokenizer=str(tmp_path), longest=2704)).counts


def test_an_empty_response_is_found(project, exports, choose):
    (number, *_) = project.pair_ids(project.filter(status=Status.APPROVED), 1)
    seen = project.pair(number)
    project.reviews.edit(seen, seen.instruction, " \n")
    assert exports.check(choose()).flagged["empty"] == [number]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"format": "xml"}, "no export format 'xml'"),
        ({"style": "fancy", "format": "dpo"}, "no style 'fancy'"),
        ({"style": "standard"}, "no style 'standard'"),
        ({"fields": ("nothing",)}, "no field 'nothing'"),
        ({"fields": ()}, "No field is picked"),
        ({"leave_out": ("typos",)}, "no kind of problem 'typos'"),
        ({"longest": 0}, "at least 1"),
        ({"splits": {"dev": 1}}, "no split 'dev'"),
        ({"balance": Balance(cap=0)}, "at least 1"),
        ({"system": "\udcff"}, "are no text"),
    ],
)
def test_settings_that_make_no_sense_are_refused_with_what_to_do(choose, more, says):
    with pytest.raises(ExportError, match=says) as caught:
        choose(**more)
    assert caught.value.hint


# Files ---------------------------------------------------------------------------------------


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
        ({}, {"longest": 1, "leave_out": ("over-long",)}, "58 for over-long", "Leave less"),
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
    assert lost == {"balance": 58 - 1 - done.pairs}
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
