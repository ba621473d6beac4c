"""Run: a finished run that goes on, caps of single roles, when it is enough, failures again."""

from screens import Visit, press

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import Failure, RunState
from codeclm.store import failures


def number(app, label):
    return next(field for field in app.number_input if field.label == label)


def test_another_theta_is_applied_at_once(project: Project, visit: Visit) -> None:
    run = project.runs()[0]
    kept = run.counts().kept
    app = visit("create/run")
    number(app, "θ").set_value(0.5)
    press(app, "Run on")
    assert run.settings.theta == 0.5
    assert run.state is RunState.FINISHED
    assert run.counts().kept > kept
    assert "Nothing needs to be asked" in app.toast[0].value


def test_a_larger_run_is_left_to_the_worker(full: Studio, project: Project, visit: Visit) -> None:
    run = project.runs()[0]
    app = visit("create/run")
    number(app, "Instructions").set_value(55)
    press(app, "Run on")
    job = full.jobs.of_run(run)
    assert job is not None
    assert job.state == "queued"
    assert run.bring() is RunState.FINISHED
    assert run.counts().instructions == run.counts().settled == 55


def test_caps_of_roles_and_goals_reach_the_run(project: Project, visit: Visit) -> None:
    app = visit("create/run", judge_calls="70", strong_usd="1.5", stop_at_kept="9")
    press(app, "Start run")
    settings = project.runs()[0].settings
    assert settings.caps("judge").calls == 70
    assert settings.caps("strong").usd == 1.5
    assert settings.caps("target").calls is None
    assert (settings.stop_at_kept, settings.stop_at_approved) == (9, None)


def test_what_failed_is_asked_again(full: Studio, project: Project, visit: Visit) -> None:
    run = project.runs()[0]
    row = run.row
    with full.store.writing() as db:
        failures.add(db, row.project, Failure("judge", "m9.i9.1", "ReplyError", "bad", run=run.id))
    press(visit("create/run"), "Ask these again")
    assert run.failures() == []
    job = full.jobs.of_run(run)
    assert job is not None
    assert job.state == "queued"
