"""WizardLM: instructions evolve, in depth or in breadth (Xu et al. 2023, arXiv 2304.12244).

Each round one of six operations makes another instruction out of one there is. It is eliminated
when it asks for nothing its parent did not (``gain``) or when ``eliminated`` says so; its parent
then goes back to the pool.
"""

from __future__ import annotations

import random
import re
from collections.abc import Generator
from typing import Annotated, Literal

from pydantic import BeforeValidator

from codeclm import prompts
from codeclm.chat import Reply, Request
from codeclm.method.hop import Ask, Hop, renumbered, twice
from codeclm.method.reading import Answer, Filled, closed_object, structured
from codeclm.settings import RunSettings
from codeclm.strategies import words

Operation = Literal["constraints", "deepen", "concretise", "reasoning", "complicate", "breadth"]

#: The operations; the wording of each is the prompt ``evolve-…`` of its name.
OPERATIONS: tuple[Operation, ...] = (
    "constraints",
    "deepen",
    "concretise",
    "reasoning",
    "complicate",
    "breadth",
)
#: A response that says sorry is a refusal when it has fewer words.
REFUSAL_WORDS = 80
#: The name of the rule that a ``gain`` of False stands for.
NO_GAIN = "no information gain"
MAX_TOKENS = 512

_EQUAL, _NOT_EQUAL = "equal", "not equal"
_VERDICT = re.compile(r"[\s\"'*]*(equal|not equal)[\s\"'*.]*", re.IGNORECASE)
#: Words of the paper's prompt, which models know by heart, and those of ours.
_PROMPTS_OWN = re.compile(
    r"\b(?:given|rewritten|created|evolved)[\s_]+(?:prompt|instruction)"
    r"|(?:\bthe\s+|#\s*|^\W*)(?:old|new|other|original)[\s_]+(?:prompt|instruction)\b",
    re.IGNORECASE | re.MULTILINE,
)
_TERM = re.compile(r"[^\W_]+")
#: Words without a meaning of their own, and what is left of contractions.
_STOP_WORDS = """
a about above after again against all am an and any are as at be because been before being below
between both but by can could did do does doing don down during each few for from further had
has have having he her here hers herself him himself his how i if in into is it its itself just
may me might more most must my myself no nor not now of off on once only or other our ours
ourselves out over own same shall she should so some such than that the their theirs them
themselves then there these they this those through to too under until up upon very was we were
what when where which while who whom why will with would you your yours yourself yourselves
d ll m re s t ve
"""
_STOP = frozenset(_STOP_WORDS.split())


class _Evolved(Answer):
    instruction: Filled


def _folded(verdict: object) -> object:
    return verdict.strip().lower() if isinstance(verdict, str) else verdict


class _Compared(Answer):
    verdict: Annotated[Literal["equal", "not equal"], BeforeValidator(_folded)]


_EVOLVED = closed_object({"instruction": {"type": "string"}})
_COMPARED = closed_object({"verdict": {"type": "string", "enum": [_EQUAL, _NOT_EQUAL]}})


def operation(item: str, run_seed: int) -> Operation:
    """Draw one operation uniformly, from the run's seed and the item's place alone."""
    return random.Random(f"{run_seed}:{item}:operation").choice(OPERATIONS)


def request(instruction: str, operation: Operation, settings: RunSettings) -> Request:
    """Ask for what ``operation`` makes of an instruction."""
    (wording,) = prompts.chosen(f"evolve-{operation}", settings.prompts).messages()[-1:]
    return Request(
        step="evolve",
        messages=prompts.chosen("evolve", settings.prompts).messages(
            instruction=instruction, operation=wording.content
        ),
        temperature=settings.temperature,
        max_tokens=settings.max_tokens,
        schema=_EVOLVED,
        fields={"instruction": instruction, "operation": operation},
    )


def parse(reply: Reply) -> str:
    """The evolved instruction's text. Raises ``ReplyError``."""
    return structured(reply, _Evolved).instruction


def hop(instruction: str, operation: Operation, rounds: int, settings: RunSettings) -> Hop[str]:
    """Have the strong model evolve one instruction.

    ``rounds`` went before this one. They tell apart evolutions that read the same: a parent whose
    evolution was eliminated may draw the same operation again.
    """
    asked = request(instruction, operation, settings)
    return renumbered(twice(asked, parse, settings.prompts), rounds)


def gain_request(parent: str, child: str, settings: RunSettings) -> Request:
    """Ask whether two instructions are equal for whoever answers them."""
    return Request(
        step="gain",
        messages=prompts.chosen("gain", settings.prompts).messages(parent=parent, child=child),
        temperature=0.0,
        max_tokens=MAX_TOKENS,
        schema=_COMPARED,
        fields={"parent": parent, "child": child},
    )


def parse_gain(reply: Reply) -> bool:
    """Whether the verdict is "not equal". Raises ``ReplyError`` when it is neither."""
    return structured(reply, _Compared, _labelled).verdict == _NOT_EQUAL


def gain(parent: str, child: str, settings: RunSettings) -> Generator[Ask, Reply, bool]:
    """Have the judge say whether ``child`` asks for anything that ``parent`` did not."""
    return twice(gain_request(parent, child, settings), parse_gain, settings.prompts)


def eliminated(parent: str, child: str, response: str) -> str:
    """Which rule eliminates an evolved instruction with its response, "" when none does.

    Words that the parent has too are not copied from the prompt.
    """
    if "sorry" in response.casefold() and words.count(response) < REFUSAL_WORDS:
        return "the response is sorry"
    if all(term in _STOP for term in _TERM.findall(response.lower())):
        return "the response says nothing"
    if _PROMPTS_OWN.search(child) and not _PROMPTS_OWN.search(parent):
        return "copies words of the prompt"
    return ""


def _labelled(text: str) -> dict[str, object] | None:
    match = _VERDICT.fullmatch(text)
    return {"verdict": match[1]} if match else None
