"""Run: settings, estimate, and a run that is left to the worker."""

from dataclasses import replace

import pytest
from screens import Visit, press, sound, texts

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import RunState
from codeclm.ui import work


def test_start_plans_a_run_with_the_settings_on_screen(
    full: Studio, project: Project, visit: Visit
) -> None:
    app = visit("create/run")
    app.number_input("size").set_value(60).run()
    app.number_input("theta").set_value(2.5).run()
    app.number_input("budget_calls").set_value(500).run()
    app.toggle("use_filter").set_value(False).run()
    press(app, "Start run")
    run = project.runs()[0]
    settings = run.settings
    assert (settings.size, settings.theta, settings.budget_calls) == (60, 2.5, 500)
    assert not settings.use_filter
    assert settings.strong == "simulated:strong"
    assert run.state is RunState.QUEUED
    job = full.jobs.of_run(run)
    assert job is not None
    assert (job.kind, job.state) == ("run", "queued")


def test_while_a_run_goes_on_no_other_is_started(project: Project, visit: Visit) -> None:
    app = visit("create/run")
    app.number_input("size").set_value(60)
    press(app, "Start run")
    disabled = {button.label for button in app.button if button.disabled}
    assert {"Start run", "Preview 5"} <= disabled


def test_preview_is_a_run_of_five(project: Project, visit: Visit) -> None:
    press(visit("create/run"), "Preview 5")
    run = project.runs()[0]
    assert (run.settings.goal, run.settings.size) == ("preview", 5)
    pairs, gaps = project.count_pairs(), project.distributions.judged().gap_counts()
    run.bring()
    assert run.counts().settled == 5
    # It is looked at and nothing else: neither its pairs nor its gaps are the project's.
    assert run.counts().kept
    assert project.count_pairs() == pairs
    assert project.distributions.judged().gap_counts() == gaps
    app = visit("create/run")
    assert not any("Run on from here" in item.label for item in app.button)
    assert "**Preview, run" in texts(app)


def test_a_preset_fills_the_fields_and_the_url(project: Project, visit: Visit) -> None:
    app = press(visit("create/run"), "Quick look")
    assert app.number_input("size").value == 100
    assert app.query_params["size"] == "100"
    app.number_input("temperature").set_value(1.0).run()
    app.toggle("use_filter").set_value(False).run()
    press(app, "Paper")
    assert app.number_input("temperature").value == 0.7
    assert app.toggle("use_filter").value is True
    assert app.number_input("size").value == 2000
    assert app.query_params["size"] == "2000"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("size", 0, "size must be between 1 and 10 million"),
        ("theta", 99.0, "theta must be between 0 and 9"),
        ("budget_calls", -3, "a budget must be a number above 0"),
        ("judge_usd", 0.0, "a budget must be a number above 0"),
        ("stop_at_kept", 0, "stops at a number of pairs above 0"),
        ("timeout", 0.0, "timeout must be between 0 and 3600 seconds"),
    ],
)
def test_a_value_that_makes_no_sense_is_said_and_nothing_can_be_started(
    project: Project, visit: Visit, field: str, value: float, told: str
) -> None:
    app = visit("create/run")
    app.number_input(field).set_value(value).run()
    assert told in texts(app)
    assert "Start run" not in [button.label for button in app.button]
    assert "finished" in texts(app)


def test_the_settings_come_from_the_url(project: Project, visit: Visit) -> None:
    app = visit("create/run", size="77", theta="4")
    assert app.number_input("size").value == 77
    assert app.number_input("theta").value == 4.0


def test_settings_that_are_refused_leave_the_runs_there(project: Project, visit: Visit) -> None:
    app = sound(visit("create/run", budget_usd="1e308"))
    assert "budget" in texts(app)
    assert not any(button.label == "Start run" for button in app.button)
    assert app.dataframe


def test_the_estimate_is_said_before_the_run(project: Project, visit: Visit) -> None:
    app = visit("create/run", size="100", iterations="1")
    total = project.estimate(replace(project.runs()[0].settings, size=100, iterations=1)).total
    assert f"estimate **{total.calls} calls** · " in texts(app)
    # 22 entries get 100 instructions in 22 batches; all are answered twice and judged twice.
    assert (total.fewest, total.most) == (422, 422)
    assert "| 422 |" in texts(app)
    assert "Rests on: observed in run 3 (40 instructions)." in texts(app)


