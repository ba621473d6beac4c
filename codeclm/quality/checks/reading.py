"""A pair's texts, read once for all checks, and what a check says of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from codeclm.quality.words import words
from codeclm.records import Part


def among(names: str) -> frozenset[str]:
    """The set of words that are written here with blanks between them."""
    return frozenset(names.split())


#: Words that say little by themselves, in English.
STOP_WORDS = among(
    "a an and any are as at be been but by can could did do does for from had has have he her his"
    " how i if in into is it its may more most must no not of on one or other our out shall she so"
    " some such than that the their them then there these they this those to up very was we were"
    " what when where which who whom whose why will with would you your"
)
#: Fenced code and code in a line, up to the end of the text where a fence is open.
_FENCED = re.compile(r"```.*?(?:```|\Z)|`[^`\n]{1,200}`", re.DOTALL)
_NO_NEWLINE = re.compile(r"[^\n]")
#: Words of a run that no instruction has by chance, how many of them have to say something by
#: themselves, and words of an instruction that are looked at.
_RUN, _TELLING, _WORDS = 6, 2, 3_000
#: A value stands at a variable of a prompt, and marks stand around the texts of others.
_GAP = re.compile(r"\$\{?\w+\}?|~{3,}|\n\s*\n")
_SIGNS = re.compile(r"[{}()\[\];=<>|\\$#*/_+&^~]")


class Seen(NamedTuple):
    """What a check saw at ``[start:end]`` of a part; 0, 0 where it is about the whole."""

    part: Part
    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, the same in lower case (as long, character by character), and its words."""

    text: str
    lower: str
    words: Sequence[str]


@dataclass(frozen=True, slots=True)
class PromptWords:
    """The runs of six words that stand in prompts."""

    runs: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, texts: Iterable[str]) -> PromptWords:
        """Read the texts of prompts; runs of words that say nothing are left out."""
        runs: set[tuple[str, ...]] = set()
        for text in texts:
            for paragraph in _GAP.split(text):
                found = words(paragraph)
                runs.update(zip(*(found[at:] for at in range(_RUN)), strict=False))
        return cls(frozenset(run for run in runs if len({*run} - STOP_WORDS) >= _TELLING))

    def first(self, reading: Reading) -> tuple[int, int] | None:
        """Where the first run of a text stands that a prompt has, as long as it goes on."""
        found = reading.words[:_WORDS]
        runs = list(zip(*(found[at:] for at in range(_RUN)), strict=False))
        if self.runs.isdisjoint(runs):
            return None
        start = next(at for at, run in enumerate(runs) if run in self.runs)
        end = start
        while end + 1 < len(runs) and runs[end + 1] in self.runs:
            end += 1
        places = spans(reading.text, found)
        return places[start][0], places[end + _RUN - 1][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What the checks look at; ``language`` is what the project is in, if anybody said."""

    instruction: Reading
    response: Reading
    language: str | None
    prompts: PromptWords | None

    @property
    def parts(self) -> tuple[tuple[Part, Reading], tuple[Part, Reading]]:
        return ("instruction", self.instruction), ("response", self.response)


def read(text: str) -> Reading:
    return Reading(text, _lowered(text), words(text))


def spans(text: str, found: Sequence[str]) -> list[tuple[int, int]]:
    """Where each of a text's words stands in it; ``found`` are those ``words`` gives."""
    folded, at, places = text.casefold(), 0, []
    for word in found:
        at = folded.index(word, at)
        places.append((at, at + len(word)))
        at += len(word)
    if len(folded) == len(text):
        return places
    # A few characters (ß) become several; each of those stands where it came from.
    origin = [i for i, char in enumerate(text) for _ in char.casefold()]
    return [(origin[start], origin[end - 1] + 1) for start, end in places]


def brief(text: str) -> str:
    """A piece of a text on one line, its end left out where it is long."""
    line = " ".join(text[:200].split())
    return line if len(line) <= 60 else f"{line[:59]}…"


def without_code(text: str) -> str:
    """A text of the same length with blanks for code between backticks."""
    if "`" not in text:
        return text
    return _FENCED.sub(lambda match: _NO_NEWLINE.sub(" ", match[0]), text)


def is_code(line: str) -> bool:
    """Whether a line has so many signs that it is code, a formula or a row of a table."""
    return 7 * len(_SIGNS.findall(line)) > len(line.replace(" ", ""))


def is_quoted(text: str, at: int) -> bool:
    """Whether a place lies between quotation marks opened in its own paragraph."""
    before = text[max(text.rfind("\n", 0, at) + 1, at - 1000) : at]
    return (
        before.count('"') % 2 == 1
        or before.count("“") > before.count("”")
        or before.count("«") > before.count("»")
        or before.count("„") > before.count("“") + before.count("”")
        or before.count("「") > before.count("」")
        or before.rstrip().endswith(("'", "‘"))
    )


def _lowered(text: str) -> str:
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)
