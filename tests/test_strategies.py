"""The compared methods run like any other: sums, origins, the same pool whatever happens."""

from __future__ import annotations

import json

import pytest
from compared import COMPARED, SIMULATED, accepted, compared, dropped, write_seeds
from jobs import job, pool, settled, step_of

from codeclm.errors import SettingsError
from codeclm.pipeline.studio import Studio
from codeclm.prompts.asking import steps_of
from codeclm.records import RunState
from codeclm.store import archive

FEW = 24


@pytest.fixture
def vicuna(tmp_path):
    return write_seeds(tmp_path / "vicuna.jsonl", FEW)


def chain_of(drop):
    """The name of the chain that something was dropped of; empty for none."""
    return f"m{drop.chain[0] + 1}.i{drop.chain[1] + 1}" if drop.chain else ""


@pytest.mark.parametrize("strategy", COMPARED)
def test_with_simulated_models_everything_adds_up_and_every_strategy_drops(
    studio, vicuna, strategy
):
    run = compared(studio, vicuna, strategy, **SIMULATED, size=40)
    summary = run.summary()
    assert run.state is RunState.FINISHED
    planned = FEW if run.settings.starts_from_seeds else 40
    assert settled(summary) == summary["instructions"] == planned
    assert summary["kept"] == summary["kept_strong"] > 5
    assert sum(summary["dropped"].values()) == len(dropped(run)) > 0
    assert studio.doctor() == []
    project = studio.project("vicuna")
    pairs = list(project.pairs())
    assert len(pairs) == summary["kept"]
    assert all(pair.response == pair.strong_response for pair in pairs)
    assert all(pair.target_response is None and pair.gap is None for pair in pairs)
    assert all(step.done <= step.known for step in run.steps())


@pytest.mark.parametrize("strategy", COMPARED)
def test_only_what_is_a_step_of_it_is_asked(studio, vicuna, serve, strategy):
    asked = set()
    serve(lambda request: asked.add(step_of(request)))
    run = compared(studio, vicuna, strategy, size=8, target="")
    assert run.state is RunState.FINISHED
    assert settled(run.summary()) == 8
    assert asked == {step for step, _ in steps_of(strategy)} - {"judge"}
    assert studio.doctor() == []


@pytest.mark.parametrize("strategy", COMPARED)
def test_with_the_filter_both_answer_and_are_judged_once(studio, vicuna, serve, strategy):
    serve()
    # Of what Alpagasus rates, little is left to be judged.
    size = 90 if strategy == "alpagasus" else 20
    run = compared(studio, vicuna, strategy, size=size, rounds=1, use_filter=True)
    summary = run.summary()
    assert settled(summary) == summary["instructions"] == size
    assert summary["exhausted"] > 0
    pairs = [studio.project("vicuna").pair(pair.id) for pair in studio.project("vicuna").pairs()]
    assert len(pairs) == summary["kept"] > 0
    assert all(abs(pair.gap) > 3 and len(pair.judgements) == 2 for pair in pairs)
    assert studio.doctor() == []
    run.change(theta=0.0)
    lower = run.counts()
    assert lower.settled == size
    assert lower.kept > summary["kept"]
    assert studio.doctor() == []
    run.change(theta=3.0)
    assert run.counts().kept == summary["kept"]


@pytest.mark.parametrize("strategy", COMPARED)
def test_the_pool_is_the_same_at_any_concurrency(studio, vicuna, serve, strategy):
    serve(jitter=0.01)
    small = {"size": 10, "rounds": 2}
    one = compared(studio, vicuna, strategy, project="one", concurrency=1, **small)
    many = compared(studio, vicuna, strategy, project="many", fresh=True, **small)
    assert many.usage().calls == one.usage().calls
    assert pool(studio, one) == pool(studio, many)
    assert dropped(one) == dropped(many)
    assert accepted(one) == accepted(many)
    assert len(pool(studio, one)) + one.counts().exhausted == 10


def test_another_seed_draws_other_instructions(studio, vicuna, serve):
    serve()
    for strategy in ("self-instruct", "wizardlm"):
        first, second = (compared(studio, vicuna, strategy, size=6, seed=seed) for seed in (0, 1))
        assert pool(studio, first) != pool(studio, second)


# Versions ---------------------------------------------------------------------------------------


