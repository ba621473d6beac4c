"""Checks: what is flagged, shown where it is, decided on and filtered by."""

from screens import Visit, press, sound, texts, work_off

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import CHECKS, Status

REFUSAL = "As an AI language model, I cannot help with that. I'm sorry, but I can't."


def refuse(project: Project, number: int) -> int:
    """Have a pair refuse. Returns its id."""
    pair = project.pair(project.pair_ids(project.filter(), number)[-1])
    assert project.reviews.edit(pair, pair.instruction, REFUSAL)
    return pair.id


def test_nothing_is_told_before_somebody_looks(project: Project, visit: Visit) -> None:
    app = visit("curate/checks")
    assert "Nobody has looked yet" in texts(app)
    assert not app.dataframe


def test_every_check_is_counted_and_what_it_finds_is_marked(
    full: Studio, project: Project, visit: Visit
) -> None:
    pair = refuse(project, 1)
    press(visit("curate/checks"), "Check the texts")
    work_off(full)
    app = visit("curate/checks", check="refusal")
    rows = app.dataframe[0].value
    assert tuple(rows["check"]) == CHECKS
    found = dict(zip(rows["check"], rows["pairs"], strict=True))
    assert found == {check: project.looks.flagged()[check] for check in CHECKS}
    assert found["refusal"] == 1
    shown = "".join(item.proto.body for item in app.get("html"))
    assert "<mark>" in shown
    assert f"pair {pair}" in [link.proto.label for link in app.get("page_link")]


def test_what_a_check_flags_is_rejected_as_one_thing(project: Project, visit: Visit) -> None:
    pair = refuse(project, 1)
    project.looks.look("checks")
    app = visit("curate/checks", check="refusal")
    # What was decided elsewhere is not taken back here.
    assert next(button for button in app.button if button.label == "Undo").disabled
    app = press(app, "Reject all 1 pending")
    assert project.pair(pair).status is Status.REJECTED
    assert project.pair(pair).reason == "refusal"
    assert "Nothing to decide here" in texts(app)
    press(app, "Undo")
    assert project.pair(pair).status is Status.PENDING


def test_review_filters_by_what_is_flagged_and_tells_it(project: Project, visit: Visit) -> None:
    pair = refuse(project, 2)
    project.looks.look("checks")
    app = visit("curate/review", finding="refusal", status="any")
    assert "1 in this queue" in texts(app) or f"pair {pair}" in texts(app)
    assert "refusal: response" in texts(app)
    unflagged = visit("curate/review", finding="none", status="any", view="table")
    assert pair not in list(unflagged.dataframe[0].value["pair"])


def test_export_leaves_out_what_is_flagged(project: Project, visit: Visit) -> None:
    pair = refuse(project, 1)
    project.looks.look("checks")
    every = project.count_pairs()
    app = visit("ship/export", which="any")
    assert f"Export {every} rows" in [button.label for button in app.button]
    app.multiselect("pick-free_of").set_value(["refusal"]).run()
    flagged = project.count_pairs(project.filter(finding="refusal"))
    assert flagged >= 1
    labels = [button.label for button in sound(app).button]
    assert f"Export {every - flagged} rows" in labels
    assert pair in {one.id for one in project.pairs(project.filter(finding="refusal"))}


def test_in_a_text_that_was_changed_since_nothing_is_marked(project: Project, visit: Visit) -> None:
    pair = project.pair(project.pair_ids(project.filter(), 1)[0])
    project.reviews.edit(pair, pair.instruction, f"{'word ' * 2000}I cannot help with that.")
    assert project.looks.look("checks").result["by check"]["loop"] >= 1
    changed = project.pair(pair.id)
    project.reviews.edit(changed, pair.instruction, "Another answer altogether, a fine one.")
    for app in (visit("curate/checks", check="loop"), visit("curate/review", pair=str(pair.id))):
        assert "changed since" in texts(app)
    shown = "\n".join(item.proto.body for item in visit("curate/checks", check="loop").get("html"))
    assert "Another answer altogether" in shown
    assert "<mark>" not in shown


def test_an_export_free_of_old_flags_says_that_they_are_old(project: Project, visit: Visit) -> None:
    project.looks.look("checks")
    asked = {"status": "any", "free_of": "odd,loop"}
    assert "look again first" not in texts(visit("ship/export", **asked))
    refuse(project, 1)
    assert "look again first" in texts(visit("ship/export", **asked))


def test_the_flags_an_export_is_free_of_are_in_the_url_without_their_numbers(
    project: Project, visit: Visit
) -> None:
    project.looks.look("checks")
    app = visit("ship/export", status="any", free_of="odd,nothing,loop")
    box = app.multiselect("pick-free_of")
    assert box.value == ["odd", "loop"]
    box.set_value(["refusal"]).run()
    assert app.query_params["free_of"] in ("refusal", ["refusal"])
