"""Two models are compared on a set: both answer, the judge assesses both orders."""

from __future__ import annotations

from comparing import planned, result, says
from jobs import step_of

from codeclm.records import RunState


def test_a_response_wins_only_if_both_orders_say_so(studio, project, bring, serve):
    serve(says)
    run = planned(project, bring())
    assert run.bring() is RunState.FINISHED
    came = result(project, run)
    total = came.total
    assert (total.wins, total.ties, total.losses) == (4, 4, 2)
    assert (total.flips, total.half_ties, total.unparsable) == (1, 1, 0)
    assert total.crr == 80
    assert 0 < total.low < 80 < total.high < 100
    assert (came.items, came.open, came.unanswered) == (10, 0, 0)
    assert (came.candidate, came.reference, came.judge) == (
        "openai:tuned",
        "openai:big",
        "openai:judge",
    )
    assert run.usage().calls == 10 * 4
    assert studio.doctor() == []


def test_each_order_is_shown_to_the_judge_and_its_scores_are_mapped_back(
    studio, project, bring, serve
):
    asked = []

    def heard(request):
        asked.append(request)
        return says(request)

    serve(heard)
    run = planned(project, bring(["win", "flip"]))
    run.bring()
    judged = [
        request["messages"][-1]["content"] for request in asked if step_of(request) == "assess"
    ]
    first = [text for text in judged if text.index("tuned answers") < text.index("big answers")]
    assert (len(judged), len(first)) == (4, 2)
    one, other = project.evaluations.compared(run.id, [0, 1])
    assert [
        (said.order, said.candidate, said.reference) for said in one.comparison.assessments
    ] == [
        (0, 8, 5),
        (1, 9, 4),
    ]
    assert other.comparison.assessments[1].explanation == "Because flip."
    assert one.line == 1
    assert one.comparison.candidate.startswith("tuned answers")


def test_both_models_get_the_instruction_alone_and_the_system_prompt(project, bring, serve):
    asked = []

    def heard(request):
        asked.append(request)
        return says(request)

    serve(heard)
    project.wording.answer_under("Be brief.", brief=False)
    planned(project, bring(["win"])).bring()
    answered = [request["messages"] for request in asked if step_of(request) == "respond"]
    assert answered == 2 * [
        [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Item 1, a win."},
        ]
    ]


def test_unparsable_comparisons_stand_apart_and_can_be_asked_again(studio, project, bring, serve):
    readable = False

    def replies(request):
        told = " ".join(message["content"] for message in request["messages"])
        if readable and "riddle" in told:
            request = {
                **request,
                "messages": [
                    {**message, "content": message["content"].replace("a riddle", "a loss")}
                    for message in request["messages"]
                ],
            }
        return says(request)

    serve(replies)
    run = planned(project, bring(["win", "riddle", "tie"]))
    assert run.bring() is RunState.FINISHED
    came = result(project, run)
    assert (came.total.compared, came.total.unparsable, came.open) == (2, 1, 0)
    assert came.total.crr == 100
    (failure,) = run.failures()
    assert (failure.step, failure.item, failure.raw) == ("assess", "e2", "I would rather not say.")
    assert project.evaluations.outcomes(run.id)[1] == (1, None)
    assert studio.doctor() == []
    paid = run.usage().calls
    # Neither this run nor another takes the bad reply for final.
    assert run.bring() is RunState.FINISHED
    assert run.usage().calls == paid
    readable = True
    other = planned(project, bring(["win", "riddle", "tie"]))
    other.bring()
    assert (result(project, other).total.losses, other.usage().calls) == (1, 2)
    assert run.retry() == 1
    assert run.bring() is RunState.FINISHED
    assert run.failures() == []
    assert result(project, run).total.losses == 1
    assert studio.doctor() == []


def test_a_silent_model_leaves_an_item_unanswered(studio, project, bring, serve):
    def replies(request):
        told = request["messages"][-1]["content"]
        return "" if request["model"] == "tuned" and told.startswith("Item 2") else says(request)

    serve(replies)
    run = planned(project, bring(["win", "win", "loss"]))
    assert run.bring() is RunState.FINISHED
    came = result(project, run)
    assert (came.total.compared, came.unanswered, came.total.unparsable) == (2, 1, 0)
    assert [(failure.step, failure.item) for failure in run.failures()] == [
        ("respond", "e2.candidate")
    ]
    assert studio.doctor() == []


def test_slices_are_counted_by_use_case_and_skill(project, bring, serve):
    serve(says)
    benchmark = bring(
        ["win", "loss", "tie"],
        use_case=["lakes", "lakes", ""],
        skills=[["depth", "names"], ["depth"], []],
    )
    run = planned(project, benchmark)
    run.bring()
    came = result(project, run)
    assert [(one.name, one.wins, one.losses, one.crr) for one in came.use_cases] == [
        ("lakes", 1, 1, 50)
    ]
    assert [(one.name, one.compared) for one in came.skills] == [("depth", 2), ("names", 1)]
    assert benchmark.sliced == 2


def test_simulated_models_at_any_concurrency_say_the_same(studio, project, bring):
    told = []
    for width in (1, 64):
        run = planned(
            project,
            bring(),
            candidate="simulated:target",
            reference="simulated:strong",
            judge="simulated:strong",
            concurrency=width,
            generation=width,
        )
        assert run.bring() is RunState.FINISHED
        came = result(project, run)
        assert came.simulated
        told.append([one.comparison for one in project.evaluations.compared(run.id, range(10))])
    assert told[0] == told[1]
