"""The command line as people and scripts use it."""

import json
import os
import subprocess

import pytest
from jobs import ROOT, command, last_object

KEYS = [
    "instruction",
    "response",
    "response_from",
    "use_case",
    "skills",
    "iteration",
    "chain_id",
    "gap",
    "strong_score",
    "target_score",
    "strong_response",
    "target_response",
    "strong_model",
    "target_model",
    "judge_model",
    "chain",
    "review",
]
MODELS = ["--strong", "simulated:strong", "--target", "simulated:target"]


@pytest.fixture
def synthesized(run, seeds):
    return run("synthesize", seeds, "--field", "prompt", *MODELS, "--size", 20, "--json")


def test_synthesize_tells_its_sums_and_that_it_was_simulated(synthesized):
    assert synthesized.exit_code == 0
    summary = last_object(synthesized)
    assert list(summary) == [
        "run",
        "instructions",
        "kept",
        "kept_strong",
        "kept_target",
        "exhausted",
        "failed",
        "by_iteration",
        "dropped",
        "calls",
        "replayed",
        "prompt_tokens",
        "completion_tokens",
        "cost_usd",
        "seconds",
    ]
    assert summary["instructions"] == 20
    assert "SIMULATED" in synthesized.stderr
    assert "Database: " in synthesized.stderr


def test_out_writes_every_kept_pair_in_the_native_form(run, seeds, tmp_path):
    out = tmp_path / "pairs.jsonl"
    result = run(
        "synthesize", seeds, "--field", "prompt", *MODELS, "--size", 20, "--out", out, "--json"
    )
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == last_object(result)["kept"]
    assert all(list(line) == KEYS for line in lines)
    assert {line["strong_model"] for line in lines} == {"simulated:strong"}
    assert {line["review"]["status"] for line in lines} == {"pending"}


@pytest.mark.usefixtures("synthesized")
def test_out_leaves_out_what_was_rejected_and_what_the_run_keeps_no_more(run, tmp_path):
    from codeclm.pipeline.studio import Studio
    from codeclm.records import Status

    with Studio(tmp_path / "cli.db") as studio:
        project = studio.project("outdoor")
        (dropped,) = project.pair_ids(project.filter(gap_from=0.0, gap_to=5.0), 1)
        (rejected,) = project.pair_ids(project.filter(gap_from=5.5), 1)
        project.reviews.decide(dropped, Status.APPROVED)
        project.reviews.decide(rejected, Status.REJECTED)
    out = tmp_path / "kept.jsonl"
    summary = last_object(run("resume", 1, "--theta", 5.0, "--out", out, "--json"))
    assert len(out.read_text().splitlines()) == summary["kept"] - 1
    with Studio(tmp_path / "cli.db") as studio:
        assert {dropped, rejected} <= {pair.id for pair in studio.project("outdoor").pairs()}


def test_a_brief_from_a_file_is_told_to_the_models_and_kept(run, seeds, tmp_path):
    from codeclm.pipeline.studio import Studio

    brief = tmp_path / "brief.toml"
    brief.write_text('product = "A shop for hikers."\nlanguage = "German"\n')
    args = ["synthesize", seeds, "--field", "prompt", *MODELS, "--size", 20]
    out = tmp_path / "pairs.jsonl"
    result = run(*args, "--brief", brief, "--brief-is-system-prompt", "--out", out)
    assert result.exit_code == 0
    told = {json.loads(line)["system_prompt"] for line in out.read_text().splitlines()}
    assert len(told) == 1
    assert "A shop for hikers." in told.pop()
    with Studio(tmp_path / "cli.db") as studio:
        assert studio.project("outdoor").wording.brief.language == "German"
    brief.write_text("langauge = 'German'")
    refused = run(*args, "--brief", brief)
    assert refused.exit_code == 1
    assert "'langauge' is no part of a brief" in refused.stderr


@pytest.mark.usefixtures("synthesized")
def test_runs_and_projects_are_listed(run):
    (row,) = json.loads(run("runs", "--json").stdout)
    assert (row["project"], row["state"], row["instructions"]) == ("outdoor", "finished", 20)
    (row,) = json.loads(run("projects", "--json").stdout)
    assert (row["project"], row["seeds"], row["pending"]) == ("outdoor", 12, row["pairs"])
    assert "outdoor" in run("runs").stdout
    assert "outdoor" in run("projects").stdout


def test_a_run_that_keeps_nothing_writes_just_that_whatever_the_file_is_called(
    run, seeds, tmp_path
):
    out = tmp_path / "pairs.json.txt"
    words = ["--size", 3, "--theta", 9, "--no-rubrics", "--out", out, "--json"]
    done = run("synthesize", seeds, "--field", "prompt", *MODELS, *words)
    assert (done.exit_code, last_object(done)["kept"]) == (0, 0)
    assert out.read_bytes() == b""


