"""One real job through every room: a file of instructions in, pairs out, whatever happens."""

from __future__ import annotations

import json
import os
import subprocess
import zlib

import pytest
from jobs import KEY, ROOT, command, job, pool, settled, step_of

from codeclm.records import RunState, Status
from codeclm.settings import RunSettings


def test_the_sums_add_up_and_every_pair_satisfies_the_filter(studio, seeds, serve):
    server = serve()
    run = job(studio, seeds, size=120, metadata=30)
    summary = run.summary()
    assert run.state is RunState.FINISHED
    assert settled(summary) == summary["instructions"] == 120
    assert summary["kept"] == summary["kept_strong"] + summary["kept_target"]
    assert summary["kept"] == sum(summary["by_iteration"])
    assert summary["kept_strong"] > 0
    assert summary["kept_target"] > 0
    assert summary["exhausted"] > 0
    project = studio.project("outdoor")
    pairs = list(project.pairs())
    assert len(pairs) == summary["kept"]
    for pair in (project.pair(found.id) for found in pairs):
        assert len(pair.judgements) == 2
        strong = sum(judgement.strong for judgement in pair.judgements) / 2
        target = sum(judgement.target for judgement in pair.judgements) / 2
        assert (pair.strong_score, pair.target_score) == (strong, target)
        assert pair.gap == strong - target
        kept = {"strong": pair.strong_response, "target": pair.target_response}
        assert pair.response == kept[pair.response_from]
        assert pair.gap > 3 if pair.response_from == "strong" else pair.gap < -3
        assert [link.iteration for link in pair.chain] == list(range(1, pair.iteration + 1))
        assert all(abs(link.gap) <= 3 for link in pair.chain[:-1])
        assert all(link.action for link in pair.chain[1:])
    assert summary["calls"] == server.stats()["billed"]
    assert summary["prompt_tokens"] > 0
    assert studio.doctor() == []


@pytest.mark.parametrize("cap", [130, 250, 400, 650])
def test_at_any_moment_the_counts_are_those_of_the_chains(studio, seeds, serve, cap):
    def replies(request):
        # Every eighth question of these two steps gets an answer that stays bad.
        asked = zlib.crc32(json.dumps(request["messages"][1:2]).encode())
        return "rubbish" if step_of(request) in ("improve", "judge") and asked % 8 == 0 else None

    server = serve(replies)
    run = job(studio, seeds, size=40, metadata=12, theta=5.0, budget_calls=cap)
    counts, chains = run.counts(), run.chains(40)
    ends = [chain.outcome for chain in chains]
    assert counts.improving == ends.count("improve")
    assert counts.failed == ends.count("failed")
    assert counts.exhausted == ends.count("exhausted")
    assert counts.kept == ends.count("keep_strong") + ends.count("keep_target")
    assert counts.waiting + counts.improving + counts.settled == counts.instructions == 40
    assert server.stats()["billed"] <= cap


def test_a_preview_is_paid_once_and_adds_nothing_to_the_pool(studio, seeds, serve):
    server = serve()
    project = studio.project_of(job(studio, seeds, goal="metadata").row.project)
    models = {"strong": "openai:big", "target": "openai:small"}
    preview = project.plan_from_metadata(RunSettings(goal="preview", size=5, **models))
    assert preview.bring() is RunState.FINISHED
    assert preview.counts().settled == 5
    assert preview.counts().kept
    assert project.count_pairs() == 0
    assert project.card().pairs == 0
    asked = server.stats()["requests"]
    run = project.plan_from_metadata(RunSettings(size=5, **models))
    assert run.bring() is RunState.FINISHED
    assert server.stats()["requests"] == asked
    assert project.count_pairs() == run.counts().kept == preview.counts().kept
    assert studio.doctor() == []


def test_the_pool_is_the_same_at_any_concurrency_and_order_of_arrival(studio, seeds, serve):
    serve(jitter=0.01)
    one = job(studio, seeds, project="one", concurrency=1, size=14, batch=4)
    many = job(studio, seeds, project="many", concurrency=64, size=14, batch=4, fresh=True)
    assert many.summary()["replayed"] == 0
    assert pool(studio, one) == pool(studio, many)
    assert len(pool(studio, one)) > 3


@pytest.mark.large
def test_another_seed_is_another_plan(studio, seeds, serve):
    serve()
    first = job(studio, seeds, project="first", metadata=30)
    second = job(studio, seeds, project="second", metadata=30, seed=1)
    assert pool(studio, first) != pool(studio, second)


