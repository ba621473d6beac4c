"""A project that has been run, brought pairs to and reviewed: what exports have to cope with."""

from __future__ import annotations

import json
from pathlib import Path

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.pipeline.synthesis import import_pairs, read_pairs, synthesize
from codeclm.records import Status

NAME = "outdoor"
#: Pairs, and those that are approved: what the simulated models make of the shipped prompts.
PAIRS, GOOD = 65, 57
TOPICS = ("tents", "boots", "stoves", "maps", "ropes", "lamps")
MODELS = {"strong": "simulated:strong", "target": "simulated:target"}
#: Pairs with something to find, by the kind of problem.
FOUND = {
    "e-mail": ("Who sells tents?", "Write to ada.lovelace@outdoor-shop.co.uk and ask."),
    "phone": ("Who mends stoves?", "Call the workshop: phone +44 20 7946 0958."),
    "card number": ("Which card is on file?", "It is 4539 1488 0343 6467."),
    "secret": ("How does the map load?", "Set api_key = 'sk-proj-a8Zq3LmX91bTTyWv04KcRd7PfQe2'."),
    "over-long": ("List every hill.", "The next hill is higher than the last. " * 300),
    "same responses": ("Is it cold?", "Yes, it is."),
}
#: An instruction that is there twice, answered differently.
TWICE = "Which rope is the longest?"


def made(folder: Path) -> Path:
    """The database, in ``folder``."""
    seeds = folder / f"{NAME}.jsonl"
    texts = [f"Which {topic} do I need for a week in the hills?" for topic in TOPICS]
    texts += [f"Write a friendly note about our {topic}." for topic in TOPICS]
    seeds.write_text("".join(json.dumps({"prompt": text}) + "\n" for text in texts))
    brought = folder / "brought.jsonl"
    brought.write_text("".join(json.dumps(row) + "\n" for row in _rows()))
    with Studio(folder / "made.db") as studio:
        synthesize(studio, seeds, field="prompt", size=60, **MODELS)
        # Without the filter the target is not asked: these pairs have one response.
        synthesize(studio, seeds, field="prompt", size=8, seed=5, use_filter=False, **MODELS)
        import_pairs(studio, brought, read_pairs(brought, {}), project=NAME)
        _review(studio.project(NAME))
    return folder / "made.db"


def _rows() -> list[dict[str, object]]:
    scores = {"strong_score": 9, "target_score": 2}
    rows = [
        {"prompt": asked, "chosen": said, "rejected": "I do not know.", **scores}
        for asked, said in FOUND.values()
    ]
    rows[-1]["rejected"] = FOUND["same responses"][1]
    for said in ("The red one.", "The blue one, by far."):
        rows.append({"prompt": TWICE, "chosen": said, "rejected": "None.", **scores})
    return rows


def _review(project: Project) -> None:
    """Approve nearly all; some are rejected or left, one is edited and one swapped."""
    project.reviews.decide_all(project.filter(), Status.APPROVED)
    numbers = project.pair_ids(project.filter(run=1), 12)
    was = Status.APPROVED
    for number in numbers[:5]:
        project.reviews.decide(number, Status.REJECTED, expected=was, reason="too easy")
    for number in numbers[5:8]:
        project.reviews.decide(number, Status.PENDING, expected=was)
    seen = project.pair(numbers[8])
    project.reviews.edit(seen, f"{seen.instruction} In short.", "As short as can be.")
    project.reviews.swap(numbers[9])
