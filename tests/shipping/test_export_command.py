"""``codeclm export``: what is chosen is written, looked at and remembered."""

from __future__ import annotations

import csv
import json
from importlib.util import find_spec
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from curated import FOUND, GOOD, PAIRS
from jobs import last_object
from rows import lines

from codeclm.export import FORMATS
from codeclm.pipeline.studio import Studio

KEYS = {
    "jsonl": ["instruction", "response", "response_from"],
    "alpaca": ["instruction", "input", "output"],
    "sharegpt": ["conversations"],
    "messages": ["messages"],
    "prompt-completion": ["prompt", "completion"],
    "dpo": ["prompt", "chosen", "rejected"],
    "kto": ["prompt", "completion", "label"],
    "gemini": ["contents"],
}


@pytest.mark.parametrize("format", KEYS)
def test_every_format_of_lines_is_written(run, tmp_path, format):
    out = tmp_path / "out.jsonl"
    done = run("export", "--format", format, "--out", out, "--json")
    assert done.exit_code == 0
    told = last_object(done)
    rows = lines(out)
    assert len(rows) == told["rows"] > 0
    assert told["files"] == {"out.jsonl": told["rows"]}
    assert list(rows[0])[: len(KEYS[format])] == KEYS[format]
    assert len(done.stdout.splitlines()) == 1


def test_tables_are_written(run, tmp_path):
    told = last_object(run("export", "--format", "csv", "--out", tmp_path / "a.csv", "--json"))
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == told["pairs"]
    out = tmp_path / "a.parquet"
    told = last_object(run("export", "--format", "parquet", "--out", out, "--json"))
    assert pq.read_table(out).num_rows == told["pairs"]


def test_preferences_are_beyond_theta_unless_a_gap_is_named(run, tmp_path):
    out = tmp_path / "dpo.jsonl"
    run("export", "--format", "dpo", "--out", out)
    beyond = lines(out)
    assert all(list(row) == ["prompt", "chosen", "rejected"] for row in beyond)
    told = last_object(run("export", "--format", "dpo", "--min-gap", 8, "--out", out, "--json"))
    assert 0 < told["pairs"] == len(lines(out)) < len(beyond)
    done = run("export", "--format", "dpo", "--style", "conversational", "--field", "gap",
               "--min-gap", 8, "--out", out)  # fmt: skip
    assert done.exit_code == 0
    assert all(abs(row["gap"]) >= 8 for row in lines(out))
    assert lines(out)[0]["chosen"][0]["role"] == "assistant"


def test_a_selection_is_what_is_written(run, tmp_path):
    out = tmp_path / "out.jsonl"
    words = ["--where", "use_case=question answering", "--where", "side=strong", "--run", 1]
    done = run("export", *words, "--min-gap", 7, "--out", out, "--json")
    rows = lines(out)
    assert last_object(done)["pairs"] == len(rows) > 0
    assert {row["use_case"] for row in rows} == {"question answering"}
    assert {row["response_from"] for row in rows} == {"strong"}
    assert min(abs(row["gap"]) for row in rows) >= 7
    assert {row["review"]["status"] for row in rows} == {"approved"}
    for status, expected in (("rejected", 5), ("pending", 3), ("any", PAIRS)):
        run("export", "--status", status, "--out", out)
        assert len(lines(out)) == expected


def test_a_bundle_in_splits(run, tmp_path):
    done = run("export", "--split", "80/10/10", "--seed", 3, "--out", tmp_path / "set", "--json")
    assert done.exit_code == 0
    told = last_object(done)
    assert list(told["files"]) == [f"data/{n}.jsonl" for n in ("train", "validation", "test")]
    for name, count in told["files"].items():
        assert len(lines(tmp_path / "set" / name)) == count
    assert sum(told["files"].values()) == told["pairs"] == GOOD
    assert "train 4" in done.stderr
    again = run("export", "--split", "train=0.8,validation=.1,test=0.1", "--seed", 3,
                "--out", tmp_path / "again", "--json")  # fmt: skip
    assert last_object(again)["digest"] == told["digest"]
    other = run("export", "--split", "80/10/10", "--out", tmp_path / "other", "--json")
    assert last_object(other)["digest"] != told["digest"]


