"""Tree-Instruct: an instruction's tree of meaning gets nodes (Zhao et al. 2023, arXiv 2308.05696).

One prompt does it all: take the instruction apart into a tree, add nodes in depth or width, and
write the new instruction from the new tree.
"""

from __future__ import annotations

import re
from collections.abc import Generator

from codeclm import prompts
from codeclm.chat import Reply, Request
from codeclm.method.hop import Ask, twice
from codeclm.method.reading import Answer, Filled, closed_object, structured
from codeclm.settings import RunSettings
from codeclm.strategies import words

#: Nodes to add: as many as in the comparison. The paper also tries 3 and 6.
NODES = 10
#: Words the new instruction may have, and words it must have more than its parent.
LONGEST, LONGER_BY = 100, 12

_PROCEDURE = re.compile(r"\b(?:(?:semantic|parse) trees?|trees? of meaning)\b", re.IGNORECASE)
_HINT = re.compile(
    r"\b(?:(?:new|larger|expanded|original) tree|(?:new|added) nodes?"
    r"|nodes?(?: (?:was|were))? added)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"\b(?:trees?|nodes?)\b", re.IGNORECASE)


class _Grown(Answer):
    tree: Filled
    instruction: Filled


_SCHEMA = closed_object({"tree": {"type": "string"}, "instruction": {"type": "string"}})


def request(instruction: str, nodes: int, settings: RunSettings) -> Request:
    """Ask for the instruction that ``nodes`` more nodes make of this one."""
    return Request(
        step="grow",
        messages=prompts.chosen("grow", settings.prompts).messages(
            {"count": nodes}, instruction=instruction
        ),
        temperature=settings.temperature,
        max_tokens=settings.max_tokens,
        schema=_SCHEMA,
        fields={"instruction": instruction, "nodes": nodes},
    )


def parse(reply: Reply) -> str:
    """The new instruction's text; its tree only helped to write it. Raises ``ReplyError``."""
    return structured(reply, _Grown).instruction


def hop(instruction: str, nodes: int, settings: RunSettings) -> Generator[Ask, Reply, str]:
    """Have the strong model grow one instruction."""
    return twice(request(instruction, nodes, settings), parse, settings.prompts)


def fault(parent: str, child: str) -> str:
    """Which rule drops a grown instruction, "" when none does."""
    length = words.count(child)
    if length > LONGEST:
        return "too long"
    if length - words.count(parent) < LONGER_BY:
        return "too few new words"
    return "betrays the procedure" if _betrays(parent, child) else ""


def _betrays(parent: str, child: str) -> bool:
    if _PROCEDURE.search(child) and not _PROCEDURE.search(parent):
        return True
    # An instruction about gardens or graphs may well speak of a new tree.
    return bool(_HINT.search(child)) and not _SUBJECT.search(parent)
