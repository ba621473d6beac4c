"""Contamination: each rule at its boundary, and what counts as no evidence."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from codeclm.quality.contamination import Found, Hit, Item, Row, find
from codeclm.quality.grams import grams


def run(name: str, count: int) -> str:
    return " ".join(f"{name}{number}" for number in range(count))


def strongest(item: str, instruction: str) -> tuple[str, float] | None:
    found = find([Item(7, item)], [Row(3, instruction, "")]).hits
    assert all((hit.row, hit.item, hit.part) == (3, 7, "instruction") for hit in found)
    return (found[0].rule, found[0].similarity) if found else None


def test_the_same_text_is_exact():
    item = "What is the capital of France?"
    (hit,) = find([Item(7, item)], [Row(3, "Hm?", "  what is the CAPITAL of France… ")]).hits
    assert hit == Hit(
        row=3,
        item=7,
        rule="exact",
        part="response",
        similarity=1.0,
        shared="what is the CAPITAL of France…",
    )
    assert strongest("1.5", "15") is None
    assert strongest("🙂", "🙂") == ("exact", 1.0)
    assert strongest("🙂", "🙃") is None
    assert strongest("", "") is None


def test_near_is_a_jaccard_similarity_of_seven_tenths():
    # Nine words are seven shingles, twelve are ten.
    assert strongest(run("a", 9), f"{run('a', 9)} x y z") == ("near", 0.7)
    assert strongest(run("a", 9), f"{run('a', 9)} x y z v") == ("whole", 1.0)
    assert strongest("go on", "Go on, GO ON") is None


def test_a_run_of_thirteen_words_is_enough_and_one_of_twelve_is_not():
    item = f"{run('b', 40)} {run('a', 13)} {run('c', 40)}"
    text = f"{run('x', 60)} {run('a', 13)} {run('y', 60)}"
    # One of the 93 - 12 runs of the item.
    assert strongest(item, text) == ("13-gram", pytest.approx(1 / 81))
    assert strongest(item, text.replace("a12 ", "")) is None


def test_a_short_item_is_looked_for_as_a_whole():
    for count in range(5, 13):
        text = f"{run('x', 20)} {run('a', count)}: {run('y', 20)}"
        assert strongest(run("a", count), text) == ("whole", 1.0)
    assert strongest(run("a", 4), f"{run('x', 20)} {run('a', 4)} {run('y', 20)}") is None
    # With thirteen words it has a run of thirteen.
    assert strongest(run("a", 13), f"{run('x', 20)} {run('a', 13)} y") == ("13-gram", 1.0)
    assert strongest(run("a", 6), f"{run('x', 20)} {run('a', 5)} y a5") is None


@pytest.mark.parametrize(("found", "rule"), [(70, "8-gram"), (69, None)])
def test_seven_tenths_of_the_runs_of_eight_are_enough(found, rule):
    # Pieces of 8 words are 1 run of 8, of 12 words 5: 100 runs are in the item, all different.
    item = run("a", 107)
    words = item.split()
    pieces = []
    starts = range(0, 100, 5)
    left = found
    for start in starts:
        length = min(5, left)
        left -= length
        if length:
            pieces.append(" ".join(words[start : start + length + 7]))
    text = " | gap | ".join(f"{piece} x{place}" for place, piece in enumerate(pieces))
    held = {*grams(text.replace("|", "").split(), 8)} & {*grams(words, 8)}
    assert len(held) == found
    assert strongest(item, text) == ((rule, found / 100) if rule else None)


def test_a_part_has_its_strongest_hit_alone():
    items = [
        Item(9, f"{run('a', 20)} {run('z', 60)}"),
        Item(5, f"{run('a', 20)} {run('q', 50)}"),
        Item(4, f"{run('q', 50)} {run('a', 20)}"),
        Item(2, run("a", 6)),
    ]
    row = Row(1, f"{run('x', 50)} {run('a', 20)}", f"{run('x', 50)} {run('a', 6)}")
    first, second = find(items, [row]).hits
    assert (first.item, first.rule, first.part) == (4, "13-gram", "instruction")
    assert first.similarity == pytest.approx(8 / 58)
    assert first.shared == run("a", 20)
    assert (second.item, second.rule, second.part) == (2, "whole", "response")


def test_of_equal_items_the_lowest_id_is_told():
    items = [Item(4, "What is it, then?"), Item(2, "what is it then"), Item(3, "What is it, then?")]
    assert [hit.item for hit in find(items, [Row(1, "What is it, then?", "")]).hits] == [2]


def test_what_is_shared_is_told_as_it_stands_in_the_row():
    item = f"{run('b', 30)} {run('a', 14)} {run('c', 30)}"
    told = run("a", 14).upper().replace(" ", ",\n")
    (hit,) = find([Item(1, item)], [Row(1, f"Well: {told}! Groß", "")]).hits
    assert hit.shared == told


def common_set(count: int, holding: int) -> list[Item]:
    """Items, of which the first have a beginning of 14 words in common."""
    return [
        Item(number, f"{run('a', 14) if number < holding else run(f'n{number}', 14)} "
                     f"{run(f'i{number}x', 20)}")
        for number in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("count", "holding", "evidence"),
    [(51, 10, False), (51, 9, True), (50, 10, True), (51, 51, False)],
)
def test_a_phrase_of_many_items_is_no_evidence(count, holding, evidence):
    found = find(common_set(count, holding), [Row(1, f"{run('a', 14)} {run('x', 50)}", "")])
    assert bool(found.hits) is evidence
    assert found.common == (() if evidence else (run("a", 14),))


def test_what_is_its_own_is_evidence_beside_a_common_phrase():
    items = common_set(60, 60)
    text = f"{run('x', 60)} {items[8].text}"
    (hit,) = find(items, [Row(1, text, "")]).hits
    assert (hit.item, hit.rule, hit.similarity) == (8, "13-gram", 1.0)
    assert hit.shared == items[8].text


@pytest.mark.parametrize(("own", "rule"), [(5, None), (6, "13-gram")])
def test_a_common_phrase_is_no_evidence_with_a_few_words_more(own, rule):
    items = common_set(60, 60)
    text = f"{run('x', 60)} {run('a', 14)} {run('i8x', own)} {run('x', 60)}"
    assert [hit.rule for hit in find(items, [Row(1, text, "")]).hits] == ([rule] if rule else [])


def test_an_item_that_comes_again_and_again_is_no_phrase():
    items = [*common_set(60, 1), *(Item(number, run("t", 30)) for number in range(100, 120))]
    found = find(items, [Row(1, f"{run('t', 30)} {run('x', 90)}", "")])
    assert found.common == ()
    assert [(hit.item, hit.rule) for hit in found.hits] == [(100, "13-gram")]


def test_rules_agree_with_brute_force():
    chance = random.Random(3)
    known = [f"w{number}" for number in range(12)]
    texts = [" ".join(chance.choices(known[: chance.choice((3, 12))], k=chance.randint(1, 30)))
             for _ in range(30)]  # fmt: skip
    rows = []
    for number in range(300):
        copied = chance.choice(texts).split()
        start = chance.randint(0, len(copied))
        copied = copied[start : start + chance.randint(1, 30)]
        around = [chance.choices(known, k=chance.randint(0, 15)) for _ in range(2)]
        rows.append(Row(number, " ".join([*around[0], *copied, *around[1]]), ""))
    rows += [Row(300 + number, text, "") for number, text in enumerate(texts)]
    items = [Item(number, text) for number, text in enumerate(texts)]
    found = {hit.row: (hit.rule, hit.item, hit.similarity) for hit in find(items, rows).hits}
    expected = {row.id: told for row in rows if (told := brute(texts, row.instruction))}
    assert found == expected
    assert {rule for rule, _, _ in found.values()} >= {
        "exact",
        "near",
        "13-gram",
        "whole",
        "8-gram",
    }


def brute(texts: list[str], text: str) -> tuple[str, int, float] | None:
    """The strongest rule by the words' own sets; texts are single words with one blank between."""
    scored: list[tuple[int, float, int, str]] = []
    for place, item in enumerate(texts):
        for strength, (rule, share) in enumerate(rules(item.split(), text.split())):
            if share:
                scored.append((strength, -share, place, rule))
    if not scored:
        return None
    _, share, place, rule = min(scored)
    return rule, place, -share


