"""Evaluate: two models are compared on a set, and what came of it is shown."""

import json
from pathlib import Path

from brought import bring, kept, rows
from screens import Visit, press, sound, texts, work_off

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import RunState
from codeclm.ui import evaluated

HOSTILE = "![x](http://127.0.0.1:9/x.png) $\\frac12$ \u202eabc <img src=x>"


def compared(full: Studio, visit: Visit, app, button: str = "Evaluate on 10 items"):
    """Evaluate from the page and let the worker do it."""
    press(app, button)
    work_off(full)
    return visit("ship/evaluate")


def metrics(app) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def table(app, column: str) -> list[dict[str, object]]:
    """The rows of the first table that has a column."""
    return next(
        frame.value.to_dict("records") for frame in app.dataframe if column in frame.value.columns
    )


def test_without_a_set_it_says_what_to_bring(empty: Studio, visit: Visit) -> None:
    empty.create_project("new")
    app = visit("ship/evaluate")
    assert "No set yet." in texts(app)
    assert "evaluate" not in [button.key for button in app.button]


def test_the_form_knows_the_projects_models_and_says_what_it_takes(
    project: Project, visit: Visit
) -> None:
    app = kept(visit, rows())
    chosen = {box.label: box.value for box in app.selectbox}
    assert (chosen["Candidate"], chosen["Reference"], chosen["Judge"]) == (
        "simulated:target",
        "simulated:strong",
        "simulated:strong",
    )
    assert "10 items, both responses judged in both orders: 40 calls before" in texts(app)
    app.toggle("evaluate-whole").set_value(True).run()
    assert "12 items, both responses judged in both orders: 48 calls before" in texts(sound(app))


def test_it_is_planned_and_left_to_the_worker(full: Studio, project: Project, visit: Visit) -> None:
    app = kept(visit, rows())
    app.number_input("evaluate-cap").set_value(7).run()
    app = press(app, "Evaluate on 10 items")
    (run,) = project.evaluations.listed()
    chosen = run.settings
    assert (chosen.goal, chosen.target, chosen.strong) == (
        "evaluate",
        "simulated:target",
        "simulated:strong",
    )
    assert chosen.budget_calls == 7
    assert f"**Evaluation, run {run.id}**" in texts(app)
    # While one goes on no other is started.
    assert app.button("evaluate").disabled
    assert f"**Evaluate (run {run.id})**" in texts(visit("start/jobs"))
    work_off(full)
    assert run.state is RunState.PAUSED
    app = visit("ship/evaluate")
    app.number_input("evaluate-cap").set_value(1000).run()
    press(app, "Resume with the caps above")
    work_off(full)
    assert run.state is RunState.FINISHED


def test_earlier_ones_that_a_cap_paused_go_on_under_the_caps_of_the_form(
    full: Studio, project: Project, visit: Visit
) -> None:
    app = kept(visit, rows())
    app.multiselect("evaluate-beside").set_value(["simulated:strong"]).run()
    app.number_input("evaluate-cap").set_value(7).run()
    press(app, "Evaluate on 10 items")
    work_off(full)
    newest, older = project.evaluations.listed()
    assert (newest.state, older.state) == (RunState.PAUSED, RunState.PAUSED)
    app = visit("ship/evaluate")
    app.number_input("evaluate-cap").set_value(1000).run()
    press(app, f"Resume evaluation {older.id} with the caps above")
    work_off(full)
    assert (newest.state, older.state) == (RunState.PAUSED, RunState.FINISHED)


def test_what_several_candidates_take_is_told_of_all_of_them(
    project: Project, visit: Visit
) -> None:
    app = kept(visit, rows())
    (alone,) = [item.value for item in app.markdown if "estimate **" in item.value]
    app.multiselect("evaluate-beside").set_value(["simulated:strong"]).run()
    (both,) = [item.value for item in sound(app).markdown if "estimate **" in item.value]
    calls = [int(told.split("**")[1].split()[0]) for told in (alone, both)]
    assert calls[1] == 2 * calls[0] >= 80


