"""Planning a comparison: who answers, who judges, what it takes."""

from __future__ import annotations

import pytest
from comparing import planned, says

from codeclm.errors import SettingsError
from codeclm.pipeline.run_settings import of_evaluation
from codeclm.settings import RunSettings


def test_what_it_takes_is_said_before(project, bring, serve):
    serve(says)
    benchmark = bring()
    settings = of_evaluation(
        project, candidate="openai:tuned", reference="openai:big", judge="openai:judge"
    )
    found = project.evaluations.estimate(benchmark, settings, whole=True)
    assert (found.total.fewest, found.total.most) == (40, 40)
    assert {role: figures.fewest for role, figures in found.roles.items()} == {
        "strong": 10,
        "target": 10,
        "judge": 20,
    }
    assert found.rests_on.startswith("assumed")
    run = planned(project, benchmark)
    assert run.estimate() == found
    run.bring()
    after = project.evaluations.estimate(benchmark, settings, whole=True)
    assert after.rests_on.startswith("observed in 40 calls")
    assert after.total.prompt_tokens == pytest.approx(run.usage().prompt_tokens, rel=0.2)
    assert run.beside_estimate()[-1].real.calls == 40


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"candidate": "", "reference": "openai:big"}, "Nobody is named as the candidate"),
        ({"candidate": "openai:a", "reference": " "}, "Nobody is named as the reference"),
        (
            {"candidate": "openai:a", "reference": "", "recorded": ("reference",)},
            "Nobody is named as the judge",
        ),
    ],
)
def test_everybody_has_to_be_named(project, given, says):
    with pytest.raises(SettingsError, match=says):
        of_evaluation(project, **given)


def test_the_judge_is_the_projects_else_the_reference(project):
    names = {"candidate": "openai:a", "reference": "openai:b"}
    assert of_evaluation(project, **names).judge == "openai:b"
    project.configure(judge="openai:c")
    assert of_evaluation(project, **names).judge == "openai:c"
    assert of_evaluation(project, judge="openai:d", **names).judge == "openai:d"
    stored = of_evaluation(project, recorded=("candidate",), **names)
    assert RunSettings.from_dict(stored.to_dict()) == stored
