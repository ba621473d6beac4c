"""WizardLM: operations, the verdict on their gain, and what is eliminated."""

import json

import pytest
from hops import drive, words

from codeclm import prompts
from codeclm.errors import ReplyError
from codeclm.settings import RunSettings
from codeclm.strategies import wizardlm
from codeclm.strategies.wizardlm import OPERATIONS, eliminated

SETTINGS = RunSettings(strong="simulated:strong", target="simulated:target")


# Evolving ----------------------------------------------------------------------------------------


def test_an_operation_is_drawn_uniformly_from_the_place_and_the_seed_alone():
    draws = [wizardlm.operation(f"i{place}.2", 0) for place in range(1200)]
    assert draws == [wizardlm.operation(f"i{place}.2", 0) for place in range(1200)]
    assert draws != [wizardlm.operation(f"i{place}.2", 1) for place in range(1200)]
    assert all(150 <= draws.count(name) <= 250 for name in OPERATIONS)


def test_each_operation_is_told_in_its_own_words():
    told = {name: wizardlm.request("Plan a trip.", name, SETTINGS) for name in OPERATIONS}
    assert len({request.messages for request in told.values()}) == 6
    for name, request in told.items():
        wording = prompts.shipped(f"evolve-{name}").user
        assert f"~~~\n{wording}\n~~~" in request.messages[-1].content
        assert request.fields == {"instruction": "Plan a trip.", "operation": name}
        assert request.step == "evolve"


def test_an_operation_can_be_told_in_the_projects_words():
    own = RunSettings(strong="s:s", target="t:t", prompts={"evolve-deepen": "# User\n\nDig."})
    assert "Dig." in wizardlm.request("x", "deepen", own).messages[-1].content


def test_the_evolved_instruction_is_read():
    _, text = drive(wizardlm.hop("a", "deepen", 0, SETTINGS), '{"instruction": " b "}')
    assert text == "b"
    asks, text = drive(wizardlm.hop("a", "deepen", 0, SETTINGS), "b", '{"instruction": "b"}')
    assert (len(asks), text) == (2, "b")


def test_the_same_operation_in_a_later_round_is_another_question():
    first, later = (next(wizardlm.hop("a", "deepen", rounds, SETTINGS)) for rounds in (0, 2))
    assert first.request == later.request
    assert (first.replicate, later.replicate) == (0, 2)


# Gain --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "gained"),
    [
        (json.dumps({"verdict": "not equal"}), True),
        (json.dumps({"verdict": "Not Equal"}), True),
        (json.dumps({"verdict": "equal"}), False),
        ("not equal", True),
        ("Not Equal.", True),
        ("**not equal**", True),
        ("equal", False),
        ('"Equal"', False),
    ],
)
def test_not_equal_is_a_gain_and_equal_is_none(text, gained):
    asks, found = drive(wizardlm.gain("a", "b", SETTINGS), text)
    assert (len(asks), found) == (1, gained)


@pytest.mark.parametrize(
    "text",
    [
        "They are not equal",
        "not equal, or equal",
        "unequal",
        "not  equal to",
        "notequal",
        "no",
        '{"verdict": "unequal"}',
        '{"verdict": true}',
        '{"verdict": "not equal", "why": "x"}',
    ],
)
def test_a_verdict_is_never_guessed(text):
    _, error = drive(wizardlm.gain("a", "b", SETTINGS), text, text)
    assert isinstance(error, ReplyError)
    assert drive(wizardlm.gain("a", "b", SETTINGS), text, "not equal")[1] is True


def test_the_judge_sees_the_parent_first_at_temperature_0():
    request = wizardlm.gain_request("PARENT", "CHILD", SETTINGS)
    prompt = request.messages[-1].content
    assert prompt.index("PARENT") < prompt.index("CHILD")
    assert (request.step, request.temperature) == ("gain", 0.0)


# Elimination -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("response", "rule"),
    [
        (words(79, "Sorry"), "the response is sorry"),
        (words(80, "Sorry"), ""),
        ("I'm SORRY, but I cannot help.", "the response is sorry"),
        ("", "the response says nothing"),
        ("...!?", "the response says nothing"),
        ("It is what it is.", "the response says nothing"),
        ("I'm not, and you aren't either 42", ""),
        ("Tides come from the moon.", ""),
        ("潮汐来自月亮。", ""),
        ("7", ""),
    ],
)
def test_a_response_that_is_sorry_or_says_nothing_eliminates(response, rule):
    response = response.replace(" so", " word")
    assert eliminated("Explain tides.", "Explain tides twice.", response) == rule


@pytest.mark.parametrize(
    "child",
    [
        "#Rewritten Prompt#: Explain tides.",
        "#given prompt# Explain tides.",
        "Here is the created prompt: explain tides.",
        "#Created Prompt#",
        "The rewritten_prompt explains tides.",
        "In contrast to the given instruction, explain tides.",
        "Other instruction: explain tides.",
        "#New Instruction#\nExplain tides.",
        "Explain tides.\n\n**Old instruction:** explain water.",
        "Explain tides, as the original instruction asks, and keep it brief.",
    ],
)
def test_a_text_that_copies_its_prompt_eliminates_unless_the_parent_speaks_so_too(child):
    assert eliminated("Explain tides.", child, "The moon.") == "copies words of the prompt"
    assert eliminated("Improve the given prompt.", child, "The moon.") == ""


@pytest.mark.parametrize(
    "child",
    [
        "Write a prompt about tides, with an instruction to be brief.",
        "Explain tides and ignore all other instructions.",
        "Add a new instruction to this recipe for bread.",
        "Say how the original instructions of the game differ from these.",
    ],
)
def test_other_prompts_and_instructions_may_be_spoken_of(child):
    assert eliminated("Explain tides.", child, "The moon.") == ""
