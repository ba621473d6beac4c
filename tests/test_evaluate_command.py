"""``codeclm evaluate``: one object on stdout, the split, slices, bases, recorded responses."""

from __future__ import annotations

import json

import pytest
from comparing import KINDS, says, write_set
from jobs import last_object

MODELS = ["--candidate", "openai:tuned", "--reference", "openai:big", "--judge", "openai:judge"]


@pytest.fixture
def file(tmp_path):
    return write_set(
        tmp_path / "set.jsonl",
        KINDS,
        category=["lakes"] * 5 + ["hills"] * 5,
        mine=[f"tuned answers {kind}" for kind in KINDS],
        theirs=[f"big answers {kind}" for kind in KINDS],
    )


def test_it_prints_exactly_one_object(run, file, serve):
    serve(says)
    done = run("evaluate", "--set", file, *MODELS, "--whole", "--json")
    assert done.exit_code == 0, done.stderr
    (line,) = done.stdout.splitlines()
    told = json.loads(line)
    assert {name: told[name] for name in ("wins", "ties", "losses", "crr", "flips")} == {
        "wins": 4,
        "ties": 4,
        "losses": 2,
        "crr": 80.0,
        "flips": 1,
    }
    assert told["ci_low"] == pytest.approx(49.02, abs=0.01)
    assert told["ci_high"] == pytest.approx(94.33, abs=0.01)
    assert (told["unparsable"], told["unanswered"], told["open"]) == (0, 0, 0)
    assert (told["run"], told["items"], told["calls"]) == (1, 10, 40)
    assert (told["candidate"], told["reference"], told["judge"]) == (
        "openai:tuned",
        "openai:big",
        "openai:judge",
    )
    # The candidate's answers are the longer ones here.
    assert told["longer_wins_share"] == pytest.approx(100 * 4 / 6, abs=0.001)
    assert told["candidate_length"] == told["reference_length"] + 2
    assert "Estimate: " in done.stderr
    assert run("doctor").exit_code == 0


def test_without_json_it_is_a_table(run, file, serve):
    serve(says)
    done = run("evaluate", "--set", file, *MODELS, "--whole", "--by", "use-case")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "Against openai:big, judged by openai:judge, on set.jsonl:"
    assert " ".join(lines[2].split()) == "openai:tuned 4 4 2 80.0 49.0 to 94.3 1 0 66.7"
    assert {line.split()[0] for line in lines[3:]} == {"lakes", "hills"}


