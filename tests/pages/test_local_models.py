"""Local models: the small real run in one click, fetching, and what is said where they are not."""

import pytest
from jobs import ROOT
from screens import Visit, press, texts, work_off

from codeclm.errors import ModelFileError
from codeclm.pipeline import local_trial, models
from codeclm.pipeline.studio import Studio
from codeclm.store import jobs

STAND_IN = ROOT / "tests" / "providers" / "local" / "stand_in"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The folder of local models, empty."""
    monkeypatch.setenv("CODECLM_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def served(monkeypatch):
    """What serves local models is installed, or seems so."""
    monkeypatch.syspath_prepend(STAND_IN)
    assert models.can_serve()


@pytest.fixture
def unserved(monkeypatch):
    """It is not, whatever this environment has."""
    monkeypatch.setattr(models.importlib.util, "find_spec", lambda name: None)


def bring(name: str) -> None:
    """A file as long as the model's, with nothing in it."""
    (known,) = [model for model in models.listed() if model.name == name]
    known.path.parent.mkdir(parents=True, exist_ok=True)
    with known.path.open("wb") as file:
        file.truncate(known.bytes)


def test_without_the_extra_the_button_says_what_to_install(
    empty: Studio, visit: Visit, unserved
) -> None:
    app = visit("start/projects", None)
    (button,) = [one for one in app.button if one.label == "Try it with real local models"]
    assert button.disabled
    assert "pip install 'codeclm[local]'" in texts(app)


def test_it_says_sizes_minutes_and_how_far_the_judge_can_be_trusted(
    empty: Studio, visit: Visit, served
) -> None:
    shown = texts(visit("start/projects", None))
    for words in ("1.2 GB to fetch once", "of memory, about", "but not subtle mistakes"):
        assert words in shown
    bring("smollm2-135m")
    bring("qwen2.5-coder-1.5b")
    assert "both are here" in texts(visit("start/projects", None))


def test_one_click_plans_the_run_and_fetches_what_is_missing(
    empty: Studio, visit: Visit, served
) -> None:
    bring("smollm2-135m")
    press(visit("start/projects", None), "Try it with real local models")
    (project,) = [empty.project_of(card.id) for card in empty.projects()]
    (run,) = project.runs()
    assert run.settings.size == len(project.metadata()) == 3
    assert run.settings.strong == f"local:{local_trial.STRONG}"
    (job,) = empty.jobs.listed()
    assert (job.kind, job.arguments) == ("pull", {"name": local_trial.STRONG, "run": run.id})
    app = visit("create/run", project.id)
    assert "Fetch a local model" in texts(app)


def test_with_both_here_the_run_begins_at_once(empty: Studio, visit: Visit, served) -> None:
    bring("smollm2-135m")
    bring("qwen2.5-coder-1.5b")
    press(visit("start/projects", None), "Try it with real local models")
    (job,) = empty.jobs.listed()
    assert (job.kind, job.run) == ("run", 1)


def test_whichever_model_comes_last_starts_the_run_once(empty: Studio, served) -> None:
    _, run = local_trial.begin(empty)
    empty.jobs.submit_local(run)
    bring("smollm2-135m")
    work_pull(empty, "smollm2-135m")
    assert [job.kind for job in empty.jobs.listed() if job.is_open] == ["pull"]
    bring("qwen2.5-coder-1.5b")
    work_pull(empty, "qwen2.5-coder-1.5b")
    work_pull(empty, "qwen2.5-coder-1.5b")
    assert [job.run for job in empty.jobs.listed() if job.kind == "run"] == [run.id]


def work_pull(studio: Studio, name: str) -> None:
    """Do a fetch whose file is here already, again if it was done."""
    from codeclm.pipeline import chores

    job = studio.jobs.pull_of(name)
    assert job is not None
    with studio.store.writing() as db:
        number = jobs.add(db, "pull", job.arguments)
        jobs.start(db, number)
        again = jobs.get(db, number)
        jobs.end(db, job.id, "stopped", "", None)
    chores.do(studio.store, again)
    assert studio.jobs.get(number).state == "finished"


def test_a_fetch_that_fails_is_said_with_a_way_on(
    empty: Studio, visit: Visit, served, monkeypatch
) -> None:
    project, run = local_trial.begin(empty)
    empty.jobs.submit_local(run)
    monkeypatch.setattr(models.fetching, "fetch", lambda model, told: (_ for _ in ()).throw(FAILED))
    work_off(empty)
    app = visit("create/run", project.id)
    assert "cannot be reached" in texts(app)
    assert "Fetch it again" in [button.label for button in app.button]


FAILED = ModelFileError("The hub cannot be reached.", "Try again later.")


def test_a_run_that_keeps_nothing_says_what_to_make_of_it(
    empty: Studio, visit: Visit, served
) -> None:
    project, run = local_trial.begin(empty)
    with empty.store.writing() as db:
        db.conn.execute("update runs set state = 'finished' where id = ?", (run.id,))
        for entry in range(3):
            db.conn.execute(
                "insert into instructions (run_id, entry, slot, iteration, text, action)"
                " values (?, ?, 0, 1, 'Ask.', '')",
                (run.id, entry),
            )
            db.conn.execute(
                "insert into verdicts (run_id, entry, slot, iteration, version, outcome, strong,"
                " target, gap) values (?, ?, 0, 1, 1, 'exhausted', 5.5, 5.5, 0)",
                (run.id, entry),
            )
    shown = texts(visit("create/run", project.id))
    assert "Nothing is kept: the judge saw too little difference." in shown
    assert "not subtle mistakes" in shown


def test_models_are_listed_fetched_and_removed(full: Studio, visit: Visit, served) -> None:
    bring("smollm2-135m")
    app = visit("start/models")
    assert "local:qwen2.5-coder-1.5b" in texts(app)
    assert [one.label for one in app.button if one.label in ("Fetch", "Remove")] == [
        "Fetch",
        "Remove",
    ]
    press(app, "Remove")
    assert {model.state for model in models.listed()} == {"not here"}
    app = visit("start/models")
    app.button("fetch-smollm2-135m").click().run()
    assert full.jobs.pull_of("smollm2-135m").is_open
