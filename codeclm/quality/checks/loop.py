"""Loop: a response that says the same over and over.

Two forms: a run of words that follows itself several times, and one sentence that makes up much of
the text. Code, tables and rulers repeat themselves by nature and are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from codeclm.quality.checks.reading import Pair, Seen, brief, is_code, spans, without_code
from codeclm.quality.words import words

#: Where it is, and why.
_Loop = tuple[int, int, str]

#: Runs of three words that must be there again before anything else is looked at.
_AGAIN = 7
#: What is looked at, in words and in characters, from the end: there a loop still goes on.
_WORDS, _CHARACTERS = 4_000, 20_000
#: How often a run of one, two, three or more words has to follow itself.
_TIMES = (10, 7, 6, 4)
#: Words the whole of a repeated run has to have, at least.
_LONG = 14
#: Letters of a word that repeats its last few letters to its end.
_LONG_WORD = 40

_SENTENCE = re.compile(r"[^\n.!?。！？]+")
_ASKED_FOR = re.compile(
    r"\brepeat|\bover and over|\bagain and again"
    r"|\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|fifty"
    r"|hundred|many) times\b"
    r"|wiederhol|répét|repite|repita|重复"
)
_VERSE = re.compile(r"song|lyric|poem|chorus|refrain|chant|mantra|villanelle|rhyme|verse|lied\b")


def look(pair: Pair) -> Iterator[Seen]:
    found, text = pair.response.words[-_WORDS:], pair.response.text
    longest = max(found, key=len, default="")
    if len(longest) >= _LONG_WORD and _is_rattle(longest):
        at = max(0, pair.response.lower.find(longest))
        yield Seen("response", at, at + len(longest), "A word goes on and on.")
        return
    if len(found) - len({*zip(found, found[1:], found[2:], strict=False)}) < _AGAIN:
        return
    asked = pair.instruction.lower[:2000]
    if _ASKED_FOR.search(asked):
        return
    skipped = max(0, len(text) - _CHARACTERS)
    prose = _prose(text[skipped:])
    is_verse = bool(_VERSE.search(asked))
    loop = _run(prose, 8 if is_verse else 0) or (None if is_verse else _sentence(prose))
    if loop:
        start, end, why = loop
        yield Seen("response", skipped + start, skipped + end, why)


def _is_rattle(word: str) -> bool:
    end = word[-_LONG_WORD:]
    return any(end[step:] == end[:-step] for step in range(1, 11))


def _prose(text: str) -> str:
    """The text with blanks for code and rows of tables, so that every place stays where it is."""
    lines = without_code(text).split("\n")
    return "\n".join(" " * len(line) if is_code(line) or "\t" in line else line for line in lines)


def _run(prose: str, least: int) -> _Loop | None:
    """The longest run of words that follows itself often enough, ``least`` times at any rate."""
    every = words(prose)
    found = every[-_WORDS:]
    length = end = step = 0
    for distance in _steps(found):
        stretch, stop = _stretch(found, distance)
        enough = max(_TIMES[min(distance, 4) - 1], least)
        is_long = stretch >= max(enough * distance, min(_LONG, 10 * distance))
        has_words = any(word.isalpha() for word in found[stop - distance : stop])
        if is_long and has_words and stretch > length:
            length, end, step = stretch, stop, distance
    if not length:
        return None
    places = spans(prose, every)[-len(found) :]
    first = end - length
    shown = brief(prose[places[first][0] : places[first + step - 1][1]])
    why = f"“{shown}” stands there {length // step} times in a row."
    return places[first][0], places[end - 1][1], why


def _steps(found: Sequence[str]) -> list[int]:
    """The distances at which three words most often come back."""
    last: dict[tuple[str, str, str], int] = {}
    steps: Counter[int] = Counter()
    for at, three in enumerate(zip(found, found[1:], found[2:], strict=False)):
        if three in last:
            steps[at - last[three]] += 1
        last[three] = at
    return [step for step, count in steps.most_common(6) if count >= 4]


def _stretch(found: Sequence[str], step: int) -> tuple[int, int]:
    """Words of the longest stretch that repeats itself at this distance, and where it ends."""
    best = end = same = 0
    for at in range(step, len(found)):
        same = same + 1 if found[at] == found[at - step] else 0
        if same > best:
            best, end = same, at + 1
    return (best + step, end) if best else (0, 0)


def _sentence(prose: str) -> _Loop | None:
    """A sentence of some length that is there four times and makes up half of the text."""
    counted: Counter[str] = Counter()
    first: dict[str, tuple[int, int]] = {}
    for match in _SENTENCE.finditer(prose):
        sentence = " ".join(match[0].split()).lower()
        counted[sentence] += 1
        first.setdefault(sentence, match.span())
    total = sum(len(sentence) * count for sentence, count in counted.items())
    for sentence, count in counted.most_common(3):
        if count >= 4 and len(sentence) >= 15 and 2 * count * len(sentence) >= total:
            start, end = first[sentence]
            return start, end, f"“{brief(prose[start:end])}” is there {count} times."
    return None
