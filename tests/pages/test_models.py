"""Models: chosen, tested by the worker, their endpoints and keys."""

from dataclasses import replace
from typing import Any

import pytest
from screens import Visit, press, sound, texts
from streamlit.testing.v1 import AppTest

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.settings import Endpoint
from codeclm.store import jobs

CANARY = "sk-canary-1234567890"


def fields(app: AppTest) -> dict[str, Any]:
    """The fields of the page by what is written over them."""
    found = [*app.text_input, *app.number_input, *app.text_area, *app.selectbox]
    return {item.label: item for item in found}


def test_models_are_saved_as_endpoint_and_model(project: Project, visit: Visit) -> None:
    app = visit("start/models")
    app.selectbox("endpoint-strong").set_value("openai")
    app.text_input("model-strong").set_value(" gpt-4o ")
    app.selectbox("endpoint-judge").set_value("simulated")
    app.text_input("model-judge").set_value("")
    press(app, "Save models")
    row = project.row
    assert (row["strong"], row["target"], row["judge"]) == (
        "openai:gpt-4o",
        "simulated:target",
        "simulated:strong",
    )


def test_an_endpoint_without_a_model_is_refused(project: Project, visit: Visit) -> None:
    app = visit("start/models")
    app.selectbox("endpoint-strong").set_value("openai")
    app.text_input("model-strong").set_value("")
    press(app, "Save models")
    assert "No model is named beside the endpoint" in texts(app)
    assert project.row["strong"] == "simulated:strong"


def test_a_test_is_a_job_and_its_result_survives_a_reload(full: Studio, visit: Visit) -> None:
    app = press(visit("start/models"), "Test strong")
    job = full.jobs.newest_test("simulated:strong")
    assert job is not None
    assert job.state == "queued"
    assert "testing …" in texts(app)
    result = {"model": "sim", "latency": 0.25, "structured": True, "left_out": ["seed"]}
    with full.store.writing() as db:
        jobs.end(db, job.id, "finished", "", result)
    told = texts(visit("start/models"))
    assert "answered in 0.25 s · structured output: yes" in told
    assert "works without seed, which this model refuses" in told


def test_a_failed_test_says_why(full: Studio, visit: Visit) -> None:
    number = full.jobs.submit_test("simulated:target")
    with full.store.writing() as db:
        jobs.end(db, number, "failed", "No key for the endpoint.")
    assert "No key for the endpoint." in texts(visit("start/models"))


def test_an_endpoint_is_added_and_removed(full: Studio, visit: Visit) -> None:
    app = visit("start/models")
    form = fields(app)
    form["Name"].set_value("mine")
    form["Base URL"].set_value("http://127.0.0.1:9/v1")
    form["Environment variable of its key"].set_value("MINE_KEY")
    form["Calls in flight at most"].set_value(8)
    press(app, "Save endpoint")
    saved = full.own_endpoints()["mine"]
    assert (saved.base_url, saved.key_env, saved.concurrency) == (
        "http://127.0.0.1:9/v1",
        "MINE_KEY",
        8,
    )
    app.button("remove-mine").click().run()
    assert full.own_endpoints() == {}


def test_an_endpoint_takes_caps_a_template_headers_and_fields(full: Studio, visit: Visit) -> None:
    app = visit("start/models")
    form = fields(app)
    form["Name"].set_value("mine")
    form["Base URL"].set_value("http://127.0.0.1:9/v1")
    form["Requests a minute"].set_value(500)
    form["Tokens a minute"].set_value(90_000)
    form["Template"].set_value("alpaca")
    form["Extra headers, one NAME=VALUE a line"].set_value("X-Team = a\n\nx-tier=b=c")
    form["Extra body fields, one NAME=JSON a line"].set_value('top_k=40\neffort="low"')
    press(app, "Save endpoint")
    saved = full.own_endpoints()["mine"]
    assert (saved.rpm, saved.tpm, saved.template) == (500, 90_000, "alpaca")
    assert saved.headers == {"X-Team": "a", "x-tier": "b=c"}
    assert saved.body == {"top_k": 40, "effort": "low"}
    table = app.dataframe[0].value
    row = table[table["name"] == "mine"].iloc[0]
    assert (row["requests / min"], row["template"]) == (500, "alpaca")
    assert row["headers"] == "X-Team=a, x-tier=b=c"
    assert row["body fields"] == 'top_k=40, effort="low"'
    assert fields(app)["Name"].value == ""


