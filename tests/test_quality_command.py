"""``codeclm quality``: every number of the pages, and nothing dropped unasked."""

import json

import pytest

MODELS = ["--strong", "simulated:strong", "--target", "simulated:target"]


@pytest.fixture
def filled(run, seeds):
    """A database with a project of a few pairs."""
    done = run("synthesize", seeds, "--field", "prompt", *MODELS, "--size", 30)
    assert done.exit_code == 0
    return seeds


def told(run, *words):
    """The object a look prints."""
    done = run("quality", *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize("look", ["duplicates", "copies", "checks", "diversity", "map"])
def test_each_look_prints_one_object_and_can_be_told_again(run, filled, look):
    found = told(run, look)
    assert found["look"] == look
    assert found["texts"] > 0
    assert not found["stale"]
    if look not in ("diversity", "map"):
        assert told(run, look, "--last") == found


def test_the_map_has_every_point_and_coverage_every_cell(run, filled):
    found = told(run, "map")
    assert len(found["points"]) == found["texts"] == sum(one["size"] for one in found["regions"])
    crossed = told(run, "coverage")["crossed"]
    assert {use_case for use_case, _, _ in crossed} <= set(told(run, "coverage")["counts"]["kept"])


def test_for_people_it_is_lines(run, filled):
    done = run("quality", "diversity")
    assert "distinct_1: 0." in done.stdout
    assert "by iteration" in done.stdout


def test_duplicates_are_told_and_rejected_only_if_asked(run, tmp_path):
    rows = [{"prompt": text, "chosen": "An answer.", "rejected": "None."} for text in TEXTS]
    path = tmp_path / "pairs.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert run("pairs", "import", path).exit_code == 0
    found = told(run, "duplicates", "--keep", "first")
    assert (found["duplicates"], found["groups"]) == (1, 1)
    (one,) = found["findings"]
    assert one["text"] == TEXTS[1]
    assert one["theirs"] == TEXTS[0]
    assert "rejected" not in found
    shown = run("quality", "duplicates", "--last")
    assert "pair 2 (pending), instruction: duplicate" in shown.stdout
    assert told(run, "duplicates", "--last", "--reject")["rejected"] == 1
    assert told(run, "duplicates")["texts"] == 2


TEXTS = (
    "Explain how a tent is put up in a strong wind and heavy rain.",
    "EXPLAIN how a tent is put up in a strong wind, and heavy rain!",
    "Which stove melts snow fastest?",
)


def test_a_benchmark_file_is_brought_and_compared_with(run, filled, tmp_path):
    pairs = tmp_path / "kept.jsonl"
    assert run("export", "--out", pairs, "--status", "any").exit_code == 0
    text = json.loads(pairs.read_text().splitlines()[0])["instruction"]
    path = tmp_path / "bench.jsonl"
    path.write_text(json.dumps({"q": text}) + "\n" + json.dumps({"q": "What is it?"}) + "\n")
    found = told(run, "contamination", "--set", path, "--field", "q")
    assert found["items"] == 2
    assert found["pairs"] >= 1
    assert found["findings"][0]["source"] == "bench.jsonl:1"
    # The set is there from now on.
    assert told(run, "contamination")["pairs"] == found["pairs"]


def test_coverage_has_targets_and_plans_a_run(run, filled):
    before = told(run, "coverage")
    name = next(iter(before["counts"]["kept"]))
    wanted = before["counts"]["kept"][name] + 4
    found = told(run, "coverage", "--target", f"{name}={wanted}")
    assert found["missing"] == {name: 4}
    assert found["targets"] == [{"name": name, "count": wanted, "share": None}]
    filling = told(run, "coverage", "--fill")
    assert filling["instructions"] >= 4
    assert run("resume", filling["run"]).exit_code == 0
    assert told(run, "coverage")["counts"]["kept"][name] > before["counts"]["kept"][name]
    assert told(run, "coverage", "--no-targets")["targets"] == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("duplicates", "--least", "0.1"), 2, "0.1"),
        (("duplicates", "--keep", "best"), 2, "best"),
        (("duplicates", "--last"), 2, "leave --last out"),
        (("contamination",), 1, "no benchmark set"),
        (("contamination", "--set", "nowhere.jsonl"), 1, "nowhere.jsonl"),
        (("coverage", "--target", "cooking"), 2, "NAME=20 or NAME=12%"),
        (("coverage", "--target", "cooking=120%"), 1, "no share"),
        (("checks", "--project", "none"), 1, "no project 'none'"),
    ],
)
def test_what_makes_no_sense_is_told(run, filled, words, code, said):
    done = run("quality", *words)
    assert done.exit_code == code
    assert said in done.output


