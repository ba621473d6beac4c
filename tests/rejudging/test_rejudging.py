"""Pairs are judged again beside their first judge, who keeps the word."""

from __future__ import annotations

import pytest
from again import again, scores
from jobs import job, pool

from codeclm.errors import SettingsError
from codeclm.pipeline.run_settings import of_rejudge
from codeclm.records import RunState, Status
from codeclm.settings import RunSettings


def test_every_pair_is_judged_in_both_orders_and_nothing_of_the_first_judge_changes(
    studio, project
):
    first = studio.run(1)
    before = (pool(studio, first), first.summary(), project.trust.orders())
    run = again(project)
    assert run.bring() is RunState.FINISHED
    pairs = project.count_pairs()
    found = scores(studio, run)
    assert [(row[1], row[2]) for row in found] == [(1, 0), (1, 1)] * pairs
    assert (pool(studio, first), first.summary(), project.trust.orders()) == before
    assert run.summary() | {
        "pairs": pairs,
        "samples": 1,
        "judgements": 2 * pairs,
        "calls": 2 * pairs,
        "replayed": 0,
        "failed": 0,
    } == (run.summary())
    assert project.trust.orders(run.id).flips.n == 0
    assert studio.doctor() == []


def test_the_second_judge_is_told_what_the_first_one_saw(studio, project, serve):
    asked = []
    serve(lambda request: asked.append(request))
    (number,) = project.pair_ids(project.filter(), 1)
    pair = project.pair(number)
    project.reviews.edit(pair, "Another instruction", "Another response")
    again(project, at_most=None, wanted=project.filter(gap_from=pair.gap, gap_to=pair.gap)).bring()
    told = [request["messages"][-1]["content"] for request in asked]
    mine = [text for text in told if pair.instruction in text]
    assert len(mine) == 2
    assert all(pair.strong_response in text and pair.target_response in text for text in mine)
    assert not any("Another" in text for text in told)
    first = {text.index(pair.strong_response) < text.index(pair.target_response) for text in mine}
    assert first == {True, False}


def test_the_same_judge_asked_the_same_costs_nothing(studio, project):
    run = again(project, judge="openai:big")
    assert run.bring() is RunState.FINISHED
    assert (run.usage().calls, run.usage().replayed) == (0, 2 * project.count_pairs())
    came = project.trust.rejudged(run.id)
    assert came.second.difference == 0
    assert came.second.same_winner.value == 1
    assert came.differing == 0
    # It is the first judgement itself, and not another sample.
    assert came.spread.deviation is None


def test_every_further_sample_is_a_question_of_its_own(studio, project):
    pairs = project.count_pairs()
    run = again(project, judge="openai:big", samples=3)
    run.bring()
    assert (run.usage().calls, run.usage().replayed) == (4 * pairs, 2 * pairs)
    with studio.store.reading() as db:
        found = db.conn.execute("select distinct replicate from calls where run_id = ?", (run.id,))
        assert {row[0] for row in found} == {1, 2}
    assert project.trust.rejudged(run.id).spread.samples == 3 * pairs
    # In all: two more are all that four lack.
    twice = again(project, judge="openai:big", samples=4)
    twice.bring()
    assert (twice.usage().calls, twice.usage().replayed) == (2 * pairs, 6 * pairs)
    assert project.trust.rejudged(twice.id).spread.samples == 4 * pairs


def test_more_samples_start_above_what_is_there(studio, project):
    pairs = project.count_pairs()
    again(project, judge="openai:big", samples=2).bring()
    run = again(project, judge="openai:big", samples=2, more=True)
    run.bring()
    assert (run.usage().calls, run.usage().replayed) == (4 * pairs, 0)
    came = project.trust.rejudged(run.id)
    assert came.more
    # The first judgement, one more, and these two.
    assert came.spread.samples == 4 * pairs
    assert came.spread.same.n == pairs


def test_another_temperature_is_another_question(project):
    run = again(project, judge="openai:big", temperature=0.7)
    run.bring()
    assert run.usage().replayed == 0
    assert {row.temperature for row in project.trust.opinions(project.pair_ids(
        project.filter(), 1)[0])} == {0.7}  # fmt: skip


def test_opinions_of_a_pair_are_told_in_order(project):
    (pair,) = project.pair_ids(project.filter(), 1)
    assert project.trust.opinions(pair) == []
    runs = [again(project), again(project, judge="openai:third", samples=2)]
    for run in runs:
        run.bring()
    found = project.trust.opinions(pair)
    assert [(row.run, row.judge, row.sample, row.order) for row in found] == [
        (runs[0].id, "openai:second", 1, 0),
        (runs[0].id, "openai:second", 1, 1),
        (runs[1].id, "openai:third", 1, 0),
        (runs[1].id, "openai:third", 1, 1),
        (runs[1].id, "openai:third", 2, 0),
        (runs[1].id, "openai:third", 2, 1),
    ]


def test_some_pairs_are_drawn_by_the_seed(studio, project):
    one, same, other = (
        again(project, at_most=5, seed=seed, judge=f"openai:{name}")
        for seed, name in ((1, "a"), (1, "b"), (2, "c"))
    )
    drawn = []
    for run in (one, same, other):
        with studio.store.reading() as db:
            found = db.conn.execute("select pair_id from run_pairs where run_id = ?", (run.id,))
            drawn.append([row[0] for row in found])
    assert len(drawn[0]) == 5
    planned = project.pair_ids(project.filter(), 100)
    assert drawn[0] == drawn[1] == sorted(drawn[0], key=planned.index)
    assert drawn[0] != drawn[2]


