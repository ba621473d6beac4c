"""Methods that sample from a growing pool: what they show, accept and replay, and how they end."""

from __future__ import annotations

import json

import pytest
from compared import SIMULATED, accepted, compared, dropped, write_seeds
from jobs import pool, settled, step_of

from codeclm.errors import SettingsError
from codeclm.quality.rouge import rouge_l
from codeclm.records import RunState


@pytest.fixture
def vicuna(tmp_path):
    return write_seeds(tmp_path / "vicuna.jsonl", 24)


def test_alpagasus_replays_self_instruct_and_pays_only_ratings(studio, vicuna, serve):
    server = serve()
    first = compared(studio, vicuna, "self-instruct")
    paid = server.stats()["requests"]
    run = compared(studio, vicuna, "alpagasus")
    assert server.stats()["requests"] - paid == run.summary()["calls"] == 16
    summary = run.summary()
    assert summary["kept"] + summary["exhausted"] == 16
    assert summary["dropped"]["rated too low"] == summary["exhausted"] > 0
    whole = {(*pair[:6], "alpagasus", *pair[7:]) for pair in pool(studio, first)}
    assert set(pool(studio, run)) < whole
    rated = run.dropped(rule="rated too low")
    assert all(drop.score < 4.5 and drop.explanation for drop in rated)


def test_a_pool_s_later_rounds_show_what_was_accepted(studio, vicuna, serve):
    asked = []

    def replies(request):
        if step_of(request) == "generate":
            asked.append(request["messages"][-1]["content"])

    serve(replies)
    run = compared(studio, vicuna, "self-instruct", size=150)
    assert settled(run.summary()) == 150
    accepted = [pair[2] for pair in pool(studio, run)]
    first, later = asked[:16], asked[16:]
    assert len(later) >= 16
    assert not any(text in prompt for text in accepted for prompt in first)
    assert all(sum(text in prompt for text in accepted) == 2 for prompt in later)


def test_a_run_that_is_extended_has_the_pool_of_a_larger_one(studio, vicuna, serve):
    serve()
    small = compared(studio, vicuna, "self-instruct", project="small", size=20)
    before = pool(studio, small)
    small.change(size=150)
    assert small.bring() is RunState.FINISHED
    large = compared(studio, vicuna, "self-instruct", project="large", size=150)
    assert pool(studio, small) == pool(studio, large)
    assert pool(studio, small)[:20] == before
    assert dropped(small) == dropped(large)
    assert accepted(small) == accepted(large)
    assert studio.doctor() == []


def test_what_is_accepted_keeps_the_ten_it_was_most_like_then(studio, vicuna):
    run = compared(studio, vicuna, "self-instruct", **SIMULATED, size=40)
    found, seeds = run.accepted(100), [seed.text for seed in studio.project("vicuna").seeds(100)]
    assert [one.slot for one in found] == list(range(run.count_accepted())) == list(range(40))
    assert [one.text for one in found] == [pair[2] for pair in pool(studio, run)]
    texts = [one.text for one in found]
    for one in found:
        known = [*seeds, *texts[: one.slot]]
        scores = sorted(filter(None, (rouge_l(one.text, text) for text in known)))[:-11:-1]
        assert [like.score for like in one.neighbours] == pytest.approx(scores, abs=1e-4)
        assert all(score <= 0.7 for score in scores)
        for like in one.neighbours:
            assert like.text == (seeds[like.seed] if like.slot is None else texts[like.slot])
            assert rouge_l(one.text, like.text) == pytest.approx(like.score, abs=1e-4)
    assert run.accepted(3, 5) == found[5:8]


def test_a_pool_that_gives_nothing_new_ends_and_says_so(studio, vicuna, serve):
    texts = [f"Plan a walk through {place} for two." for place in ("Oslo", "the old town of Kyoto")]

    def replies(request):
        return json.dumps({"instructions": texts}) if step_of(request) == "generate" else None

    server = serve(replies)
    run = compared(studio, vicuna, "self-instruct", size=30)
    summary = run.summary()
    assert run.state is RunState.FINISHED
    assert (summary["kept"], summary["failed"]) == (2, 28)
    assert "28 of 30 were never written" in run.row.message
    paid = server.stats()["requests"]
    assert studio.doctor() == []
    with pytest.raises(SettingsError, match="a new run asks them again"):
        run.retry()
    assert run.bring() is RunState.FINISHED
    assert server.stats()["requests"] == paid
    near = run.dropped(1)[0]
    assert near.rule == "too similar"
    assert near.neighbours[0].text in texts
    assert near.score == 1.0


def test_a_pool_that_gives_nothing_new_is_not_planned_larger_for_more_pairs(studio, vicuna, serve):
    texts = [f"Plan a walk through {place} for two." for place in ("Oslo", "the old town of Kyoto")]

    def replies(request):
        return json.dumps({"instructions": texts}) if step_of(request) == "generate" else None

    server = serve(replies)
    run = compared(studio, vicuna, "self-instruct", size=500, stop_at_kept=5)
    summary = run.summary()
    assert run.state is RunState.FINISHED
    assert (summary["instructions"], summary["kept"], summary["failed"]) == (5, 2, 3)
    assert "3 of 5 were never written" in run.row.message
    assert "used up" not in run.row.message
    paid = server.stats()["requests"]
    assert run.bring() is RunState.FINISHED
    assert server.stats()["requests"] == paid
    assert studio.doctor() == []


def test_a_prompt_that_fails_for_good_is_a_failure_and_the_round_goes_on(studio, vicuna, serve):
    failing = {"left": 4}

    def replies(request):
        if step_of(request) == "generate" and len(request["messages"]) < 4 and failing["left"]:
            failing["left"] -= 1
            return "no"
        return "no" if "no" in [m["content"] for m in request["messages"]] else None

    serve(replies)
    run = compared(studio, vicuna, "self-instruct", concurrency=1)
    assert settled(run.summary()) == run.summary()["kept"] == 16
    assert {failure.step for failure in run.failures()} == {"generate"}
    assert studio.doctor() == []


def test_a_pool_with_one_seed_has_prompts_that_read_the_same_and_are_different_questions(
    studio, tmp_path
):
    one = write_seeds(tmp_path / "one.jsonl", 1)
    run = compared(studio, one, "self-instruct", **SIMULATED, size=30)
    assert settled(run.summary()) == run.summary()["kept"] + run.summary()["failed"] == 30
    assert run.usage().replayed == 0


def test_a_round_waits_for_a_server_that_was_away(studio, vicuna, serve, monkeypatch):
    monkeypatch.setattr("codeclm.pipeline.retries.ATTEMPTS", 1)
    away = {"left": 1}
    down = (500, {}, '{"error": {"message": "down"}}')

    def replies(request):
        if step_of(request) == "generate" and away["left"]:
            away["left"] -= 1
            return down
        return None

    serve(replies)
    run = compared(studio, vicuna, "self-instruct", concurrency=1)
    assert run.state is RunState.FAILED
    assert "1 items got no answer" in run.row.message
    assert run.counts().settled < 16
    assert run.bring() is RunState.FINISHED
    assert pool(studio, run) == pool(studio, compared(studio, vicuna, "self-instruct", fresh=True))
    assert studio.doctor() == []


def test_a_run_that_stops_at_so_many_kept_grows_until_enough_are_rated_well(studio, vicuna, serve):
    serve()
    run = compared(studio, vicuna, "alpagasus", size=200, stop_at_kept=8)
    counts = run.counts()
    assert run.state is RunState.FINISHED
    assert 8 <= counts.kept <= counts.instructions == counts.settled < 200
    assert studio.doctor() == []
