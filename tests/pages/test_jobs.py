"""Jobs: what is done and was done, of every project, with progress and stop."""

from dataclasses import replace

from screens import Visit, press, texts

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio


def test_without_jobs_it_says_what_will_be_here(empty: Studio, visit: Visit) -> None:
    app = visit("start/jobs", project=None)
    assert "Nothing is being done." in texts(app)
    assert not app.dataframe


def test_an_open_job_is_shown_wherever_it_was_started_and_stopped(
    full: Studio, project: Project, visit: Visit
) -> None:
    run = project.plan_from_metadata(replace(project.runs()[0].settings, size=9))
    number = full.jobs.submit_run(run)
    full.jobs.submit_test("simulated:strong")
    app = visit("start/jobs", project=None)
    assert f"**Run (run {run.id})**" in texts(app)
    assert "**Test connection**" in texts(app)
    assert "simulated:strong" in texts(app)
    next(button for button in app.button if button.key == f"stop-job-{number}").click().run()
    assert full.jobs.get(number).state == "stopped"


def test_what_is_over_stands_with_its_end(full: Studio, project: Project, visit: Visit) -> None:
    number = full.jobs.submit_test("simulated:strong")
    with full.store.writing() as db:
        db.conn.execute(
            "update jobs set state = 'failed', message = 'The key is wrong.' where id = ?", [number]
        )
    app = visit("start/jobs", project=None)
    (row,) = app.dataframe[0].value.to_dict("records")
    assert (row["what"], row["of"], row["state"], row["message"]) == (
        "Test connection",
        "simulated:strong",
        "failed",
        "The key is wrong.",
    )


def test_a_job_opens_its_page(full: Studio, project: Project, visit: Visit) -> None:
    run = project.plan_from_metadata(replace(project.runs()[0].settings, size=9))
    full.jobs.submit_run(run)
    app = press(visit("start/jobs", project=None), "Open")
    assert any(item.value == "Run" for item in app.title)
    assert app.query_params["project"] == "1"