def test_the_same_plan_again_replays_and_pays_nothing_unless_it_is_to_be_fresh(
    studio, seeds, serve
):
    server = serve()
    first = job(studio, seeds)
    paid = server.stats()["requests"]
    again = job(studio, seeds)
    assert server.stats()["requests"] == paid
    assert again.summary()["calls"] == 0
    assert again.summary()["replayed"] >= first.summary()["calls"]
    assert pool(studio, again) == pool(studio, first)
    fresh = job(studio, seeds, fresh=True)
    assert fresh.summary()["calls"] == first.summary()["calls"]


def test_without_the_filter_the_last_version_gets_the_strong_response(studio, seeds, serve):
    serve()
    run = job(studio, seeds, size=12, use_filter=False, target="", iterations=3)
    pairs = list(studio.project("outdoor").pairs())
    assert run.summary()["kept"] == 12
    assert {(pair.iteration, pair.response_from, pair.gap) for pair in pairs} == {
        (3, "strong", None)
    }
    assert all(pair.target_response is None for pair in pairs)


def test_without_rubrics_nothing_is_improved(studio, seeds, serve):
    serve()
    run = job(studio, seeds, size=30, use_rubrics=False)
    summary = run.summary()
    assert len(summary["by_iteration"]) == 1
    assert summary["exhausted"] == 30 - summary["kept"]
    only_metadata = job(studio, seeds, size=10, use_rubrics=False, use_filter=False)
    assert only_metadata.summary()["by_iteration"] == [10]
    steps = {step.step for step in only_metadata.steps()}
    assert steps == {"encode", "decode", "iteration 1"}


def test_entries_without_a_share_cost_nothing(studio, seeds, serve):
    server = serve()
    run = job(studio, seeds, size=3, metadata=40, iterations=1)
    # 12 encodes; for 3 entries rubrics and a decode each; 2 responses and 2 judgements each.
    assert server.stats()["requests"] == 12 + 3 * 2 + 3 * 4
    assert run.summary()["instructions"] == 3


# Bad replies ------------------------------------------------------------------------------------


def test_replies_that_stay_bad_are_failures_with_their_raw_text(studio, seeds, serve):
    def replies(request):
        prompt = request["messages"][1]["content"] if len(request["messages"]) > 1 else ""
        if step_of(request) == "encode" and "boots" in prompt:
            return "I would rather not."
        if step_of(request) == "judge" and int(hash_of(request), 16) % 5 == 0:
            return '{"score_1": 12, "score_2": 3}'
        return None

    server = serve(replies)
    run = job(studio, seeds, size=40)
    summary = run.summary()
    assert run.state is RunState.FINISHED
    assert settled(summary) == 40
    assert summary["failed"] > 0
    failures = run.failures()
    encodes = [failure for failure in failures if failure.step == "encode"]
    assert {failure.item for failure in encodes} == {"s2", "s8"}
    assert {failure.raw for failure in encodes} == {"I would rather not."}
    judged = [failure for failure in failures if failure.step == "judge"]
    assert len(judged) == summary["failed"]
    assert {failure.raw for failure in judged} == {'{"score_1": 12, "score_2": 3}'}
    assert studio.doctor() == []
    paid = server.stats()["requests"]
    assert run.bring() is RunState.FINISHED
    assert server.stats()["requests"] == paid


def hash_of(request):
    import hashlib

    # The first message pair alone: a re-ask about the same question stays as bad as the first.
    return hashlib.sha256(json.dumps(request["messages"][:2]).encode()).hexdigest()


def test_an_entry_whose_rubrics_fail_keeps_what_needs_no_improvement(studio, seeds, serve):
    serve(lambda request: "no" if step_of(request) == "rubrics" else None)
    run = job(studio, seeds, size=60)
    summary = run.summary()
    assert settled(summary) == 60
    assert summary["by_iteration"] == [summary["kept"]]
    assert summary["failed"] == 60 - summary["kept"] > 0
    assert summary["exhausted"] == 0


def test_decodes_that_fail_are_counted_instruction_by_instruction(studio, seeds, serve):
    serve(lambda request: "no" if step_of(request) == "decode" else None)
    run = job(studio, seeds, size=17)
    assert run.summary()["failed"] == 17
    assert run.state is RunState.FINISHED


def test_a_decode_that_stays_short_loses_only_what_is_missing(studio, seeds, serve):
    def replies(request):
        if step_of(request) == "decode":
            return json.dumps({"instructions": [f"Name a use of {len(request['messages'])}."]})
        return None

    serve(replies)
    run = job(studio, seeds, size=30, batch=10)
    summary = run.summary()
    assert settled(summary) == 30
    assert {failure.kind for failure in run.failures()} == {"short"}


