"""Odd: what no person would write, such as broken characters, tags, blobs, or nothing at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from codeclm.quality.checks.reading import Pair, Reading, Seen, brief, without_code
from codeclm.records import Part

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd-\uffff\ud800-\udfff]")
_CONTROL_BYTES = bytes(code for code in range(128) if _CONTROL.match(chr(code)))
#: UTF-8 read as Latin-1 or Windows-1252.
_MOJIBAKE = re.compile(
    "Ã[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
    "|â€[™œ\x9d˜“”¢¦\x9c\x99\x98\x93\x94]|Â[ \xa0«»°£©®·]|ï¿½|ðŸ"
)
_TAG = re.compile(
    r"</?(?:p|br|hr|div|span|b|i|u|ul|ol|li|a|em|strong|h[1-6]|t[dhr]|table|img|font|sup|sub|center)"
    r"(?: [^<>\n]{0,200})? ?/?>"
)
_ENTITY = re.compile(
    r"&(?:amp|lt|gt|quot|nbsp|apos|[rl][sd]quo|[mn]dash|hellip|#\d{2,5}|#x[0-9a-f]{2,5});"
)
#: What a whole document in a markup language has.
_DOCUMENT = re.compile(r"<!doctype|<html|<\?xml|<body|<svg|<script|class=|</?form")
_MARKUP_TALK = re.compile(
    r"\bhtml|\bxml|\btags?\b|\bcss\b|web ?(?:page|site)|markup|<\w|javascript|react|jsx|\bphp\b|svg"
    r"|entit|escap|url|encod"
)
#: Characters of a text in which tags are looked for.
_CHARACTERS = 10_000
#: Bytes of what base64 is made of, as one sign.
_BLOB_BYTES = bytes(
    97 if (chr(byte).isalnum() and byte < 128) or byte in b"+/=_-" else 32 for byte in range(256)
)
_BLOB = 200
_BLOB_TALK = re.compile(r"base ?64|hash|encod|decod|key|token|certificate|binary|dna|sequence|hex")
_SIGNS_TALK = re.compile(
    r"morse|ascii|emoji|emoticon|smiley|\bart\b|draw|pattern|punctuat|symbol|regex|brain|braille"
    r"|diagram|table|star|pyramid|triangle|print|shape|line|formula|equation|math|code|character"
)
_ONE = re.compile(
    r"letter|character|grade|option|choice|symbol|which|true|false|one word|answer|initial"
    r"|identif|classif"
)


def look(pair: Pair) -> Iterator[Seen]:
    asked = pair.instruction.lower
    for part, reading in pair.parts:
        seen = _broken(part, reading.text) or _marked_up(part, reading, asked)
        seen = seen or _little(part, reading.text, asked) or _blob(part, reading.text, asked)
        seen = seen or _signs(part, reading, asked)
        if seen:
            yield seen


def _broken(part: Part, text: str) -> Seen | None:
    # Deleting bytes is a hundred times faster than looking for characters.
    if text.isascii() and len(text.encode().translate(None, _CONTROL_BYTES)) == len(text):
        return None
    if match := _CONTROL.search(text):
        name = f"U+{ord(match[0]):04X}"
        return Seen(part, *match.span(), f"There is the character {name}, which nobody writes.")
    if match := _MOJIBAKE.search(text):
        why = f"“{match[0]}” looks like a character that was decoded wrongly."
        return Seen(part, *match.span(), why)
    return None


def _marked_up(part: Part, reading: Reading, asked: str) -> Seen | None:
    """Tags and entities left in prose; where anybody speaks of markup there is nothing to see."""
    if "<" not in reading.text and "&" not in reading.text:
        return None
    prose = without_code(reading.lower[:_CHARACTERS])
    match = _TAG.search(prose) or _ENTITY.search(prose)
    if not match or _DOCUMENT.search(prose):
        return None
    # What is left in the instruction is not itself talk of markup.
    said = _TAG.sub(" ", asked[:_CHARACTERS]) if part == "instruction" else asked
    if _MARKUP_TALK.search(said):
        return None
    return Seen(part, *match.span(), f"“{brief(match[0])}” was left in the text.")


def _little(part: Part, text: str, asked: str) -> Seen | None:
    rest = text.strip()
    if len(rest) > 1:
        return None
    if not rest:
        return Seen(part, 0, 0, f"The {part} is empty.")
    if part == "response" and _answers(rest, asked):
        return None
    return Seen(part, 0, 0, f"The {part} is one character: “{rest}”.")


def _answers(rest: str, asked: str) -> bool:
    """Whether one character may be an answer: a number, a word of Chinese, an option's letter."""
    if rest.isascii() and rest.isalpha():
        return bool(_ONE.search(asked) or re.search(rf"\b{rest.lower()}\b", asked))
    return rest.isalnum() or unicodedata.category(rest) == "So"


def _blob(part: Part, text: str, asked: str) -> Seen | None:
    if len(text) < _BLOB:
        return None
    at = text.encode("ascii", "replace").translate(_BLOB_BYTES).find(b"a" * _BLOB)
    if at < 0:
        return None
    sample = text[at : at + _BLOB]
    kinds = (str.isupper, str.islower, str.isdigit)
    mixed = all(sum(map(kind, sample)) >= 8 for kind in kinds)
    if not mixed or (part == "response" and _BLOB_TALK.search(asked)):
        return None
    return Seen(part, at, at + _BLOB, "There is a long run of letters and digits, as of a file.")


def _signs(part: Part, reading: Reading, asked: str) -> Seen | None:
    """Nearly nothing but punctuation."""
    text = reading.text
    if 2 * sum(map(len, reading.words)) >= len(text) or _SIGNS_TALK.search(asked):
        return None
    shown = "".join(without_code(text[:4000]).split())
    if len(shown) < 10:
        return None
    signs = sum(unicodedata.category(char)[0] == "P" or char in "=+~^`$<>" for char in shown)
    if 10 * signs < 6 * len(shown):
        return None
    return Seen(part, 0, 0, f"The {part} is mostly punctuation.")
