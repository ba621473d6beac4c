"""Encode, decode, rubrics and improve by rules over cues, templates and clauses."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from codeclm.providers.simulated.lexicon import FIELDS, TOPICS, USE_CASES, UseCase
from codeclm.providers.simulated.reading import content_words

_WORD = re.compile(r"[^\W_]+(?:'\w+)?")
#: The first words of an instruction say more about the task than the rest.
_LEADING = 6

_GENERAL_TASKS = (
    "Write a {use_case} piece about {topic}",
    "Prepare a {use_case} example on {topic} that a newcomer could follow",
    "Handle this {use_case} request: a reader wants to know where to begin with {topic}",
    "Show how {use_case} applies to {topic}, with one worked case",
)
_AUDIENCES = (
    "for a group of retired neighbours",
    "for a first-year student",
    "for a busy shop owner",
    "for parents of small children",
    "for a sceptical colleague",
    "for readers of a village newspaper",
    "for someone new to the country",
    "for a volunteer who starts tomorrow",
)
_LIMITS = (
    "Stay under 150 words.",
    "Use a numbered list.",
    "End with one question to the reader.",
    "Begin with the conclusion.",
    "Name one thing that often goes wrong.",
    "Avoid technical terms.",
    "Include one example from daily life.",
    "Mention one cost and one benefit.",
)
_PASSAGES = (
    "Interest in {topic} has grown since spring. The hall was full on {day}, and {number} people "
    "had to be turned away.",
    "The committee for {topic} met on {day}. It spent {number} euros more than planned and asks "
    "every member for patience.",
    "After {number} tries we gave up on {topic} for the day. On {day} a neighbour showed us what "
    "we had missed.",
    "Our course on {topic} begins on {day}. It costs {number} euros, and beginners are welcome to "
    "bring a friend.",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

#: (what makes it hard, what makes it harder)
_RUBRICS = (
    ("How many explicit limits a {use_case} request sets", "Add a limit on length or format"),
    ("How specific the reader of the result is", "Name a particular audience with its own needs"),
    (
        "How many steps of reasoning {skill} takes here",
        "Require the reasoning in numbered steps",
    ),
    ("Whether alternatives have to be weighed", "Ask for a comparison of two alternatives"),
    ("How concrete the situation is", "Set the task in a concrete situation with given figures"),
    ("How much unusual cases matter to {use_case}", "Demand that an exception is dealt with"),
    ("How much {skill} has to be shown, not told", "Ask for an example that shows {skill}"),
    ("How closely tone and style are prescribed", "Prescribe a tone that suits the occasion"),
    ("Whether claims have to be backed", "Require evidence or a source for each claim"),
    ("How tight the resources are", "Restrict the time or budget that is available"),
    ("How many parts the result has", "Ask for an additional part that builds on the first"),
    ("Whether the result has to be checked", "Ask for a check of the result at the end"),
)

#: Words in an action, and what an improvement may add for them.
_CLAUSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"length|short|word|format|limit|constraint|list|structure",
        (
            "Use at most 180 words, split into four labelled paragraphs.",
            "Present the result as a table with three columns.",
            "No sentence may be longer than 15 words.",
            "Put the most important point into the first ten words.",
        ),
    ),
    (
        r"audience|reader|needs|user|expert|beginner",
        (
            "The result is read aloud to people who hear it only once.",
            "Write it for a manager who decides within five minutes.",
            "Half of the readers are experts and half are beginners; serve both.",
            "The readers speak English as their second language.",
        ),
    ),
    (
        r"reason|step|logic|deep|derive",
        (
            "Number the steps that lead to the conclusion and justify each in a clause.",
            "Say which assumption the conclusion hangs on and what follows if it fails.",
            "Work backwards from the goal before giving the order to act in.",
        ),
    ),
    (
        r"compar|alternativ|option|trade|weigh|contrast",
        (
            "Weigh two different ways of doing it and say when each is better.",
            "Reject one tempting alternative and give the reason.",
            "Rank three options by effort and defend the first place.",
        ),
    ),
    (
        r"situation|figure|concrete|scenario|context|real|number|data",
        (
            "Assume 35 participants, one room and a rainy Saturday.",
            "Base it on a town of 9000 people with one school.",
            "Work with 12 weeks, three helpers and figures that you state at the start.",
        ),
    ),
    (
        r"exception|edge|unusual|case|error|fail|conflict",
        (
            "Cover the case in which nobody turns up.",
            "Say what to do when two of the demands contradict each other.",
            "Deal with one input that looks valid and is not.",
        ),
    ),
    (
        r"example|illustrat|analogy|demonstrat",
        (
            "Add one example that works and one that looks alike and does not.",
            "Illustrate the main point with a case from a hospital kitchen.",
            "Carry one invented example through from beginning to end.",
        ),
    ),
    (
        r"tone|style|voice|emotion|persona|occasion",
        (
            "Keep a warm tone without a single exclamation mark.",
            "Let it sound like a letter between old colleagues.",
            "Stay formal, yet allow one light remark.",
        ),
    ),
    (
        r"evidence|source|claim|fact|accura|cite",
        (
            "Mark each claim as known, likely or guessed.",
            "Back two of the claims with the kind of source that would prove them.",
        ),
    ),
    (
        r"time|budget|resource|restrict|cost|scarce",
        (
            "There are 200 euros and three evenings; stay within both.",
            "Only tools found in an ordinary household may be used.",
        ),
    ),
    (
        r"additional|extra|part|extend|follow|further|second",
        (
            "Then adapt the result for winter and explain each change.",
            "Follow it with a version of one sentence that loses nothing essential.",
        ),
    ),
    (
        r"check|verif|review|test|correct",
        (
            "Finish with three questions that would reveal a mistake in the result.",
            "State how an outsider could verify the outcome.",
        ),
    ),
)


#: Words of an instruction that are looked at.
MOST_WORDS = 400
_EVERY_CLAUSE = tuple(clause for _, clauses in _CLAUSES for clause in clauses)


def encode(fields: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """``{"use_case", "skills"}`` of one instruction, from the cues in it."""
    instruction = str(fields["instruction"])
    case = use_case_of(instruction, chance)
    skills = chance.sample(case.skills, k=chance.randint(1, 2))
    present = set(_words(instruction))
    near = [skill for _, cues, skill in FIELDS if present & set(cues.split())]
    if near:
        skills.append(chance.choice(near))
    return {"use_case": case.name, "skills": skills[:3]}


def decode(fields: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """``{"instructions"}``: as many as asked for, none twice and none of ``avoid``."""
    use_case = str(fields.get("use_case", "")).strip() or "writing"
    skills = _split(fields.get("skills", ""))
    seen = {str(text).casefold() for text in fields.get("avoid", ())}
    wanted = int(fields.get("count", 1))
    instructions: list[str] = []
    while len(instructions) < wanted:
        text = instruction_for(use_case, skills, chance)
        if text.casefold() not in seen:
            seen.add(text.casefold())
            instructions.append(text)
    return {"instructions": instructions}


def rubrics(fields: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """``{"rubrics"}``: as many pairs of rubric and action as asked for, no action twice."""
    use_case = str(fields.get("use_case", "")).strip() or "writing"
    skills = _split(fields.get("skills", "")) or ["clear wording"]
    count = int(fields.get("count", 4))
    entries = [_RUBRICS[index] for index in chance.sample(range(len(_RUBRICS)), len(_RUBRICS))]
    pairs = []
    for number in range(count):
        rubric, action = entries[number % len(entries)]
        skill = skills[number % len(skills)]
        # Past the end of the list the same demand is made of a further aspect.
        again = f" for aspect {number // len(entries) + 1}" if number >= len(entries) else ""
        pairs.append(
            {
                "rubric": f"{rubric.format(use_case=use_case, skill=skill)}{again}.",
                "action": f"{action.format(skill=skill)}{again}.",
            }
        )
    return {"rubrics": pairs}


def improve(fields: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """``{"instruction"}``: the instruction with one demand more, chosen by the action's words."""
    instruction = str(fields["instruction"]).strip()
    action = str(fields.get("action", ""))
    fitting = _fitting(action)
    for choice in (fitting, _EVERY_CLAUSE):
        fresh = [clause for clause in choice if clause not in instruction]
        if fresh:
            clause = chance.choice(fresh)
            break
    else:
        clause = f"Treat {chance.choice(content_words(instruction) or ['it'])} last."
    closed = instruction if instruction[-1:] in ".?!\"'" else f"{instruction}."
    return {"instruction": f"{closed} {clause}"}