def test_the_estimate_follows_the_settings(project: Project, visit: Visit) -> None:
    app = visit("create/run", size="100", iterations="1")
    app.number_input("size").set_value(200).run()
    app.toggle("use_filter").set_value(False).run()
    assert "estimate **422 calls**" not in texts(app)
    total = project.estimate(
        replace(project.runs()[0].settings, size=200, iterations=1, use_filter=False)
    ).total
    assert f"estimate **{total.calls} calls** · " in texts(app)


def test_a_price_that_nobody_knows_is_said_with_the_models_name(
    project: Project, visit: Visit
) -> None:
    project.configure(target="ollama:![x](http://192.0.2.1/x)")
    app = visit("create/run")
    assert "cost unknown" in texts(app)
    (told,) = [item.value for item in app.text if item.value.startswith("No price is known")]
    assert told == "No price is known of ollama:![x](http://192.0.2.1/x)."


def test_after_a_run_the_estimate_stands_beside_what_happened(
    project: Project, visit: Visit
) -> None:
    run = project.runs()[0]
    real, expected = run.usage(), run.estimate()
    assert expected is not None
    app = visit("create/run")
    told = [item.label for item in app.expander if item.label.startswith(f"Run {run.id}: ")]
    assert told == [f"Run {run.id}: {real.calls} calls, {expected.total.calls} estimated"]
    assert f"| total | {expected.total.calls} / {real.calls} |" in texts(app)
    assert all(f"| {role} |" in texts(app) for role in ("strong", "target", "judge"))


def test_stop_and_resume(full: Studio, project: Project, visit: Visit) -> None:
    app = visit("create/run")
    app.number_input("size").set_value(60)
    press(app, "Start run")
    run = project.runs()[0]
    press(app, "Stop")
    job = full.jobs.of_run(run)
    assert job is not None
    assert job.state == "stopped"
    press(visit("create/run"), "Resume")
    again = full.jobs.of_run(run)
    assert again is not None
    assert (again.id > job.id, again.state) == (True, "queued")


def test_the_history_shows_settings_and_results(project: Project, visit: Visit) -> None:
    table = visit("create/run").dataframe[0].value
    row = table.iloc[0]
    counts = project.runs()[0].counts()
    assert (row["size"], row["kept"], row["exhausted"]) == (40, counts.kept, counts.exhausted)
    assert row["strong model"] == "simulated:strong"


def test_a_run_its_budget_has_paused_goes_on_under_the_caps_of_the_form(
    full: Studio, project: Project, visit: Visit
) -> None:
    run = project.plan_from_metadata(replace(project.runs()[0].settings, size=30, budget_calls=9))
    assert run.bring() is RunState.PAUSED
    app = visit("create/run", budget_calls="5000")
    press(app, "Resume with the caps above")
    assert run.settings.budget_calls == 5000
    job = full.jobs.of_run(run)
    assert job is not None
    assert job.state == "queued"
    assert run.bring() is RunState.FINISHED


def test_a_run_that_waits_for_its_reviewers_is_resumed_as_it_is(
    project: Project, visit: Visit
) -> None:
    settings = replace(project.runs()[0].settings, size=30, stop_at_approved=5)
    run = project.plan_from_metadata(settings)
    assert run.bring() is RunState.PAUSED
    app = visit("create/run")
    assert "Resume with the caps above" not in [button.label for button in app.button]
    assert any(item.value.startswith("Review: ") for item in app.text)
    press(app, "Resume")
    assert app.exception == []


def test_a_model_that_changed_in_mid_run_is_told_as_plain_text(
    full: Studio, project: Project, visit: Visit
) -> None:
    run = project.runs()[0]
    with full.store.writing() as db:
        db.conn.execute(
            "insert into run_answers select run_id, role, model, '![x](http://192.0.2.1/x)', '',"
            " last, last, 1, 0, 0, 0, 0.0 from run_answers where run_id = ? and role = 'target'",
            (run.id,),
        )
    app = visit("create/run")
    told = [item.value for item in app.text if item.value.startswith("Warning: ")]
    assert len(told) == 1
    assert "The target model simulated:target answered as" in told[0]
    assert "as '![x](http://192.0.2.1/x)'" in told[0]


