"""Failures: by step and kind, asked again, dismissed."""

import pytest
from screens import Visit, press, texts

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import Failure, FailureFilter, RunState
from codeclm.store import failures

RAW = "I'd rather not ![x](http://127.0.0.1:1/a.png)"


@pytest.fixture
def failed(full: Studio, project: Project):
    """Three chains of the newest run that ended in failures."""
    run = project.runs()[0]
    with full.store.writing() as db:
        chosen = db.conn.execute(
            "select entry, slot from instructions where run_id = ? and iteration = 1 limit 3",
            (run.id,),
        ).fetchall()
        for at, (entry, slot) in enumerate(chosen):
            step, kind = ("judge", "ReplyError") if at < 2 else ("respond", "ReplyFiltered")
            where = "run_id = ? and entry = ? and slot = ?"
            for table in ("verdicts", "judgements", "pairs"):
                db.conn.execute(f"delete from {table} where {where}", (run.id, entry, slot))
            failure = Failure(
                step, f"m{entry + 1}.i{slot + 1}.1", kind, "no scores in it", RAW, run.id
            )
            failures.add(db, project.id, failure, place=(entry, slot), lost=1)
    return run


def test_failures_are_counted_by_step_and_kind_and_shown_raw(
    project: Project, failed, visit: Visit
) -> None:
    app = visit("curate/failures")
    rows = app.dataframe[0].value
    assert list(zip(rows["step"], rows["kind"], rows["failures"], strict=True)) == [
        ("judge", "ReplyError", 2),
        ("respond", "ReplyFiltered", 1),
    ]
    assert [code.value for code in app.code] == [RAW] * 3
    app = visit("curate/failures", step="respond")
    assert len(app.code) == 1
    assert "Ask all 1 again" in [button.label for button in app.button]


def test_one_is_asked_again_alone(project: Project, failed, visit: Visit, full: Studio) -> None:
    app = visit("curate/failures", step="respond")
    press(app, "Ask again")
    left = project.failures.groups(FailureFilter())
    assert [(group.step, group.count) for group in left] == [("judge", 2)]
    assert failed.state is RunState.STOPPED
    assert full.jobs.of_run(failed).is_open


def test_all_under_the_filter_are_asked_again(project: Project, failed, visit: Visit) -> None:
    press(visit("curate/failures"), "Ask all 3 again")
    assert project.failures.groups(FailureFilter()) == []
    failed.bring()
    counts = failed.counts()
    assert (counts.failed, counts.kept + counts.exhausted) == (0, counts.instructions)


def test_dismissed_ones_are_out_of_sight_and_count_on(
    project: Project, failed, visit: Visit
) -> None:
    app = visit("curate/failures", kind="ReplyFiltered")
    press(app, "Dismiss")
    app = visit("curate/failures")
    assert "Ask all 2 again" in [button.label for button in app.button]
    assert failed.counts().failed == 3
    app = visit("curate/failures", dismissed="true", kind="ReplyFiltered")
    press(app, "Show again")
    assert sum(group.count for group in project.failures.groups(FailureFilter())) == 3
    press(visit("curate/failures"), "Dismiss all 3")
    assert "No failures." in texts(visit("curate/failures"))


def test_nothing_failed(project: Project, visit: Visit) -> None:
    assert "No failures." in texts(visit("curate/failures"))
