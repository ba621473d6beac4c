"""The words the rules work with: use cases and their skills, fields of knowledge, topics."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UseCase:
    """A task: words that point to it, skills it takes, and openings of instructions for it.

    In ``tasks``, ``{topic}`` is a subject and ``{passage}`` a short text about it.
    """

    name: str
    cues: frozenset[str]
    skills: tuple[str, ...]
    tasks: tuple[str, ...]


def _use_case(name: str, cues: str, skills: str, *tasks: str) -> UseCase:
    split = tuple(skill.strip() for skill in skills.split(","))
    return UseCase(name, frozenset(cues.split()), split, tasks)


USE_CASES = (
    _use_case(
        "creative writing",
        "story poem write tale novel character lyrics haiku fiction scene sonnet plot dialogue",
        "narrative structure, vivid imagery, character development, dialogue writing, tone control",
        "Write a short story about {topic}",
        "Compose a poem of four stanzas on {topic}",
        "Write the opening scene of a play set around {topic}",
        "Invent a fable whose moral concerns {topic}",
    ),
    _use_case(
        "code generation",
        "code function python javascript program script implement algorithm class api sql java",
        "algorithm design, input validation, code readability, error handling, unit testing",
        "Write a Python function that ranks entries of a list about {topic} by relevance",
        "Implement a small command-line tool that keeps a log of {topic}",
        "Write a SQL query, with its table definitions, that reports monthly figures on {topic}",
        "Design a class that models {topic} and supports saving and loading",
    ),
    _use_case(
        "debugging code",
        "bug debug error fix traceback exception crash fails failing broken refactor",
        "root cause analysis, code reading, error handling, test design",
        "A program that tracks {topic} stops after the first entry; list likely causes and checks",
        "Explain how to find out why a report on {topic} shows every figure twice",
    ),
    _use_case(
        "question answering",
        "what who when where which answer does why is are can question",
        "fact recall, concise answering, source awareness, ambiguity handling",
        "What are the three things a beginner most often gets wrong about {topic}?",
        "Why has {topic} changed so much over the last fifty years?",
        "Which conditions have to hold before {topic} pays off?",
        "Who benefits from {topic}, and who carries the cost?",
    ),
    _use_case(
        "summarisation",
        "summarise summarize summary shorten condense tldr abstract key points digest",
        "key point extraction, faithful paraphrase, information compression",
        'Summarise this text in two sentences: "{passage}"',
        'Turn the following note into three bullet points: "{passage}"',
        'Write a headline and a one-line summary for: "{passage}"',
    ),
    _use_case(
        "translation",
        "translate translation french german spanish english italian chinese japanese language",
        "idiomatic phrasing, register matching, terminology consistency",
        'Translate into French and explain one choice of word: "{passage}"',
        'Render this in formal German: "{passage}"',
        'Translate into Spanish for a young reader: "{passage}"',
    ),
    _use_case(
        "planning",
        "plan schedule itinerary organise organize roadmap agenda week steps timeline prepare trip",
        "task decomposition, time estimation, priority setting, risk awareness",
        "Plan a weekend around {topic}",
        "Draw up a four-week schedule for someone who wants to take up {topic}",
        "Prepare the agenda of a two-hour workshop on {topic}",
        "Lay out the steps for starting a local club devoted to {topic}",
    ),
    _use_case(
        "classification",
        "classify categorise categorize label sentiment sort tag category positive negative",
        "category definition, consistent labelling, borderline judgement",
        'Classify the mood of this message and say why: "{passage}"',
        'Decide whether this is news, opinion or advertising: "{passage}"',
        "Propose five categories into which reports about {topic} can be sorted",
    ),
    _use_case(
        "math reasoning",
        "calculate solve equation number probability sum percent math proof average many cost",
        "step-by-step calculation, unit conversion, result checking, equation solving",
        "A club for {topic} has 48 members and grows by a quarter each year; find its size after 3",
        "A course on {topic} costs 120 euros with a 15 percent discount for pairs; compare prices",
        "Estimate how many hours a city of 200000 people spends on {topic} in a month",
    ),
    _use_case(
        "brainstorming",
        "ideas brainstorm suggest names list creative generate slogans possibilities",
        "divergent thinking, idea variety, audience awareness",
        "List ten unusual ideas for combining {topic} with a neighbourhood festival",
        "Suggest eight names for a magazine about {topic}",
        "Think up six ways in which a school could teach {topic} without spending money",
    ),
    _use_case(
        "data analysis",
        "data analyse analyze chart dataset statistics trend table correlation metrics survey",
        "trend interpretation, metric selection, statistical caution, result communication",
        "A survey on {topic} shows 40, 55 and 48 percent approval in three years; interpret it",
        "Choose four figures that show whether a programme on {topic} works",
        "Describe how to compare two cities by their interest in {topic}",
    ),
    _use_case(
        "text editing",
        "edit rewrite rephrase proofread grammar improve correct paraphrase polish revise",
        "clarity editing, tone adjustment, grammar correction, meaning preservation",
        'Rewrite this so that it is polite and half as long: "{passage}"',
        'Correct and polish the following paragraph: "{passage}"',
        'Make this text suitable for a notice board: "{passage}"',
    ),
    _use_case(
        "role play",
        "act pretend roleplay imagine you persona interview interviewer character play",
        "persona consistency, conversational flow, empathy in dialogue",
        "Act as a patient teacher and introduce {topic} to a doubtful adult",
        "Pretend to be a journalist and interview an expert on {topic}, giving both voices",
        "Imagine you run a help line for {topic} and answer a worried first caller",
    ),
    _use_case(
        "explanation",
        "explain describe how works concept meaning understand teach difference define",
        "analogy building, concept layering, plain language, example selection",
        "Explain how {topic} works to a twelve-year-old",
        "Describe the main idea behind {topic} with one everyday comparison",
        "Explain the difference between good and bad practice in {topic}",
    ),
    _use_case(
        "recommendation",
        "recommend best choose advice should buy pick book movie restaurant gift option",
        "preference elicitation, option comparison, honest trade-offs",
        "Recommend three ways into {topic} for someone with little time",
        "Advise a family of four on whether {topic} suits them",
        "Suggest equipment for {topic} on a budget of 100 euros",
    ),
    _use_case(
        "information extraction",
        "extract find list names dates entities parse fields json identify pull",
        "entity recognition, structured output, detail accuracy",
        'Extract every figure and what it refers to: "{passage}"',
        'List the people, places and times mentioned in: "{passage}"',
    ),
    _use_case(
        "email drafting",
        "email letter mail message reply invitation memo notice colleague customer apology",
        "professional tone, clear request, audience awareness, concise wording",
        "Draft an email that invites colleagues to an evening on {topic}",
        "Write a letter to the town council asking for support for {topic}",
        "Reply to a customer whose order concerning {topic} arrived two weeks late",
    ),
    _use_case(
        "argument writing",
        "argue essay persuade debate opinion convince pros cons position thesis speech",
        "claim support, counterargument handling, logical structure",
        "Argue for more public money for {topic} and answer the strongest objection",
        "Write a short speech against making {topic} compulsory at school",
        "Set out the pros and cons of {topic} in a growing town",
    ),
    _use_case(
        "comparison",
        "compare versus contrast vs difference better similarities alternatives",
        "criteria selection, balanced evaluation, difference spotting",
        "Compare two approaches to {topic} by cost, effort and result",
        "Contrast how {topic} is seen by the young and by the old",
    ),
    _use_case(
        "how-to guidance",
        "guide instructions tutorial recipe build install cook repair step setup make",
        "sequencing steps, safety awareness, anticipating mistakes",
        "Write a guide for a first attempt at {topic} with what is at hand at home",
        "Give instructions for teaching {topic} to a group of beginners",
    ),
)

#: A field of knowledge, words that point to it, and the skill it adds.
FIELDS = (
    ("health", "health doctor diet exercise sleep medicine patient symptoms", "health literacy"),
    ("money", "money budget finance invest bank tax price cost loan", "financial reasoning"),
    ("travel", "travel trip city hotel flight country visit tourist", "travel logistics"),
    ("cooking", "cook recipe food meal kitchen dish bake ingredients", "recipe adaptation"),
    (
        "science",
        "science physics chemistry biology energy planet experiment",
        "scientific care",
    ),
    ("history", "history war century ancient king empire revolution", "historical context"),
    ("business", "business company market customer product sales startup", "business judgement"),
    ("learning", "school student teacher lesson learn exam course", "lesson design"),
    ("nature", "animal plant garden tree forest ocean climate weather", "ecological awareness"),
    ("law", "law legal contract rights court rules policy", "legal caution"),
    ("sport", "sport football team training run match coach", "training planning"),
    ("technology", "computer software data network phone app internet", "technical fluency"),
)

_TOPICS = """
urban beekeeping; night trains; community libraries; solar cooking; chess for children;
repairing old radios; indoor herb gardens; tidal power; family budgets; open-air cinema;
long-distance walking; bread baking; local newspapers; bird migration; remote work;
second-hand clothing; school theatre; rainwater harvesting; amateur astronomy; map making;
choir singing; bicycle commuting; food preservation; museum visits; first aid; wood carving;
language exchange; volunteer fire brigades; home insulation; board games; street photography;
river swimming; letter writing; weather observation; shared gardens; oral history;
small wind turbines; reading aloud; origami; neighbourhood markets
"""
TOPICS = tuple(topic.strip() for topic in _TOPICS.split(";"))
