"""Judge: what its scores are worth, and asking again."""

import pytest
from screens import Visit, press, sound, texts, work_off

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import RunState, Status
from codeclm.ui import judge, text


def metrics(app) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def ask_again(full: Studio, project: Project, visit: Visit, **fields) -> None:
    """Ask again from the page and let the worker do it."""
    app = visit("curate/judge")
    app.text_input("rejudge-model").set_value("target").run()
    for name, value in fields.items():
        app.number_input(f"rejudge-{name}").set_value(value).run()
    pairs = fields.get("most") or project.count_pairs()
    press(app, f"Re-judge {pairs} pairs")
    work_off(full)


def rejudged(full: Studio, project: Project, visit: Visit, **fields):
    """The page after it was asked again."""
    ask_again(full, project, visit, **fields)
    return visit("curate/judge")


def test_before_any_judgement_it_says_what_to_do(empty: Studio, visit: Visit) -> None:
    empty.create_project("new")
    app = visit("curate/judge")
    assert "No judgements yet." in texts(app)
    assert [button.label for button in app.button] == ["Go to Run"]


def test_the_numbers_are_those_of_the_store(project: Project, visit: Visit) -> None:
    app = visit("curate/judge")
    orders, lengths = project.trust.orders(), project.trust.lengths()
    shown = metrics(app)
    assert shown["Order flips the winner"] == judge.percent(orders.flips)
    assert shown["The longer answer wins"] == judge.percent(lengths.longer)
    assert shown["Unreadable replies"] == judge.percent(project.trust.unreadable())
    told = texts(app)
    assert f"{orders.flips.part} of {orders.flips.n} instructions" in told
    assert "Worry above 10 %" in told
    assert "judged instructions: strong responses most often have" in told


def test_a_measure_of_nothing_is_a_dash() -> None:
    assert judge.percent(judge.Share(0, 0)) == "–"
    assert judge.percent(judge.Share(1, 40)) == "2.5 %"
    assert judge.percent(judge.Share(1, 2)) == "50 %"
    assert not judge.above(judge.Share(0, 0), 0.1)
    # Exactly the limit is no reason yet.
    assert not judge.above(judge.Share(2, 20), 0.1)
    assert judge.above(judge.Share(3, 20), 0.1)
    # Of so few one says little.
    assert not judge.above(judge.Share(19, 19), 0.1)
    assert not judge.below(judge.Share(0, 19), 0.7)
    assert judge.below(judge.Share(0, 20), 0.7)


def test_without_decisions_it_says_where_they_come_from(project: Project, visit: Visit) -> None:
    told = texts(visit("curate/judge"))
    assert "Approve or reject some pairs on Review" in told
    assert "It takes two reviewers" in told


def test_decisions_appear_though_the_run_stays_what_it_is(project: Project, visit: Visit) -> None:
    visit("curate/judge")
    lowest, *_, highest = project.pair_ids(project.filter(order="gap_up"), 100)
    project.reviews.decide(lowest, Status.REJECTED, reviewer="ada")
    project.reviews.decide(highest, Status.APPROVED, reviewer="ada")
    app = visit("curate/judge")
    assert metrics(app)["Agree at θ 3"] == "50 %"
    best = project.trust.agreement().best
    assert best is not None
    assert metrics(app)["Best θ"] == f"{best.theta:g}"
    assert "Pairs with a gap up to 3 were never shown to anybody" in texts(app)
    project.reviews.decide(
        lowest, Status.APPROVED, expected=Status.REJECTED, reviewer="![x](http://y/)"
    )
    project.reviews.undo("![x](http://y/)")
    assert metrics(visit("curate/judge"))["Agree at θ 3"] == "50 %"


def test_two_reviewers_stand_in_a_table(project: Project, visit: Visit) -> None:
    for pair in project.pair_ids(project.filter(), 3):
        project.reviews.decide(pair, Status.APPROVED, reviewer="ada")
        project.reviews.decide(
            pair, Status.REJECTED, expected=Status.APPROVED, reviewer="<b>bob</b>"
        )
    (row,) = visit("curate/judge").dataframe[0].value.to_dict("records")
    assert {row["reviewer"], row["and"]} == {"ada", "<b>bob</b>"}
    assert (row["pairs"], row["agree"]) == (3, "0 %")


def test_the_number_of_calls_is_said_before(project: Project, visit: Visit) -> None:
    app = visit("curate/judge")
    app.number_input("rejudge-samples").set_value(3).run()
    app.number_input("rejudge-most").set_value(4).run()
    told = texts(sound(app))
    assert "4 pairs × 3 samples × 2 orders = 24 calls" in told
    assert "Re-judge 4 pairs" in [button.label for button in app.button]


