"""What the checks of texts cost, each and all of them, and how often they are right."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.table import Cell, Size, Table
from codeclm.prompts import PURPOSES, shipped
from codeclm.providers.simulated.answering import respond
from codeclm.providers.simulated.compared import generate
from codeclm.quality.checks import CHECKS, LOOKS, Check, PromptWords, guess, look
from codeclm.quality.checks.reading import Pair, read

PAIRS: Mapping[Size, tuple[int, ...]] = {
    "full": (10_000, 100_000),
    "quick": (2_000,),
    "tiny": (50,),
}
LABELLED = Path(__file__).parents[2] / "tests" / "quality" / "checks" / "labelled"

Written = tuple[str, str]


def rows(size: Size) -> Iterator[Sequence[Cell]]:
    prompts = PromptWords.of(shipped(name).text for name in PURPOSES)
    right = {half: _right(half, prompts) for half in ("first", "later")}
    guess("The model of the library is loaded before anything is measured.")
    for count in PAIRS[size]:
        written = _english(count)
        yield "all", count, *_all(written, prompts), "", ""
        for check in CHECKS:
            took, found = _one(check, written, prompts)
            yield check, count, took, found, right["first"][check], right["later"][check]
    mixed = _mixed(PAIRS[size][0])
    yield "all, many languages", len(mixed), *_all(mixed, prompts), "", ""


def _all(written: Sequence[Written], prompts: PromptWords) -> tuple[float, int]:
    began = time.process_time()
    found = sum(len(look(*pair, language="en", prompts=prompts)) for pair in written)
    return 1e6 * (time.process_time() - began) / len(written), found


def _one(check: Check, written: Sequence[Written], prompts: PromptWords) -> tuple[float, int]:
    """What one check takes for texts that are read already."""
    took, found, seen = 0.0, 0, LOOKS[check]
    for instruction, response in written:
        pair = Pair(
            instruction=read(instruction), response=read(response), language="en", prompts=prompts
        )
        began = time.process_time()
        found += len(list(seen(pair)))
        took += time.process_time() - began
    return 1e6 * took / len(written), found


def _right(half: str, prompts: PromptWords) -> dict[Check, str]:
    """Precision and recall on one half of the labelled cases, as counts."""
    right, told, there = Counter[str](), Counter[str](), Counter[str]()
    for line in (LABELLED / f"{half}.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        findings = look(
            case["instruction"], case["response"], language=case.get("language"), prompts=prompts
        )
        found = {(one.check, one.part) for one in findings}
        wanted = {(check, part) for check, part in case["found"]}
        told.update(check for check, _ in found)
        there.update(check for check, _ in wanted)
        right.update(check for check, _ in found & wanted)
    return {
        check: f"{right[check]}/{told[check]}, {right[check]}/{there[check]}" for check in CHECKS
    }


def _english(count: int) -> list[Written]:
    """Pairs of the simulated model: English, with lists and some code; about 45 and 165 words."""
    chance, pairs = random.Random(0), list[Written]()
    while len(pairs) < count:
        shown = {"examples": ["Explain how tides come about."], "count": 8}
        one, *more = map(str, generate(shown, chance)["instructions"])
        response = respond({"instruction": one}, chance, strong=True)
        if len(response.split()) >= 130:
            pairs.append((one if len(one.split()) > 24 else f"{one} {more[0]}", response))
    return pairs


def _mixed(count: int) -> list[Written]:
    """The same lengths, put together from labelled cases without faults, in many languages."""
    chance, texts = random.Random(0), list[str]()
    for line in (LABELLED / "first.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if not case["found"]:
            texts += [case["instruction"], case["response"]]
    return [(_text(40, texts, chance), _text(150, texts, chance)) for _ in range(count)]


def _text(words: int, texts: Sequence[str], chance: random.Random) -> str:
    text: list[str] = []
    while words > 0:
        text.append(chance.choice(texts))
        words -= len(text[-1].split())
    return " ".join(text)


TABLE = Table(
    "checks",
    "Expected: 600 µs a pair at most for all checks together, so that 100 000 pairs take a minute."
    " A check by itself finds its texts read (lower case, words); *all* reads them, too. Right:"
    " precision and recall on the labelled cases.",
    ("check", "pairs", "µs a pair", "findings", "right, first half", "right, later half"),
    rows,
)
