"""Which changes of a model are told, and which are a provider's everyday."""

import pytest

from codeclm.pipeline.served import changes
from codeclm.settings import RunSettings
from codeclm.store.calls import Served

SETTINGS = RunSettings(strong="openai:gpt-4o", target="ollama:llama3.2")


def row(first, last, served="m", fingerprint="", *, role="strong", model="gpt-4o", calls=20):
    return Served(
        role=role,
        model=model,
        served=served,
        fingerprint=fingerprint,
        first=first,
        last=last,
        calls=calls,
    )


def test_another_model_is_told_with_the_call_it_began_at():
    rows = [row(1, 122, "gpt-4o-2024-05-13"), row(123, 400, "gpt-4o-2024-08-06")]
    assert changes(rows, SETTINGS) == [
        "The strong model openai:gpt-4o answered as 'gpt-4o-2024-05-13' and from call 123 as"
        " 'gpt-4o-2024-08-06': its replies may differ."
    ]


def test_models_that_answer_by_turns_are_told_so():
    (told,) = changes([row(1, 100, "a"), row(2, 99, "b")], SETTINGS)
    assert "answered as 'a' and from call 2 also as 'b'" in told


def test_many_names_are_counted_and_long_ones_cut():
    (told,) = changes([row(n, n, f"{n}" + "x" * 500) for n in range(1, 10)], SETTINGS)
    assert "and as 5 more" in told
    assert len(told) < 500


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [row(1, 9)],
        # Not everyone says what answered, and nobody is two models because of it.
        [row(1, 9), row(4, 5, "", calls=2)],
        # One model in each role is no change.
        [row(1, 9), row(3, 8, "n", role="target", model="llama3.2")],
        # Replicas take turns.
        [row(1, 99, fingerprint="a"), row(2, 100, fingerprint="b")],
        # Two calls, two replicas.
        [row(1, 1, fingerprint="a", calls=1), row(2, 2, fingerprint="b", calls=1)],
        # One replica that was seldom asked.
        [row(1, 99, fingerprint="a"), row(100, 101, fingerprint="b", calls=2)],
    ],
)
def test_what_is_no_change_is_not_told(rows):
    assert changes(rows, SETTINGS) == []


def test_replicas_that_give_way_to_others_are_told():
    rows = [
        row(1, 90, fingerprint="a"),
        row(2, 99, fingerprint="b"),
        row(100, 200, fingerprint="c"),
        row(101, 199, fingerprint="d"),
    ]
    (told,) = changes(rows, SETTINGS)
    assert "with the fingerprint 'a' or 'b' and from call 100 with 'c' or 'd'" in told


def test_a_change_of_model_says_nothing_of_its_fingerprints():
    rows = [row(1, 50, "a", "fp_1"), row(51, 99, "b", "fp_2")]
    (told,) = changes(rows, SETTINGS)
    assert "fp_" not in told


def test_each_role_is_looked_at_by_itself():
    rows = [
        row(1, 50, "a"),
        row(51, 99, "b"),
        row(2, 60, "a", role="judge"),
        row(61, 98, "b", role="judge"),
    ]
    assert [told.split()[1] for told in changes(rows, SETTINGS)] == ["judge", "strong"]
