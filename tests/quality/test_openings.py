"""What an instruction opens with: its verb, and what that is done to."""

import pytest

from codeclm.quality.openings import OTHER, QUESTION, Opening, opening, openings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write a short story about the sea.", ("write", "story")),
        ("Please summarize the following news articles in two lines.", ("summarize", "article")),
        ("Can you help me draft three polite e-mails?", ("draft", "e-mail")),
        ("I want you to act as a travel agent.", ("act", "agent")),
        ("I'd like you to list my options.", ("list", "option")),
        ("Let’s compare and contrast both proposals.", ("compare", "proposal")),
        ("Your task is to find bugs in this code.", ("find", "bug")),
        ("Carefully read each of the reports", ("read", "report")),
        ("Given two dates, compute the days between them.", ("compute", "day")),
        ("You are given a table and you should sort its rows.", ("sort", "row")),
        ("The tone is harsh. Rewrite the sentence more kindly.", ("rewrite", "sentence")),
        ("Write an essay discussing the causes of inflation", ("write", "essay")),
        ("Describe machine learning to a child", ("describe", "learning")),
        ("Explain how tides come about.", ("explain", "how")),
        ("Decide whether the claim holds.", ("decide", "whether")),
        ("Tell me a joke", ("tell", "joke")),
        ("Come up with five names", ("come", "name")),
        ("Identify people in the photos", ("identify", "person")),
        ("Imagine you are a fox.", ("imagine", "")),
        ("What is the tallest tree?", (QUESTION, "what")),
        ("how to boil an egg", (QUESTION, "how")),
        ("In which year did it end?", (QUESTION, "which")),
        ("Is tea better than coffee?", (QUESTION, "is")),
        ("Do we need this?", (QUESTION, "do")),
        ("If you were a king, why would you resign?", (QUESTION, "why")),
        ("Would you rather fly?", (QUESTION, "would")),
        ("When in Rome, greet people first.", (OTHER, "")),
        ("Design is a broad field.", (OTHER, "")),
        ("Schreibe eine Geschichte über das Meer.", (OTHER, "")),
        ("写一个故事", (OTHER, "")),
        ("", (OTHER, "")),
        ("\ud800\0 😀", (OTHER, "")),
        ("?!...", (OTHER, "")),
    ],
)
def test_an_opening(text, found):
    assert opening(text) == found


def test_openings_are_counted_with_the_most_frequent_first():
    texts = ["Write a poem.", "Name a bird.", "Write poems", "Name a fish.", ""]
    assert openings(texts) == [
        Opening("write", "poem", 2),
        Opening(OTHER, "", 1),
        Opening("name", "bird", 1),
        Opening("name", "fish", 1),
    ]
    assert openings([]) == []


@pytest.mark.parametrize("part", ["and ", "Please, ", "a", "word ", ", ", "(", "ly ", "\n", "’"])
def test_a_very_long_text_is_no_matter(part):
    verb, _ = opening(part * 50_000)
    assert verb == OTHER
