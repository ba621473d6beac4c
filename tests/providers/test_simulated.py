"""The simulated models: deterministic, and uneven enough to see every branch of the method."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import Counter
from dataclasses import dataclass, field

import pytest
from places import question

from codeclm.chat import Message, Provider, Reply
from codeclm.providers import connect
from codeclm.settings import Endpoint

SEEDS = (
    "Write a poem about the sea in autumn.",
    "How do I find the bug in a Python script that loses rows?",
    "Translate 'good morning, neighbours' into French.",
    "Plan a trip to Rome on a small budget.",
    "Summarise the history of the bicycle for a school paper.",
    "Recommend a book for a long train ride.",
    "Calculate how many tiles a floor of 3 by 4 metres takes.",
    "Explain how vaccines work to a child.",
    "Classify these reviews as positive or negative.",
    "Draft an email that declines an invitation.",
)
THETA = 3


def simulated(model: str) -> Provider:
    endpoint = Endpoint(name="simulated", provider="simulated", body={"latency": 0})
    return connect(endpoint, model, timeout=5, concurrency=8)


async def ask(model: str, step: str, *more: Message, **fields) -> Reply:
    text = fields["instruction"] if step == "respond" else f"{step} {json.dumps(fields)}"
    schema = None if step == "respond" else {"type": "object", "properties": {}}
    messages = (Message("user", text), *more)
    request = question(step=step, messages=messages, schema=schema, fields=fields, max_tokens=2048)
    return await simulated(model).ask(request)


@dataclass
class Synthesis:
    """CodecLM in miniature over the simulated models."""

    ends: Counter[str] = field(default_factory=Counter)
    replies: Counter[str] = field(default_factory=Counter)
    iterations: Counter[int] = field(default_factory=Counter)
    texts: list[str] = field(default_factory=list)
    use_cases: set[str] = field(default_factory=set)

    async def read(self, step: str, **fields):
        reply = await ask("strong", step, **fields)
        self.replies["all"] += 1
        try:
            return json.loads(reply.text)
        except ValueError:
            self.replies["broken"] += 1
        again = (Message("assistant", reply.text), Message("user", "Not JSON. Again."))
        try:
            return json.loads((await ask("strong", step, *again, **fields)).text)
        except ValueError:
            self.replies["failed"] += 1
            return None

    async def gap(self, instruction: str) -> float | None:
        strong = (await ask("strong", "respond", instruction=instruction)).text
        target = (await ask("target", "respond", instruction=instruction)).text
        one = await self.read("judge", instruction=instruction, first=strong, second=target)
        two = await self.read("judge", instruction=instruction, first=target, second=strong)
        if one is None or two is None:
            return None
        return (one["score_1"] + two["score_2"] - one["score_2"] - two["score_1"]) / 2

    async def chain(self, instruction: str, actions: list[str]) -> None:
        for iteration, action in zip(range(1, 5), itertools.cycle(actions), strict=False):
            gap = await self.gap(instruction)
            if gap is None:
                self.ends["failed"] += 1
                return
            if abs(gap) > THETA:
                self.ends["strong" if gap > 0 else "target"] += 1
                self.iterations[iteration] += 1
                return
            improved = await self.read("improve", instruction=instruction, action=action)
            instruction = improved["instruction"] if improved else instruction
        self.ends["exhausted"] += 1

    async def run(self) -> None:
        for seed in SEEDS:
            metadata = await self.read("encode", instruction=seed)
            self.use_cases.add(metadata["use_case"])
            made_of = {
                "use_case": metadata["use_case"],
                "skills": ", ".join(metadata["skills"]),
            }
            rubrics = await self.read("rubrics", **made_of, count=4)
            earlier: list[str] = []
            for _ in range(2):
                batch = await self.read("decode", **made_of, count=10, avoid=list(earlier))
                earlier += batch["instructions"] if batch else []
            self.texts += earlier
            for text in earlier:
                await self.chain(text, [entry["action"] for entry in rubrics["rubrics"]])


@pytest.fixture(scope="module")
def synthesis() -> Synthesis:
    made = Synthesis()
    asyncio.run(made.run())
    return made


def test_every_branch_of_the_method_is_taken(synthesis: Synthesis):
    ends, total = synthesis.ends, synthesis.ends.total()
    assert total >= 180
    assert ends["strong"] > 0.5 * total
    assert 0.05 * total < ends["exhausted"] < 0.4 * total
    assert 0.01 * total < ends["target"] < 0.12 * total
    assert ends["failed"] < 0.03 * total


def test_most_pairs_come_from_the_first_iteration_and_some_from_later_ones(synthesis: Synthesis):
    kept = synthesis.iterations.total()
    assert 0.55 * kept < synthesis.iterations[1] < 0.9 * kept
    assert all(synthesis.iterations[iteration] for iteration in (2, 3, 4))


def test_a_few_structured_replies_are_broken_and_mostly_mended(synthesis: Synthesis):
    replies = synthesis.replies
    assert 0.002 < replies["broken"] / replies["all"] < 0.02
    assert replies["failed"] <= replies["broken"] / 2


def test_instructions_are_many_different_ones(synthesis: Synthesis):
    assert len(set(synthesis.texts)) > 0.99 * len(synthesis.texts)
    assert all(len(text.split()) >= 5 for text in synthesis.texts)


def test_use_cases_follow_the_seeds(synthesis: Synthesis):
    assert {"creative writing", "translation", "planning", "summarisation"} <= synthesis.use_cases
    assert len(synthesis.use_cases) >= 8


def test_a_provider_opened_anew_replies_the_same():
    async def twice() -> list[Reply]:
        return [await ask("strong", "respond", instruction=SEEDS[0]) for _ in range(2)]

    first, second = asyncio.run(twice())
    assert first == second


def test_decode_repeats_nothing_it_is_told_to_avoid():
    async def batches() -> tuple[list[str], list[str]]:
        made_of = {"use_case": "tax advice", "skills": "plain language", "count": 10}
        one = json.loads((await ask("strong", "decode", **made_of, avoid=[])).text)
        two = json.loads((await ask("strong", "decode", **made_of, avoid=one["instructions"])).text)
        return one["instructions"], two["instructions"]

    first, second = asyncio.run(batches())
    assert len(first) == len(second) == 10
    assert not set(first) & set(second)
    assert any("tax advice" in text for text in first)


def test_rubrics_give_distinct_actions_however_many_are_wanted():
    reply = asyncio.run(
        ask("strong", "rubrics", use_case="planning", skills="risk awareness", count=20)
    )
    actions = [entry["action"] for entry in json.loads(reply.text)["rubrics"]]
    assert len(set(actions)) == 20


def test_an_improvement_adds_a_demand_and_does_not_quote_the_action():
    async def improve() -> list[str]:
        texts, action = ["Explain tides."], "Ask for a comparison of two alternatives."
        for _ in range(6):
            reply = await ask("strong", "improve", instruction=texts[-1], action=action)
            texts.append(json.loads(reply.text)["instruction"])
        return texts

    texts = asyncio.run(improve())
    assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(texts))
    assert all(3 <= len(b.split()) - len(a.split()) <= 20 for a, b in itertools.pairwise(texts))
    assert "Ask for a comparison" not in texts[-1]


def assessed(instruction: str, candidate: str, reference: str) -> list[dict]:
    """What an evaluation's judge says with the candidate first, and with the reference first."""

    async def both() -> list[Reply]:
        return [
            await ask("strong", "assess", instruction=instruction, first=first, second=second)
            for first, second in ((candidate, reference), (reference, candidate))
        ]

    return [json.loads(reply.text) for reply in asyncio.run(both())]


