"""Pairs from a file, through the command line, to an export."""

from __future__ import annotations

import json

import pytest
from jobs import last_object

SOME = [
    {
        "q": "Name a lake.",
        "good": "Lake Constance, 251 metres deep.",
        "bad": "Sea.",
        "s": 9,
        "t": 2,
    },
    {"q": "Name a hill.", "good": "The Brocken, 1141 metres high.", "bad": "Hill.", "s": 4, "t": 3},
    {"q": "Name a river.", "good": "The Danube, 2850 kilometres long.", "bad": "Water."},
    {"q": "Name a town.", "good": "", "bad": "Town."},
    {"q": "Name a lake.", "good": "Lake Constance, 251 metres deep.", "bad": "Sea."},
]
FIELDS = ["--instruction", "q", "--strong", "good", "--target", "bad"]
SCORES = ["--strong-score", "s", "--target-score", "t"]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "places.jsonl"
    path.write_text("\n".join(map(json.dumps, SOME)))
    return path


def test_pairs_are_imported_exported_and_brought_back(run, file, tmp_path):
    done = run("pairs", "import", file, *FIELDS, *SCORES, "--strong-model", "me", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        "run": 1,
        "imported": 3,
        "skipped": 2,
        "kept": 2,
        "exhausted": 1,
        "unscored": 1,
    }
    assert "2 rows were skipped:" in done.stderr
    assert "line 4: empty strong response" in done.stderr
    assert "line 5: duplicate of line 1" in done.stderr
    out = tmp_path / "out.jsonl"
    assert run("export", "--status", "any", "--out", out).exit_code == 0
    first, second = map(json.loads, out.read_text().splitlines())
    assert (first["gap"], first["strong_model"], first["judge_model"]) == (
        7,
        "me",
        "imported:judge",
    )
    assert first["imported_from"] == "places.jsonl:1"
    assert (second["gap"], second["response"]) == (None, SOME[2]["good"])
    again = run("pairs", "import", out, "--project", "again", "--json")
    assert last_object(again)["kept"] == 2
    assert run("doctor").exit_code == 0


def test_what_has_no_scores_is_scored_at_once_or_later(run, file):
    judge = ["--judge", "simulated:strong", "--json"]
    done = run("pairs", "import", file, *FIELDS, "--score", "--theta", 0, *judge)
    assert done.exit_code == 0
    assert "SIMULATED" in done.stderr
    told = last_object(done)
    assert (told["imported"], told["unscored"], told["kept"] + told["exhausted"]) == (3, 0, 3)
    assert last_object(run("pairs", "import", file, *FIELDS, "--json"))["unscored"] == 3
    later = run("pairs", "score", 2, "--theta", 0, *judge)
    assert later.exit_code == 0
    assert last_object(later) == told | {"run": 2, "skipped": 0}
    runs = json.loads(run("runs", "--json").stdout)
    assert [(row["source"], row["calls"], row["replayed"]) for row in runs] == [
        ("import", 0, 6),
        ("import", 6, 0),
    ]
    assert run("runs").stdout.splitlines()[1].split()[1] == "import"


def test_a_cap_pauses_the_scoring_and_more_lets_it_go_on(run, file):
    words = ["--judge", "simulated:strong", "--json"]
    done = run("pairs", "import", file, *FIELDS, "--score", "--budget-calls", 3, *words)
    assert done.exit_code == 3
    assert last_object(done)["unscored"] > 0
    assert run("resume", "--budget-calls", 9).exit_code == 0
    assert run("doctor").exit_code == 0


def test_a_long_list_of_skipped_rows_is_cut(run, tmp_path):
    path = tmp_path / "twice.jsonl"
    path.write_text(
        "\n".join(json.dumps({"prompt": "a", "chosen": "b", "rejected": "c"}) for _ in range(9))
    )
    done = run("pairs", "import", path)
    assert "8 rows were skipped:" in done.stderr
    assert done.stderr.count("duplicate of line 1") == 5
    assert "and 3 more" in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--judge", "simulated:strong"], 2, "nobody is asked without"),
        (["--budget-calls", "9"], 2, "nobody is asked without"),
        (["--score"], 2, "--judge MODEL"),
        (["--score", "--judge", "nowhere:big"], 1, "no endpoint"),
        (["--skills", "nix"], 1, "no row has 'nix', named as the skills"),
        (["--theta", "12"], 1, "theta must be between"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_imported(run, file, words, code, says):
    done = run("pairs", "import", file, *FIELDS, *words)
    assert (done.exit_code, says in done.stderr) == (code, True)
    assert run("runs", "--json").stdout.strip() == run("projects", "--json").stdout.strip() == "[]"


def test_a_file_that_is_not_there_is_said(run, tmp_path):
    done = run("pairs", "import", tmp_path / "nix.jsonl")
    assert done.exit_code == 1
    assert "cannot be read" in done.stderr