def test_nothing_can_be_encoded(studio, seeds, serve):
    serve(lambda request: "no" if step_of(request) == "encode" else None)
    run = job(studio, seeds)
    assert run.state is RunState.FAILED
    assert "No seed could be encoded" in run.row.message


# Servers that say no ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            (401, {}, '{"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}'),
            "key",
        ),
        ((404, {}, '{"error": {"message": "no such model", "code": "model_not_found"}}'), "model"),
        ((429, {}, '{"error": {"message": "no credit", "code": "insufficient_quota"}}'), "credit"),
    ],
)
def test_what_would_fail_every_call_stops_the_run_early(studio, seeds, serve, answer, words):
    server = serve(lambda request: answer)
    run = job(studio, seeds, concurrency=4)
    assert run.state is RunState.FAILED
    assert words in run.row.message
    assert KEY not in run.row.message
    assert server.stats()["requests"] <= 4
    assert run.failures() == []


def test_a_run_goes_on_when_its_server_is_well_again(studio, seeds, serve):
    answers = {"down": True}
    down = (401, {}, '{"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}')
    serve(lambda request: down if answers["down"] and step_of(request) == "judge" else None)
    run = job(studio, seeds)
    assert run.state is RunState.FAILED
    answers["down"] = False
    assert run.bring() is RunState.FINISHED
    undisturbed = job(studio, seeds, fresh=True)
    assert pool(studio, run) == pool(studio, undisturbed)


@pytest.mark.large
def test_faults_that_pass_lose_nothing(studio, seeds, serve):
    from bench.service import Fault

    server = serve(rates={Fault.FAILED: 0.05, Fault.RESET: 0.05, Fault.TRUNCATE: 0.03}, seed=4)
    run = job(studio, seeds, size=12)
    assert run.summary()["failed"] == 0
    assert server.stats()["statuses"]["500"] > 0
    serve()
    assert pool(studio, run) == pool(studio, job(studio, seeds, size=12, fresh=True))


def test_a_run_pauses_before_its_budget_is_overspent(studio, seeds, serve):
    server = serve(latency=0.002)
    run = job(studio, seeds, budget_calls=50)
    assert run.state is RunState.PAUSED
    assert run.summary()["calls"] == server.stats()["billed"] == 50
    with studio.store.writing() as db:
        from dataclasses import replace

        from codeclm.store import runs

        runs.set_settings(db, run.id, replace(run.settings, budget_calls=None))
    assert run.bring() is RunState.FINISHED
    assert pool(studio, run) == pool(studio, job(studio, seeds, fresh=True))


# Keys -------------------------------------------------------------------------------------------


def test_the_key_is_written_nowhere(tmp_path, seeds, serve):
    serve()
    os.environ["OPENAI_API_KEY"] = KEY
    db, out = tmp_path / "canary.db", tmp_path / "out.jsonl"
    done = subprocess.run(
        [
            *command("synthesize", seeds, "--field", "prompt", "--strong", "openai:big"),
            *map(
                str, ("--target", "openai:small", "--size", 10, "--db", db, "--out", out, "--json")
            ),
        ],
        cwd=ROOT,
        capture_output=True,
    )
    assert done.returncode == 0
    written = [path for path in tmp_path.iterdir() if path.is_file()]
    assert {db, out} <= set(written)
    for text in [done.stdout, done.stderr, *(path.read_bytes() for path in written)]:
        assert KEY.encode() not in text


def test_reviewed_pairs_leave_by_their_status(studio, seeds, serve):
    serve()
    job(studio, seeds)
    project = studio.project("outdoor")
    first, second, *_ = project.pair_ids(project.filter(), 5)
    assert project.reviews.decide(first, Status.APPROVED, reviewer="ada")
    assert project.reviews.decide(second, Status.REJECTED, reason="off topic")
    lines = list(project.lines(project.filter(status=Status.APPROVED)))
    assert len(lines) == 1
    assert json.loads(lines[0])["review"]["status"] == "approved"
    assert len(list(project.lines())) == project.count_pairs()


@pytest.mark.large
def test_a_server_that_says_not_so_fast_is_waited_for(studio, seeds, serve):
    limited = {"left": 40}

    def replies(request):
        if limited["left"]:
            limited["left"] -= 1
            headers = {"retry-after-ms": "10"}
            return 429, headers, '{"error": {"message": "slow down", "code": "rate_limit"}}'
        return None

    serve(replies)
    run = job(studio, seeds, size=4, concurrency=16)
    assert run.summary()["failed"] == 0
