"""Language: a response in another one than its instruction, an instruction in another than asked.

The guess is py3langid's (its own probabilities), for the first characters of the prose; close
languages count as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from codeclm.quality.checks.reading import Pair, Reading, Seen, among, is_code, without_code

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

#: Characters of the prose that are looked at; more cost more and change little.
_SAMPLE = 200
#: Letters below which there is no guess; a character of Chinese counts for four.
_LETTERS = 20
#: What a guess must reach before anything is said of it.
_SURE = 0.8

#: Words of which every English text is full. Other languages have some of them, none has many.
_ENGLISH = among(
    "the and of to that with it is are you this have from they which your what how can will would"
    " or their his her who when should could been were has there these those than because for on as"
    " by not we be if into about more an my our them its do does"
    " one some any each every where then while before after most only also many"
)
_LINK = re.compile(r"(?:https?://|www\.)\S{1,500}")
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
#: Sets of languages that are easily taken for each other.
_CLOSE = tuple(
    frozenset(names.split())
    for names in (
        "en pcm", "zh wuu yue", "no nn da", "hr bs sr", "id ms jv", "es gl an ext ca", "pt gl",
        "fr wa oc gcf gcr", "it vec lij", "de lb", "nl af fy", "cs sk", "ar ary arz", "uz uzs",
        "fa tg", "hi mr ne", "tr az crh",
    )
)  # fmt: skip
#: How instructions call a language, as the beginnings of words.
_CALLED: Mapping[str, str] = {
    "ar": "arabic عرب", "bg": "bulgarian българск", "cs": "czech češ", "da": "danish dansk",
    "de": "german deutsch allemand alem tedesc", "el": "greek ελλην",
    "en": "english englis anglais ingl английск 英语 英文 英語",
    "es": "spanish español espagnol spanisch castellan spagnol 西班牙", "fa": "persian farsi فارس",
    "fi": "finnish suomeksi", "fr": "french franç franz franc 法语 法文", "he": "hebrew עברית",
    "hi": "hindi हिन", "hr": "croatian hrvatsk", "hu": "hungarian magyar",
    "id": "indonesian bahasa", "it": "italian ital", "ja": "japanese japon japanis 日语 日本語",
    "ko": "korean corean korea 한국어 韩语", "la": "latin", "nl": "dutch nederlands",
    "no": "norwegian norsk", "pl": "polish polsk", "pt": "portuguese portugu",
    "ro": "romanian român", "ru": "russian russ русск 俄语", "sv": "swedish svensk",
    "th": "thai", "tr": "turkish türk",
    "uk": "ukrainian україн", "vi": "vietnamese",
    "zh": "chinese mandarin cantonese chin 中文 汉语 漢語",
}  # fmt: skip
_ASKED = re.compile(
    r"translat|transliterat|übersetz|tradu[czit]|перев[её]?[дос]|翻译|翻譯|翻訳|번역|ترجم|vertaal"
    r"|tłumacz|översätt|oversæt|how (?:do|would|can) (?:i|you|we|one) say|bilingual|multilingual"
    r"|(?<!programming )(?<!body )(?<!sign )\b(?:other|another|foreign|different|native|two|three"
    r"|following) languages?\b|fremdsprach|andere[nr]? sprache|autre langue|otro idioma"
)
_PIECE = re.compile(r"[\n:;\"“”«»„]+")


def guess(text: str) -> tuple[str, float] | None:
    """The language of a text's prose (ISO 639-1 where there is one) and how likely it is.

    None for texts with fewer than about 20 letters, for code and formulas, and for what the
    library takes for no language.
    """
    ranked = _ranked(text)
    return ranked[0] if ranked else None


def code_of(name: str) -> str | None:
    """The code of a language that is given by its code ("de", "pt-BR") or name; None for none."""
    given = name.strip().casefold()
    code = given.partition("-")[0]
    for known, called in _CALLED.items():
        named = len(given) > 3 or not given.isascii()
        if code == known or (named and given.startswith(tuple(called.split()))):
            return known
    return code if code in {*_identifier().labels} - {"zxx"} else None


def look(pair: Pair) -> Iterator[Seen]:
    wanted = pair.language.partition("-")[0].lower() if pair.language else None
    asked, answered = _of(pair.instruction), _of(pair.response)
    if wanted and asked and not _alike(asked, wanted) and not _holds(pair.instruction, wanted):
        why = f"The instruction seems to be in {_told(asked)}, the project is in {_told(wanted)}."
        yield Seen("instruction", 0, 0, why)
    expected = asked or wanted
    if not answered or not expected or _alike(answered, expected):
        return
    if not _calls_for(pair.instruction, answered):
        where = "instruction" if asked else "project"
        why = f"The response seems to be in {_told(answered)}, the {where} in {_told(expected)}."
        yield Seen("response", 0, 0, why)


def _of(reading: Reading) -> str | None:
    """The language of a text, where that is sure."""
    if is_plain_english(reading.words):
        return "en"
    ranked = _ranked(reading.text)
    if not ranked:
        return None
    name = ranked[0][0]
    # What is divided among close languages is sure of all of them.
    alike = sum(likely for other, likely in ranked[:8] if _alike(other, name))
    return name if alike >= _SURE else None


def _ranked(text: str) -> list[tuple[str, float]] | None:
    """The languages of a text's prose, the likeliest first."""
    sample = _prose(text)
    letters = sum(map(str.isalpha, sample))
    if not sample.isascii():
        letters += 3 * len(_IDEOGRAPH.findall(sample))
    if letters < _LETTERS or is_code(sample):
        return None
    ranked = _identifier().rank(sample)
    return None if ranked[0][0] == "zxx" else ranked


def is_plain_english(found: Sequence[str]) -> bool:
    """Whether a text begins with so many common English words that there is nothing to guess."""
    # The library takes far longer than all the other checks together.
    first = found[:40]
    known = [word for word in first if word in _ENGLISH]
    return len(first) >= 8 and 5 * len(known) >= len(first) and len({*known}) >= 3


def _calls_for(instruction: Reading, name: str) -> bool:
    """Whether an instruction names a language, speaks of translating, or holds a text in it."""
    called = _CALLED.get(name, "").split()
    asked = _ASKED.search(instruction.lower) or any(
        re.search(rf"\b{stem}" if stem.isascii() else stem, instruction.lower) for stem in called
    )
    return bool(asked) or _holds(instruction, name)


def _holds(instruction: Reading, name: str) -> bool:
    """Whether a piece of an instruction (a line, a quotation) is in a language."""
    pieces = _PIECE.split(instruction.text[:4000])
    return len(pieces) > 1 and any(
        _alike(_identifier().classify(piece[:_SAMPLE])[0], name)
        for piece in pieces[:20]
        if sum(map(str.isalpha, piece[:_SAMPLE])) >= 4
    )


def _prose(text: str) -> str:
    sample = without_code(text[: 8 * _SAMPLE])
    if "http" in sample or "www." in sample:
        sample = _LINK.sub(" ", sample)
    return sample.strip()[:_SAMPLE]


def _alike(one: str, other: str) -> bool:
    return one == other or any(one in close and other in close for close in _CLOSE)


def _told(name: str) -> str:
    called = _CALLED.get(name, "").split()
    return called[0].capitalize() if called and called[0].isascii() else f"“{name}”"


@cache
def _identifier() -> LanguageIdentifier:
    # It loads numpy and a model, for a second.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