def test_export_takes_what_its_status_says(run, synthesized, tmp_path):
    out = tmp_path / "pairs.jsonl"
    kept = last_object(synthesized)["kept"]
    for status in ("pending", "any"):
        result = run("export", "--status", status, "--out", out, "--json")
        assert last_object(result)["pairs"] == len(out.read_text().splitlines()) == kept
    for status in ("approved", "rejected"):
        result = run("export", "--status", status, "--out", out, "--json")
        assert (result.exit_code, result.stdout) == (1, "")
        assert f"none is {status}, {kept} are" in result.stderr
        assert len(out.read_text().splitlines()) == kept


@pytest.mark.usefixtures("synthesized")
def test_doctor_finds_nothing_wrong(run):
    result = run("doctor", "--json")
    assert (result.exit_code, last_object(result)) == (0, [])


@pytest.mark.usefixtures("synthesized")
def test_there_is_nothing_to_resume_when_all_runs_are_finished(run):
    result = run("resume")
    assert result.exit_code == 1
    assert "There is no unfinished run." in result.stderr
    assert run("resume", 1).exit_code == 0
    assert "There is no run 7." in run("resume", 7).stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--strong", "gpt-4o", "--target", "simulated:t"], "does not name a model"),
        (["--strong", "nowhere:x", "--target", "simulated:t"], "no endpoint 'nowhere'"),
        (["--strong", "openai:x", "--target", "simulated:t"], "OPENAI_API_KEY"),
        ([*MODELS, "--theta", "12"], "theta must be between 0 and 9"),
        ([*MODELS, "--size", "0"], "size must be between 1 and"),
        (["--strong", "simulated:s"], "a target model is needed"),
        ([*MODELS, "--field", "nothing.here"], "nothing.here"),
        (
            ["--strong", "ollama:x", "--target", "simulated:t", "--budget-usd", "1"],
            "price of ollama",
        ),
    ],
)
def test_a_mistake_is_told_with_what_to_do(run, seeds, words, told):
    result = run("synthesize", seeds, "--field", "prompt", *words)
    assert result.exit_code == 1
    assert result.stderr.count("Error: ") == 1
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_a_file_that_is_not_there(run, tmp_path):
    result = run("synthesize", tmp_path / "none.jsonl", *MODELS)
    assert (result.exit_code, "cannot be read" in result.stderr) == (1, True)


def test_a_paused_run_ends_with_its_own_exit_code(run, seeds):
    result = run("synthesize", seeds, "--field", "prompt", *MODELS, "--budget-calls", 5, "--json")
    assert result.exit_code == 3
    assert last_object(result)["calls"] == 5
    assert "'codeclm resume' goes on" in result.stderr


@pytest.mark.parametrize("sample", ["customer_support", "health_coaching", "python_coding"])
def test_the_shipped_samples_run_to_the_end(run, sample):
    path = ROOT / "data" / "samples" / f"{sample}.jsonl"
    result = run("synthesize", path, *MODELS, "--size", 10, "--metadata", 30, "--json")
    assert last_object(result)["instructions"] == 10


def test_an_output_that_cannot_be_written_is_told_before_anything_is_paid(run, seeds, tmp_path):
    words = ["synthesize", seeds, "--field", "prompt", *MODELS, "--size", 5, "--out"]
    result = run(*words, tmp_path / "no" / "x.jsonl")
    assert (result.exit_code, "there is no folder" in result.stderr) == (1, True)
    assert run(*words, tmp_path).exit_code == 2
    assert json.loads(run("runs", "--json").stdout) == []


def test_caps_and_prices_by_role_and_model(run, seeds):
    words = ["synthesize", seeds, "--field", "prompt", *MODELS, "--size", 12]
    prices = ["--price", "simulated:strong=1/2", "--price", "simulated:target=0.5/1"]
    capped = ["--budget-calls", 500, "--budget-calls", "judge=5", "--budget-usd", "strong=3"]
    paused = run(*words, *prices, *capped, "--json")
    assert paused.exit_code == 3
    assert "paused: budget: 5 of 5 calls for the judge model are spent." in paused.stderr
    assert last_object(paused)["cost_usd"] > 0
    resumed = run("resume", "--budget-calls", "judge=1000", "--json")
    assert resumed.exit_code == 0
    assert last_object(resumed)["kept"] + last_object(resumed)["exhausted"] == 12


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--budget-calls", "nobody=5"), "'nobody' is no role"),
        (("--budget-usd", "much"), "'much' is not a number"),
        (("--price", "simulated:strong"), "is no price; write MODEL=IN/OUT"),
        (("--price", "simulated:strong=1"), "is no price"),
    ],
)
def test_a_cap_or_price_that_makes_no_sense_is_a_usage_error(run, seeds, words, told):
    refused = run("synthesize", seeds, "--field", "prompt", *MODELS, *words)
    assert refused.exit_code == 2
    assert told in refused.stderr


