"""Names that mean nearly the same: "e-mail writing", "writing of emails", "email drafting".

A name is compared by its words without their endings, in any order, with words of one meaning taken
for one; names that differ by a slip of the pen are found by their letters. It is an offer: nobody
but a person merges.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

#: Words that name the same work, a line each. Endings are cut off before they are compared.
_FAMILIES = """
write writing draft compose author
answer respond response reply replies
question query queries
summarize summary summarise summarization summarisation condense digest
explain explanation clarify elucidate
code coding program programming
debug bugfix troubleshoot
analyze analyse analysis analytic analytics
translate translation
classify classification categorize categorise categorization
generate generation create creation produce
edit edition revise revision proofread
plan planning
recommend recommendation suggest suggestion
compare comparison contrast
calculate calculation compute computation
math mathematics mathematical maths
evaluate evaluation assess assessment
extract extraction
email mail
customer client
doc document documentation
"""
_SMALL = frozenset(re.findall(r"\w+", "a an and at by for from in of on or our the to with your"))
#: Endings, and the letters that must be left before them: "ton" is not "tone".
_ENDINGS = {
    **dict.fromkeys(("ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "s"), 3),
    **dict.fromkeys(("e", "y"), 5),
}
_WORD = re.compile(r"[^\W_]+")
#: How alike two names must be, from 0 to 1, to pass for one with a slip; shorter ones never do.
SLIP, SHORTEST = 0.9, 7


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Names that could be one: ``keep`` is the commonest, ``others`` follow by how common."""

    keep: str
    others: tuple[str, ...]


def synonyms(names: Mapping[str, int]) -> list[Synonyms]:
    """Group names (with how often each occurs) that mean nearly the same, largest groups first."""
    groups: dict[object, list[str]] = {}
    for name in names:
        groups.setdefault(meaning(name) or name, []).append(name)
    merged = _with_slips(list(groups.values()))
    found = [_group(group, names) for group in merged if len(group) > 1]
    return sorted(found, key=lambda group: (-sum(names[name] for name in _all(group)), group.keep))


def meaning(name: str) -> frozenset[str]:
    """What a name is compared by: its words, cut to their stems, of one meaning taken for one."""
    # "e-mail" is one word, "problem-solving" two that say the same apart.
    joined = re.sub(r"\be-(?=\w)", "e", name.casefold())
    words = [word for word in _WORD.findall(joined) if word not in _SMALL]
    return frozenset(_FAMILY.get(_stem(word), _stem(word)) for word in words)


def _stem(word: str) -> str:
    for ending, least in _ENDINGS.items():
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= least:
            # A doubled letter before the ending belongs to it: planning, plan.
            doubled = len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "ls"
            return stem[:-1] if doubled else stem
    return word


_FAMILY = {
    _stem(word): family.split()[0] for family in _FAMILIES.splitlines() for word in family.split()
}


def _with_slips(groups: list[list[str]]) -> list[list[str]]:
    """Join groups whose first names differ by a letter or two."""
    by_start: dict[tuple[str, int], list[int]] = {}
    for place, group in enumerate(groups):
        name = group[0].casefold()
        if len(name) >= SHORTEST:
            by_start.setdefault((name[0], len(name) // 3), []).append(place)
    home = list(range(len(groups)))
    for (letter, size), places in by_start.items():
        near = [*places, *by_start.get((letter, size + 1), ())]
        for one, other in combinations(near, 2):
            if one != other and _is_slip(groups[one][0].casefold(), groups[other][0].casefold()):
                first, second = sorted((_root(home, one), _root(home, other)))
                home[second] = first
    joined: dict[int, list[str]] = {}
    for place, group in enumerate(groups):
        joined.setdefault(_root(home, place), []).extend(group)
    return list(joined.values())


def _is_slip(one: str, other: str) -> bool:
    pair = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return pair.real_quick_ratio() >= SLIP and pair.quick_ratio() >= SLIP and pair.ratio() >= SLIP


def _root(home: list[int], place: int) -> int:
    while home[place] != place:
        place = home[place]
    return place


def _group(group: list[str], names: Mapping[str, int]) -> Synonyms:
    keep, *others = sorted(group, key=lambda name: (-names[name], name))
    return Synonyms(keep, tuple(others))


def _all(group: Synonyms) -> tuple[str, ...]:
    return (group.keep, *group.others)
