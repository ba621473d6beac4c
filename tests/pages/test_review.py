"""Review: one pair at a time; every decision can be taken back."""

import pytest
from screens import Visit, press, sound, texts

from codeclm.pipeline.projects import Project
from codeclm.records import Status


def shown(app) -> int:
    told = next(item.value for item in app.caption if item.value.startswith("pair "))
    return int(told.split()[1])


def test_approving_shows_the_next_pair(project: Project, visit: Visit) -> None:
    queue = project.pair_ids(project.filter(), 3)
    app = visit("curate/review")
    assert shown(app) == queue[0]
    press(app, "Approve")
    assert project.pair(queue[0]).status is Status.APPROVED
    assert shown(app) == queue[1]
    assert any(bar.text.startswith("1 of ") for bar in app.progress)


@pytest.mark.parametrize(
    ("widget", "key", "reason"),
    [("selectbox", "reason", "wrong answer"), ("text_input", "own-reason", "sad tone")],
)
def test_rejecting_keeps_reason_and_reviewer(
    project: Project, visit: Visit, widget: str, key: str, reason: str
) -> None:
    app = visit("curate/review")
    number = shown(app)
    app.text_input("reviewer").set_value("Ada").run()
    getattr(app, widget)(f"{key}-{number}").set_value(reason).run()
    press(app, "Reject")
    assert project.pair(number).status is Status.REJECTED
    assert project.pair(number).reason == reason
    with project._store.reading() as db:
        review = next(db.query("select * from reviews"))
    assert review["reviewer"] == "Ada"


def test_skipping_leaves_the_pair_and_wraps_round(project: Project, visit: Visit) -> None:
    queue = project.pair_ids(project.filter(), 100)
    app = visit("curate/review", at=str(len(queue) - 1))
    assert shown(app) == queue[-1]
    press(app, "Skip")
    assert shown(app) == queue[0]
    press(app, "Skip")
    assert shown(app) == queue[1]
    assert project.count_pairs(project.filter(status=Status.PENDING)) == len(queue)


def test_an_edit_keeps_the_original_beside_it(project: Project, visit: Visit) -> None:
    app = visit("curate/review")
    number = shown(app)
    before = project.pair(number)
    press(app, "Edit")
    instruction, response = (area for area in app.text_area)
    assert instruction.value == before.instruction
    instruction.set_value("A better instruction")
    response.set_value("A better response")
    press(app, "Save edit")
    after = project.pair(number)
    assert (after.instruction, after.response) == ("A better instruction", "A better response")
    assert after.chain[-1].instruction == before.instruction
    values = [item.value for item in app.text]
    assert {"A better instruction", "A better response", before.instruction} <= set(values)


def test_an_empty_edit_is_refused(project: Project, visit: Visit) -> None:
    app = press(visit("curate/review"), "Edit")
    app.text_area[0].set_value("  ")
    press(app, "Save edit")
    assert "cannot be empty" in texts(app)


def test_undo_brings_back_the_pair(project: Project, visit: Visit) -> None:
    app = visit("curate/review")
    number = shown(app)
    press(app, "Approve")
    press(app, "Undo")
    assert project.pair(number).status is Status.PENDING
    assert shown(app) == number
    press(app, "Undo")
    assert project.count_pairs(project.filter(status=Status.APPROVED)) == 0


def test_a_late_key_press_decides_nothing(project: Project, visit: Visit) -> None:
    app = visit("curate/review")
    number = shown(app)
    project.reviews.decide(number, Status.REJECTED)
    press(app, "Approve")
    assert project.pair(number).status is Status.REJECTED


def test_filters_narrow_the_queue_and_stay_in_the_url(project: Project, visit: Visit) -> None:
    app = visit("curate/review")
    app.selectbox("pick-iteration").set_value(2).run()
    app.selectbox("pick-order").set_value("gap_down").run()
    wanted = project.filter(status=Status.PENDING, iteration=2, order="gap_down")
    assert shown(sound(app)) == project.pair_ids(wanted, 1)[0]
    assert (app.query_params["iteration"], app.query_params["order"]) == ("2", "gap_down")
    again = visit("curate/review", iteration="2", order="gap_down")
    assert shown(again) == shown(app)


def test_an_empty_queue_says_so_and_undo_still_works(project: Project, visit: Visit) -> None:
    for number in project.pair_ids(project.filter(), 100):
        project.reviews.decide(number, Status.APPROVED)
    app = visit("curate/review")
    assert "Nothing left in this queue." in texts(app)
    press(app, "Undo")
    assert project.count_pairs(project.filter(status=Status.PENDING)) == 1


def test_the_chain_goes_back_to_the_seed(project: Project, visit: Visit) -> None:
    wanted = project.filter(iteration=2)
    app = visit("curate/review", pair=str(project.pair_ids(wanted, 1)[0]))
    told = texts(app)
    for words in ("seed: ", "metadata: ", "action: ", "iteration 1 · gap", "iteration 2 · gap"):
        assert words in told