def test_what_is_looked_at_is_what_is_then_written(run, tmp_path):
    ways = [
        [],
        ["--cap", 7],
        ["--weight", "question answering=2"],
        ["--leave-out", "e-mail", "--leave-out", "duplicate"],
        ["--split", "3/0/1", "--cap", 9, "--leave-out", "over-long"],
        ["--cap", 4, "--cap-by", "skill"],
    ]
    for number, words in enumerate(ways):
        for format in ("jsonl", "kto", "dpo"):
            given = ["--format", format, *words]
            out = tmp_path / f"{format}{number}"
            looked = last_object(run("export", *given, "--check", "--json"))
            wrote = last_object(run("export", *given, "--out", out, "--json"))
            assert (looked["pairs"], looked["rows"]) == (wrote["pairs"], wrote["rows"]), given
            assert looked["files"] == {
                Path(name).stem: count for name, count in wrote["files"].items()
            }


def test_a_look_lists_the_rows_and_writes_nothing(run, tmp_path):
    done = run("export", "--format", "dpo", "--check")
    assert done.exit_code == 0
    for kind in FOUND:
        assert f"{kind}: 1\n  pair " in done.stdout
    assert "lovelace" not in done.stdout
    told = last_object(run("export", "--format", "dpo", "--check", "--json"))
    assert told["problems"] == dict.fromkeys(FOUND, 1) | {"duplicate": 1}
    assert set(told["flagged"]) == set(told["problems"])
    assert json.loads(run("exports", "--json").stdout) == []
    assert {path.suffix for path in tmp_path.iterdir()} <= {".db", ".db-wal", ".db-shm", ".jsonl"}


def test_what_was_found_is_told_after_writing_too(run, tmp_path):
    done = run("export", "--leave-out", "secret", "--out", tmp_path / "out.jsonl", "--json")
    assert "Look at: 1 over-long, 1 duplicate, 1 e-mail, 1 phone, 1 card number" in done.stderr
    assert "Left out: 1 secret" in done.stderr
    assert last_object(done)["left_out"] == {"secret": 1}


def test_fields_and_the_system_prompt_are_chosen(run, tmp_path):
    out = tmp_path / "out.jsonl"
    run("export", "--field", "response", "--field", "gap", "--out", out)
    assert {tuple(row) for row in lines(out)} == {("response", "gap")}
    run("export", "--format", "messages", "--system-prompt", "Be kind.", "--out", out)
    assert {row["messages"][0]["content"] for row in lines(out)} == {"Be kind."}
    run("export", "--format", "messages", "--no-system-prompt", "--out", out)
    assert {row["messages"][0]["role"] for row in lines(out)} == {"user"}


