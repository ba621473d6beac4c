"""Missing input: an instruction that speaks of a text, code or file it does not contain.

It has to point at something ("the following", "below", "attached", "the sentence" to be corrected)
and to hold nothing that could be it: no second paragraph, quotation, code, or words after a colon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codeclm.quality.checks.language import is_plain_english
from codeclm.quality.checks.reading import Pair, Seen, among, brief

#: Longer ones hold something.
_LONG = 2_000

#: An instruction has one of these words at least where it points; looking for them is fast.
_POINTERS = among("following given below above attached enclosed provided supplied this these")

_TEXT = (
    r"(?:text|passage|paragraph|article|e-?mail|letter|review|poem|document|excerpt|extract"
    r"|dialogue|conversation|transcript|abstract|essay|tweet|comment|sentence|headline|snippet"
    r"|code|table|spreadsheet|lyric|utterance|news|stanza)s?\b"
)
_THING = (
    rf"(?:{_TEXT}|(?:function|program|script|list|story|file|image|picture|photo|chart|graph|figure"
    r"|paper|quote|equation|expression|problem|statement|recipe|query|contract|report|message|post"
    r"|word|number|input|data ?set|diagram|log|question|phrase|verse|description|schema|matrix"
    r"|sequence|string|array|fact|pair)s?\b|(?:data|json|csv|information|details)\b)"
)
_OF = r"(?:[\w']+[ -]){0,3}?"
_TIMES = (
    r"(?:year|day|week|month|morning|night|evening|afternoon|season|decade|century|spring|summer"
    r"|autumn|winter|generation|(?:mon|tues|wednes|thurs|fri|satur|sun)day|name|time|moment"
    r"|circumstance|situation|prompt|instruction|are|is|was|were)s?\b"
)
_NOT_HERE = (
    r"(?! (?:of|about|by|from|to|for|that|which|who|where|you|in|on|at|with|called|and its)\b)"
)
_POINTING = re.compile(
    rf"\b(?:the|this|these|a|an) (?:attached|above|below|enclosed) {_OF}{_THING}"
    rf"|\b(?:the|these) (?:following|given) (?!{_TIMES})[\w'-]+"
    rf"|\bthe (?:provided|supplied) {_OF}{_THING}"
    rf"|\b(?:the|this|these) {_OF}{_THING} (?:(?:is|are|that is) )?"
    r"(?:(?:given|provided|shown|listed|written|printed) )?(?:below|above|attached|provided"
    r"|enclosed)\b(?! (?:the|sea|zero|average|all|ground|[\d%]))"
    rf"|\b(?:data|information|details|text) (?:provided|given|shown) (?:in|below|above)\b"
    rf"|\bgiven (?:the|this|these) {_THING}(?= ?[,:.\n]|\Z)"
    rf"|\A(?:you (?:are|will be) )?given (?:a|an|two|some|the) (?:\w+ )?{_TEXT}"
    rf"|\b(?:this|these) (?:\w+ )?{_THING}(?= ?[:.]| into\b|\Z)"
    r"|\bbased on the above\b|\bsee (?:below|attached|above)\b"
)
#: Told to do something with a text, of which "the" is all that is said.
_WORK = (
    r"\A(?:please |kindly |can you |could you )?(?:summari[sz]e|paraphrase|translate|proofread"
    r"|classify|detect|identify|extract|rewrite|correct|edit|tell (?:me )?(?:if|whether)"
    r"|find|replace|complete|analy[sz]e|label|punctuate|shorten|simplify|fill in|determine|debug"
    r"|decide|predict|check)\b"
)
_WORKED_ON = re.compile(rf"{_WORK}[^.:?\n]{{0,60}}?\bthe (?:\w+ )?{_TEXT}{_NOT_HERE}")
_TO_BE_WORKED_ON = re.compile(rf"{_WORK}[^.?!\n]{{0,200}}[:：]\Z")
_ELSEWHERE = re.compile(
    r"\bfolgende[nmrs]? (?:\w+ )?(?:text|satz|sätze|absatz|abschnitt|code|artikel|tabelle|e-?mail"
    r"|brief|gedicht|liste)\b"
    r"|\b(?:texte|phrase|paragraphe|article|code|tableau|passage|courriel|extrait|liste)"
    r" (?:suivante?s?|ci-dess(?:ous|us)|ci-joint)\b"
    r"|\bsiguientes? (?:texto|frase|oración|párrafo|artículo|código|tabla|correo|pasaje|lista)\b"
    r"|\b(?:texto|frase|párrafo|código|artigo|parágrafo|tabela) (?:abaixo|siguiente|seguinte)\b"
    r"|\bseguintes? (?:texto|frase|parágrafo|artigo|código|tabela|e-mail|lista)\b"
    r"|(?:以下|下面|上面|下列|附件)(?:的|这|中的|段|篇|个|句)*"
    r"(?:文本|文章|代码|句子|段落|表格|文字|短文|邮件|内容|文件)"
)
#: A program is asked for that will be given something, or how to do a thing in general.
_NO_POINTING = re.compile(
    r"\b(?:write|create|implement|develop|build|design)\b[^.\n]{0,40}\b(?:function|program|script"
    r"|method|class|query|algorithm|app|regex|macro|formula)\b"
    r"|\A\W*(?:how (?:do|can|should|to|does|would)|why|when should|what is an?)\b"
)
#: Words after the sentence that speaks of it, or before it, which may well be the thing itself.
_AFTER, _BEFORE = 12, 24
_QUOTED = re.compile(r"[\"“«「„'‘][^\"“”«»「」„\n]{3,}[\"”»」“'’](?!\w)")
_SENTENCE_END = re.compile(r"[.!?。？！](?:\s|\Z)|\n|\Z")
_COLON = re.compile(r"\A[^,.!?\n]{0,80}[:：]\s*\S*\w")


def look(pair: Pair) -> Iterator[Seen]:
    lower = pair.instruction.lower[: _LONG + 1].rstrip()
    if len(pair.instruction.words) < 3 or len(lower) > _LONG or "\n" in lower or "```" in lower:
        return
    if match := _pointing(pair, lower):
        why = f"“{brief(pair.instruction.text[match.start() : match.end()])}” is not there."
        yield Seen("instruction", *match.span(), why)
    elif lower[-1] in ":：" and _TO_BE_WORKED_ON.match(lower):
        why = "It ends with a colon and nothing after it."
        yield Seen("instruction", len(lower) - 1, len(lower), why)


def _pointing(pair: Pair, lower: str) -> re.Match[str] | None:
    found = pair.instruction.words
    match = None if _POINTERS.isdisjoint(found) else _POINTING.search(lower)
    match = match or _WORKED_ON.search(lower)
    if not match and not is_plain_english(found):
        match = _ELSEWHERE.search(lower)
    if not match or _NO_POINTING.search(lower) or _is_there(lower, match):
        return None
    return match


def _is_there(lower: str, match: re.Match[str]) -> bool:
    """Whether anything in an instruction may be what it speaks of."""
    before, after = lower[: match.start()], lower[match.end() :]
    if _QUOTED.search(lower) or _COLON.match(after) or len(before.split()) >= _BEFORE:
        return True
    if "above" in match[0] and len(before.split()) >= 4:
        return True
    colon = max(after.rfind(":"), after.rfind("："))
    said = after[colon + 1 :].split() if colon >= 0 else []
    if len(said) >= 4 and not said[-1].endswith("?"):
        return True
    end = _SENTENCE_END.search(after)
    return bool(end) and len(after[end.end() :].split()) >= _AFTER
