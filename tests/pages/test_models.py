"""Models: chosen, tested by the worker, their endpoints and keys."""

import pytest
from screens import Visit, press, texts

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.store import jobs

CANARY = "sk-canary-1234567890"


def test_models_are_saved_as_endpoint_and_model(project: Project, visit: Visit) -> None:
    app = visit("start/models")
    app.selectbox("endpoint-strong").set_value("openai")
    app.text_input("model-strong").set_value(" gpt-4o ")
    app.selectbox("endpoint-judge").set_value("simulated")
    app.text_input("model-judge").set_value("judge")
    press(app, "Save models")
    row = project.row
    assert (row["strong"], row["target"], row["judge"]) == (
        "openai:gpt-4o",
        "simulated:target",
        "simulated:judge",
    )


def test_an_endpoint_without_a_model_is_refused(project: Project, visit: Visit) -> None:
    app = visit("start/models")
    app.text_input("model-strong").set_value("")
    press(app, "Save models")
    assert "No model is named beside the endpoint" in texts(app)
    assert project.row["strong"] == "simulated:strong"


def test_a_test_is_a_job_and_its_result_survives_a_reload(full: Studio, visit: Visit) -> None:
    app = press(visit("start/models"), "Test strong")
    job = full.newest_test("simulated:strong")
    assert job is not None
    assert job.state == "queued"
    assert "testing …" in texts(app)
    result = {"model": "sim", "latency": 0.25, "structured": True, "left_out": ["seed"]}
    with full.store.writing() as db:
        jobs.end(db, job.id, "finished", "", result)
    told = texts(visit("start/models"))
    assert "answered in 0.25 s · structured output: yes · left out: seed" in told


def test_a_failed_test_says_why(full: Studio, visit: Visit) -> None:
    number = full.submit_test("simulated:target")
    with full.store.writing() as db:
        jobs.end(db, number, "failed", "No key for the endpoint.")
    assert "No key for the endpoint." in texts(visit("start/models"))


def test_an_endpoint_is_added_and_removed(full: Studio, visit: Visit) -> None:
    app = visit("start/models")
    fields = {item.label: item for item in [*app.text_input, *app.number_input]}
    fields["Name"].set_value("mine")
    fields["Base URL"].set_value("http://127.0.0.1:9/v1")
    fields["Environment variable of its key"].set_value("MINE_KEY")
    fields["Calls in flight at most"].set_value(8)
    press(app, "Save endpoint")
    saved = full.own_endpoints()["mine"]
    assert (saved.base_url, saved.key_env, saved.concurrency) == (
        "http://127.0.0.1:9/v1",
        "MINE_KEY",
        8,
    )
    app.button("remove-mine").click().run()
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
    app.text_input("model-strong").set_value("simulated:stronger")
    press(app, "Save models")
    assert project.row["strong"] == "simulated:stronger"
