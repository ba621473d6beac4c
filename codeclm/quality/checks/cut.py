"""Cut ending: a response that stops in the middle, as one does when its tokens run out.

Lists, titles, verse, signatures and code end without a full stop, too. What a text would have to be
is therefore read from its own form: how its other lines end, and what stands before the last words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codeclm.quality.checks.reading import Pair, Seen, among, is_code

#: Characters of the end that are looked at.
_TAIL = 1500

_ENDS = frozenset(".!?…。！？।؟۔؛։።‽")
_CLOSING = "\"'”’»)]}*_`」』）】›>"
#: Words after which a sentence has to go on.
_GOES_ON = among(
    "a an the and or of because than their its our your my his whose such as if although while"
    " into from und oder der das ein eine einen einem einer mit von für dass weil sowie zum zur"
    " et ou le les des une du au aux pour dans que qui avec dont leur leurs y el los las una unos"
    " para con porque del um uma os dos das pelo pela и или в на с что"
)
_CLOSERS = re.compile(
    r"regards|sincerely|love|wishes|cheers|thanks|thank you|yours|best|faithfully|respectfully"
    r"|warmly|gr[uü](?:ß|ss)|gruß|saludos|cordialement|atenciosamente|atentamente|abra[cç]o|bises"
    r"|seeing you|hearing from you"
)
_ITEM = re.compile(r"\s*(?:[-*•–+]|\(?\d{1,3}[.):]|\(?[a-zA-Z][.)])\s+")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]{0,2}\s+(?=[\"“'‘«(]?\w)")
_ABBREVIATED = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|vs|etc|e\.g|i\.e|no|fig|approx|z\.b|d\.h|bzw|ca|p|pp)|\b\w)\.\s+\Z"
)
_WORD_END = re.compile(r"[^\W\d_]+\Z")
#: Scripts whose sentences need not end with a sign of their own.
_LATIN_GREEK_CYRILLIC = re.compile("[A-Za-z\u00c0-\u052f]\\Z")


def look(pair: Pair) -> Iterator[Seen]:
    text = pair.response.text
    whole = text.rstrip()
    if len(pair.response.words) < 2:
        return
    if whole.count("```") % 2:
        yield Seen("response", at := whole.rfind("```"), at + 3, "A block of code is not closed.")
        return
    if whole[0] in "{[" and _is_open_data(whole):
        yield Seen("response", len(whole) - 1, len(whole), "The data ends before it is closed.")
        return
    if whole.endswith("```"):
        return
    at = max(0, len(whole) - _TAIL)
    lines = [line for line in whole[at:].split("\n") if line.strip()]
    last = lines[-1]
    if is_code(last[-200:]) or last.lstrip().startswith(("|", "#", ">", "<")):
        return
    why = _dangling(last, pair.response.words) or _bracket(whole, last) or _breaking(lines)
    if why:
        start = len(whole) - min(len(last.strip()), 40)
        yield Seen("response", start, len(whole), why)


def _is_open_data(text: str) -> bool:
    return any(text.count(one) > text.count(other) for one, other in ("{}", "[]"))


def _dangling(last: str, found: Sequence[str]) -> str | None:
    """A last sign or word after which more has to come."""
    end = last[-1]
    if end in ":：" and not last.endswith("::"):
        return "The response ends with a colon."
    if end in ",，、;":
        closer = len(last.split()) <= 5 and _CLOSERS.search(last.lower())
        return None if closer else "The response ends with a comma." if end != ";" else None
    if end in "([{（「“«" and not last.endswith((":(", ":-(", ";(")):
        return "The response ends with an open bracket."
    word = _WORD_END.search(last[-40:])
    if word and len(found) >= 4 and word[0] in _GOES_ON:
        return f"The response ends with “{word[0]}”."
    return None


def _bracket(whole: str, last: str) -> str | None:
    """A bracket or a quotation of the last line that is not closed, where no sentence ends."""
    opened = last.rfind("(")
    if opened > last.rfind(")") and not last[:opened].endswith((":", ":-", ";")):
        return "A bracket is not closed."
    if last.count("“") > last.count("”") and "„" not in last:
        return "A quotation is not closed."
    if last.count('"') % 2 and whole.count('"') % 2 and not re.search(r'\d"', last):
        return "A quotation is not closed."
    return None


def _breaking(lines: Sequence[str]) -> str | None:
    """A last line that breaks off although sentences end before it, in it or in lines like it."""
    last = lines[-1].rstrip()
    if not _LATIN_GREEK_CYRILLIC.search(last) or _is_address(last.split()[-1]):
        return None
    rest = _after_sentence(last)
    words = rest.split()
    if (
        len(words) < 4
        or _is_list(rest)
        or _is_title(words)
        or rest.lstrip().startswith(("-", "–", "—", "~"))
    ):
        return None
    if (len(rest) < len(last) and len(words) >= 6) or _alike_lines_end(lines):
        return f"The last sentence breaks off: “…{' '.join(words[-4:])[-60:]}”."
    return None


def _after_sentence(line: str) -> str:
    """What follows the last sentence that ends within a line; all of it if none does."""
    item = _ITEM.match(line)
    start = item.end() if item else 0
    for match in _SENTENCE_END.finditer(line, start):
        if not _ABBREVIATED.search(line[max(0, match.start() - 6) : match.end()].lower()):
            start = match.end()
    return line if item and start == item.end() else line[start:]


def _alike_lines_end(lines: Sequence[str]) -> bool:
    """Whether nearly all the lines before of the last one's kind end as sentences do."""
    is_item = bool(_ITEM.match(lines[-1]))
    before = [
        line.rstrip()
        for line in lines[:-1]
        if bool(_ITEM.match(line)) == is_item and len(line.split()) >= 4
    ]
    ended = sum(_is_ended(line) for line in before)
    return ended >= (2 if is_item else 1) and 4 * ended >= 3 * len(before) and not _is_verse(lines)


def _is_ended(line: str) -> bool:
    return line.rstrip(_CLOSING)[-1:] in _ENDS


def _is_verse(lines: Sequence[str]) -> bool:
    return len(lines) >= 3 and all(len(line) < 60 and not _ITEM.match(line) for line in lines[-3:])


def _is_title(words: Sequence[str]) -> bool:
    long = [word for word in words if len(word) > 3]
    return bool(long) and sum(word[0].isupper() for word in long) >= 0.7 * len(long)


def _is_list(rest: str) -> bool:
    """Whether it ends as a list does that commas divide."""
    item = rest.rpartition(",")[2].split()
    return rest.count(",") > 2 and len(item) <= 3 and item[0] not in ("and", "or", "but")


def _is_address(word: str) -> bool:
    return "/" in word or "@" in word or "www." in word or "\\" in word
