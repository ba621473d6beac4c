"""Runs of six words of a prompt, without those that anybody might write."""

from __future__ import annotations

from codeclm.prompts import PURPOSES, shipped
from codeclm.quality.checks import PromptWords, look


def runs(*texts):
    return {" ".join(run) for run in PromptWords.of(texts).runs}


def test_runs_are_six_words_long_and_overlap():
    assert runs("Take apart every sentence, then count words.") == {
        "take apart every sentence then count",
        "apart every sentence then count words",
    }
    assert runs("Take apart every sentence now.") == set()


def test_no_run_goes_across_a_variable_or_a_paragraph():
    assert runs("Take apart every $sentence then count words.") == set()
    assert runs("Take apart every\n\nsentence then count words.") == set()


def test_runs_of_words_that_say_nothing_are_left_out():
    assert runs("What is it that you have there?") == set()
    assert runs("What is it that the examiner has?") == set()


def test_each_shipped_prompt_is_found_in_an_instruction_that_copies_it():
    prompts = PromptWords.of(shipped(name).text for name in PURPOSES)
    for name in PURPOSES:
        copied = max(shipped(name).user.split("\n\n"), key=len)
        found = look(f"Bake a cake.\n{copied}", "Flour first.", prompts=prompts)
        assert ("prompt leakage", "instruction") in {(one.check, one.part) for one in found}, name


def test_without_prompts_nothing_is_copied():
    assert PromptWords.of([]).runs == frozenset()
    assert look("Bake a cake.", "Flour first.", prompts=PromptWords.of([])) == ()
