"""What instructions ask for: the verb they open with, and what it is done to.

Self-Instruct (Wang et al. 2023) shows the variety of a pool by root verbs and their direct objects,
which a parser finds there. Here a list of verbs and a few rules of English word order find them: an
approximation, that tells nothing of instructions in other languages. A question is told by its
question word. What the rules do not know is ``(other)``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, pairwise

from codeclm.quality.english import (
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    QUESTIONS,
    VERBS,
)

QUESTION, OTHER = "(question)", "(other)"

#: How much of a text is looked at: letters, sentences, words of one part of a sentence.
_LETTERS, _SENTENCES, _WORDS = 2000, 6, 24
_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+|\n+")
_PART = re.compile(r"[,;:–—()]+|\s-+\s|\band\s+(?=you\s)")
_TOKEN = re.compile(r"[^\W\d_]+(?:['\-][^\W_]+)*|\d[\w.%-]*|[,.!?\"“”/\[\]{}]")

#: What leads up to the verb.
_LEAD = re.compile(
    r"""\s*(?:
    please | kindly | now | then | next | first | also | and | so | hi | hello | hey | just
    | (?:can|could|would|will)\s+you (?:\s+(?:please|help\s+me(?:\s+to)?))?
    | (?:(?:if\s+)?you\s+could\s+)? help\s+me (?:\s+to)?
    | i(?:\s+would|'d)?\s+(?:want|need|like)\s+you\s+to
    | (?:you|we)\s+(?:(?:will|may)\s+)?(?:need|have)\s+to
    | (?:you|we)\s+(?:are|will\s+be)\s+(?:asked|required|expected|supposed)\s+to
    | (?:you|we)\s+(?:should|must|will)
    | (?:your|the)\s+(?:task|job|goal|role|assignment)\s+is\s+to
    | let(?:'s|\s+us)
    | (?:try|feel\s+free|be\s+sure|make\s+sure)\s+to
    )\b[\s,]*""",
    re.IGNORECASE | re.VERBOSE,
)
#: After these a word that may be a verb is none: "Design of …", "Code is …".
_NOT_VERBS = frozenset(["of", "is", "are", "was", "were", "has"])
#: Words between a verb and its object, and words that begin the clause in an object's place.
_BETWEEN = (PRONOUNS | DETERMINERS | PREPOSITIONS | {"again", "away", "back", "either"}) - {
    "by",
    "to",
    "until",
}
#: "When …" and "which …" open what is no question, too.
_ASKING = frozenset(["how", "what", "who", "why"])
_CLAUSE = QUESTIONS | {"if", "whether"}
_END = PREPOSITIONS | CONJUNCTIONS | QUESTIONS | AUXILIARIES | PRONOUNS | DETERMINERS
#: What begins a clause after a participle.
_AFTER_ING = DETERMINERS | PRONOUNS | QUESTIONS
_DONE = frozenset(["given", "shown", "written"])
_MARKS = frozenset(',.!?"“”/[]{}')
_SINGULAR = {"people": "person", "children": "child", "men": "man", "women": "woman"}
_SAME = frozenset(["atlas", "bias", "canvas", "gas", "lens", "news", "series", "species"])


@dataclass(frozen=True, slots=True)
class Opening:
    """``count`` instructions ask for ``verb`` with this ``object``, which may be empty."""

    verb: str
    object: str
    count: int


def openings(texts: Iterable[str]) -> list[Opening]:
    """Every verb with its object, the most frequent first, then by name."""
    found = Counter(map(opening, texts))
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [Opening(verb, noun, count) for (verb, noun), count in ranked]


def opening(text: str) -> tuple[str, str]:
    """The verb of one instruction and its object, both lower-cased, the object in the singular.

    The object of a question is its question word, or the verb that stands in its place; that of a
    clause is the word it begins with (*explain how*, *decide whether*).
    """
    start = text.lstrip()[:_LETTERS].casefold().replace("’", "'")
    sentences = [each for each in _SENTENCE.split(start) if each.strip()]
    for sentence in sentences[:_SENTENCES]:
        for part in _PART.split(sentence):
            found = _of_part(part, asks="?" in sentence)
            if found:
                return found
    return OTHER, ""


def _of_part(part: str, *, asks: bool) -> tuple[str, str] | None:
    """What a part of a sentence asks for; ``asks`` says whether the sentence is a question."""
    first, *_ = [*_tokens(part), ""]
    tokens = _tokens(_without_lead(part))
    while len(tokens) > 1 and tokens[0].endswith("ly") and tokens[0] not in VERBS:
        tokens = tokens[1:]
    verb, after, *_ = [*tokens, "", ""]
    if verb in VERBS and after not in _NOT_VERBS and not (asks and verb in AUXILIARIES):
        return verb, _object(tokens[1:])
    if first in PREPOSITIONS and asks:
        first = next((token for token in tokens[:3] if token in QUESTIONS), "")
    if first in _ASKING or (asks and first in QUESTIONS | AUXILIARIES):
        return QUESTION, first
    return (QUESTION, verb) if verb in _ASKING else None


def _without_lead(part: str) -> str:
    while (found := _LEAD.match(part)) and found.end():
        part = part[found.end() :]
    return part


def _tokens(part: str) -> list[str]:
    return [found.group() for found in islice(_TOKEN.finditer(part), _WORDS)]


def _object(tokens: list[str]) -> str:
    """The last word of the phrase that follows a verb; "" where none does."""
    while len(tokens) > 1 and tokens[0] in ("and", "or") and tokens[1] in VERBS:
        tokens = tokens[2:]
    phrase: list[str] = []
    for token, after in pairwise([*tokens, "."]):
        if not phrase and token in _CLAUSE:
            return token
        if not phrase and (token in _BETWEEN or token in _MARKS or token[0].isdigit()):
            continue
        if token in _END or token in _MARKS or (phrase and _ends_phrase(token, after)):
            break
        if not token.endswith("ly"):
            phrase.append(token)
    return _singular(phrase[-1]) if phrase else ""


def _ends_phrase(token: str, after: str) -> bool:
    """Whether a participle begins something new: "an essay discussing the …", "a text given"."""
    if token.endswith("ing"):
        return after in _AFTER_ING or after in _MARKS - {"."}
    done = token.endswith("ed") or token in _DONE
    return done and (after in PREPOSITIONS or after in _MARKS)


def _singular(noun: str) -> str:
    noun = noun.removesuffix("'s")
    if noun in _SINGULAR:
        return _SINGULAR[noun]
    if len(noun) < 4 or noun in _SAME or noun.endswith(("ss", "us", "is")):
        return noun
    if noun.endswith("ies"):
        return f"{noun[:-3]}y"
    if noun.endswith(("ches", "shes", "xes", "sses")):
        return noun[:-2]
    return noun.removesuffix("s")