def test_an_export_leaves_flagged_pairs_out(run, tmp_path):
    rows = [{"prompt": text, "chosen": "An answer.", "rejected": "None."} for text in TEXTS]
    path, out = tmp_path / "pairs.jsonl", tmp_path / "out.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert run("pairs", "import", path).exit_code == 0
    assert run("quality", "duplicates", "--keep", "first").exit_code == 0
    words = ("export", "--out", out, "--status", "any")
    assert run(*words, "--free-of", "duplicate").exit_code == 0
    texts = [json.loads(line)["instruction"] for line in out.read_text().splitlines()]
    assert texts == [TEXTS[0], TEXTS[2]]
    assert run(*words, "--where", "finding=duplicate").exit_code == 0
    assert json.loads(out.read_text())["instruction"] == TEXTS[1]
    assert run(*words, "--where", "finding=beauty").exit_code == 2


def test_targets_of_an_earlier_command_are_kept(run, filled):
    first, second, *_ = told(run, "coverage")["counts"]["metadata"]
    told(run, "coverage", "--target", f"{first}=20", "--target", f"{second}=30")
    found = told(run, "coverage", "--target", f"{second}=40")["targets"]
    assert {one["name"]: one["count"] for one in found} == {first: 20, second: 40}
    found = told(run, "coverage", "--no-targets", "--target", f"{second}=50")["targets"]
    assert {one["name"]: one["count"] for one in found} == {second: 50}


def test_a_target_that_is_given_twice_is_refused(run, filled):
    done = run("quality", "coverage", "--target", "cooking=1", "--target", "cooking=2")
    assert done.exit_code == 1
    assert "twice" in done.output


def test_pairs_fill_no_holes_of_metadata(run, filled):
    done = run("quality", "coverage", "--of", "metadata", "--fill")
    assert done.exit_code == 2
    assert "--of kept" in done.output


def test_a_second_filling_is_told_of_the_first_one(run, filled):
    name = next(iter(told(run, "coverage")["counts"]["kept"]))
    first = run("quality", "coverage", "--target", f"{name}=90", "--fill", "--json")
    number = json.loads(first.stdout)["run"]
    again = run("quality", "coverage", "--fill")
    assert f"Run {number} fills holes already" in again.output


def test_an_export_free_of_what_nobody_looked_for_is_refused(run, tmp_path):
    rows = [{"prompt": text, "chosen": "An answer.", "rejected": "None."} for text in TEXTS]
    path, out = tmp_path / "pairs.jsonl", tmp_path / "out.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert run("pairs", "import", path).exit_code == 0
    words = ("export", "--out", out, "--status", "any")
    for asked in (("--free-of", "odd"), ("--where", "finding=odd")):
        done = run(*words, *asked)
        assert done.exit_code == 1
        assert "codeclm quality checks" in done.output
    assert run("quality", "checks").exit_code == 0
    assert run(*words, "--free-of", "odd").exit_code == 0
    path.write_text(json.dumps({"prompt": "Where?", "chosen": "Here.", "rejected": "There."}))
    assert run("pairs", "import", path).exit_code == 0
    done = run(*words, "--free-of", "odd")
    assert done.exit_code == 0
    assert "before pairs were added or changed" in done.stderr
