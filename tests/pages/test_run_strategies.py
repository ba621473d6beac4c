"""Run: another strategy is chosen, started, and what it has dropped is shown with the reason."""

import pytest
from screens import Visit, press, texts, work_off

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import RunState
from codeclm.settings import RunSettings


@pytest.fixture
def pooled(project: Project):
    """A Self-Instruct run that has dropped something by most of its rules."""
    wanted = RunSettings(
        strong="simulated:strong", strategy="self-instruct", size=40, use_filter=False
    )
    run = project.plan_from_seeds(wanted)
    assert run.bring() is RunState.FINISHED
    return run


def test_a_strategy_from_seeds_is_started_with_settings_of_its_own_and_only_once(
    full: Studio, project: Project, visit: Visit
) -> None:
    app = visit("create/run", strategy="wizardlm", size="3")
    assert not {"theta", "rubrics", "iterations"} & {field.key for field in app.number_input}
    app.number_input("rounds").set_value(2)
    press(app, "Start run")
    run = project.runs()[0]
    assert (run.settings.strategy, run.settings.rounds, run.settings.size) == ("wizardlm", 2, 3)
    assert not run.settings.use_filter
    work_off(full)
    assert run.counts().kept == 3
    runs = len(project.runs())
    press(app.run(), "Start run")
    assert f"Run {run.id} has these very settings over these seeds" in texts(app)
    assert len(project.runs()) == runs


def test_the_filter_of_another_strategy_is_off_until_it_is_asked_for(
    project: Project, visit: Visit
) -> None:
    app = visit("create/run", strategy="tree-instruct")
    app.toggle("with_filter").set_value(True).run()
    app.number_input("own_theta").set_value(1.5).run()
    press(app, "Preview 5")
    settings = project.runs()[0].settings
    assert (settings.strategy, settings.nodes, settings.use_filter) == ("tree-instruct", 10, True)
    assert (settings.theta, settings.goal) == (1.5, "preview")


def test_codeclm_is_chosen_unless_another_one_is(project: Project, visit: Visit) -> None:
    app = visit("create/run")
    assert {"theta", "rubrics", "iterations"} <= {field.key for field in app.number_input}
    assert "rounds" not in {field.key for field in app.number_input}


def test_what_was_dropped_is_on_the_run_s_card_with_reason_and_neighbours(
    pooled, visit: Visit
) -> None:
    app = visit("create/run")
    count = sum(pooled.dropped_by_rule().values())
    assert f"Run {pooled.id}: {count} texts dropped on the way" in {
        found.label for found in app.expander
    }
    first = pooled.dropped(1)[0]
    assert first.rule in texts(app)
    (stayed,) = [frame.value for frame in app.dataframe if "accepted" in frame.value]
    assert f"Run {pooled.id}: 40 instructions accepted, with what each was most like" in {
        found.label for found in app.expander
    }
    assert set(stayed["accepted"]) == {f"instruction {number}" for number in range(1, 11)}
    assert max(stayed["ROUGE-L"]) <= 0.7


def test_the_failures_page_lists_it_too(pooled, visit: Visit) -> None:
    app = visit("curate/failures")
    assert any("dropped on the way" in found.label for found in app.expander)
    rows = app.dataframe[0].value
    assert list(rows["rule"]) == list(pooled.dropped_by_rule())
    assert "ROUGE-L" in list(app.dataframe[1].value.columns)


def test_beside_a_codeclm_run_it_has_no_settings_that_it_does_not_go_by(
    pooled, project: Project, visit: Visit
) -> None:
    other = next(run for run in project.runs() if run.settings.strategy == "codeclm")
    app = visit("ship/compare", runs=f"{other.id},{pooled.id}")
    (found,) = [frame.value for frame in app.dataframe if "setting" in frame.value]
    rows = found.set_index("setting")[f"run {pooled.id}"]
    for name in ("θ", "iterations", "rubrics", "instructions a call"):
        assert rows[name] == "–"
    assert rows["Self-Rubrics"] == "off"


def test_without_seeds_a_strategy_from_seeds_says_what_is_missing(
    project: Project, visit: Visit
) -> None:
    project.clear_seeds()
    app = visit("create/run", strategy="self-instruct")
    assert "No seeds yet." in texts(app)
