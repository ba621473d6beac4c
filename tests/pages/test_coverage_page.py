"""Coverage: distributions, targets, filling what is missing; diversity."""

from screens import Visit, press, sound, texts, work_off

from codeclm.pipeline.coverage import Target
from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import Status


def metrics(app) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_it_tells_how_kept_pairs_cover_the_seeds(project: Project, visit: Visit) -> None:
    app = visit("curate/coverage")
    match = project.coverage.match("use case")
    assert metrics(app)["matched share"] == f"{match.matched:.0%}"
    assert metrics(app)["distance"] == f"{match.distance:.2f}"
    assert metrics(app)["holes"] == str(len(match.holes))
    assert metrics(visit("curate/coverage", of="metadata")) != metrics(app)


def test_without_metadata_it_leads_to_source(empty: Studio, visit: Visit) -> None:
    empty.create_project("empty")
    assert "Go to Source" in [button.label for button in visit("curate/coverage").button]


def test_targets_say_what_is_missing_and_a_run_fills_it(
    full: Studio, project: Project, visit: Visit
) -> None:
    name = next(iter(project.coverage.counts("use case")["kept"]))
    has = project.coverage.counts("use case")["kept"][name]
    project.coverage.save_targets("use case", [Target(name, has + 3, None)])
    before = {run.id for run in project.runs()}
    app = visit("curate/coverage")
    (button,) = [one for one in app.button if one.key == "fill-run"]
    assert "for 3 missing pairs" in button.label
    button.click().run()
    (run,) = [run for run in project.runs() if run.id not in before]
    assert full.jobs.of_run(run).is_open
    assert sum(run.settings.weights) == run.settings.size
    work_off(full)
    assert project.coverage.counts("use case")["kept"][name] > has


def test_targets_that_cannot_be_are_told(project: Project, visit: Visit) -> None:
    names = list(project.coverage.counts("use case")["kept"])[:2]
    project.coverage.save_targets("use case", [Target(names[0], None, 0.99)])
    app = visit("curate/coverage")
    assert any(one.key == "fill-run" for one in app.button)


def test_when_nothing_is_missing_it_says_so(project: Project, visit: Visit) -> None:
    project.coverage.save_targets("use case", [Target("no such thing", 0, None)])
    assert "Nothing is missing" in texts(visit("curate/coverage"))


def test_a_name_that_no_entry_has_is_said(project: Project, visit: Visit) -> None:
    project.coverage.save_targets("use case", [Target("no such thing", 5, None)])
    app = visit("curate/coverage")
    assert "nothing is chosen that an approved entry has" in texts(app)
    assert not [one for one in app.button if one.key == "fill-run"]


def test_diversity_is_measured_by_the_worker(full: Studio, project: Project, visit: Visit) -> None:
    press(visit("curate/coverage", view="diversity"), "Measure diversity")
    work_off(full)
    app = sound(visit("curate/coverage", view="diversity"))
    rows = app.dataframe[0].value
    found = project.looks.newest("diversity").result
    assert rows["part"][0] == "all"
    assert rows["measured"][0] == found["all"]["n"] == project.count_pairs()
    assert rows["distinct-1"][0] == found["all"]["distinct_1"]
    assert any(part.startswith("iteration") for part in rows["part"])


def test_targets_that_leave_nothing_to_others_are_told_and_can_be_changed(
    project: Project, visit: Visit
) -> None:
    name = next(iter(project.coverage.counts("use case")["kept"]))
    project.coverage.save_targets("use case", [Target(name, None, 1.0)])
    app = visit("curate/coverage")
    assert "Lower a share" in texts(app)
    assert "Save targets" in [button.label for button in app.button]


def test_the_table_of_targets_is_the_same_one_while_pairs_are_added(
    project: Project, visit: Visit
) -> None:
    # What was typed into it is kept by the order of its rows.
    app = visit("curate/coverage")
    before = app.dataframe[-1]
    names = list(before.value["use case"])
    project.reviews.decide_all(project.filter(use_case=names[0]), Status.REJECTED)
    after = app.run().dataframe[-1]
    assert list(after.value["use case"]) == names
    assert after.value["kept"][0] < before.value["kept"][0]
    assert after.proto.id == before.proto.id


def test_holes_that_no_pairs_fill_are_not_called_none(project: Project, visit: Visit) -> None:
    project.reviews.decide_all(project.filter(), Status.REJECTED)
    assert "Nothing is missing" not in texts(visit("curate/coverage"))


def test_pairs_fill_no_holes_of_metadata(project: Project, visit: Visit) -> None:
    name = next(iter(project.coverage.counts("use case")["metadata"]))
    project.coverage.save_targets("use case", [Target(name, 500, None)])
    app = visit("curate/coverage", of="metadata")
    assert not [one for one in app.button if one.key == "fill-run"]
    assert "of kept pairs" in texts(app)


def test_a_run_that_fills_is_told_until_it_ends(
    full: Studio, project: Project, visit: Visit
) -> None:
    name = next(iter(project.coverage.counts("use case")["kept"]))
    project.coverage.save_targets("use case", [Target(name, 500, None)])
    app = visit("curate/coverage")
    (button,) = [one for one in app.button if one.key == "fill-run"]
    button.click().run()
    run = project.runs()[0]
    assert f"Run {run.id} fills holes already" in texts(visit("curate/coverage"))
    work_off(full)
    assert "fills holes already" not in texts(visit("curate/coverage"))
