"""The simulated models under the compared methods: every rule drops some, and none most."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import pytest

from codeclm.errors import ReplyError
from codeclm.method import respond
from codeclm.method.hop import Hop
from codeclm.providers import connect
from codeclm.quality.rouge import Neighbours
from codeclm.settings import APP_FOLDER, Endpoint, RunSettings
from codeclm.strategies import alpagasus, self_instruct, tree_instruct, wizardlm

ITEMS = 400
SETTINGS = RunSettings(strong="simulated:strong", target="simulated:target")
STRONG = connect(
    Endpoint(name="simulated", provider="simulated", body={"latency": 0}),
    "strong",
    timeout=5,
    concurrency=8,
)
SEEDS = [
    json.loads(line)["instruction"]
    for name in ("customer_support", "health_coaching", "python_coding")
    for line in (APP_FOLDER / "data" / "samples" / f"{name}.jsonl").read_text("utf-8").splitlines()
]


async def settle(hop: Hop):
    """What a hop comes to with the simulated strong model; None where it gives up."""
    ask = next(hop)
    while True:
        try:
            ask = hop.send(await STRONG.ask(ask.request))
        except StopIteration as end:
            return end.value
        except ReplyError:
            return None


def ask(hop: Hop):
    return asyncio.run(settle(hop))


def rounds() -> Iterator[tuple[str, str]]:
    """(rule, text) of what Self-Instruct generates, in rounds of 16 prompts."""
    pool: list[str] = []
    known = Neighbours()
    for seed in SEEDS:
        known.add(seed)
    for number in range(1_000):
        drawn = [
            self_instruct.examples(SEEDS, pool, f"r{number}.p{place}", 0) for place in range(16)
        ]
        for place, examples in enumerate(drawn, start=16 * number):
            for text in ask(self_instruct.hop(examples, place, SETTINGS)) or ():
                rule = self_instruct.fault(text, english=True)
                if not rule and known.nearest(text, most=1, above=self_instruct.TOO_SIMILAR):
                    rule = "too similar"
                if not rule:
                    known.add(text)
                    pool.append(text)
                yield rule, text


@lru_cache
def generated() -> list[tuple[str, str]]:
    return [found for found, _ in zip(rounds(), range(ITEMS), strict=False)]


@lru_cache
def accepted() -> list[str]:
    return [text for rule, text in generated() if not rule]


def are_sensible(counts: Counter[str], rules: set[str]) -> None:
    """Each rule drops something, none more than 40 %, and most of it stays."""
    assert set(counts) - {""} == rules
    assert all(counts[rule] <= 0.4 * ITEMS for rule in rules)
    assert counts[""] >= 0.5 * ITEMS


def test_every_rule_of_self_instruct_drops_some_and_none_most():
    rules = {
        "too short",
        "too long",
        "starts with punctuation",
        "starts with a non-ASCII character",
        'starts with "Write a program"',
        "asks for more than text",
        "too similar",
    }
    are_sensible(Counter(rule for rule, _ in generated()), rules)


def test_some_ratings_reach_the_bound_exactly_some_exceed_it_and_some_do_not():
    scores, kept = Counter(), 0
    for text in accepted():
        answer = ask(respond.hop(text, "strong", SETTINGS))
        rating = ask(alpagasus.hop(text, answer.text, "accuracy", SETTINGS))
        scores[rating and rating.score] += 1
        kept += bool(rating and rating.is_kept)
    total = scores.total()
    assert 0.3 * total < kept < 0.9 * total
    assert min(scores[4.0], scores[4.5], scores[5.0]) > 0
    assert any(score is not None and score < 3 for score in scores)


def test_every_rule_of_wizardlm_eliminates_some_and_none_most():
    ends, made = Counter(), Counter()
    for number in range(ITEMS):
        parent = accepted()[number % len(accepted())]
        drawn = wizardlm.operation(f"w{number}.2", 0)
        child = ask(wizardlm.hop(parent, drawn, 0, SETTINGS))
        if child is None:
            continue
        made[drawn] += 1
        rule = "" if ask(wizardlm.gain(parent, child, SETTINGS)) else wizardlm.NO_GAIN
        if not rule:
            answer = ask(respond.hop(child, "strong", SETTINGS))
            rule = wizardlm.eliminated(parent, child, answer.text)
        ends[rule] += 1
    assert set(made) == set(wizardlm.OPERATIONS)
    rules = {
        wizardlm.NO_GAIN,
        "the response is sorry",
        "the response says nothing",
        "copies words of the prompt",
    }
    are_sensible(ends, rules)


@pytest.mark.parametrize("nodes", [3, 6, tree_instruct.NODES])
def test_every_rule_of_tree_instruct_drops_some_and_none_most(nodes):
    ends = Counter()
    for number in range(ITEMS):
        parent = f"{accepted()[number % len(accepted())]} Version {number}."
        child = ask(tree_instruct.hop(parent, nodes, SETTINGS))
        if child is not None:
            ends[tree_instruct.fault(parent, child)] += 1
    are_sensible(ends, {"too long", "too few new words", "betrays the procedure"})


def test_a_pool_goes_on_growing():
    rules = [rule for (rule, _), _ in zip(rounds(), range(3 * ITEMS), strict=False)]
    assert rules[-ITEMS:].count("") >= 0.3 * ITEMS
