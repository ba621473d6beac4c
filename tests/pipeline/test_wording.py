"""A project's own words: edited prompts and the brief reach the models and stay on record."""

import json

import pytest
from jobs import job, pool, step_of

from codeclm import prompts
from codeclm.pipeline.wording import EXAMPLES
from codeclm.prompts.asking import prompts_of
from codeclm.records import Brief
from codeclm.store import prompts as rows

OWN = prompts.shipped("improve").text.replace("Rewrite the", "For our hotel: rewrite the")


@pytest.fixture
def asked(serve):
    """The requests a server gets, with the step each belongs to."""
    requests = []

    def replies(request):
        requests.append((step_of(request), json.dumps(request["messages"])))

    serve(replies)
    return requests


def test_an_edited_prompt_is_sent_and_named_by_its_calls(studio, seeds, asked):
    project = studio.create_project("outdoor")
    project.wording.edit("improve", OWN)
    run = job(studio, seeds, size=20, project="outdoor", theta=5.0)
    improving = [text for step, text in asked if step == "improve"]
    assert improving
    assert all("For our hotel: rewrite the" in text for text in improving)
    with studio.store.reading() as db:
        digests = dict(
            db.conn.execute(
                "select step, prompt from calls where run_id = ? group by step", [run.id]
            )
        )
        assert rows.text_of(db, project.id, digests["improve"]) == OWN
        assert rows.text_of(db, project.id, digests["judge"]) == prompts.shipped("judge").text
    assert digests["respond"] == ""


def test_a_planned_run_keeps_the_words_it_was_planned_with(studio, seeds, asked):
    run = job(studio, seeds, size=12, theta=5.0)
    before, calls = pool(studio, run), len(asked)
    studio.project("outdoor").wording.edit("improve", OWN)
    run.change(theta=8.0)
    run.change(theta=5.0)
    run.bring()
    assert pool(studio, run) == before
    assert len(asked) == calls
    other = job(studio, seeds, size=12, theta=5.0, project="outdoor")
    assert other.settings.prompts == {"improve": OWN}


def test_the_shipped_wording_saved_again_is_no_edit(studio):
    wording = studio.create_project("a").wording
    wording.edit("judge", prompts.shipped("judge").text + "\n")
    assert not any(prompt.is_edited for prompt in wording.prompts())


@pytest.mark.parametrize("name", prompts.PURPOSES)
def test_examples_fill_every_prompt(studio, name):
    wording = studio.create_project("a").wording
    contents = [content for _, content in wording.example(name)]
    assert not any("$" in content for content in contents)
    told = "\n".join(contents)
    for variable in prompts.shipped(name).variables:
        assert EXAMPLES.get(variable, "") in told


def test_what_is_shown_of_an_evolution_is_an_operation_in_the_projects_words(studio):
    wording = studio.create_project("a").wording
    shipped = prompts.shipped("evolve-constraints").user
    assert shipped in wording.example("evolve")[-1][1]
    wording.edit("evolve-constraints", "# User\n\nForbid one word.")
    assert "Forbid one word." in wording.example("evolve")[-1][1]


def test_the_prompts_of_what_can_be_chosen_are_listed_and_those_of_the_run_recorded(
    studio, seeds, serve
):
    serve()
    run = job(studio, seeds, size=1)
    listed = [prompt.name for prompt in studio.project_of(run.row.project).wording.prompts()]
    assert {"improve", "generate", "rate", "evolve", "evolve-deepen", "gain", "grow"} <= {*listed}
    assert "assess" in listed
    with studio.store.reading() as db:
        names = {row[0] for row in db.conn.execute("select distinct name from prompts")}
    assert names == set(prompts_of("codeclm"))


def test_a_manifest_names_the_prompts_that_the_runs_strategy_asks_with(
    studio, seeds, serve, tmp_path
):
    serve()
    run = job(studio, seeds, size=4)
    project = studio.project_of(run.row.project)
    project.exports.write(project.exports.settings(project.filter(run=run.id)), tmp_path / "set")
    (told,) = json.loads((tmp_path / "set" / "manifest.json").read_bytes())["runs"]
    assert set(told["prompts"]) == {"encode", "decode", "rubrics", "improve", "judge"}


def test_the_brief_is_told_part_by_part_to_whoever_writes(studio, seeds, asked):
    project = studio.create_project("outdoor")
    brief = Brief("A hut.", "hikers", "German", "name the next hut", "give medical advice")
    project.wording.save_brief(brief)
    assert project.wording.brief == brief
    job(studio, seeds, size=12, project="outdoor", theta=5.0)
    for step, text in asked:
        told = all(
            part in text
            for part in ("A hut.", "hikers", "German", "name the next hut", "give medical advice")
        )
        assert told == (step in ("decode", "rubrics", "improve")), step


def test_a_brief_of_one_piece_reads_as_it_was_written():
    assert Brief("Kind answers.").text == "Kind answers."
    assert Brief().to_json() == ""
    assert Brief.from_json("") == Brief()
