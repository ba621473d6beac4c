"""ROUGE-L: the plain table's numbers, whoever is asked and however much was left out."""

from __future__ import annotations

import random
import re

import pytest

from codeclm.quality.rouge import Neighbour, Neighbours, rouge_l


def plain(a: str, b: str) -> float:
    """The F-measure by the whole table of the longest common subsequence."""
    first, second = (re.findall("[a-z0-9]+", text.lower()) for text in (a, b))
    row = [0] * (len(second) + 1)
    for word in first:
        above = row
        row = [0]
        for place, other in enumerate(second):
            row.append(above[place] + 1 if word == other else max(above[place + 1], row[place]))
    return 2 * row[-1] / (len(first) + len(second)) if first and second else 0.0


def texts(count: int, seed: int, words: int = 40) -> list[str]:
    """Texts of 0 to 30 words, some of them changed copies of earlier ones."""
    chance = random.Random(seed)
    vocabulary = [f"w{number}" for number in range(words)]
    made: list[str] = []
    for _ in range(count):
        if made and chance.random() < 0.3:
            copy = chance.choice(made).split()
            copy.insert(chance.randint(0, len(copy)), chance.choice(vocabulary))
            made.append(" ".join(copy[chance.randint(0, 2) :]))
        else:
            weights = [1 / (number + 1) for number in range(words)]
            made.append(" ".join(chance.choices(vocabulary, weights, k=chance.randint(0, 30))))
    return made


@pytest.mark.parametrize(
    ("a", "b", "score"),
    [
        ("Write a poem.", "write A poem", 1.0),
        ("the cat sat on the mat", "the mat on the cat", 6 / 11),
        ("snake_case and e-mail", "snake case and e mail", 1.0),
        ("a b c", "d e f", 0.0),
        ("", "a", 0.0),
        ("写一首诗", "写一首歌。", 3 / 4),
        ("Напиши стих о море", "напиши СТИХ о лесе!", 3 / 4),
        ("Écris un poème_court", "écris un poème court", 1.0),
        ("ﾊｰﾌ ½ …", "…", 0.0),
    ],
)
def test_words_are_runs_of_letters_and_digits_and_their_order_counts(a, b, score):
    assert rouge_l(a, b) == rouge_l(b, a) == pytest.approx(score)


def test_the_scores_are_those_of_the_plain_table():
    some = texts(60, seed=1)
    for a in some[:20]:
        assert [rouge_l(a, b) for b in some] == [plain(a, b) for b in some]


@pytest.mark.parametrize("words", [6, 40, 400])
def test_the_nearest_are_those_of_the_plain_table(words):
    known = texts(150, seed=2, words=words)
    index = Neighbours()
    assert [index.add(text) for text in known] == list(range(150))
    for query in [*texts(12, seed=3, words=words), *known[:3]]:
        scored = [Neighbour(number, plain(query, text)) for number, text in enumerate(known)]
        scored.sort(key=lambda one: (-one.score, one.number))
        for most, above in ((10, 0.0), (1, 0.0), (10, 0.7), (3, 0.5), (150, 0.2)):
            expected = [one for one in scored if one.score > above][:most]
            assert index.nearest(query, most, above) == expected


def test_of_equal_scores_the_lower_number_comes_first():
    index = Neighbours()
    for text in ("a b x", "a b y", "a b", "a b z", "a b x"):
        index.add(text)
    assert [one.number for one in index.nearest("a b x", 4)] == [0, 4, 2, 1]


def test_exactly_the_bound_is_not_above_it():
    index = Neighbours()
    index.add("a b c d e f g x y z")
    query = "a b c d e f g h i j"
    (found,) = index.nearest(query)
    assert found.score == 0.7
    assert index.nearest(query, above=0.7) == []
    index.add("a b c d e f g h y z")
    assert index.nearest(query, above=0.7) == [Neighbour(1, 0.8)]


def test_what_is_added_later_is_found_too_and_texts_without_words_never():
    index = Neighbours()
    assert index.nearest("a b") == []
    assert (index.add("…!"), index.add(""), index.add("a b")) == (0, 1, 2)
    assert len(index) == 3
    assert index.nearest("A, b!") == [Neighbour(2, 1.0)]
    assert index.nearest("…!") == []


def test_near_copies_are_found_in_any_script():
    index = Neighbours()
    for text in ("写一首关于秋天的诗", "Напиши стих о море", "اكتب قصيدة عن البحر"):
        index.add(text)
    assert index.nearest("写一首关于春天的诗", above=0.7) == [Neighbour(0, 8 / 9)]
    assert index.nearest("Напиши стих о море!", above=0.7) == [Neighbour(1, 1.0)]
    assert index.nearest("اكتب قصيدة عن الجبل", above=0.7) == [Neighbour(2, 0.75)]


def test_a_word_nobody_used_before_counts_in_the_length():
    index = Neighbours()
    index.add("a b")
    assert index.nearest("a b new new") == [Neighbour(0, 4 / 6)]
