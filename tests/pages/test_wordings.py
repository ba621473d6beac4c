"""Prompts: seen, edited, refused, reset."""

from screens import Visit, press

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio


def area(app):
    return next(item for item in app.text_area if item.label.startswith("Wording of"))


def test_every_prompt_is_shown_as_it_ships(project: Project, visit: Visit) -> None:
    for prompt in project.wording.prompts():
        app = visit("start/prompts", prompt=prompt.name)
        assert area(app).value == prompt.text
        assert not any("Difference" in item.value for item in app.header)


def test_an_edit_is_kept_compared_and_taken_back(project: Project, visit: Visit) -> None:
    app = visit("start/prompts", prompt="improve")
    before = area(app).value
    area(app).set_value(before.replace("Rewrite the instruction", "Please rewrite the instruction"))
    press(app, "Save wording")
    (edited,) = [prompt for prompt in project.wording.prompts() if prompt.is_edited]
    assert edited.name == "improve"
    assert any("Difference" in item.value for item in app.header)
    assert any(
        "+Please rewrite the instruction" in item.value and item.language == "diff"
        for item in app.code
    )
    press(app, "Go back to the shipped wording")
    assert not any(prompt.is_edited for prompt in project.wording.prompts())
    assert area(app).value == before


def test_a_wording_that_could_not_be_sent_is_refused_and_kept_on_screen(
    project: Project, visit: Visit
) -> None:
    app = visit("start/prompts", prompt="improve")
    wrong = area(app).value.replace("$action", "that of $5")
    area(app).set_value(wrong)
    press(app, "Save wording")
    assert any("holds a $ that begins no variable" in item.value for item in app.text)
    assert area(app).value == wrong
    assert not any(prompt.is_edited for prompt in project.wording.prompts())


def test_what_was_typed_is_there_again_when_one_comes_back(project: Project, visit: Visit) -> None:
    app = visit("start/prompts", prompt="improve")
    shipped = area(app).value
    area(app).set_value(shipped + " Half a thought.").run()
    app.segmented_control("pick-prompt").set_value("decode").run()
    app.segmented_control("pick-prompt").set_value("improve").run()
    assert area(app).value.endswith("Half a thought.")
    press(app, "Put my edits away")
    assert area(app).value == shipped


def test_what_was_typed_in_one_project_is_not_shown_in_another(
    full: Studio, project: Project, visit: Visit
) -> None:
    other = full.create_project("other")
    app = visit("start/prompts", prompt="improve")
    shipped = area(app).value
    area(app).set_value(shipped + " Half a thought.").run()
    app.query_params["project"] = str(other.id)
    app.run()
    assert area(app).value == shipped
    press(app, "Save wording")
    assert not any(prompt.is_edited for prompt in other.wording.prompts())
