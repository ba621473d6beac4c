"""What a project tells its models goes where it belongs, and into what is exported."""

from __future__ import annotations

import json

from jobs import job, step_of

from codeclm.pipeline.synthesis import plan
from codeclm.records import Brief
from codeclm.settings import RunSettings


def test_a_projects_brief_and_system_prompt_reach_the_models(studio, seeds, serve):
    seen = []
    serve(lambda request: seen.append(request))
    project = studio.create_project("outdoor")
    project.wording.answer_under("You are Heidi.", brief=True)
    project.wording.save_brief(Brief("A shop for hikers."))
    job(studio, seeds, size=40)
    for request in seen:
        first, last = request["messages"][0]["content"], request["messages"][-1]["content"]
        match step_of(request):
            case "decode" | "rubrics" | "improve":
                assert "A shop for hikers." in last
            case "respond":
                assert first == "You are Heidi."
            case _:
                assert "Heidi" not in first + last
    rows = [json.loads(line) for line in project.lines()]
    assert {row["system_prompt"] for row in rows} == {"You are Heidi."}


def test_where_the_project_wants_it_both_models_answer_under_the_brief(studio, seeds, serve):
    seen = []
    serve(lambda request: seen.append(request))
    project = studio.create_project("outdoor")
    project.wording.answer_under("", brief=True)
    project.wording.save_brief(Brief("A shop for hikers.", language="German"))
    job(studio, seeds, size=4)
    asked = [request["messages"] for request in seen if step_of(request) == "respond"]
    assert {messages[0]["role"] for messages in asked} == {"system"}
    assert all("A shop for hikers." in messages[0]["content"] for messages in asked)
    assert all("German" in messages[0]["content"] for messages in asked)


def test_a_brief_from_a_file_changes_only_the_parts_it_names(studio, seeds):
    project = studio.create_project("outdoor")
    project.wording.save_brief(Brief("A shop.", language="German", must="Be kind."))
    settings = RunSettings(strong="simulated:strong", target="simulated:target", size=4)
    run, _ = plan(studio, seeds, settings, field="prompt", brief=Brief("Another shop."))
    assert project.wording.brief == Brief("Another shop.", language="German", must="Be kind.")
    assert run.settings.brief == project.wording.brief.text


def test_whoever_asks_for_the_brief_as_system_prompt_gets_it(studio, seeds):
    project = studio.create_project("outdoor")
    project.wording.answer_under("You are Heidi.", brief=False)
    project.wording.save_brief(Brief("A shop."))
    settings = RunSettings(
        strong="simulated:strong", target="simulated:target", size=4, system_prompt_is_brief=True
    )
    run, _ = plan(studio, seeds, settings, field="prompt")
    assert "A shop." in run.settings.respond_system
