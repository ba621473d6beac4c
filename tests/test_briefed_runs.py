"""What a project tells its models goes where it belongs, and into what is exported."""

from __future__ import annotations

import json

from jobs import job, step_of

from codeclm.records import Brief


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