def test_an_assessment_explains_its_scores():
    one, two = assessed("Explain tides.", "No.", "The moon pulls tides.")
    assert one["score_2"] > one["score_1"]
    assert two["score_1"] > two["score_2"]
    assert one["explanation"].startswith("The second answer")
    assert two["explanation"].startswith("The first answer")


def test_some_assessments_of_like_answers_flip_with_the_order():
    likes = ("The moon pulls tides.", "The moon moves tides.")
    ends = Counter()
    for day in range(200):
        try:
            one, two = assessed(f"Explain tides on day {day}.", *likes)
        except ValueError:
            ends["broken"] += 1
            continue
        first, second = one["score_1"] - one["score_2"], two["score_2"] - two["score_1"]
        ends["flips" if first * second < 0 else "half" if bool(first) != bool(second) else ""] += 1
    assert ends["flips"] >= 3
    assert ends["half"] >= 20
    assert ends[""] >= 60
    assert 1 <= ends["broken"] <= 10


def test_the_token_limit_cuts_as_a_model_is_cut():
    request = question(SEEDS[0], max_tokens=16)
    reply = asyncio.run(simulated("strong").ask(request))
    assert reply.finish == "length"
    assert reply.completion_tokens == 16


def test_testing_a_connection_is_answered_with_ok():
    assert asyncio.run(simulated("any name").ask(question(step="test"))).text == "ok"


def test_seeds_in_any_script_are_taken():
    for seed in ("写一首关于秋天的诗。", "Напиши рассказ о море.", "?", "🙂"):
        reply = asyncio.run(ask("strong", "encode", instruction=seed))
        assert json.loads(reply.text)["skills"]
        assert asyncio.run(ask("target", "respond", instruction=seed)).text
