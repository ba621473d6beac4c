"""Duplicates and the map by an embedding model: it is in the URL, told what it costs, and asked."""

import pytest
from screens import Visit, press, sound, texts

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.pipeline.worker import work

MODEL = "simulated:embedding"
PAGES = {"duplicates": "Look for duplicates", "map": "Draw the map"}


@pytest.mark.parametrize("kind", PAGES)
def test_without_a_model_nothing_is_said_of_costs(kind, project: Project, visit: Visit) -> None:
    app = visit(f"curate/{kind}")
    assert app.text_input("embedding").value == ""
    assert "to ask for" not in texts(app)


@pytest.mark.parametrize("kind", PAGES)
def test_a_model_is_estimated_asked_and_told_of(
    kind, full: Studio, project: Project, visit: Visit
) -> None:
    app = visit(f"curate/{kind}")
    app.text_input("embedding").set_value(MODEL).run()
    count = len({pair.instruction for pair in project.pairs()})
    assert f"{count} of {count} texts to ask for" in texts(sound(app))
    press(app, PAGES[kind])
    assert project.looks.newest(kind) is None
    work(full.store, idle=0.0)
    app = visit(f"curate/{kind}", embedding=MODEL)
    assert project.looks.newest(kind).settings["embedding"] == MODEL
    assert "nothing to pay" in texts(app)
    assert f"paid for {count} texts" in texts(app)
    assert f"by {MODEL}" in texts(app).replace("\\", "").replace("\u2060", "")


def test_with_a_model_the_least_likeness_is_a_cosine(project: Project, visit: Visit) -> None:
    app = visit("curate/duplicates", embedding=MODEL)
    (field,) = [field for field in app.number_input if field.label == "Alike from"]
    assert field.value == 0.9
    app.text_input("embedding").set_value("").run()
    (field,) = [field for field in sound(app).number_input if field.label == "Alike from"]
    assert field.value == 0.7


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("gemini:m", "gemini-openai"),
        ("nowhere:m", "There is no endpoint"),
        ("m", "does not name a model"),
        ("![x](http://127.0.0.1:9/x.png)", "There is no endpoint '![x](http'"),
    ],
)
def test_a_model_that_cannot_be_asked_is_said_in_place(
    kind, model, told, project: Project, visit: Visit
) -> None:
    app = visit(f"curate/{kind}", embedding=model)
    assert told in texts(app)
    press(app, PAGES[kind])
    assert told in texts(app)
    assert project.looks.newest(kind) is None
