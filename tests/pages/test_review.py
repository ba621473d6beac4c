"""Review: one pair at a time; every decision can be taken back."""

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


def test_a_reason_has_a_button_of_its_own(project: Project, visit: Visit) -> None:
    app = visit("curate/review")
    number = shown(app)
    app.text_input("reviewer").set_value("Ada").run()
    press(app, "wrong answer")
    after = project.pair(number)
    assert (after.status, after.reason, after.reviewer) == (Status.REJECTED, "wrong answer", "Ada")


def test_a_reject_takes_the_reason_that_was_typed(project: Project, visit: Visit) -> None:
    app = visit("curate/review")
    number = shown(app)
    app.text_input(f"own-reason-{number}").set_value("sad tone").run()
    press(app, "Reject")
    assert (project.pair(number).status, project.pair(number).reason) == (
        Status.REJECTED,
        "sad tone",
    )


def test_a_project_may_have_its_own_reasons(project: Project, visit: Visit) -> None:
    app = visit("curate/review")
    number = shown(app)
    (area,) = [area for area in app.text_area if area.label.startswith("The project's reasons")]
    area.set_value("not our tone\nillegal").run()
    press(app, "Save reasons")
    assert project.reviews.reasons() == ["not our tone", "illegal"]
    press(app, "illegal")
    assert project.pair(number).reason == "illegal"


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
    instruction, response = app.text_area
    assert instruction.value == before.instruction
    instruction.set_value("A better instruction")
    response.set_value("A better response")
    press(app, "Save")
    after = project.pair(number)
    assert (after.instruction, after.response) == ("A better instruction", "A better response")
    assert after.chain[-1].instruction == before.instruction
    values = [item.value for item in app.text]
    assert {"A better instruction", "A better response", before.instruction} <= set(values)


def test_an_empty_edit_is_refused(project: Project, visit: Visit) -> None:
    app = press(visit("curate/review"), "Edit")
    app.text_area[0].set_value("  ")
    press(app, "Save")
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


def test_saving_can_approve_too(project: Project, visit: Visit) -> None:
    app = press(visit("curate/review"), "Edit")
    number = int(app.text_area[0].key.rsplit("-", 1)[1])
    app.text_area[1].set_value("A better response")
    press(app, "Save and approve")
    after = project.pair(number)
    assert (after.response, after.status) == ("A better response", Status.APPROVED)
    assert shown(app) != number


def test_the_other_response_is_taken(project: Project, visit: Visit) -> None:
    app = visit("curate/review")
    before = project.pair(shown(app))
    press(app, "Swap")
    after = project.pair(shown(app))
    assert after.id == before.id
    assert after.swapped
    assert after.response == before.target_response
    press(app, "Undo")
    assert not project.pair(before.id).swapped
    press(app, "Redo")
    assert project.pair(before.id).swapped


def test_a_flag_and_a_note_stay_with_the_pair(project: Project, visit: Visit) -> None:
    app = press(visit("curate/review"), "Flag")
    number = shown(app)
    press(app, "Note")
    app.text_area[0].set_value("ask Bob")
    press(app, "Save note")
    assert (project.pair(number).tags, project.pair(number).note) == (("flagged",), "ask Bob")
    assert "note: ask Bob" in texts(app)
    flagged = visit("curate/review", tag="flagged", status="any")
    assert shown(flagged) == number
    press(flagged, "Unflag")
    assert project.pair(number).tags == ()


def test_a_blind_review_tells_no_side_and_takes_the_one_that_is_chosen(
    project: Project, visit: Visit
) -> None:
    app = visit("curate/review", blind="true", order="gap_down")
    number = shown(app)
    pair = project.pair(number)
    for word in ("**strong**", "**target**", "gap +", "strong/target", pair.strong_model):
        assert word not in texts(app)
    shown_first = next(item.value for item in app.text if item.value in (
        pair.strong_response, pair.target_response))  # fmt: skip
    press(app, "Approve left")
    after = project.pair(number)
    assert (after.status, after.response) == (Status.APPROVED, shown_first)
    with project._store.reading() as db:
        assert {row["blind"] for row in db.query("select blind from reviews")} == {1}
    press(app, "Undo")
    assert project.pair(number).status is Status.PENDING
    assert not project.pair(number).swapped


def test_text_is_searched_in_instruction_and_response(project: Project, visit: Visit) -> None:
    pair = list(project.pairs())[-1]
    phrase = pair.response[:40]
    app = visit("curate/review", text=phrase)
    assert phrase.lower() in texts(app).lower()
    assert "Nothing left in this queue." in texts(visit("curate/review", text="no such words"))


def test_all_that_match_are_decided_at_once_and_taken_back(project: Project, visit: Visit) -> None:
    count = project.count_pairs(project.filter(iteration=1))
    app = visit("curate/review", view="table", iteration="1")
    press(app, f"Approve all {count} matching")
    assert project.count_pairs(project.filter(status=Status.APPROVED)) == count
    press(app, "Undo")
    assert project.count_pairs(project.filter(status=Status.APPROVED)) == 0
    press(app, "Redo")
    assert project.count_pairs(project.filter(status=Status.APPROVED)) == count


def test_a_page_of_the_table_is_in_the_url(project: Project, visit: Visit) -> None:
    app = visit("curate/review", view="table", status="any", order="gap_up", rows="25", page="2")
    rows = app.dataframe[0].value
    wanted = project.filter(order="gap_up")
    assert list(rows["pair"]) == project.pair_ids(wanted, 25, 25)
    assert app.query_params["page"] == "2"


def test_a_phrase_is_replaced_in_all_after_it_was_seen(project: Project, visit: Visit) -> None:
    phrase = next(project.pairs()).response.split()[0]
    held = [p.id for p in project.pairs() if phrase in f"{p.instruction} {p.response}"]
    app = visit("curate/review", view="replace", find=phrase, **{"with": "Zebra"})
    assert f"Changes 1 to {min(10, len(held))} of {len(held)}" in texts(app)
    press(app, f"Replace in {len(held)} pairs")
    assert len(project.pair_ids(project.filter(text="Zebra"), -1)) == len(held)
    press(app, "Undo")
    assert project.pair_ids(project.filter(text="Zebra"), -1) == []


def test_an_edit_offers_to_do_the_same_elsewhere(project: Project, visit: Visit) -> None:
    app = visit("curate/review")
    pair = project.pair(shown(app))
    word = pair.response.split()[0]
    press(app, "Edit")
    app.text_area[1].set_value(pair.response.replace(word, "Zebra", 1))
    press(app, "Save")
    press(app, "Look at them")
    assert app.text_area("find").value == word
    assert app.text_area("with").value == "Zebra"