def test_only_what_was_measured_on_the_same_items_stands_beside(
    full: Studio, project: Project, visit: Visit
) -> None:
    app = kept(visit, rows(20), 20)
    compared(full, visit, app, "Evaluate on 16 items")
    app = visit("ship/evaluate")
    app.selectbox("evaluate-candidate").set_value("simulated:strong").run()
    app.toggle("evaluate-whole").set_value(True).run()
    app = compared(full, visit, app, "Evaluate on 20 items")
    assert "Nobody else was measured by this reference and judge on these items." in texts(app)


def test_afterwards_the_numbers_are_those_of_the_store(
    full: Studio, project: Project, visit: Visit
) -> None:
    app = compared(full, visit, kept(visit, rows()))
    (run,) = project.evaluations.listed()
    came = project.evaluations.result(run.id)
    shown = metrics(app)
    assert shown["CRR"] == evaluated.percent(came.total.crr)
    assert shown["Wins, ties, losses"] == (
        f"{came.total.wins} / {came.total.ties} / {came.total.losses}"
    )
    assert shown["Unparsable"] == "0"
    told = texts(app)
    assert evaluated.between(came.total) in told
    assert "Evaluate the tuned model with it beside it to see what tuning did." in told
    assert told.count("(paper §4)") >= 2
    assert "simulated" in told
    (row,) = table(app, "candidate")
    assert row["what"] == "base"
    # As it is rounded above: a browser would round a half up.
    assert f"{row['CRR']} %" == shown["CRR"]
    assert row["candidate"] == "simulated:target (simulated)"
    slices = {row["use case"]: row["wins"] for row in table(app, "longer") if "use case" in row}
    assert slices == {one.name: one.wins for one in came.use_cases}
    charts = [chart.proto for chart in app.get("plotly_chart")]
    assert len(charts) == 3
    assert full.doctor() == []


def test_a_comparison_is_opened_with_what_the_judge_said(
    full: Studio, project: Project, visit: Visit
) -> None:
    app = compared(full, visit, kept(visit, rows()))
    (run,) = project.evaluations.listed()
    (first, *_) = project.evaluations.compared(run.id, range(12))
    shown = [item.value for item in app.text]
    assert first.comparison.candidate in shown
    assert first.comparison.reference in shown
    assert all(said.explanation in shown for said in first.comparison.assessments)
    assert "**candidate shown first**: candidate" in texts(app)
    ended = {position: str(how) for position, how in project.evaluations.outcomes(run.id)}
    for kind in {*ended.values()}:
        app = visit("ship/evaluate", ended=kind)
        found = table(app, "ended")
        assert {row["ended"] for row in found} == {kind}
        assert len(found) == [*ended.values()].count(kind)
    assert "None of these." in texts(visit("ship/evaluate", ended="none"))


def test_base_and_strong_stand_beside_a_tuned_model(
    full: Studio, project: Project, visit: Visit, tmp_path: Path
) -> None:
    export = project.export(tmp_path / "bundle", project.filter())
    kept(visit, rows(20), 20)
    app = visit("ship/evaluate", export=str(export.id))
    app.selectbox("evaluate-candidate").set_value("simulated:strong").run()
    app.multiselect("evaluate-beside").set_value(["simulated:target"]).run()
    app = compared(full, visit, sound(app), "Evaluate on 16 items")
    runs = project.evaluations.listed()
    tuned = project.evaluations.result(runs[-1].id)
    base = project.evaluations.result(runs[0].id)
    assert (tuned.export, tuned.candidate) == (export.id, "simulated:strong")
    assert (base.export, base.candidate) == (None, "simulated:target")
    app = visit("ship/evaluate", evaluation=str(tuned.run))
    found = project.evaluations.difference(tuned.run, base.run)
    assert evaluated.apart(found) in texts(app)
    assert {row["what"] for row in table(app, "candidate")} == {
        f"tuned on export {export.id}",
        "base",
    }