@pytest.mark.usefixtures("synthesized")
def test_a_finished_run_goes_further(run):
    before = json.loads(run("runs", "--json").stdout)[0]
    wider = last_object(run("resume", 1, "--theta", 0.5, "--json"))
    assert wider["kept"] > before["kept"]
    larger = last_object(run("resume", 1, "--size", 30, "--json"))
    assert larger["instructions"] == 30
    refused = run("resume", 1, "--size", 10)
    assert refused.exit_code == 1
    assert "cannot shrink" in refused.stderr


def test_responses_are_as_long_as_is_said(run, seeds, tmp_path):
    from codeclm.pipeline.studio import Studio

    words = ["--field", "prompt", "--strong", "simulated:strong", "--no-filter", "--size", 2]
    assert run("synthesize", seeds, *words, "--max-tokens", 40).exit_code == 0
    with Studio(tmp_path / "cli.db") as studio:
        assert studio.run(1).settings.max_tokens == 40
    assert run("synthesize", seeds, *words, "--max-tokens", 3).exit_code == 1


def test_a_run_that_is_there_for_metadata_is_resumed_too(run, seeds, tmp_path):
    from codeclm.pipeline.studio import Studio
    from codeclm.pipeline.synthesis import plan
    from codeclm.settings import RunSettings

    with Studio(tmp_path / "cli.db") as studio:
        plan(studio, seeds, RunSettings(strong="simulated:strong", goal="metadata"), field="prompt")
    resumed = run("resume", "--json")
    assert resumed.exit_code == 0
    assert last_object(resumed)["calls"] == 12
    refused = run("resume", 1, "--size", 50)
    assert refused.exit_code == 1
    assert "is there for metadata alone: it has no size" in refused.stderr


def test_a_run_that_stops_when_it_has_enough(run, seeds):
    words = ["synthesize", seeds, "--field", "prompt", *MODELS, "--size", 500]
    summary = last_object(run(*words, "--stop-at-kept", 15, "--json"))
    assert summary["kept"] >= 15
    assert summary["instructions"] < 100


@pytest.mark.usefixtures("synthesized")
def test_the_size_is_told_beside_what_is_listed(run):
    for name in ("doctor", "projects"):
        result = run(name)
        assert "on disk" in result.stderr
        assert "raw replies take" in result.stderr


@pytest.mark.usefixtures("synthesized")
def test_a_backup_is_written_once_unless_forced(run, tmp_path):
    to = tmp_path / "backup.db"
    first = run("backup", to, "--json")
    assert first.exit_code == 0
    assert last_object(first) == {"backup": str(to), "bytes": to.stat().st_size}
    again = run("backup", to)
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)
    assert run("backup", to, "--force").exit_code == 0


def test_prune_says_how_much_before_and_after(run, synthesized):
    paid = last_object(synthesized)["calls"]
    # Replies of no use stay, unless they are asked for; the simulated models give very few.
    assert paid - 3 <= last_object(run("prune", "--dry-run", "--json"))["replies"] <= paid
    with_bad = run("prune", "--dry-run", "--failures", "--json")
    assert last_object(with_bad)["replies"] == paid
    assert last_object(run("prune", "--older-than", 1, "--json"))["replies"] == 0
    result = run("prune", "--project", "outdoor", "--failures", "--json")
    told = last_object(result)
    assert told["replies"] == paid
    assert told["bytes"] > 0
    assert f"{paid} raw replies emptied" in result.stderr
    assert "The database was" in result.stderr
    assert run("prune", "--older-than", -1).exit_code == 2


@pytest.mark.usefixtures("synthesized")
def test_a_project_is_deleted_only_when_its_name_is_repeated(run):
    for words in ([], ["--confirm", "indoor"]):
        result = run("delete", "outdoor", *words)
        assert result.exit_code == 2
        assert "outdoor" in run("projects").stdout
    deleted = last_object(run("delete", "outdoor", "--confirm", "outdoor", "--json"))
    assert (deleted["project"], deleted["seeds"], deleted["runs"]) == ("outdoor", 12, 1)
    assert json.loads(run("projects", "--json").stdout) == []
    assert "There is no project" in run("delete", "outdoor", "--confirm", "outdoor").stderr
    assert run("doctor").exit_code == 0


@pytest.mark.usefixtures("synthesized")
def test_at_a_terminal_the_name_is_asked_for(tmp_path):
    main_end, end = os.openpty()
    process = subprocess.Popen(
        command("delete", "outdoor", "--db", tmp_path / "cli.db"),
        cwd=ROOT,
        stdin=end,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.write(main_end, b"outdoor\n")
    _, told = process.communicate(timeout=90)
    os.close(end)
    os.close(main_end)
    assert process.returncode == 0
    assert "This goes: 12 seeds" in told
    assert "Deleted with 12 seeds" in told
