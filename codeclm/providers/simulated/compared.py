"""Generate, rate, evolve, gain and grow: what the compared methods ask, by rules.

A part of each is made badly on purpose, so that every rule of these methods has something to drop.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from codeclm.providers.simulated.judging import score
from codeclm.providers.simulated.lexicon import TOPICS, USE_CASES
from codeclm.providers.simulated.reading import content_words
from codeclm.providers.simulated.writing import clauses_for, instruction_for, passage, use_case_of

#: How often what is generated is a copy of an example with little changed.
COPIED = 0.12
#: How often an evolution changes nothing that matters, and copies words of its prompt.
UNCHANGED, COPIES_PROMPT = 0.08, 0.04
#: How often a tree grows too little, gives itself away, and grows without an end.
SMALL, BETRAYED, ENDLESS = 0.1, 0.04, 0.06
#: How many half points an examiner finds to take off, and how often each.
TAKEN_OFF = {0: 0.25, 1: 0.3, 2: 0.2, 3: 0.15, 4: 0.1}
#: Words of content that are news to whoever knows the parent.
NEWS = 3

#: (how often, an instruction that a rule of Self-Instruct drops)
_ODD: tuple[tuple[float, str], ...] = (
    (0.03, "Describe {topic}."),
    (0.03, "Draw a picture that shows what {topic} looks like on a rainy day"),
    (0.02, "Make a video with music that advertises {topic} to young families"),
    (0.02, "- List three reasons why {topic} should be taught in school"),
    (0.02, "« {topic} » is the title of a talk; write what its first speaker says"),
    (0.02, "Write a program that sorts entries about {topic} by date"),
)
#: How often an instruction brings a whole collection of passages, more than 150 words.
LENGTHY = 0.02

#: What an evolution in depth adds when it does not come from an improvement's clauses.
_BY_OPERATION: Mapping[str, str] = {
    "constraints": "limit",
    "deepen": "reason comparison",
    "concretise": "situation figures",
    "reasoning": "step reason",
}
_INPUTS = (
    "Work on this table: item, week 1, week 2; {first}, {a}, {b}; {second}, {c}, {a}.",
    'Use this record as the input: {{"subject": "{first}", "count": {a}, "other": [{b}, {c}]}}.',
    "The log to go by reads: 08:{a} {first} started; 09:{b} {second} failed twice.",
)


def generate(fields: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """``{"instructions"}`` of the kinds of task the examples are of, a few of them useless."""
    examples = [str(text) for text in fields.get("examples", ())] or ["Explain a thing."]
    count = int(fields.get("count", 8))
    return {"instructions": [_next(examples, chance) for _ in range(count)]}


def rate(fields: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """``{"score", "explanation"}`` of a response, 0..5 in halves."""
    found = score(str(fields["instruction"]), str(fields.get("response", "")))
    (taken,) = chance.choices(list(TAKEN_OFF), list(TAKEN_OFF.values()))
    points = max(0, round(10 * (found - 1) / 9) - taken) / 2
    dimension = fields.get("dimension", "accuracy")
    if points >= 4.5:
        told = f"Nothing of weight speaks against its {dimension}; each part of the task is met."
    elif points >= 3:
        told = f"Its {dimension} is fair, but a part of the task is hardly touched."
    else:
        told = f"Most of the task is left open, which leaves little {dimension}."
    return {"score": points, "explanation": told}


def evolve(fields: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """``{"instruction"}``: the instruction after one operation of WizardLM."""
    instruction = str(fields["instruction"]).strip()
    point = chance.random()
    if point < UNCHANGED:
        return {"instruction": f"Please {instruction[:1].lower()}{instruction[1:]}"}
    if point < UNCHANGED + COPIES_PROMPT:
        return {"instruction": f"#Rewritten Prompt#: {instruction} Answer in three parts."}
    operation = str(fields.get("operation", ""))
    if operation == "breadth":
        return {"instruction": _of_the_kind(instruction, chance)}
    if operation == "complicate":
        return {"instruction": f"{_closed(instruction)} {_input(instruction, chance)}"}
    clauses = clauses_for(_BY_OPERATION.get(operation, ""), instruction, chance)
    return {"instruction": " ".join((_closed(instruction), *clauses[:1]))}


def gain(fields: Mapping[str, Any], _chance: random.Random) -> dict[str, Any]:
    """``{"verdict"}``: "equal" when a child has hardly a word of content that is new."""
    known = set(content_words(str(fields.get("parent", "")), limit=400))
    words = set(content_words(str(fields.get("child", "")), limit=400))
    return {"verdict": "not equal" if len(words - known) >= NEWS else "equal"}


def grow(fields: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """``{"tree", "instruction"}``: demands in place of nodes, one for every three of them."""
    instruction = str(fields["instruction"]).strip()
    wanted = max(2, round(int(fields.get("nodes", 10)) / 3))
    point = chance.random()
    if point < SMALL:
        wanted = 0
    elif point < SMALL + ENDLESS:
        wanted = 12
    clauses = clauses_for("", instruction, chance)[:wanted] or ["Be brief."]
    if SMALL + ENDLESS <= point < SMALL + ENDLESS + BETRAYED:
        clauses.append("Follow every branch of the semantic tree.")
    words = content_words(" ".join(clauses))
    nodes = "".join(f"\n  - {word}" for word in words[: int(fields.get("nodes", 10))])
    root = next(iter(content_words(instruction)), "task")
    return {"tree": f"- {root}{nodes}", "instruction": " ".join((_closed(instruction), *clauses))}


def _next(examples: Sequence[str], chance: random.Random) -> str:
    point, topic = chance.random(), chance.choice(TOPICS)
    if point < COPIED:
        return f"{_closed(chance.choice(examples))} Take {topic}."
    point -= COPIED
    for often, text in _ODD:
        if point < often:
            return _closed(text.format(topic=topic))
        point -= often
    text = _of_the_kind(chance.choice(examples), chance)
    if point < LENGTHY:
        notes = " ".join(passage(chance.choice(TOPICS), chance) for _ in range(9))
        return f"{text} Take these notes into account: {notes}"
    demands = clauses_for("", text, chance)[: chance.choice((0, 1, 1, 2, 2))]
    return " ".join((text, *demands))


def _of_the_kind(instruction: str, chance: random.Random) -> str:
    case = use_case_of(instruction, chance)
    # Now and then another kind of task, or a pool would only ever hold those of its seeds.
    case = case if chance.random() < 0.7 else chance.choice(USE_CASES)
    return instruction_for(case.name, case.skills, chance)


def _input(instruction: str, chance: random.Random) -> str:
    words = content_words(instruction) or ["thing"]
    a, b, c = (chance.randint(10, 59) for _ in range(3))
    first, second = words[0], words[-1]
    return chance.choice(_INPUTS).format(first=first, second=second, a=a, b=b, c=c)


def _closed(text: str) -> str:
    return text if text[-1:] in ".?!\"'" else f"{text}."
