"""Refusal: a response that will not do what it was asked, or says that an AI is speaking.

Both are told by their usual words, outside quotations; a refusal has to begin a sentence near the
start. What a letter or a story may say as well counts only where no such thing was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codeclm.quality.checks.reading import Pair, Reading, Seen, among, brief, is_quoted

#: Characters from the start among which a refusal begins, and an AI speaks of itself.
_HEAD, _WHOLE = 400, 10_000

#: If a pattern below matches, a response has one of the words that machines are called by, or one
#: of other words and then of signs; words are compared fastest.
_MACHINES = among("ai chatbot ki sprachmodell ki-sprachmodell ki-assistent ki-modell ki-system ia")
_SELF_WORDS = among(
    "language knowledge training last latest recent personal real-time access feelings emotions"
    " ability artificial intelligenz modèle modelo intelligence inteligencia inteligência virtuel"
    " virtual"
)
_SELF_SIGNS = (
    "language model", "artificial", "künstliche", "my knowledge", "my training", "my last",
    "my latest", "my most", "have personal", "have any", "have real", "have access", "have feel",
    "have emo", "have the ab", "modèle", "modelo de", "inteligen", "virtu",
)  # fmt: skip
_NO_WORDS = among(
    "cannot can't can’t won't won’t unable decline refuse don't don’t leid aider répondre fournir"
    " puedo posso dabei damit anfrage"
)
_NO_SIGNS = ("can not", "could not", "will not", "not able", "not comf", "feel comf")
_CHINESE = ("人工智能", "语言模型", "抱歉", "对不起", "我无法", "我不能", "作为ai", "是ai", "个ai")

_KIND = r"(?:large |big |helpful |text-based |virtual |ai |artificial intelligence |simple )*"
_NO_MACHINE = (
    r"(?!-| (?:engineer|research|develop|expert|special|consult|student|artist|ethic|start))"
)
_SELF = re.compile(
    rf"\bas an? {_KIND}(?:language model|ai|artificial intelligence|chatbot|assistant)"
    r"(?: language model| model| assistant| chatbot| system| program)?"
    r"(?:,| i\b| i['’]| trained\b| developed\b| created\b| like me\b)"
    rf"|\bi(?: am|['’]m) (?:just |only |merely |simply |actually )?an? {_KIND}"
    rf"(?:language model|(?<=ai )(?:assistant|model|program|system)|ai|chatbot)\b{_NO_MACHINE}"
    r"|\b(?:as of|until|up to|since) my (?:last|latest|most recent|knowledge|training)\b"
    r"|\bmy (?:last |latest )?(?:knowledge (?:update|cut-?off)|training (?:data|cut-?off))\b"
    r"|\bi (?:do not|don['’]t) have (?:any )?(?:personal (?:opinion|experience|belief|feeling"
    r"|preference|emotion)|real-time|access to (?:real-time|current|external|the internet|your"
    r"|personal)|feelings or|emotions or|the ability to (?:access|browse|see|view|feel|provide))"
    # German, French, Spanish and Portuguese, Chinese.
    r"|\bals (?:ein |eine )?(?:ki|künstliche intelligenz|großes sprachmodell|sprachmodell|ki-\w+)\b"
    r"(?! (?:im|der|in|von)\b)"
    r"|\b(?:en tant qu[e'’] ?|je suis )(?:un |une |simple )*(?:modèle de langage|modèle d['’]ia"
    r"|ia\b|intelligence artificielle|assistant virtuel)"
    r"|\b(?:como|soy|sou) (?:un |una |um |uma |solo |apenas )*(?:grande? )?(?:modelo de (?:lenguaje"
    r"|linguagem|ia|língua)|ia\b|inteligencia artificial|inteligência artificial"
    r"|asistente virtual|assistente virtual)"
    r"|(?:作为|我是|我只是)(?:一个|一款|一名|个)?(?:大型|大)?(?:ai|人工智能|语言模型)"
)

_NOT = (
    r"(?:can(?:no|['’])t|can not|could not|won['’]t|will not|am not able to|['’]m not able to"
    r"|am unable to|['’]m unable to|must decline to|must refuse to|have to decline to"
    r"|(?:do not|don['’]t) feel comfortable|(?:am|['’]m) not comfortable) (?:be able to )?"
)
#: Nobody but a model says these.
_SURE = re.compile(
    rf"\b(?:i|we) ?{_NOT}(?:directly |personally )?(?:help|assist|comply|engage)(?:ing)?(?: you)?"
    r"(?: (?:in|with) (?:that|this|your|such|the|any|creat|generat|writ|illegal|harmful)|[.!\n]|\Z)"
    rf"|\b(?:i|we) ?{_NOT}(?:fulfil?l?|satisfy|process|complete) (?:that|this|your|such|the)"
    r" request"
    r"|es tut mir (?:sehr )?leid, (?:aber )?(?:ich kann|das kann ich|dabei kann|bei dieser|hierbei)"
    r"|(?:dabei|damit|bei dieser anfrage) kann ich (?:ihnen |dir |leider )*nicht helfen"
    r"|je ne (?:peux|suis) pas (?:en mesure de )?(?:vous |t['’]|te )?(?:aider|répondre à|fournir)"
    r"|(?:lo siento|lamento),? (?:pero )?no puedo (?:ayudar|proporcionar|cumplir|responder|hacer"
    r"|ofrecer|asist|darte)"
    r"|(?:desculpe|lamento|sinto muito),? (?:mas )?(?:eu )?não posso (?:ajudar|fornecer|responder"
    r"|atender|fazer)"
    r"|(?:抱歉|对不起)[，,。]?(?:但)?(?:我)?(?:无法|不能)(?:提供|帮助|协助|回答|满足|完成|生成)"
    r"|我(?:无法|不能)(?:提供|协助|帮助您|帮助你|回答这|满足|生成)"
)
#: These may also be said by a person who does not do somebody a favour.
_MILD = re.compile(
    rf"\bi ?{_NOT}(?:directly |really |currently |personally )?"
    r"(?:provide|answer|generate|create|write|do (?:that|this|so)|complete|continue|discuss|share"
    r"|offer|give|access|browse|open|view|process|respond|produce|predict|promote"
    r"|participate|translate|summari[sz]e|verify|determine|tell you (?!how)|watch|listen to|display"
    r"|show|draw|search|identify|read|look up|fulfil|disclose|form)\b"
)
#: What is asked for may itself say no, or be told by somebody who does.
_OTHERS_SPEAK = re.compile(
    r"letter|e-?mail|message|\bnote\b|repl(?:y|ies)|invitation|decline|apolog|excuse|story|scene"
    r"|dialog|poem|song|lyric|speech|\brole\b|character|diary|monolog|script|refus|complain|tweet"
    r"|\bpost\b|sentence|rewrite|paraphras|translat|rephras|quote|pretend|imagine|conversation"
    r"|brief|schreib|absage|écri|lettre|escrib|carta|escrev|disculpa|信|写"
)
_ABOUT_MACHINES = re.compile(
    r"\b(?:ais?|a\.i\.|chatbots?|robots?|language models?|chatgpt|llms?|assistants?|androids?"
    r"|artificial intelligence|are you)\b"
)


def look(pair: Pair) -> Iterator[Seen]:
    lower, asked = pair.response.lower, pair.instruction.lower[:2000]
    found = None
    if _may_speak(pair.response) and not _ABOUT_MACHINES.search(asked):
        found = _first(_SELF, lower, _WHOLE)
    why = "The response speaks of being an AI"
    if not found and _may_refuse(pair.response):
        found = _first(_SURE, lower, _HEAD)
        if not found and not _OTHERS_SPEAK.search(asked):
            found = _first(_MILD, lower, _HEAD)
        why = "The response refuses"
    if found:
        shown = brief(pair.response.text[found.start() : found.end()])
        yield Seen("response", *found.span(), f"{why}: “{shown}”.")


def _may_speak(response: Reading) -> bool:
    """Whether looking for an AI's words is worth it: that takes fifty times longer."""
    if not _MACHINES.isdisjoint(response.words):
        return True
    if not _SELF_WORDS.isdisjoint(response.words):
        return any(sign in response.lower for sign in _SELF_SIGNS)
    return _is_chinese(response)


def _may_refuse(response: Reading) -> bool:
    head = response.lower[: 2 * _HEAD]
    if not _NO_WORDS.isdisjoint(response.words) or any(sign in head for sign in _NO_SIGNS):
        return True
    return _is_chinese(response)


def _is_chinese(response: Reading) -> bool:
    return not response.lower.isascii() and any(sign in response.lower for sign in _CHINESE)


def _first(pattern: re.Pattern[str], lower: str, end: int) -> re.Match[str] | None:
    """The first match that is no quotation; refusals also have to begin a sentence."""
    for match in pattern.finditer(lower, 0, end + 200):
        at = match.start()
        if at <= end and (pattern is _SELF or _begins(lower, at)) and not is_quoted(lower, at):
            return match
    return None


def _begins(lower: str, at: int) -> bool:
    """Whether a sentence begins here, or goes on after a word of regret."""
    before = lower[max(0, at - 120) : at]
    if not before.strip() or before.endswith("\n") or before.rstrip()[-1] in ".!?:;。！？，,*—-":
        return True
    return before.rstrip().endswith((" but", "sorry", "that", "while", "leider", "aber"))
