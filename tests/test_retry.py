"""What failed is asked again alone, and ends in the pool of a run in which nothing failed."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from jobs import job, pool, step_of

from codeclm.cli import main
from codeclm.errors import SettingsError
from codeclm.pipeline.ownership import lock_of
from codeclm.pipeline.synthesis import plan
from codeclm.records import RunState
from codeclm.settings import RunSettings


@pytest.fixture
def spoiling(serve):
    """A server that answers one step with rubbish until it is told to be well again."""
    state = {"step": ""}

    def replies(request):
        return "rubbish" if step_of(request) == state["step"] else None

    server = serve(replies)

    def spoil(step):
        state["step"] = step

    spoil.server = server
    return spoil


def paid(studio, run):
    with studio.store.reading() as db:
        return list(db.query("select step, usable from calls where run_id = ?", (run.id,)))


@pytest.mark.parametrize("step", ["rubrics", "decode", "improve", "judge"])
def test_a_failed_step_is_asked_again_to_the_undisturbed_pool(studio, seeds, spoiling, step):
    spoiling(step)
    run = job(studio, seeds, size=16)
    assert run.state is RunState.FINISHED
    assert run.counts().failed
    number = len(run.failures(step=step))
    assert {failure.raw for failure in run.failures(step=step)} == {"rubbish"}
    spoiling("")
    assert run.retry(step) == number
    assert run.bring() is RunState.FINISHED
    assert run.counts().failed == 0
    assert run.failures() == []
    assert studio.doctor() == []
    assert pool(studio, run) == pool(studio, job(studio, seeds, size=16, fresh=True))


def test_what_a_batch_lacked_is_asked_for_alone(studio, seeds, serve):
    state = {"well": False}

    def replies(request):
        if step_of(request) != "decode" or state["well"]:
            return None
        asked = request["messages"][-1]["content"]
        again = "do not repeat" in asked.lower() or "already" in asked.lower()
        return "rubbish" if again else json.dumps({"instructions": [f"Only {len(asked)} of many."]})

    server = serve(replies)
    run = job(studio, seeds, size=48, batch=4)
    lacking = run.counts().failed
    assert lacking == 36
    assert {failure.kind for failure in run.failures()} == {"short"}
    before, asked = pool(studio, run), server.stats()["requests"]
    state["well"] = True
    run.retry("decode")
    assert run.bring() is RunState.FINISHED
    assert run.counts().failed == 0
    assert run.counts().settled == 48
    assert [pair for pair in pool(studio, run) if pair in before] == before
    # A batch of the missing three for each entry, and what follows from them.
    decoded = [row for row in paid(studio, run) if row["step"] == "decode"]
    assert len(decoded) == 12 * 3
    assert server.stats()["requests"] > asked
    assert studio.doctor() == []


def test_resume_asks_no_failure_again_and_retry_only_once(studio, seeds, spoiling):
    spoiling("judge")
    run = job(studio, seeds, size=6)
    asked = spoiling.server.stats()["requests"]
    run.bring()
    assert spoiling.server.stats()["requests"] == asked
    run.retry(kind="ReplyError")
    run.bring()
    again = spoiling.server.stats()["requests"]
    # Both orders of each instruction, asked and asked once more; no answer was asked for again.
    assert again - asked == 6 * 2 * 2
    assert run.counts().failed == 6


def test_seeds_that_failed_are_extracted_later(studio, seeds, spoiling):
    spoiling("encode")
    settings = RunSettings(strong="openai:big", goal="metadata")
    run, _ = plan(studio, seeds, settings, field="prompt")
    assert run.bring() is RunState.FAILED
    assert len(run.failures(step="encode")) == 12
    spoiling("")
    assert run.retry("encode") == 12
    assert run.bring() is RunState.FINISHED
    assert len(studio.project("outdoor").metadata()) == 12


def test_what_has_no_place_in_the_plan_any_more_is_said(studio, seeds, serve):
    def replies(request):
        asked = json.dumps(request["messages"])
        return "rubbish" if step_of(request) == "encode" and "Which tents" in asked else None

    serve(replies)
    run = job(studio, seeds, size=6)
    assert len(run.failures(step="encode")) == 1
    assert not run.can_retry
    for step in ("encode", None):
        with pytest.raises(SettingsError, match="no such failures") as told:
            run.retry(step)
        assert "given their share to the others" in told.value.hint


def test_failures_and_retry_on_the_command_line(studio, seeds, spoiling):
    spoiling("judge")
    job(studio, seeds, size=4)

    def invoke(*words):
        return CliRunner().invoke(main, [*words, "--db", str(studio.path)])

    listed = invoke("failures", "--step", "judge")
    assert listed.stdout.count("    rubbish") == 4
    assert "judge m" in listed.stdout
    assert {row["raw"] for row in json.loads(invoke("failures", "--json").stdout)} == {"rubbish"}
    spoiling("")
    retried = invoke("retry", "--json")
    assert retried.exit_code == 0
    assert "4 failures are asked again." in retried.stderr
    assert json.loads(retried.stdout.splitlines()[-1])["failed"] == 0
    assert invoke("failures").stdout == "Nothing failed.\n"
    assert invoke("retry").exit_code == 1


def test_a_raw_reply_gives_a_terminal_no_orders(studio, seeds, serve):
    serve(lambda request: "\x1b[2Jgone \u202e" if step_of(request) == "judge" else None)
    job(studio, seeds, size=2)
    listed = CliRunner().invoke(main, ["failures", "--db", str(studio.path)])
    assert "\\x1b[2Jgone \\u202e" in listed.stdout
    assert "\x1b" not in listed.stdout


def test_beside_another_process_at_work_nothing_is_taken_back(studio, seeds, spoiling):
    spoiling("judge")
    run = job(studio, seeds, size=4)
    failed = run.failures()
    assert run.can_retry
    with lock_of(studio.path):
        refused = CliRunner().invoke(main, ["retry", "--db", str(studio.path)])
    assert refused.exit_code == 1
    assert "Another process is at work" in refused.stderr
    assert run.failures() == failed
    assert run.state is RunState.FINISHED


def test_nothing_is_planned_or_changed_beside_another_process_at_work(studio, seeds, serve):
    serve()
    run = job(studio, seeds, size=4)
    words = ["--db", str(studio.path)]
    models = ["--strong", "openai:big", "--target", "openai:small"]
    with lock_of(studio.path):
        for command in (["synthesize", str(seeds), *models], ["resume", "1", "--theta", "1"]):
            assert CliRunner().invoke(main, [*command, *words]).exit_code == 1
    assert [found.id for found in studio.runs()] == [run.id]
    assert run.settings.theta == 3.0