def use_case_of(instruction: str, chance: random.Random) -> UseCase:
    """The kind of task that the cues in an instruction speak for."""
    words = _words(instruction)
    scores = [
        sum((3 if place < _LEADING else 1) for place, word in enumerate(words) if word in case.cues)
        for case in USE_CASES
    ]
    best = max(scores)
    leaders = [case for case, score in zip(USE_CASES, scores, strict=True) if score == best]
    return chance.choice(leaders) if best else USE_CASES[3]


def clauses_for(action: str, instruction: str, chance: random.Random) -> list[str]:
    """Demands that an instruction does not make yet, shuffled; of any kind without an action."""
    known = _fitting(action) or list(_EVERY_CLAUSE)
    fresh = [clause for clause in known if clause not in instruction]
    chance.shuffle(fresh)
    return fresh


def passage(topic: str, chance: random.Random) -> str:
    """A short text about a topic."""
    text = chance.choice(_PASSAGES)
    return text.format(topic=topic, day=chance.choice(_DAYS), number=chance.randint(3, 90))


def instruction_for(use_case: str, skills: Sequence[str], chance: random.Random) -> str:
    """An instruction of a use case: a task on some topic, for someone, with limits or without."""
    task = chance.choice(_tasks(use_case))
    topic = chance.choice(TOPICS)
    text = task.format(topic=topic, passage=passage(topic, chance), use_case=use_case)
    if "{passage}" not in task and not text.endswith("?") and chance.random() < 0.6:
        text = f"{text}, {chance.choice(_AUDIENCES)}"
    text = text if text.endswith("?") else f"{text}."
    if skills and chance.random() < 0.4:
        text = f"{text} Pay attention to {chance.choice(list(skills))}."
    for limit in chance.sample(_LIMITS, k=chance.choice((0, 1, 1, 2))):
        text = f"{text} {limit}"
    return text


def _fitting(action: str) -> list[str]:
    return [
        clause
        for words, clauses in _CLAUSES
        if re.search(rf"\b(?:{words})", action, re.IGNORECASE)
        for clause in clauses
    ]


def _words(text: str) -> list[str]:
    """The first words of a text, lower-cased: more of them say no more of what it is about."""
    return [match[0].lower() for match in islice(_WORD.finditer(text), MOST_WORDS)]


def _tasks(use_case: str) -> tuple[str, ...]:
    """Openings for a use case: its own, or general ones and those of a case with such words."""
    wanted = use_case.casefold()
    words = set(wanted.split())
    for case in USE_CASES:
        if case.name == wanted:
            return case.tasks
    near = next((case.tasks for case in USE_CASES if words & case.cues), ())
    return (*_GENERAL_TASKS, *near)


def _split(skills: Any) -> list[str]:
    parts = skills.split(",") if isinstance(skills, str) else [str(item) for item in skills]
    return [part.strip() for part in parts if part.strip()]
