"""Base models: a prompt made by a template goes to /completions, its continuation comes back."""

from __future__ import annotations

import json

import pytest
from places import KEY, Place, complaint, question, structured

from codeclm.chat import Message
from codeclm.errors import BodyBroken, RateLimited, RequestRefused, SettingsError
from codeclm.providers.templates import TEMPLATES

TALK = (
    Message("system", "Be brief."),
    Message("user", "One?"),
    Message("assistant", "1"),
    Message("user", "Two?"),
)


def continues(text, finish="stop", **more):
    """A whole body that continues the prompt with ``text``."""
    return {"choices": [{"index": 0, "text": text, "finish_reason": finish}], **more}


@pytest.mark.parametrize(
    ("name", "prompt"),
    [
        (
            "plain",
            "Be brief.\n\nInstruction:\nOne?\n\nAnswer:\n1\n\nInstruction:\nTwo?\n\nAnswer:\n",
        ),
        (
            "alpaca",
            "Be brief.\n\n### Instruction:\nOne?\n\n### Response:\n1\n\n"
            "### Instruction:\nTwo?\n\n### Response:\n",
        ),
        ("vicuna", "Be brief. USER: One? ASSISTANT: 1</s>USER: Two? ASSISTANT:"),
        (
            "chatml",
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nOne?<|im_end|>\n"
            "<|im_start|>assistant\n1<|im_end|>\n<|im_start|>user\nTwo?<|im_end|>\n"
            "<|im_start|>assistant\n",
        ),
        (
            "llama2",
            "[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nOne? [/INST] 1 </s><s>[INST] Two? [/INST]",
        ),
    ],
)
def test_each_template_makes_one_prompt(name, prompt):
    assert TEMPLATES[name].prompt(TALK) == prompt


def test_every_template_ends_an_answer_with_few_enough_marks():
    # OpenAI takes four at most.
    assert all(1 <= len(template.stop) <= 4 for template in TEMPLATES.values())


def test_two_questions_in_a_row_are_one_turn_and_braces_stay_as_they_are():
    turns = (Message("user", "What is {}?"), Message("user", 'Say {"a": 1}.'))
    assert TEMPLATES["llama2"].prompt(turns) == '[INST] What is {}?\n\nSay {"a": 1}. [/INST]'


def test_a_prompt_goes_out_and_its_continuation_comes_back(openai_place: Place):
    seen = []
    openai_place.serve(lambda request: seen.append(request), key=KEY)
    (reply,) = openai_place.ask(question(), template="alpaca", body={"top_k": 5})
    (sent,) = seen
    assert sent == {
        "model": "m-1",
        "prompt": "Be brief.\n\n### Instruction:\nName a colour.\n\n### Response:\n",
        "max_tokens": 64,
        "temperature": 0.7,
        "stop": ["\n### Instruction:", "\n### Response:"],
        "top_k": 5,
    }
    assert reply.text
    assert (reply.finish, reply.model, reply.fingerprint) == ("stop", "m-1", "fp_fake")
    assert reply.prompt_tokens > 0


def test_a_structured_question_carries_no_schema(openai_place: Place):
    seen = []
    openai_place.serve(lambda request: seen.append(request))
    asked = question('Shape: {"instructions": ["…"]}', step="decode", schema={"type": "object"})
    (reply,) = openai_place.ask(asked, template="plain")
    assert "response_format" not in seen[0]
    assert json.loads(reply.text)["instructions"]
    assert reply.left_out == ()


@pytest.mark.parametrize(
    ("said", "finish", "text", "ended"),
    [
        (" Red.\n", "stop", "Red.", "stop"),
        ("half a", "length", "half a", "length"),
        ("", "content_filter", "", "filter"),
        (None, "stop", "", "stop"),
        # A server that knows no stop goes on to the next question, until its limit.
        ("Red.\n\n### Instruction:\nName a", "length", "Red.", "stop"),
    ],
)
def test_how_an_answer_ended_is_told(openai_place: Place, said, finish, text, ended):
    openai_place.serve(lambda _: continues(said, finish))
    (reply,) = openai_place.ask(question(), template="alpaca")
    assert (reply.text, reply.finish) == (text, ended)


def test_a_thinking_block_is_kept_apart_here_too(openai_place: Place):
    openai_place.serve(lambda _: continues(" <think>red or\nblue?</think>\nRed."))
    (reply,) = openai_place.ask(question(), template="chatml")
    assert (reply.thinking, reply.text) == ("red or\nblue?", "Red.")


def test_missing_usage_is_none_here_too(openai_place: Place):
    openai_place.serve(lambda _: continues("Red."))
    (reply,) = openai_place.ask(question(), template="plain")
    assert (reply.prompt_tokens, reply.completion_tokens) == (None, None)


def test_only_a_temperature_can_be_left_out(openai_place: Place):
    openai_place.serve(refuse=frozenset({"temperature"}))
    (reply,) = openai_place.ask(structured(), template="plain", left_out=("strict",))
    assert reply.left_out == ("temperature",)
    openai_place.serve(refuse=frozenset({"max_tokens"}))
    with pytest.raises(RequestRefused):
        openai_place.ask(question(), template="plain")


def test_errors_are_those_of_chat(openai_place: Place):
    openai_place.serve(complaint(429, "slow down"))
    with pytest.raises(RateLimited):
        openai_place.ask(question(), template="plain")


@pytest.mark.parametrize("choice", [{}, {"message": {"content": "Red."}}, {"text": ["Red."]}])
def test_a_choice_without_a_text_is_a_broken_body(openai_place: Place, choice):
    openai_place.serve(lambda _: {"choices": [choice]})
    with pytest.raises(BodyBroken):
        openai_place.ask(question(), template="plain")


def test_an_unknown_template_is_refused_with_the_known_ones(openai_place: Place):
    openai_place.serve()
    with pytest.raises(SettingsError, match="plain, alpaca, vicuna, chatml, llama2"):
        openai_place.connect(template="alpacca")


def test_geminis_own_protocol_takes_no_template(stack, monkeypatch):
    monkeypatch.setenv("LOOPBACK_KEY", KEY)
    gemini = Place("gemini", stack)
    gemini.serve()
    with pytest.raises(SettingsError, match="cannot use a template"):
        gemini.connect(template="plain")