def test_responses_that_came_with_the_set_are_offered(
    full: Studio, project: Project, visit: Visit
) -> None:
    app = bring(visit, rows(mine="It came to be long ago: rain, rock and time made it so."))
    label = "Recorded responses of the candidate (optional)"
    next(box for box in app.selectbox if box.label == label).set_value("mine").run()
    app = press(sound(app), "Keep 12 items as a set")
    assert "responses of the candidate came with it" in texts(app)
    app.text_input("evaluate-candidate-name").set_value("my tune").run()
    assert "30 calls" in texts(sound(app))
    compared(full, visit, app)
    (run,) = project.evaluations.listed()
    came = project.evaluations.result(run.id)
    assert (came.candidate, came.recorded, run.usage().calls) == ("my tune", ("candidate",), 30)


def test_another_endpoints_model_can_be_named(project: Project, visit: Visit) -> None:
    app = kept(visit, rows())
    app.selectbox("evaluate-candidate").set_value("other").run()
    assert "No candidate is chosen." in texts(sound(app))
    app.selectbox("evaluate-candidate-endpoint").set_value("ollama")
    app.text_input("evaluate-candidate-model").set_value("tuned:latest").run()
    press(app, "Evaluate on 10 items")
    assert project.evaluations.listed()[0].settings.target == "ollama:tuned:latest"


def test_text_of_sets_models_and_judges_is_data(
    full: Studio, project: Project, visit: Visit
) -> None:
    given = json.dumps({"prompt": HOSTILE, "category": HOSTILE, "mine": HOSTILE, "yours": HOSTILE})
    app = bring(visit, given + "\n" + rows(9, mine="a", yours="b"))
    for side, path in (("candidate", "mine"), ("reference", "yours")):
        label = f"Recorded responses of the {side} (optional)"
        next(box for box in app.selectbox if box.label == label).set_value(path).run()
    app = press(sound(app), "Keep 10 items as a set")
    app.text_input("evaluate-candidate-name").set_value(HOSTILE).run()
    app.toggle("evaluate-whole").set_value(True).run()
    app = compared(full, visit, sound(app), "Evaluate on 10 items")
    with full.store.writing() as db:
        db.conn.execute("update assessments set explanation = ?", (HOSTILE,))
    app = visit("ship/evaluate")
    drawn = [*app.markdown, *app.caption, *app.metric, *app.header]
    assert not any("127.0.0.1:9" in str(item.value) for item in drawn)
    shown = [item.value for item in app.text]
    assert any("⟨U+202E⟩" in text for text in shown)
    assert not any("\u202e" in str(item.value) for item in [*app.text, *drawn])


def test_a_stopped_one_is_resumed_from_its_page(
    full: Studio, project: Project, visit: Visit
) -> None:
    app = kept(visit, rows())
    press(app, "Evaluate on 10 items")
    (run,) = project.evaluations.listed()
    full.jobs.stop_run(run)
    work_off(full)
    with full.store.writing() as db:
        db.conn.execute("update runs set state = 'stopped' where id = ?", (run.id,))
    app = visit("ship/evaluate")
    primary = [button.label for button in app.button if button.proto.type == "primary"]
    assert primary == ["Resume"]
    press(app, "Resume")
    work_off(full)
    assert run.state is RunState.FINISHED


def test_other_pages_do_not_take_it_for_a_run(full: Studio, project: Project, visit: Visit) -> None:
    compared(full, visit, kept(visit, rows()))
    number = project.evaluations.listed()[0].id
    for page in ("curate/gaps", "create/run", "curate/judge", "curate/failures"):
        app = visit(page)
        assert f"run {number} " not in texts(app)
        for box in app.selectbox:
            assert not any(option.startswith(f"run {number} ") for option in box.options)
