"""English words with a part to play: those that say little alone, and those that open a request."""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


QUESTIONS = _set("how what when where which who whom whose why")
AUXILIARIES = _set(
    """
    am are aren't can can't could couldn't did didn't do does doesn't don't had has have is isn't
    may might must shall should shouldn't was wasn't were weren't will won't would wouldn't
    """
)
DETERMINERS = _set(
    """
    a all an another any both each eight every exactly few five following four given her his its
    just many more most much my nine no only other our own same seven several six some such ten that
    the their these this those three two your
    """
)
PRONOUNS = _set(
    """
    he her him himself i it itself me mine myself one she them themselves they us we you yours
    yourself
    """
)
PREPOSITIONS = _set(
    """
    about above across after against along among around as at before behind below beneath beside
    besides between beyond by down during for from in inside into like near of off on onto out
    outside over per through throughout to toward towards under until up upon using via versus with
    within without
    """
)
CONJUNCTIONS = _set(
    """
    although and because but else if nor or since so than that then though unless whereas whether
    while yet
    """
)
_ADVERBS = _set(
    """
    again also always ever here however instead less never not now often once please quite
    rather really still there therefore thus too very
    """
)
_CONTRACTED = _set("i'm i've it's let's that's there's they're we're what's you're you've")
_EMPTY = _set("be been being doing done let use used uses")
#: Words that say nothing of what a text is about.
STOP_WORDS = (
    QUESTIONS
    | AUXILIARIES
    | DETERMINERS
    | PRONOUNS
    | PREPOSITIONS
    | CONJUNCTIONS
    | _ADVERBS
    | _CONTRACTED
    | _EMPTY
)

#: Verbs that instructions begin with.
VERBS = _set(
    """
    act add adjust advise analyse analyze annotate answer apply argue arrange ask assess assign
    assume balance brainstorm break build calculate categorise categorize change check choose cite
    clarify classify code combine come comment compare compile complete compose compute condense
    connect consider construct continue contrast convert correct count craft create critique
    debate debug decide decode deduce define delete derive describe design detail detect determine
    develop devise diagnose differentiate discover discuss distinguish divide do draft draw edit
    elaborate eliminate encode enter enumerate estimate evaluate examine execute expand explain
    explore express extend extract figure fill find finish fix follow forecast form format
    formulate gather generate get give go group guess guide help hypothesize identify illustrate
    imagine implement improve include indicate infer insert interpret introduce invent judge
    justify keep label lay list look make map mark match measure merge modify name narrate note
    notify offer optimise optimize order organise organize outline output paraphrase parse perform
    pick place plan play point practice predict prepare present pretend print prioritise
    prioritize produce proofread propose prove provide put quote rank rate react read rearrange
    recall recite recommend reconstruct recreate redesign reduce refactor refine reformat
    reformulate remove rename reorder rephrase replace reply report represent reproduce research
    resolve respond restate restructure retrieve return reverse review revise rewrite role-play
    roleplay round run say schedule search select separate set share shorten show simplify
    simulate sketch solve sort speak specify spell split start state structure submit substitute
    suggest summarise summarize take talk teach tell test think trace track train transcribe
    transform translate transpose troubleshoot turn understand update use validate verify
    visualise visualize walk weigh work write
    """
)