def test_asking_again_plans_a_re_judge_and_leaves_it_to_the_worker(
    full: Studio, project: Project, visit: Visit
) -> None:
    app = visit("curate/judge")
    app.text_input("rejudge-model").set_value("target").run()
    app.number_input("rejudge-samples").set_value(2).run()
    app.number_input("rejudge-temp").set_value(0.5).run()
    app.number_input("rejudge-cap").set_value(7).run()
    app = press(app, f"Re-judge {project.count_pairs()} pairs")
    run = project.runs()[0]
    chosen = run.settings
    assert (chosen.goal, chosen.judge, chosen.samples) == ("rejudge", "simulated:target", 2)
    assert (chosen.judge_temperature, chosen.budget_calls) == (0.5, 7)
    job = full.jobs.of_run(run)
    assert job is not None
    assert job.state == "queued"
    # While one goes on no other is started.
    assert app.button("rejudge").disabled
    assert f"**Re-judge, run {run.id}**" in texts(app)
    assert f"**Re-judge (run {run.id})**" in texts(visit("start/jobs"))


def test_afterwards_it_is_a_row_and_differing_pairs_are_linked(
    full: Studio, project: Project, visit: Visit
) -> None:
    ask_again(full, project, visit)
    run = project.runs()[0]
    assert run.state is RunState.FINISHED
    first = project.pair_ids(project.filter(), 1)[0]
    with full.store.writing() as db:
        # One at least is judged another way, whatever the simulated judges make of the others.
        turned = "update run_pairs set gap = -gap where run_id = ? and pair_id = ?"
        db.conn.execute(turned, (run.id, first))
    app = visit("curate/judge")
    came = project.trust.rejudged(run.id)
    (row,) = app.dataframe[0].value.to_dict("records")
    assert (row["run"], row["judge"], row["compared"]) == (
        run.id,
        "simulated:target",
        came.second.n,
    )
    assert row["same winner"] == judge.percent(came.second.same_winner)
    assert row["mean difference"] == pytest.approx(came.second.difference)
    assert row["not kept"] == came.second.dropped.part
    assert came.differing
    links = [link.proto for link in app.get("page_link") if "differs" in link.proto.label]
    assert [link.label for link in links] == [
        f"Review the {text.plural(came.differing, 'pair', 'pairs')} on which re-judge {run.id}"
        " differs →"
    ]
    assert f"rejudge={run.id}" in links[0].query_string


def test_a_stopped_one_is_resumed_from_its_page(
    full: Studio, project: Project, visit: Visit
) -> None:
    app = visit("curate/judge")
    press(app, f"Re-judge {project.count_pairs()} pairs")
    run = project.runs()[0]
    full.jobs.stop_run(run)
    work_off(full)
    with full.store.writing() as db:
        db.conn.execute("update runs set state = 'stopped' where id = ?", (run.id,))
    app = visit("curate/judge")
    primary = [button.label for button in app.button if button.proto.type == "primary"]
    assert primary == ["Resume"]
    press(app, "Resume")
    work_off(full)
    assert run.state is RunState.FINISHED


def test_a_paused_one_goes_on_under_another_cap(
    full: Studio, project: Project, visit: Visit
) -> None:
    app = rejudged(full, project, visit, cap=3)
    run = project.runs()[0]
    assert run.state is RunState.PAUSED
    app.number_input("rejudge-cap").set_value(1000).run()
    press(app, "Resume with the caps above")
    work_off(full)
    assert run.state is RunState.FINISHED


def test_a_model_that_makes_no_sense_is_said_and_nothing_else_goes(
    project: Project, visit: Visit
) -> None:
    app = visit("curate/judge")
    app.text_input("rejudge-model").set_value("nobody").run()
    assert "There is no simulated model 'nobody'." in texts(sound(app))
    assert "rejudge" not in [button.key for button in app.button]
    assert metrics(app)["Order flips the winner"]


def test_other_pages_do_not_take_it_for_a_run(full: Studio, project: Project, visit: Visit) -> None:
    rejudged(full, project, visit, most=3)
    number = project.runs()[0].id
    for page in ("curate/gaps", "create/run"):
        app = visit(page)
        assert f"run {number} " not in texts(app)
        for box in app.selectbox:
            assert not any(option.startswith(f"run {number} ") for option in box.options)