def test_a_preview_shows_whole_chains_however_they_ended(
    full: Studio, project: Project, visit: Visit
) -> None:
    wanted = replace(project.runs()[0].settings, goal="preview", size=5, theta=6.0)
    run = project.plan_from_metadata(wanted)
    run.bring()
    chains = run.chains(5)
    assert {chain.outcome for chain in chains} >= {"exhausted"}
    assert all(len(chain.iterations) == 4 for chain in chains if chain.outcome == "exhausted")
    shown = texts(visit("create/run"))
    for chain in chains:
        assert f"{chain.name} · " in shown
        assert chain.iterations[-1].instruction[:40] in shown
    assert len(project.runs()[1].chains(5)) == 5


def test_every_setting_says_what_it_does(project: Project, visit: Visit) -> None:
    app = visit("create/run")
    bare = [item.label for item in [*app.number_input, *app.toggle] if not item.help]
    assert all(":" in label or label in ("Instructions", "Iterations", "θ") for label in bare), bare


def test_to_ask_everything_anew_is_a_switch(project: Project, visit: Visit) -> None:
    app = visit("create/run")
    app.toggle("fresh").set_value(True).run()
    app.number_input("max_tokens").set_value(512).run()
    app.number_input("batch").set_value(5).run()
    press(app, "Start run")
    settings = project.runs()[0].settings
    assert settings.generation > 0
    assert (settings.max_tokens, settings.batch) == (512, 5)


def test_the_fields_begin_with_the_last_runs_settings_but_not_its_caps(
    project: Project, visit: Visit
) -> None:
    last = replace(project.runs()[0].settings, temperature=0.3, use_filter=False, budget_calls=9)
    project.plan_from_metadata(last)
    app = visit("create/run")
    assert app.number_input("temperature").value == 0.3
    assert app.toggle("use_filter").value is False
    assert app.number_input("budget_calls").value is None


def test_a_preview_does_not_hide_the_run_before_it(project: Project, visit: Visit) -> None:
    before = project.runs()[0]
    wanted = replace(before.settings, goal="preview", size=5)
    preview = project.plan_from_metadata(wanted)
    preview.bring()
    app = visit("create/run")
    assert f"**Preview, run {preview.id}**" in texts(app)
    assert f"**Run {before.id}**" in texts(app)
    assert any("Run on" in item.label for item in app.button)


def test_to_ask_everything_anew_holds_for_one_start_only(project: Project, visit: Visit) -> None:
    app = visit("create/run")
    app.toggle("fresh").set_value(True).run()
    press(app, "Start run")
    assert project.runs()[0].settings.generation == 1
    assert app.toggle("fresh").value is False
    assert "fresh" not in app.query_params


def test_whole_numbers_from_elsewhere_stand_where_fractions_may(
    project: Project, visit: Visit
) -> None:
    last = replace(project.runs()[0].settings, theta=3, temperature=1, timeout=60)
    project.plan_from_metadata(last)
    app = visit("create/run")
    assert (app.number_input("theta").value, app.number_input("timeout").value) == (3.0, 60.0)


def test_a_run_that_would_come_to_the_same_pairs_is_not_started(
    project: Project, visit: Visit
) -> None:
    before = project.runs()[0]
    app = press(visit("create/run"), "Start run")
    assert f"Run {before.id} has these very settings over these entries" in texts(app)
    assert project.runs()[0].id == before.id
    app.number_input("budget_calls").set_value(5_000).run()
    press(app, "Start run")
    assert project.runs()[0].id == before.id
    app.toggle("fresh").set_value(True).run()
    press(app, "Start run")
    assert project.runs()[0].id == before.id + 1


def test_a_second_tab_starts_no_second_run(project: Project, visit: Visit) -> None:
    app = visit("create/run")
    app.number_input("size").set_value(60).run()
    started = project.plan_from_metadata(replace(project.runs()[0].settings, size=70))
    button = next(item for item in app.button if item.label == "Start run")
    work.submit(started)
    button.click().run()
    assert sound(app)
    assert project.runs()[0].id == started.id


def test_a_cap_below_the_estimate_is_said(project: Project, visit: Visit) -> None:
    app = visit("create/run")
    assert "A cap is below the estimate" not in texts(app)
    app.number_input("budget_calls").set_value(5).run()
    assert "A cap is below the estimate" in texts(app)