def test_an_endpoint_is_opened_with_its_values_and_changed(full: Studio, visit: Visit) -> None:
    before = Endpoint(
        name="mine",
        base_url="http://127.0.0.1:9/v1",
        key_env="MINE_KEY",
        concurrency=8,
        rpm=500,
        template="chatml",
        price_in=1,
        price_out=2,
        headers={"x-team": "a"},
        body={"top_k": 40},
    )
    full.save_endpoint(before)
    app = visit("start/models")
    app.selectbox("endpoint-to-change").set_value("mine").run()
    press(app, "Save endpoint")
    assert full.own_endpoints()["mine"] == before
    fields(app)["Requests a minute"].set_value(None)
    fields(app)["Base URL"].set_value("http://127.0.0.1:10/v1")
    press(app, "Save endpoint")
    changed = replace(before, rpm=None, base_url="http://127.0.0.1:10/v1")
    assert full.own_endpoints()["mine"] == changed


def test_the_form_shows_what_is_there_not_what_once_was(full: Studio, visit: Visit) -> None:
    mine = Endpoint(name="mine", base_url="http://127.0.0.1:9/v1", rpm=500)
    full.save_endpoint(mine)
    app = visit("start/models")
    app.selectbox("endpoint-to-change").set_value("mine").run()
    full.save_endpoint(replace(mine, rpm=7))
    app.run()
    assert fields(app)["Requests a minute"].value == 7
    app.button("remove-mine").click().run()
    sound(app)
    assert full.own_endpoints() == {}
    assert fields(app)["Name"].value == ""


def test_a_preset_is_changed_over_its_own_values(full: Studio, visit: Visit) -> None:
    app = visit("start/models")
    app.selectbox("endpoint-to-change").set_value("ollama").run()
    fields(app)["Calls in flight at most"].set_value(2)
    press(app, "Save endpoint")
    saved = full.endpoints()["ollama"]
    assert (saved.base_url, saved.concurrency) == ("http://127.0.0.1:11434/v1", 2)


def test_a_key_is_not_taken_as_a_header(full: Studio, visit: Visit) -> None:
    app = visit("start/models")
    form = fields(app)
    form["Name"].set_value("mine")
    form["Base URL"].set_value("http://127.0.0.1:9/v1")
    form["Extra headers, one NAME=VALUE a line"].set_value(f"X-Api-Key={CANARY}")
    press(app, "Save endpoint")
    assert "looks like a key" in texts(app)
    assert CANARY not in texts(app)
    assert full.own_endpoints() == {}


def test_a_wrong_endpoint_is_refused(full: Studio, visit: Visit) -> None:
    app = press(visit("start/models"), "Save endpoint")
    assert "no name for an endpoint" in texts(app)


def test_a_key_is_said_to_be_set_and_never_shown(
    full: Studio, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    app = visit("start/models")
    table = app.dataframe[0].value
    assert table.loc[table["name"] == "openai", "key"].item() == "set"
    assert CANARY not in table.to_csv() + texts(app)


def test_the_whole_name_typed_beside_its_endpoint_is_understood(
    project: Project, visit: Visit
) -> None:
    app = visit("start/models")
    app.selectbox("endpoint-strong").set_value("openai")
    app.text_input("model-strong").set_value("openai:gpt-4o")
    press(app, "Save models")
    assert project.row["strong"] == "openai:gpt-4o"


def test_what_is_still_to_choose_is_said(empty: Studio, visit: Visit) -> None:
    project = empty.create_project("new")
    app = visit("start/models")
    app.selectbox("endpoint-strong").set_value("simulated")
    press(app, "Save models")
    assert [toast.value for toast in app.toast] == ["Models saved. Still to choose: target."]
    assert project.row["strong"] == "simulated:strong"


def test_a_simulated_model_that_does_not_exist_is_refused(project: Project, visit: Visit) -> None:
    app = visit("start/models")
    app.text_input("model-target").set_value("gpt-4o")
    press(app, "Save models")
    assert "The simulated models are strong and target" in texts(app)
    assert project.row["target"] == "simulated:target"


def test_one_model_in_both_roles_is_warned_of(project: Project, visit: Visit) -> None:
    assert not visit("start/models").warning
    project.configure(target="simulated:strong")
    (warning,) = visit("start/models").warning
    assert warning.value.startswith("Strong and target are the same model")


def test_a_test_of_a_name_that_holds_a_nul_is_found_again(full: Studio) -> None:
    with full.store.writing() as db:
        jobs.add(db, "test", {"model": "simulated:\0a"})
    assert full.jobs.newest_test("simulated:\0a")
