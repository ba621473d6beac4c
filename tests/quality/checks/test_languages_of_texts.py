"""Languages are guessed where there is prose enough, and differences told where nobody asked."""

from __future__ import annotations

import pytest

from codeclm.quality.checks import code_of, guess, look
from codeclm.quality.checks.language import is_plain_english
from codeclm.quality.words import words

GERMAN = "Der Mond zieht das Wasser der Meere an, und deshalb kommt zweimal am Tag die Flut."
PROSE = {
    "de": GERMAN,
    "nl": "De maan trekt het water van de zee aan, daarom is het twee keer per dag vloed of eb.",
    "af": "Die maan trek die water van die see aan en daarom is dit twee keer per dag hoogwater.",
    "da": "Månen trækker i havets vand, og derfor er det højvande to gange om dagen ved kysten.",
    "pl": "Księżyc przyciąga wodę mórz i dlatego dwa razy dziennie jest to przypływ na brzegu.",
    "ro": "Luna atrage apa mărilor și de aceea marea are de două ori pe zi flux la țărm.",
    "fr": "La lune attire l'eau des mers, or il y a deux fois par jour une marée haute.",
    "ja": "月が海の水を引っぱるので、一日に二回、潮が満ちます。",
}


@pytest.mark.parametrize("name", PROSE)
def test_prose_is_told_from_english(name):
    language, likely = guess(PROSE[name])
    assert language == name
    assert 0.5 < likely <= 1
    (one,) = look("Why are there tides at the sea, and why twice a day?", PROSE[name])
    assert (one.check, one.part) == ("language", "response")


@pytest.mark.parametrize("name", PROSE)
def test_only_english_is_taken_for_plain_english(name):
    assert not is_plain_english(words(PROSE[name]))
    assert is_plain_english(
        words("The moon pulls at the water, and so there are two floods a day.")
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Paris",
        "1 2 3 4 5",
        "x = {'a': [1, 2], 'b': (3, 4)}; y = f(x)[0]",
        "\ud800" * 40,
        "```\nfor word in words: print(word)\nwhile True: pass\n```",
        "https://a.org/de/ein/haus",
    ],
)
def test_without_prose_there_is_no_guess(text):
    assert guess(text) is None


def test_an_instruction_in_another_language_than_the_projects_is_told():
    question, answer = "Warum gibt es zweimal am Tag Ebbe und Flut an der Nordsee?", GERMAN
    assert look(question, answer) == look(question, answer, language="de") == ()
    (one,) = look(question, answer, language="en")
    assert (one.check, one.part) == ("language", "instruction")
    assert "German" in one.why
    assert "English" in one.why


@pytest.mark.parametrize(
    "instruction",
    [
        "Explain the tides in German.",
        "Translate: The moon pulls at the water, and so there is a flood twice a day.",
        "Continue this text: Der Mond steht über dem Meer und die Fischer warten auf die Flut.",
    ],
)
def test_another_language_that_is_asked_for_is_right(instruction):
    assert look(instruction, GERMAN) == ()


def test_what_a_short_instruction_is_in_is_taken_from_the_project():
    assert look("Tides?", GERMAN) == ()
    (one,) = look("Tides?", GERMAN, language="en-GB")
    assert one.part == "response"


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("English", "en"),
        ("EN", "en"),
        (" pt-BR ", "pt"),
        ("Deutsch", "de"),
        ("中文", "zh"),
        ("sw", "sw"),
        ("klingon", None),
        ("eng", None),
        ("xx", None),
        ("zxx", None),
        ("\ud800", None),
    ],
)
def test_a_language_is_given_by_code_or_by_name(named, code):
    assert code_of(named) == code