def test_wizardlm_gives_each_chain_s_last_surviving_version(studio, vicuna):
    run = compared(studio, vicuna, "wizardlm", **SIMULATED)
    project = studio.project("vicuna")
    drops = {(drop.chain, drop.item) for drop in run.dropped()}
    seeds = {seed.text for seed in project.seeds(100)}
    for pair in project.pairs():
        entry, slot = (int(part[1:]) - 1 for part in pair.chain_id.split("."))
        lost = sum(chain == (entry, slot) for chain, _ in drops)
        assert pair.iteration == 1 + 4 - lost == len(pair.chain)
        assert pair.chain[0].instruction in seeds
        assert all(link.action for link in pair.chain[1:])
    assert len(run.summary()["by_iteration"]) == 5


def test_fewer_seeds_than_wanted_are_as_many_as_there_are_and_it_is_said(studio, vicuna, serve):
    serve()
    run = compared(studio, vicuna, "tree-instruct", size=500)
    assert run.settings.size == run.counts().instructions == FEW
    with pytest.raises(SettingsError, match="begins with a seed, and it has 24"):
        run.change(size=25)


def test_wizardlm_plus_shares_its_instructions_with_codeclm(studio, tmp_path, serve):
    server, seeds = serve(), write_seeds(tmp_path / "few.jsonl", 5)
    first = job(studio, seeds, field="turns.0", size=6)
    basic = [chain.iterations[0].instruction for chain in first.chains(100)]
    before = server.stats()["requests"]
    run = compared(studio, seeds, "wizardlm-plus", size=6, rounds=2)
    assert [chain.iterations[0].instruction for chain in run.chains(100)] == basic
    assert server.stats()["requests"] - before == run.usage().calls
    with studio.store.reading() as db:
        steps = db.conn.execute("select distinct step from calls where run_id = ?", (run.id,))
        assert {row[0] for row in steps} <= {"evolve", "gain", "respond"}


def test_a_chain_whose_evolution_cannot_be_read_fails_and_can_be_retried(studio, vicuna, serve):
    broken = {"on": True}

    def replies(request):
        bad = broken["on"] and step_of(request) == "evolve" and "tides" in str(request["messages"])
        return "no" if bad else None

    serve(replies)
    run = compared(studio, vicuna, "wizardlm", rounds=2)
    failed = run.summary()["failed"]
    assert 0 < failed < 16
    assert settled(run.summary()) == 16
    broken["on"] = False
    assert run.retry() == failed
    assert run.bring() is RunState.FINISHED
    assert run.summary()["kept"] == 16
    assert studio.doctor() == []


# Caps, archives -----------------------------------------------------------------------


@pytest.mark.parametrize("strategy", COMPARED)
def test_paused_again_and_again_by_its_budget_it_ends_with_the_same_pool(
    studio, vicuna, serve, strategy
):
    server = serve()
    small = {"size": 10, "rounds": 2}
    run = compared(studio, vicuna, strategy, project="capped", budget_calls=7, **small)
    spent = 7
    while run.state is RunState.PAUSED:
        assert run.usage().calls <= spent == server.stats()["billed"]
        spent += 13
        run.change(budget_calls=spent)
        run.bring()
    assert run.state is RunState.FINISHED
    paid = run.usage().calls
    whole = compared(studio, vicuna, strategy, project="whole", fresh=True, **small)
    assert paid == whole.usage().calls
    assert pool(studio, run) == pool(studio, whole)
    assert dropped(run) == dropped(whole)
    assert studio.doctor() == []


@pytest.mark.parametrize("strategy", COMPARED)
def test_an_archive_brings_it_back_with_its_seeds_and_what_its_chains_dropped(
    studio, vicuna, tmp_path, strategy
):
    run = compared(studio, vicuna, strategy, **SIMULATED)
    project = studio.project("vicuna")

    def rows(of):
        with of._store.reading() as db:
            found = archive.lines(db, of.pair_ids(of.filter(), -1))
            return [json.loads(line) for line in found]

    written = rows(project)
    tables = {row.get("table") for row in written}
    assert "seeds" in tables
    assert ("started" in tables) == run.settings.starts_from_seeds
    with Studio(tmp_path / "elsewhere.db") as elsewhere:
        with elsewhere.store.writing() as db:
            archive.restore(db, iter(written), sha256="0" * 64, file="project.jsonl")
        restored = elsewhere.project("vicuna")
        assert elsewhere.doctor() == []
        assert [pair.instruction for pair in restored.pairs()] == [
            pair.instruction for pair in project.pairs()
        ]
        (back,) = restored.runs()
        kept = {pair.chain_id for pair in project.pairs()}
        behind = [drop for drop in run.dropped(1000) if chain_of(drop) in kept]
        assert sorted(drop.text for drop in back.dropped(1000)) == sorted(
            drop.text for drop in behind
        )
        again = rows(restored)
        assert [row.get("table") for row in again] == [row.get("table") for row in written]