def test_the_history_tells_what_has_changed_since(run, tmp_path, database):
    run("export", "--out", tmp_path / "set")
    run("export", "--format", "alpaca", "--status", "any", "--out", tmp_path / "out.jsonl")
    newest, first = json.loads(run("exports", "--json").stdout)
    assert (newest["format"], first["format"]) == ("alpaca", "jsonl")
    assert first["path"] == str(tmp_path / "set")
    assert (first["added"], first["removed"], first["changed"]) == ([], [], [])
    assert run("exports").stdout.count("since: nothing changed") == 2
    with Studio(database) as studio:
        project = studio.project("outdoor")
        project.reviews.edit(project.pair(20), "New?", "Yes.")
    assert run("exports").stdout.count("since: 1 changed") == 2


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ([], 2, "--out PATH"),
        (["--format", "xml"], 2, "'xml' is not one of"),
        (["--style", "fancy"], 2, "'fancy' is not one of"),
        (["--style", "axolotl"], 2, "jsonl has no style 'axolotl'"),
        (["--status", "good"], 2, "'good' is not one of"),
        (["--where", "use_case"], 2, "is not NAME=VALUE"),
        (["--where", "color=red"], 2, "--where knows no 'color'"),
        (["--where", "iteration=two"], 2, "that is no number"),
        (["--where", f"iteration={10**30}"], 2, "that is no number"),
        (["--where", "side=left"], 2, "strong or target"),
        (["--min-gap", "wide"], 2, "is not a valid float"),
        (["--min-gap", "nan"], 2, "smallest gap is a number of 0 or more"),
        (["--min-gap", "-1"], 2, "smallest gap is a number of 0 or more"),
        (["--split", "a/b"], 2, "is no split"),
        (["--split", "80/10/5/5"], 2, "is no split"),
        (["--split", "dev=1"], 2, "no split 'dev'"),
        (["--split", "0/0"], 2, "make no sense"),
        (["--split", "nan"], 2, "make no sense"),
        (["--cap", "0"], 2, "A cap is at least 1"),
        (["--cap", "many"], 2, "is not a valid integer"),
        (["--weight", "x"], 2, "is not NAME=NUMBER"),
        (["--weight", "question answerin=2"], 1, "Is it 'question answering'?"),
        (["--where", "skill=x"], 1, "No pair has the skill 'x'"),
        (["--where", "tag=x"], 1, "No pair has the tag 'x'"),
        (["--where", "model=simulated:strnog"], 1, "Is it 'simulated:strong'?"),
        (["--weight", "x=-1"], 2, "A weight is 0 or more"),
        (["--weight", "x=1", "--cap-by", "skill", "--cap", 3], 2, "several skills"),
        (["--cap-by", "skill"], 2, "--cap-by says what --cap N counts"),
        (["--check", "--no-check"], 2, "--check looks"),
        (["--leave-out", "secret", "--no-check"], 2, "--leave-out has to look"),
        (["--system-prompt", "x", "--no-system-prompt"], 2, "--system-prompt writes one"),
        (["--leave-out", "email"], 2, "Is it 'e-mail'?"),
        (["--leave-out", "typos"], 2, "no kind of problem 'typos'"),
        (["--field", "nothing"], 2, "no field 'nothing'"),
        (["--longest", "0"], 2, "at least 1"),
        pytest.param(
            ["--tokenizer", "none.json"],
            1,
            "none.json cannot be read",
            marks=pytest.mark.skipif(
                find_spec("tokenizers") is None, reason="tokenizers is not installed"
            ),
        ),
        (["--project", "nix"], 1, "no project 'nix'"),
        (["--run", "99"], 1, "no run 99"),
        (["--run", "0"], 2, "0 is not in the range"),
    ],
)
def test_a_mistake_is_told_with_what_to_do_and_writes_nothing(run, tmp_path, words, code, says):
    out = ["--out", tmp_path / "set"] if words else []
    done = run("export", *words, *out)
    assert says in done.stderr
    assert done.exit_code == code
    assert done.stdout == ""
    assert not (tmp_path / "set").exists()


def test_places_that_cannot_be_are_told(run, tmp_path, database):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").write_text("x")
    for out, says in (
        (tmp_path / "mine", "holds other things"),
        (tmp_path / "none" / "out.jsonl", "there is no folder"),
        (tmp_path / ("x" * 300 + ".jsonl"), "cannot be written"),
        (tmp_path / ("x" * 300), "cannot be written"),
        (database, "a file this job needs"),
        (database / "set", "cannot be written"),
    ):
        done = run("export", "--out", out)
        assert (done.exit_code, says in done.stderr) == (1, True), (out, done.stderr)
    none = run("export", "--where", "iteration=9", "--out", tmp_path / "set")
    assert (none.exit_code, "no pair to write" in none.stderr) == (1, True)
    split = run("export", "--split", "8/2", "--out", tmp_path / "out.jsonl")
    assert (split.exit_code, "splits are several" in split.stderr) == (1, True)
    assert (tmp_path / "mine" / "diary.txt").read_text() == "x"
    assert run("doctor").exit_code == 0


def test_nothing_approved_yet_says_what_takes_the_rest(run, tmp_path, database):
    with Studio(database) as studio:
        from codeclm.records import Status

        project = studio.project("outdoor")
        project.reviews.decide_all(project.filter(), Status.PENDING)
    done = run("export", "--out", tmp_path / "out.jsonl")
    assert f"none is approved, {PAIRS} are pending or rejected" in done.stderr
    assert not (tmp_path / "out.jsonl").exists()


def test_a_look_that_finds_nothing_says_so(run):
    done = run("export", "--where", "use_case=question answering", "--check")
    assert "Nothing was found." in done.stderr
    assert done.stdout == ""


def test_what_balance_leaves_out_is_said_before_and_after(run, tmp_path):
    looked = run("export", "--cap", 3, "--check", "--json")
    wrote = run("export", "--cap", 3, "--out", tmp_path / "set", "--json")
    lost = last_object(looked)["left_out"]["balance"]
    assert last_object(wrote)["left_out"] == {"balance": lost}
    assert lost + last_object(wrote)["pairs"] == GOOD
    for done in (looked, wrote):
        assert f"Left out: {lost} balance" in done.stderr


def test_every_format_is_offered():
    assert {*KEYS, "csv", "parquet"} == set(FORMATS)