def rules(item: list[str], text: list[str]) -> list[tuple[str, float]]:
    def runs(words: list[str], n: int) -> set[tuple[str, ...]]:
        return {tuple(words[start : start + n]) for start in range(len(words) + 1 - n)}

    first, second = (runs(each, min(3, len(each))) for each in (item, text))
    jaccard = len(first & second) / len(first | second)
    shares = {
        n: len(runs(item, n) & runs(text, n)) / len(runs(item, n)) if len(item) >= n else 0.0
        for n in (8, 13)
    }
    whole = 5 <= len(item) < 13 and tuple(item) in runs(text, len(item))
    return [
        ("exact", float(item == text)),
        ("near", jaccard if jaccard >= 0.7 else 0.0),
        ("13-gram", shares[13]),
        ("whole", float(whole)),
        ("8-gram", shares[8] if shares[8] >= 0.7 else 0.0),
    ]


def test_hostile_texts_are_read():
    hostile = ["", " ", "?", "🙂", "\ud800", "\x00", "a " * 25_000, "写" * 50_000, "x" * 50_000]
    rows = [Row(number, text, text[::-1]) for number, text in enumerate(hostile)]
    items = [Item(number, text) for number, text in enumerate(hostile)]
    found = find(items, rows)
    exact = {hit.row: hit.item for hit in found.hits if hit.part == "instruction"}
    assert exact == {number: number for number in range(2, len(hostile))}
    assert find([], rows) == Found([], ())
    assert find(items, []) == Found([], ())


def test_one_text_a_hundred_thousand_times_is_read():
    row = Row(1, "Tell me of the old town", "It is old.")
    assert len(find([Item(1, "tell me of the old town")], [row] * 100_000).hits) == 100_000


def test_progress_is_told_up_to_the_end():
    told: list[tuple[int, int]] = []
    rows = [Row(number, f"a b c {number}", "") for number in range(2_500)]
    find([Item(1, "a b c d")], rows, progress=lambda done, of: told.append((done, of)))
    assert told == [(0, 2_500), (1_000, 2_500), (2_000, 2_500), (2_500, 2_500)]


def test_the_order_of_items_does_not_matter():
    items = [Item(number, f"{run('a', 20)} {run(f'i{number}', 5)}") for number in range(8)]
    rows = [Row(one * 8 + other, f"{items[one].text} {items[other].text}", "")
            for one, other in combinations(range(8), 2)]  # fmt: skip
    assert find(items, rows) == find(items[::-1], rows)
