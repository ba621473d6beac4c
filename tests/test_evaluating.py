"""Two models are compared on a set: both answer, the judge assesses both orders."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest
from comparing import says, write_set
from jobs import ROOT, command, job, step_of

from codeclm.errors import SettingsError, StoreError
from codeclm.pipeline.evaluating import settings_of
from codeclm.pipeline.evaluations import are_alike
from codeclm.pipeline.studio import Studio
from codeclm.pipeline.synthesis import plan, read_benchmark
from codeclm.records import RunState
from codeclm.settings import RunSettings

KINDS = ["win", "win", "loss", "tie", "flip", "half", "win", "loss", "tie", "win"]


@pytest.fixture
def project(studio):
    return studio.create_project("compared")


@pytest.fixture
def bring(project, tmp_path):
    """Bring a set into the project."""

    def brought(kinds=KINDS, fields=None, **more):
        path = write_set(tmp_path / "set.jsonl", kinds, **more)
        return project.evaluations.bring(read_benchmark(path, fields or {}))

    return brought


def planned(project, benchmark, *, whole=True, export=None, candidate="openai:tuned", **settings):
    given = {"reference": "openai:big", "judge": "openai:judge", **settings}
    chosen = settings_of(project, candidate=candidate, **given)
    return project.evaluations.plan(benchmark, chosen, whole=whole, export=export)


def result(project, run):
    return project.evaluations.result(run.id)


def rows(studio, table):
    with studio.store.reading() as db:
        return sorted(db.conn.execute(f"select * from {table}").fetchall())


def test_a_response_wins_only_if_both_orders_say_so(studio, project, bring, serve):
    serve(says)
    run = planned(project, bring())
    assert run.bring() is RunState.FINISHED
    came = result(project, run)
    total = came.total
    assert (total.wins, total.ties, total.losses) == (4, 4, 2)
    assert (total.flips, total.half_ties, total.unparsable) == (1, 1, 0)
    assert total.crr == 80
    assert 0 < total.low < 80 < total.high < 100
    assert (came.items, came.open, came.unanswered) == (10, 0, 0)
    assert (came.candidate, came.reference, came.judge) == (
        "openai:tuned",
        "openai:big",
        "openai:judge",
    )
    assert run.usage().calls == 10 * 4
    assert studio.doctor() == []


def test_each_order_is_shown_to_the_judge_and_its_scores_are_mapped_back(
    studio, project, bring, serve
):
    asked = []

    def heard(request):
        asked.append(request)
        return says(request)

    serve(heard)
    run = planned(project, bring(["win", "flip"]))
    run.bring()
    judged = [
        request["messages"][-1]["content"] for request in asked if step_of(request) == "assess"
    ]
    first = [text for text in judged if text.index("tuned answers") < text.index("big answers")]
    assert (len(judged), len(first)) == (4, 2)
    one, other = project.evaluations.compared(run.id, [0, 1])
    assert [
        (said.order, said.candidate, said.reference) for said in one.comparison.assessments
    ] == [
        (0, 8, 5),
        (1, 9, 4),
    ]
    assert other.comparison.assessments[1].explanation == "Because flip."
    assert one.line == 1
    assert one.comparison.candidate.startswith("tuned answers")


def test_both_models_get_the_instruction_alone_and_the_system_prompt(project, bring, serve):
    asked = []

    def heard(request):
        asked.append(request)
        return says(request)

    serve(heard)
    project.wording.answer_under("Be brief.", brief=False)
    planned(project, bring(["win"])).bring()
    answered = [request["messages"] for request in asked if step_of(request) == "respond"]
    assert answered == 2 * [
        [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Item 1, a win."},
        ]
    ]


def test_what_metadata_is_extracted_from_is_kept_out_unless_all_is_wanted(project, bring, serve):
    serve(says)
    benchmark = bring()
    assert (benchmark.items, benchmark.held_out, benchmark.evaluated) == (10, 2, 8)
    run, whole = planned(project, benchmark, whole=False), planned(project, benchmark)
    for each in (run, whole):
        each.bring()
    seeds = [seed.text for seed in project.evaluations.seeds(benchmark).seeds]
    compared = {
        one.comparison.instruction for one in project.evaluations.compared(run.id, range(10))
    }
    assert len(seeds) == 2
    assert not compared & {*seeds}
    assert (result(project, run).items, result(project, whole).items) == (8, 10)
    # Only what was held out was left to ask.
    assert whole.usage().calls == 2 * 4


def test_recorded_responses_are_taken_as_they_are(studio, project, bring, serve):
    asked = []

    def heard(request):
        asked.append(request["model"])
        return says(request)

    serve(heard)
    kinds = ["win", "loss", "tie"]
    benchmark = bring(
        kinds, {"candidate": "mine"}, mine=[f"tuned answers {kind}" for kind in kinds]
    )
    assert benchmark.recorded == ("candidate",)
    run = planned(project, benchmark, candidate="", recorded=("candidate",))
    assert run.settings.asked_roles == ("strong", "judge")
    assert run.bring() is RunState.FINISHED
    assert set(asked) == {"big", "judge"}
    came = result(project, run)
    assert (came.total.wins, came.total.ties, came.total.losses) == (1, 1, 1)
    assert (came.candidate, came.recorded) == ("recorded:candidate", ("candidate",))
    assert studio.doctor() == []


def test_with_both_sides_recorded_only_the_judge_is_asked(project, bring, serve, monkeypatch):
    serve(says)
    benchmark = bring(
        ["win", "loss"],
        {"candidate": "a", "reference": "b"},
        a=["tuned answers 1", "tuned answers 2"],
        b=["big answers 1", "big answers 2"],
    )
    names = {"candidate": "my model", "reference": "theirs"}
    run = planned(project, benchmark, recorded=("candidate", "reference"), **names)
    assert run.settings.asked_roles == ("judge",)
    run.bring()
    assert run.usage().calls == 4
    assert result(project, run).candidate == "my model"
    assert [step.step for step in run.steps()] == ["assess"]


def test_responses_nobody_brought_cannot_be_taken(project, bring):
    with pytest.raises(SettingsError, match="no responses of the reference"):
        planned(project, bring(), reference="", recorded=("reference",))


def test_unparsable_comparisons_stand_apart_and_can_be_asked_again(studio, project, bring, serve):
    readable = False

    def replies(request):
        told = " ".join(message["content"] for message in request["messages"])
        if readable and "riddle" in told:
            request = {
                **request,
                "messages": [
                    {**message, "content": message["content"].replace("a riddle", "a loss")}
                    for message in request["messages"]
                ],
            }
        return says(request)

    serve(replies)
    run = planned(project, bring(["win", "riddle", "tie"]))
    assert run.bring() is RunState.FINISHED
    came = result(project, run)
    assert (came.total.compared, came.total.unparsable, came.open) == (2, 1, 0)
    assert came.total.crr == 100
    (failure,) = run.failures()
    assert (failure.step, failure.item, failure.raw) == ("assess", "e2", "I would rather not say.")
    assert project.evaluations.outcomes(run.id)[1] == (1, None)
    assert studio.doctor() == []
    paid = run.usage().calls
    # Neither this run nor another takes the bad reply for final.
    assert run.bring() is RunState.FINISHED
    assert run.usage().calls == paid
    readable = True
    other = planned(project, bring(["win", "riddle", "tie"]))
    other.bring()
    assert (result(project, other).total.losses, other.usage().calls) == (1, 2)
    assert run.retry() == 1
    assert run.bring() is RunState.FINISHED
    assert run.failures() == []
    assert result(project, run).total.losses == 1
    assert studio.doctor() == []


def test_a_silent_model_leaves_an_item_unanswered(studio, project, bring, serve):
    def replies(request):
        told = request["messages"][-1]["content"]
        return "" if request["model"] == "tuned" and told.startswith("Item 2") else says(request)

    serve(replies)
    run = planned(project, bring(["win", "win", "loss"]))
    assert run.bring() is RunState.FINISHED
    came = result(project, run)
    assert (came.total.compared, came.unanswered, came.total.unparsable) == (2, 1, 0)
    assert [(failure.step, failure.item) for failure in run.failures()] == [
        ("respond", "e2.candidate")
    ]
    assert studio.doctor() == []


def test_slices_are_counted_by_use_case_and_skill(project, bring, serve):
    serve(says)
    benchmark = bring(
        ["win", "loss", "tie"],
        use_case=["lakes", "lakes", ""],
        skills=[["depth", "names"], ["depth"], []],
    )
    run = planned(project, benchmark)
    run.bring()
    came = result(project, run)
    assert [(one.name, one.wins, one.losses, one.crr) for one in came.use_cases] == [
        ("lakes", 1, 1, 50)
    ]
    assert [(one.name, one.compared) for one in came.skills] == [("depth", 2), ("names", 1)]
    assert benchmark.sliced == 2


def test_a_cap_pauses_it_and_a_raised_one_lets_it_go_on(project, bring, serve):
    serve(says)
    run = planned(project, bring(), budget_calls=7)
    assert run.bring() is RunState.PAUSED
    assert run.usage().calls == 7
    assert result(project, run).open > 0
    run.change(budget_calls=None)
    assert run.bring() is RunState.FINISHED
    assert run.usage().calls == 40
    with pytest.raises(SettingsError, match="there for evaluate alone"):
        run.change(theta=2.0)


def test_the_same_question_is_never_paid_twice(studio, project, bring, serve):
    serve(says)
    benchmark = bring()
    planned(project, benchmark).bring()
    again = planned(project, benchmark)
    assert again.bring() is RunState.FINISHED
    assert (again.usage().calls, again.usage().replayed) == (0, 40)
    # Another candidate shares the reference's answers alone.
    base = planned(project, benchmark, candidate="openai:base")
    base.bring()
    assert (base.usage().calls, base.usage().replayed) == (30, 10)


def test_base_and_tuned_are_compared_on_what_both_have(project, bring, serve):
    serve(says)
    kinds = ["win", "tie"] * 10
    benchmark = bring(kinds)
    tuned, base = (
        planned(project, benchmark, candidate=f"openai:{name}") for name in ("tuned", "base")
    )
    for run in (tuned, base):
        run.bring()
    assert are_alike(result(project, tuned), result(project, base))
    found = project.evaluations.difference(tuned.id, base.id)
    assert found.difference == 0
    assert found.is_noise
    few = planned(project, bring(["win"] * 9))
    few.bring()
    assert project.evaluations.difference(few.id, few.id) is None
    assert not are_alike(result(project, few), result(project, base))


def test_only_what_was_measured_by_the_same_stands_side_by_side(studio, project, tmp_path, serve):
    serve(says)
    named = {name: [f"big answers {name} {n}" for n in range(10)] for name in ("a", "b")}
    path = write_set(tmp_path / "set.jsonl", KINDS, **named)

    def measured(reference="", seed=0, **more):
        file = read_benchmark(path, {"reference": reference})
        benchmark = project.evaluations.bring(file, seed=seed)
        given = {"recorded": ("reference",), "reference": ""} if reference else {}
        return result(project, planned(project, benchmark, **given, **more))

    first = measured()
    assert are_alike(first, measured(candidate="openai:base"))
    # A fifth less is another set of items, and so is another fifth less.
    assert not are_alike(first, measured(whole=False))
    assert not are_alike(measured(whole=False), measured(seed=1, whole=False))
    assert are_alike(first, measured(seed=1))
    # Whoever answered in one field is not who answered in the other.
    assert are_alike(measured("a"), measured("a", candidate="openai:base"))
    assert not are_alike(measured("a"), measured("b"))


def test_an_evaluation_remembers_what_its_candidate_was_tuned_on(studio, seeds, serve, tmp_path):
    serve(says)
    job(studio, seeds, size=12, strong="openai:big", target="openai:base")
    project = studio.project("outdoor")
    export = project.export(tmp_path / "bundle", project.filter())
    path = write_set(tmp_path / "set.jsonl", KINDS)
    benchmark = project.evaluations.bring(read_benchmark(path, {}))
    run = planned(project, benchmark, export=export.id)
    assert result(project, run).export == export.id
    with pytest.raises(SettingsError, match="no export 99"):
        planned(project, benchmark, export=99)
    project.exports.forget(export)
    assert result(project, run).export is None
    assert studio.doctor() == []


def test_an_evaluation_is_no_run_to_pairs_and_says_nothing_of_its_judge(
    studio, project, bring, serve
):
    serve(says)
    run = planned(project, bring())
    run.bring()
    assert [(step.step, step.done, step.known) for step in run.steps()] == [
        ("respond", 20, 20),
        ("assess", 20, 20),
    ]
    assert run.counts().instructions == 0
    assert run.summary()["items"] == 10
    assert project.trust.unreadable().n == 0
    assert project.distributions.judged(run.id).gap_counts() == []
    with pytest.raises(StoreError, match="no evaluation"):
        project.evaluations.result(99)


def test_the_same_file_is_one_set_and_what_is_compared_stays(project, bring, serve):
    serve(says)
    benchmark = bring()
    assert bring() == benchmark
    assert [one.id for one in project.evaluations.benchmarks()] == [benchmark.id]
    planned(project, benchmark)
    with pytest.raises(SettingsError, match="so it stays"):
        project.evaluations.remove(benchmark)
    other = bring(["win"])
    project.evaluations.remove(other)
    assert project.evaluations.benchmarks() == [benchmark]


def test_what_it_takes_is_said_before(project, bring, serve):
    serve(says)
    benchmark = bring()
    settings = settings_of(
        project, candidate="openai:tuned", reference="openai:big", judge="openai:judge"
    )
    found = project.evaluations.estimate(benchmark, settings, whole=True)
    assert (found.total.fewest, found.total.most) == (40, 40)
    assert {role: figures.fewest for role, figures in found.roles.items()} == {
        "strong": 10,
        "target": 10,
        "judge": 20,
    }
    assert found.rests_on.startswith("assumed")
    run = planned(project, benchmark)
    assert run.estimate() == found
    run.bring()
    after = project.evaluations.estimate(benchmark, settings, whole=True)
    assert after.rests_on.startswith("observed in 40 calls")
    assert after.total.prompt_tokens == pytest.approx(run.usage().prompt_tokens, rel=0.2)
    assert run.beside_estimate()[-1].real.calls == 40


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"candidate": "", "reference": "openai:big"}, "Nobody is named as the candidate"),
        ({"candidate": "openai:a", "reference": " "}, "Nobody is named as the reference"),
        (
            {"candidate": "openai:a", "reference": "", "recorded": ("reference",)},
            "Nobody is named as the judge",
        ),
    ],
)
def test_everybody_has_to_be_named(project, given, says):
    with pytest.raises(SettingsError, match=says):
        settings_of(project, **given)


def test_the_judge_is_the_projects_else_the_reference(project):
    names = {"candidate": "openai:a", "reference": "openai:b"}
    assert settings_of(project, **names).judge == "openai:b"
    project.configure(judge="openai:c")
    assert settings_of(project, **names).judge == "openai:c"
    assert settings_of(project, judge="openai:d", **names).judge == "openai:d"
    stored = settings_of(project, recorded=("candidate",), **names)
    assert RunSettings.from_dict(stored.to_dict()) == stored


def test_a_project_goes_with_its_sets_and_evaluations(studio, project, bring, serve):
    serve(says)
    planned(project, bring()).bring()
    project.delete()
    for table in (
        "benchmarks",
        "benchmark_items",
        "recorded_responses",
        "evaluations",
        "evaluation_responses",
        "assessments",
        "imports",
    ):
        assert rows(studio, table) == []
    assert studio.doctor() == []


@pytest.mark.parametrize(
    "damage",
    [
        "update assessments set call_id = null",
        "update evaluation_responses set call_id = null",
        "delete from evaluation_responses where party = 'reference'",
        "delete from assessments where place = 1",
        "delete from benchmark_items where position = 0",
    ],
)
def test_the_doctor_finds_what_has_no_origin_or_no_end(studio, project, bring, serve, damage):
    serve(says)
    planned(project, bring()).bring()
    assert studio.doctor() == []
    with studio.store.writing() as db:
        db.conn.execute(damage)
    assert studio.doctor()


def test_simulated_models_at_any_concurrency_say_the_same(studio, project, bring):
    told = []
    for width in (1, 64):
        run = planned(
            project,
            bring(),
            candidate="simulated:target",
            reference="simulated:strong",
            judge="simulated:strong",
            concurrency=width,
            generation=width,
        )
        assert run.bring() is RunState.FINISHED
        came = result(project, run)
        assert came.simulated
        told.append([one.comparison for one in project.evaluations.compared(run.id, range(10))])
    assert told[0] == told[1]


# Stopped and killed ------------------------------------------------------------------------------


def begun(db, path, *more):
    words = ["evaluate", "--set", path, "--candidate", "openai:tuned", "--reference", "openai:big"]
    words += ["--judge", "openai:judge", "--whole", "--db", db, *more]
    return subprocess.Popen(
        command(*words), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def wait_for(studio, number):
    until = time.monotonic() + 120
    while len(rows(studio, "assessments")) < number:
        assert time.monotonic() < until, "the evaluation made no headway"
        time.sleep(0.01)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_killed_or_stopped_it_goes_on_where_it_was(studio, project, tmp_path, serve, how):
    server = serve(says, latency=0.02)
    path = write_set(tmp_path / "set.jsonl", KINDS * 6)
    process = begun(studio.path, path, "--concurrency", 4)
    wait_for(studio, 10)
    process.send_signal(how)
    assert process.wait(timeout=90) == (130 if how is signal.SIGINT else -9)
    run = studio.newest_unfinished()
    assert run.state is (RunState.STOPPED if how is signal.SIGINT else RunState.INTERRUPTED)
    had = rows(studio, "assessments")
    assert run.bring() is RunState.FINISHED
    assert {*had} <= {*rows(studio, "assessments")}
    assert len(rows(studio, "assessments")) == 120
    # In flight at the kill: at most the models' slots.
    assert server.stats()["billed"] - run.usage().calls <= (0 if how is signal.SIGINT else 12)
    assert run.usage().calls == 240
    assert studio.doctor() == []


def test_a_worker_stops_it_and_goes_on_with_it(studio, project, bring, serve, monkeypatch):
    serve(says)
    monkeypatch.setattr("codeclm.pipeline.jobs.ensure_worker", lambda store: None)
    from codeclm.pipeline.worker import work

    run = planned(project, bring())
    studio.jobs.submit_run(run)
    studio.jobs.stop_run(run)
    work(studio.store, idle=0.0)
    studio.jobs.submit_run(run)
    work(studio.store, idle=0.0)
    assert run.state is RunState.FINISHED
    assert run.usage().calls == 40
    with Studio(studio.path) as other:
        assert other.project("compared").evaluations.result(run.id).total.compared == 10


def test_a_run_is_told_with_what_was_tuned_on_its_pairs_alone(
    studio, project, bring, serve, tmp_path, seeds
):
    serve(says)
    settings = RunSettings(strong="simulated:strong", target="simulated:target", size=24)
    made = [plan(studio, seeds, settings, project=project.row["name"])[0] for _ in range(2)]
    for run in made:
        run.bring()
    exports = [
        project.exports.write(
            project.exports.settings(project.filter(run=run)), tmp_path / f"{run}.jsonl"
        ).id
        for run in (made[0].id, None)
    ]
    benchmark = bring()
    for export, candidate in zip(exports, ("openai:tuned", "openai:tuned-on-all"), strict=True):
        planned(project, benchmark, export=export, candidate=candidate).bring()
    first, second = studio.compare([made[0].id, made[1].id]).runs
    (told,) = first.evaluations
    assert told.benchmark == "set.jsonl, whole, against openai:big, judged by openai:judge"
    assert (told.compared, round(told.crr)) == (10, 80)
    assert second.evaluations == ()
    # The file has changed since: what was measured on it is another number.
    planned(project, bring(KINDS[:4]), export=exports[0], candidate="openai:tuned").bring()
    first, _ = studio.compare([made[0].id, made[1].id]).runs
    assert sorted(one.compared for one in first.evaluations) == [4, 10]
