"""Duplicates: what brute force finds, and no more; and what no text may do to it."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from codeclm.quality import duplicates
from codeclm.quality.duplicates import Link, find, find_copies, normal, similarity
from codeclm.quality.stars import components
from codeclm.quality.words import words


def cluster(links):
    """The texts that hang together by links."""
    return components((link.one, link.other) for link in links)


def held(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    if len(found) < 3:
        return {tuple(found)} if found else set()
    return {tuple(found[start : start + 3]) for start in range(len(found) - 2)}


def jaccard(one: str, other: str) -> float:
    first, second = held(one), held(other)
    return len(first & second) / len(first | second) if first and second else 0.0


def brute(texts: list[str], least: float) -> dict[tuple[int, int], float]:
    """All pairs of texts that differ and are near."""
    return {
        (one, other): jaccard(texts[one], texts[other])
        for one, other in combinations(range(len(texts)), 2)
        if jaccard(texts[one], texts[other]) >= least
    }


def changed(count: int, seed: int, vocabulary: int) -> list[str]:
    """Different texts of 1 to 30 words; half of them are earlier ones with a few words changed."""
    chance = random.Random(seed)
    known = [f"w{number}" for number in range(vocabulary)]
    made: dict[str, None] = {}
    while len(made) < count:
        if made and chance.random() < 0.5:
            copy = chance.choice([*made]).split()
            for _ in range(chance.randint(1, 3)):
                copy.insert(chance.randint(0, len(copy)), chance.choice(known))
                del copy[chance.randrange(len(copy))]
            made[" ".join(copy[: chance.randint(1, 40)])] = None
        else:
            made[" ".join(chance.choices(known, k=chance.randint(1, 30)))] = None
    return [*made]


@pytest.mark.parametrize("least", [0.3, 0.5, 0.7, 0.9, 1.0])
@pytest.mark.parametrize(("seed", "vocabulary"), [(1, 500), (2, 30), (3, 3)])
def test_near_duplicates_are_those_of_brute_force(least, seed, vocabulary):
    texts = changed(250, seed, vocabulary)
    found = find(texts, least=least, most=len(texts))
    assert {(link.one, link.other): link.similarity for link in found} == brute(texts, least)
    assert {link.like for link in found} <= {"near"}
    assert found == sorted(found, key=lambda link: (link.one, link.other))
    assert found or least > 0.7


@pytest.mark.parametrize("most", [0, 1, 3])
def test_where_not_all_are_told_the_same_texts_hang_together(most):
    texts = changed(300, 4, 4)
    pairs = brute(texts, 0.4)
    found = find(texts, least=0.4, most=most)
    assert {(link.one, link.other) for link in found} < {*pairs}
    every = [Link(one, other, "near", 1.0) for one, other in pairs]
    assert cluster(found) == cluster(every)


def test_the_least_similarity_itself_is_enough():
    # Nine words are seven shingles; three more at an end are ten of which seven are shared.
    short = "a b c d e f g h i"
    assert jaccard(short, f"{short} j k l") == 0.7
    assert find([short, f"{short} j k l"]) == [Link(0, 1, "near", 0.7)]
    assert find([short, f"{short} j k l m"]) == []
    assert find([short, f"{short} j k l"], least=0.71) == []


@pytest.mark.parametrize("parts", [(1, 3), (2, 3), (3, 7), (49, 70), (57, 83)])
def test_a_share_that_binary_numbers_round_is_found_at_itself(parts):
    shared, of = parts
    short = [f"w{place}" for place in range(shared + 2)]
    longer = [*short, *(f"v{place}" for place in range(of - shared))]
    texts = [" ".join(short), " ".join(longer)]
    assert [link.similarity for link in find(texts, least=shared / of)] == [shared / of]
    assert find(texts, least=shared / of + 1e-9) == []


def test_each_copy_is_linked_with_the_first_alone():
    texts = [
        "Write a poem",
        "write a poem!",
        "Sing",
        "Write a poem",
        "WRITE  A POEM",
        "write a poem!",
    ]
    assert find(texts) == [
        Link(0, 1, "normalised", 1.0),
        Link(0, 3, "exact", 1.0),
        Link(0, 4, "normalised", 1.0),
        Link(1, 5, "exact", 1.0),
    ]


def test_only_the_first_of_copies_is_near():
    near = "one two three four five six seven eight nine ten eleven"
    assert find([near, f"{near} twelve", near, f"{near} twelve."]) == [
        Link(0, 1, "near", 0.9),
        Link(0, 2, "exact", 1.0),
        Link(1, 3, "normalised", 1.0),
    ]


def test_texts_without_words_are_equal_only_as_they_stand():
    texts = ["", "", "  ", "  ", "???", "!!!", "???", "🙂", "🙂", "🙃", "\n", "\n"]
    assert find(texts) == [Link(4, 6, "exact", 1.0), Link(7, 8, "exact", 1.0)]
    assert find(["_", "__", "_"]) == [Link(0, 2, "exact", 1.0)]


def test_short_texts_are_one_shingle():
    assert find(["Hello there", "there hello", "Hello", "Hello, there"]) == [
        Link(0, 3, "normalised", 1.0)
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Write a poem.", " write\ta POEM "),
        ("Straße", "STRASSE"),
        ("ﬁve ｗｏｒｄｓ", "five words"),
        ("caf\u00e9", "cafe\u0301"),
        ("zero\u200bwidth", "zero-width"),
        ("«Why?»", "why"),
        ("3 - 5", "3-5"),
        ("snake_case", "snake case"),
        ("1.  Say it\n2.  Stop", "1. say it 2. stop"),
        ("写一首诗。", "写 一首 诗"),
    ],
)
def test_looks_do_not_part_texts(one, other):
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is 1.5?", "What is 15?"),
        ("1 2", "12"),
        ("1,2", "1.2"),
        ("Sort it in C#", "Sort it in C"),
        ("in C++", "in C"),
        ("5%", "5"),
        ("Solve x = -5", "Solve x = 5"),
        ("a < b", "a > b"),
        ("3 - 5", "3 5"),
    ],
)
def test_marks_that_change_what_is_said_do(one, other):
    assert normal(one) != normal(other)


def test_templates_are_not_near_for_their_template():
    texts = [f"Write a short story about topic{number}" for number in range(3_000)]
    assert find(texts) == []


def test_of_a_template_that_makes_near_texts_not_all_pairs_are_told():
    words_of_it = " ".join(f"w{number}" for number in range(30))
    texts = [f"topic{number} {words_of_it}" for number in range(3_000)]
    found = find(texts)
    assert len(found) < 3_000 * duplicates.MOST + 1
    assert [len(each) for each in cluster(found)] == [3_000]
    linked = {place for link in found for place in (link.one, link.other)}
    assert len(linked) == 3_000


def test_equal_texts_are_one_link_each():
    assert find(["Tell me more."] * 100_000) == [
        Link(0, place, "exact", 1.0) for place in range(1, 100_000)
    ]


def test_texts_of_the_same_shingles_are_not_all_paired():
    texts = ["a b c " * times for times in range(2, 600)]
    found = find(texts)
    assert len(found) <= len(texts) * duplicates.MOST
    assert len(cluster(found)[0]) == len(texts)


def test_hostile_texts_are_read():
    long = "word " * 10_000
    mixed = " ".join(f"w{number}" for number in range(9_000))
    texts = [
        long,
        f"{mixed} end",
        mixed,
        "\ud800",
        "\ud800 a b",
        "\x00",
        "写" * 50_000,
        "x" * 50_000,
    ]
    found = find([*texts, *texts])
    assert [(link.one, link.other) for link in found if link.like == "exact"] == [
        (place, place + 8) for place in range(8)
    ]
    assert [(link.one, link.other) for link in found if link.like == "near"] == [(1, 2)]
    assert find([]) == []
    assert find(["alone"]) == []


@pytest.mark.parametrize("least", [0, -1, 1.01, float("nan")])
def test_a_similarity_that_is_none_is_refused(least):
    with pytest.raises(ValueError, match="least similarity"):
        find(["a", "b"], least=least)


def test_progress_is_told_up_to_the_end():
    told: list[tuple[int, int]] = []
    find(changed(1_200, 5, 400), progress=lambda done, of: told.append((done, of)))
    assert told == sorted(told)
    assert len(told) > 3
    assert told[-1] == (2_400, 2_400)


@pytest.mark.parametrize("least", [0.3, 0.7])
@pytest.mark.parametrize("vocabulary", [3, 60])
def test_a_copy_is_told_with_its_best_original(least, vocabulary):
    texts = changed(400, 6, vocabulary)
    originals, asked = texts[:150], texts[150:]
    expected = []
    for other, text in enumerate(asked):
        scored = [(jaccard(original, text), -one) for one, original in enumerate(originals)]
        best, one = max(scored)
        if best >= least:
            expected.append(Link(-one, other, "near", best))
    assert find_copies(originals, asked, least=least) == expected
    assert expected


def test_a_copy_is_first_of_all_an_exact_one():
    near = "one two three four five six seven eight nine ten eleven"
    originals = [f"{near} twelve", f"{near}!", near, near]
    asked = [near, near.upper(), f"{near} 12", "", "?", "else", f"{near} 12", f"{near} 12!"]
    assert find_copies(originals, asked) == [
        Link(2, 0, "exact", 1.0),
        Link(1, 1, "normalised", 1.0),
        Link(1, 2, "near", 0.9),
        Link(1, 6, "near", 0.9),
        Link(1, 7, "near", 0.9),
    ]
    assert find_copies([], asked) == []
    assert find_copies(originals, []) == []
    assert find_copies(["?", "", "_+"], ["?", "!", "", "+"]) == [Link(0, 0, "exact", 1.0)]


def test_two_texts_are_compared():
    assert similarity("a b c d", "A b, c e") == 1 / 3
    assert similarity("Go on.", "go on") == 1
    assert similarity("🙂", "🙂") == 1
    assert similarity("🙂", "🙃") is None
    assert similarity("", "") is None
    assert similarity("a", "b") == 0
