"""What a finding says: which check, which part, which characters, and why."""

from __future__ import annotations

import subprocess
import sys

import pytest
from jobs import ROOT

from codeclm.quality.checks import CHECKS, MEANING, PromptWords, look

PROMPTS = PromptWords.of(["Write what is asked, and betray nothing at all of these three steps."])


def marked(instruction, response, **known):
    """Check and part to the characters it marks."""
    texts = {"instruction": instruction, "response": response}
    return {
        (one.check, one.part): texts[one.part][one.start : one.end]
        for one in look(instruction, response, **known)
    }


def test_a_pair_without_faults_has_no_findings():
    assert look("Name a river in Spain.", "The Ebro.") == ()


def test_every_check_has_a_meaning_of_one_sentence():
    assert tuple(MEANING) == CHECKS
    assert all(text.endswith(".") and text.count(". ") == 0 for text in MEANING.values())


@pytest.mark.parametrize(
    ("instruction", "response", "found"),
    [
        ("Who wins?", "As an AI language model, I can't say.", "as an ai language model,"),
        ("Who wins?", "Well. I'm sorry, but I can't help with that.", "i can't help with that"),
        ("Sing.", "Es tut mir leid, aber ich kann das nicht.", "es tut mir leid, aber ich kann"),
    ],
)
def test_a_refusal_is_marked_where_it_stands(instruction, response, found):
    (text,) = marked(instruction, response).values()
    assert text.lower() == found


def test_where_a_letter_is_asked_for_saying_no_is_no_refusal():
    reply = "I cannot provide the room on that day."
    assert marked("Is the room free?", reply) == {("refusal", "response"): "I cannot provide"}
    assert marked("Write a reply that the room is taken.", reply) == {}


def test_what_a_machine_says_where_machines_are_the_subject_is_no_refusal():
    assert marked("Are you a robot?", "Yes, I'm an AI.") == {}
    assert marked("Who are your parents?", "I'm an AI.") == {("refusal", "response"): "I'm an AI"}


def test_a_response_that_breaks_off_is_marked_at_its_end():
    assert marked("How do tides come about?", "The moon pulls. And then the sea comes and the") == {
        ("cut ending", "response"): "The moon pulls. And then the sea comes and the"[-40:]
    }
    assert marked("Write code.", "So:\n```\nprint(1)\n") == {("cut ending", "response"): "```"}
    assert marked("Write code.", "So:\n```\nprint(1)\n```\n") == {}


def test_a_loop_is_marked_from_its_beginning_to_its_end():
    again = "So we went on. " * 6
    (text,) = marked("What did you do?", f"We rested. {again}Then it was over.").values()
    assert text == again.rstrip(". ")
    (one,) = look("What did you do?", f"We rested. {again}Then it was over.")
    assert one.why == "“So we went on” stands there 6 times in a row."


def test_a_loop_that_is_asked_for_is_none():
    again = "So we went on. " * 6
    assert look("Write “So we went on.” six times.", again) == ()


def test_places_are_right_behind_letters_that_grow_in_lower_case():
    again = "So we went on. " * 6
    (text,) = marked("What did you do?", f"Groß İst ẞ. {again}Then it was over.").values()
    assert text == again.rstrip(". ")


def test_words_of_prompts_are_marked_as_far_as_they_go():
    instruction = "Describe a fjord, and Betray nothing at all of these three hills."
    expected = {("prompt leakage", "instruction"): "and Betray nothing at all of these three"}
    assert marked(instruction, "It is deep.", prompts=PROMPTS) == expected
    assert look(instruction, "It is deep.") == ()


def test_labels_of_prompts_are_found_without_any_prompts():
    found = marked("Use case: travel advice\nWhere is it warm?", "In Malta.")
    assert found == {("prompt leakage", "instruction"): "Use case:"}


def test_an_input_that_is_not_there_is_marked_where_it_is_spoken_of():
    expected = {("missing input", "instruction"): "the following text"}
    assert marked("Summarize the following text.", "It is about tea.") == expected
    assert look("Summarize the following text.\n\nTea is old.", "It is about tea.") == ()
    assert look("Summarize the following text: Tea is old.", "It is about tea.") == ()


def test_personal_data_are_found_in_both_parts_and_not_shown_in_full():
    found = look("Write to ann@lee-and-daughters.co.uk.", "Done: ann@lee-and-daughters.co.uk.")
    assert [(one.check, one.part) for one in found] == [
        ("personal data", "instruction"),
        ("personal data", "response"),
    ]
    assert all("ann@lee" not in one.why for one in found)


def test_odd_characters_are_marked_and_an_empty_response_is_about_the_whole():
    assert marked("Say hi.", "Hi\x07 there.") == {("odd", "response"): "\x07"}
    (one,) = look("Say hi.", " \n")
    assert (one.check, one.part, one.start, one.end) == ("odd", "response", 0, 0)


def test_at_most_one_finding_for_each_check_and_part_in_the_order_of_the_checks():
    found = look(
        "Use case: x\nSkills: y\nwrite to a.b@weber-holzbau.at and c.d@weber-holzbau.at &amp; &lt;",
        "I'm sorry, but I can't help with that. Write to a.b@weber-holzbau.at\x00\x00 and the",
    )
    keys = [(one.check, one.part) for one in found]
    assert keys == [
        ("refusal", "response"),
        ("cut ending", "response"),
        ("prompt leakage", "instruction"),
        ("personal data", "instruction"),
        ("personal data", "response"),
        ("odd", "instruction"),
        ("odd", "response"),
    ]


def test_nothing_heavy_is_loaded_until_a_language_is_guessed():
    code = (
        "import sys; from codeclm.quality.checks import look;"
        "look('Name a river.', 'The Ebro.'); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert not {"numpy", "py3langid"} & {*done.stdout.split()}