def test_only_pairs_that_were_judged_can_be(project):
    with pytest.raises(SettingsError, match="nothing to judge again"):
        again(project, wanted=project.filter(status=Status.APPROVED))


def test_the_pairs_on_which_judges_differ_are_those_counted_by_hand(studio, project):
    run = again(project, samples=2)
    run.bring()
    gaps = {}
    for pair, _, _, strong, target in scores(studio, run):
        gaps.setdefault(pair, []).append(strong - target)
    expected = set()
    for pair, found in gaps.items():
        second, first = sum(found) / len(found), project.pair(pair).gap
        if abs(second) <= 3 or second * first < 0:
            expected.add(pair)
    assert set(project.pair_ids(project.filter(differs=run.id), -1)) == expected
    came = project.trust.rejudged(run.id)
    assert came.differing == len(expected) > 0
    assert came.second.n == len(gaps)
    assert came.second.dropped.part == sum(
        abs(sum(found) / len(found)) <= 3 for found in gaps.values()
    )


def test_a_bad_reply_is_a_failure_of_its_own_and_is_asked_again_alone(studio, project, serve):
    (bad,) = project.pair_ids(project.filter(), 1)
    instruction, spoilt = project.pair(bad).instruction, True

    def replies(request):
        told = request["messages"][-3:]
        mine = any(instruction in message["content"] for message in told)
        return "rubbish" if spoilt and mine else None

    serve(replies)
    run = again(project, samples=2)
    assert run.bring() is RunState.FINISHED
    failed = run.failures()
    assert {failure.item for failure in failed} == {f"p{bad}.1", f"p{bad}.2"}
    assert {(failure.step, failure.raw) for failure in failed} == {("judge", "rubbish")}
    assert run.counts().failed == 2
    assert project.trust.rejudged(run.id).second.n == project.count_pairs() - 1
    paid = run.usage().calls
    assert run.bring() is RunState.FINISHED
    assert run.usage().calls == paid
    spoilt = False
    assert run.retry() == 2
    assert run.bring() is RunState.FINISHED
    assert run.failures() == []
    assert run.usage().calls == paid + 4
    assert project.trust.rejudged(run.id).second.n == project.count_pairs()
    assert studio.doctor() == []


def test_a_cap_pauses_it_and_a_raised_one_lets_it_go_on(project):
    run = again(project, budget_calls=5)
    assert run.bring() is RunState.PAUSED
    assert run.usage().calls == 5
    run.change(budget_calls=None)
    assert run.bring() is RunState.FINISHED
    assert run.usage().calls == 2 * project.count_pairs()


def test_only_the_judges_endpoint_is_needed(studio, project, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    project.configure(strong="gone:model", target="openai:small")
    run = again(project, judge="simulated:strong")
    assert run.settings.asked_roles == ("judge",)
    assert run.bring() is RunState.FINISHED
    with pytest.raises(SettingsError, match="No key"):
        again(project)


def test_a_pair_that_is_gone_meanwhile_is_left_out(studio, project):
    run = again(project)
    with studio.store.writing() as db:
        db.conn.execute("delete from pairs where id = (select min(id) from pairs)")
    assert run.bring() is RunState.FINISHED
    assert len(scores(studio, run)) == 2 * project.count_pairs()
    assert project.trust.rejudged(run.id).pairs == project.count_pairs()


def test_a_project_goes_with_its_re_judges(studio, project):
    again(project).bring()
    project.delete()
    with studio.store.reading() as db:
        for table in ("run_pairs", "opinions", "runs"):
            assert db.conn.execute(f"select count(*) from {table}").fetchone()[0] == 0
    assert studio.doctor() == []


def test_it_is_no_run_to_pairs(project):
    run = again(project)
    with pytest.raises(SettingsError, match="there for rejudge alone"):
        run.change(theta=2.0)
    run.bring()
    assert [step.step for step in run.steps()] == ["judge"]
    assert project.distributions.judged(run.id).gap_counts() == []


def test_what_it_takes_is_said_before(project):
    settings = of_rejudge(project, judge="openai:second", samples=3)
    found = project.estimate_rejudge(settings, project.filter(), 4)
    assert (found.total.fewest, found.total.most) == (24, 24)
    assert set(found.roles) == {"judge"}
    assert found.rests_on.startswith("assumed")
    run = project.plan_rejudge(settings, project.filter(), 4)
    run.bring()
    assert run.estimate() == found
    real = run.usage()
    # The lengths of these very pairs are known.
    assert found.total.prompt_tokens == pytest.approx(real.prompt_tokens, rel=0.2)
    after = project.estimate_rejudge(settings, project.filter(), 4)
    assert after.rests_on.startswith("observed in 24 calls of this judge")


@pytest.mark.parametrize("wrong", [{"samples": 0}, {"samples": 101}, {"judge_temperature": 2.5}])
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(SettingsError, match="make no sense"):
        RunSettings(strong="simulated:strong", target="simulated:target", **wrong)


def test_simulated_judges_at_any_concurrency_say_the_same(studio, seeds):
    models = {"strong": "simulated:strong", "target": "simulated:target"}
    job(studio, seeds, size=24, **models)
    project = studio.project("outdoor")
    told = []
    for width in (1, 64):
        run = again(
            project, judge="simulated:target", more=True, concurrency=width, samples=2
        )  # fmt: skip
        assert run.bring() is RunState.FINISHED
        told.append(scores(studio, run))
    assert told[0] == told[1]
    assert project.trust.rejudged(run.id).spread.deviation == 0