def test_a_fifth_is_held_out_and_written_as_seeds(run, file, serve, tmp_path):
    serve(says)
    out = tmp_path / "seeds.jsonl"
    done = run("evaluate", "--set", file, "--write-split", out, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {"split": str(out), "seeds": 2, "evaluated": 8}
    assert not (tmp_path / "cli.db").exists()
    seeds = [json.loads(line)["instruction"] for line in out.read_text().splitlines()]
    told = last_object(run("evaluate", "--set", file, *MODELS, "--json"))
    assert (told["items"], told["held_out"], told["whole"]) == (8, 2, False)
    imported = run("seeds", "import", out, "--project", "set", "--json")
    assert last_object(imported)["added"] == 2
    other = tmp_path / "other.jsonl"
    run("evaluate", "--set", file, "--write-split", other, "--seed", 3)
    assert [json.loads(line)["instruction"] for line in other.read_text().splitlines()] != seeds


def test_a_split_never_replaces_its_set(run, file):
    before = file.read_bytes()
    done = run("evaluate", "--set", file, "--write-split", file)
    assert (done.exit_code, file.read_bytes()) == (1, before)
    assert "a file this job needs" in done.stderr


def test_recorded_responses_stand_in_for_a_model(run, file, serve):
    serve(says)
    words = ["--candidate-field", "mine", "--reference-field", "theirs", "--whole", "--json"]
    told = last_object(run("evaluate", "--set", file, *words, "--judge", "openai:judge"))
    assert (told["calls"], told["wins"]) == (20, 4)
    assert told["recorded"] == ["candidate", "reference"]
    assert told["candidate"] == "recorded:candidate"
    named = run(
        "evaluate", "--set", file, "--candidate-field", "mine", "--candidate", "my tune",
        "--reference", "openai:big", "--judge", "openai:judge", "--whole", "--json",
    )  # fmt: skip
    assert last_object(named)["candidate"] == "my tune"
    assert last_object(named)["calls"] == 30


def test_models_beside_it_are_told_with_their_distance(run, file, serve):
    serve(says)
    words = [*MODELS, "--whole", "--base", "openai:base"]
    told = last_object(run("evaluate", "--set", file, *words, "--json"))
    (base,) = told["base"]
    assert (base["candidate"], base["run"], base["crr"]) == ("openai:base", 2, 80.0)
    assert base["difference"] == {"crr": 0, "ci_low": 0, "ci_high": 0, "is_noise": True}
    again = run("evaluate", "--set", file, *words)
    assert "openai:tuned less openai:base: +0.0 points of CRR" in again.stdout
    assert "within noise" in again.stdout


def test_slices_are_in_the_object_where_they_are_asked_for(run, file, serve):
    serve(says)
    words = [*MODELS, "--whole", "--by", "use-case", "--json"]
    told = last_object(run("evaluate", "--set", file, *words))
    assert {one["name"]: one["wins"] for one in told["slices"]} == {"lakes": 2, "hills": 2}
    other = last_object(
        run("evaluate", "--set", file, *words, "--by", "skill", "--skill-field", "category")
    )
    assert {one["name"] for one in other["slices"]} == {"lakes", "hills"}


def test_names_from_outside_are_nothing_a_terminal_obeys(run, tmp_path):
    path = write_set(
        tmp_path / "set.jsonl",
        KINDS,
        category=["\x1b[31mred\x07 \u202e"] * 10,
        mine=[f"answer {kind}" for kind in KINDS],
    )
    done = run(
        "evaluate", "--set", path, "--by", "use-case", "--candidate-field", "mine",
        "--candidate", "my\x07\u202etune", "--reference", "simulated:strong",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert {sign for sign in done.stdout if not sign.isprintable()} == {"\n"}
    assert "my\ufffd\ufffdtune" in done.stdout


def test_what_it_may_take_is_said_without_a_call_or_a_project(run, file):
    done = run("evaluate", "--set", file, *MODELS, "--estimate", "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["total"]["fewest"] == 32
    assert told["roles"]["judge"]["fewest"] == 16
    beside = run("evaluate", "--set", file, *MODELS, "--base", "openai:base", "--estimate")
    assert beside.stdout.count("Estimate for openai:") == 2
    assert run("projects", "--json").stdout.strip() == "[]"


def test_a_cap_pauses_it_and_resume_goes_on(run, file, serve):
    serve(says)
    paused = run("evaluate", "--set", file, *MODELS, "--budget-calls", 5, "--json")
    assert paused.exit_code == 3
    told = json.loads(paused.stdout)
    assert (told["state"], told["calls"]) == ("paused", 5)
    assert told["open"] > 0
    done = run("resume", "--budget-calls", 100, "--json")
    assert done.exit_code == 0
    assert (last_object(done)["state"], last_object(done)["calls"]) == ("finished", 32)
    listed = run("runs").stdout.splitlines()[1].split()
    assert (listed[1], listed[4]) == ("evaluate", "8")
    fresh = run("evaluate", "--set", file, *MODELS, "--fresh", "--json")
    assert last_object(fresh)["calls"] == 32


def test_a_reply_nobody_can_read_is_a_failure_and_is_asked_again(run, tmp_path, serve):
    serve(says)
    path = write_set(tmp_path / "set.jsonl", ["win", "riddle"])
    told = last_object(run("evaluate", "--set", path, *MODELS, "--whole", "--json"))
    assert (told["unparsable"], told["wins"], told["crr"]) == (1, 1, 100)
    failed = json.loads(run("failures", "--step", "assess", "--json").stdout)
    assert [row["raw"] for row in failed] == ["I would rather not say."]
    again = run("retry", "--step", "assess", "--json")
    assert again.exit_code == 0
    assert last_object(again)["unparsable"] == 1


def test_simulated_models_are_told_as_such(run, file):
    models = ["--candidate", "simulated:target", "--reference", "simulated:strong"]
    done = run("evaluate", "--set", file, *models, "--json")
    assert done.exit_code == 0
    assert "SIMULATED" in done.stderr
    told = json.loads(done.stdout)
    assert told["simulated"]
    assert told["judge"] == "simulated:strong"
    assert told["wins"] + told["ties"] + told["losses"] == 8


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ([], 2, "Say who is compared"),
        (["--candidate", "openai:tuned"], 1, "Nobody is named as the reference"),
        (["--candidate", "openai:a", "--reference", "nowhere:b"], 1, "no endpoint 'nowhere'"),
        ([*MODELS, "--candidate-field", "nix"], 1, "no row has 'nix', named as the candidate"),
        ([*MODELS, "--skill-field", "nix"], 1, "no row has 'nix', named as the skills"),
        ([*MODELS, "--field", "nix"], 1, "set.jsonl, line 1: there is no 'nix'"),
        ([*MODELS, "--export", "4"], 1, "no export 4"),
        ([*MODELS, "--by", "moon"], 2, "moon"),
        ([*MODELS, "--seed", 10**30], 2, "'--seed'"),
        ([*MODELS, "--budget-usd", "1"], 1, "price of openai:"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_asked(
    run, file, serve, words, code, says
):
    server = serve(says)
    done = run("evaluate", "--set", file, *words)
    assert (done.exit_code, says in done.stderr) == (code, True), done.stderr
    assert run("runs", "--json").stdout.strip() == "[]"
    assert server.stats()["billed"] == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"prompt": "a"}\n{"prompt": 3}\n', "line 2: 'prompt' holds a number"),
        ('{"prompt": "a"}\n{broken\n', "line 2: broken JSON"),
        ("", "is empty"),
        ('{"prompt": " "}\n', "no usable row; the first is skipped for: empty text"),
        ('{"left": "a", "right": "b"}\n', "Name the field to read"),
    ],
)
def test_a_bad_file_is_told_with_its_line_and_what_to_do(run, tmp_path, content, says):
    path = tmp_path / "bad.jsonl"
    path.write_text(content)
    done = run("evaluate", "--set", path, *MODELS)
    assert (done.exit_code, says in done.stderr) == (1, True), done.stderr
    assert run("evaluate", "--set", tmp_path / "nix.jsonl", *MODELS).exit_code == 1


def test_with_several_projects_one_is_named(run, file, seeds, serve):
    serve(says)
    for name in ("one", "two"):
        run("seeds", "import", seeds, "--field", "prompt", "--project", name)
    done = run("evaluate", "--set", file, *MODELS)
    assert done.exit_code == 2
    assert "--project: " in done.stderr
    assert run("evaluate", "--set", file, *MODELS, "--project", "two").exit_code == 0
