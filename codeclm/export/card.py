"""The data set card: what a bundle is, how it was made, what is in it, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from codeclm.export.front import front_matter
from codeclm.export.making import how_it_was_made
from codeclm.export.markup import code, line, quote, table
from codeclm.export.methods import NAMES
from codeclm.export.numbers import distribution, number, ranked
from codeclm.export.trainers import trainer_files
from codeclm.records import REASONS, CardFacts, DataFile, Terms, as_bytes

SIMULATED = (
    "SIMULATED: models that only pretend to be one wrote some or all of this, by rules. It shows"
    " how the program works and is not real data: do not train on it."
)
_KEYS = {
    "alpaca": ("instruction", "input", "output"),
    "sharegpt": ("conversations",),
    "messages": ("messages",),
    "prompt-completion": ("prompt", "completion"),
    "dpo": ("prompt", "chosen", "rejected"),
    "kto": ("prompt", "completion", "label"),
    "gemini": ("contents",),
}
_MEANINGS = {
    "instruction": "what is asked for",
    "input": "empty: an instruction contains all it speaks of",
    "output": "the response",
    "response": "the response as it stands, edits of people included",
    "conversations": "turns with `from` and `value`: the instruction, then the response",
    "messages": "turns with `role` and `content`: the instruction, then the response",
    "contents": "turns with `role` and `parts`: the instruction, then the response",
    "prompt": "the instruction, after a system prompt where there is one",
    "completion": "the response",
    "chosen": "the response that stands",
    "rejected": "the other model's response",
    "label": "whether the completion is a good one",
    "system": "the system prompt under which the models answered",
    "system_prompt": "the system prompt under which the models answered",
    "systemInstruction": "the system prompt under which the models answered",
    "response_from": "whose response it is: `strong` or `target`",
    "use_case": "the use case of the metadata it was decoded from, else the strategy's name",
    "skills": "the skills of the metadata it was decoded from",
    "iteration": "which version of the instruction it is, the first being 1",
    "chain_id": "its place in the plan of its run",
    "gap": "strong score − target score, −9 to 9",
    "strong_score": "the strong response's score, averaged over both orders, 1 to 10",
    "target_score": "the target response's score, averaged over both orders, 1 to 10",
    "strong_response": "what the strong model answered",
    "target_response": "what the target answered",
    "strong_model": "the strong model's name",
    "target_model": "the target's name",
    "judge_model": "the judge's name",
    "imported_from": "file and line of a pair that was brought",
    "chain": "its earlier iterations, each with the action that led on from it",
    "review": "what people have said of it",
    "status": "what people have said of it",
    "reason": "why it was rejected",
    "reviewer": "who said so last",
    "edited": "whether a person edited it",
    "swapped": "whether a person chose the other model's response",
    "tags": "what people have called it",
    "note": "what people have noted of it",
    "original": "instruction and response as the machine wrote them, where a person edited them",
    "original_instruction": "the instruction as the machine wrote it, where a person edited it",
    "original_response": "the response as the machine wrote it, where a person edited it",
}


def card(facts: CardFacts, pictures: Mapping[str, str]) -> str:
    """The README.md of a bundle, in Markdown with a front matter for the Hugging Face Hub.

    ``pictures`` are alternative texts by path within the bundle. What people and models wrote is
    shown as text, whatever is in it.
    """
    parts = [
        front_matter(facts),
        *([f"> **{SIMULATED}**"] if facts.simulated else []),
        f"# {line(facts.terms.title or facts.project)}",
        *_what_it_is(facts),
        *how_it_was_made(facts),
        *_what_is_in_it(facts),
        *distribution(facts, pictures),
        *_reviews(facts),
        *_limits(facts),
        *_licences(facts.terms),
        *_use(facts),
    ]
    return "\n\n".join(parts) + "\n"


def missing(terms: Terms) -> list[str]:
    """A sentence for each thing that only a person can say of a data set and nobody has."""
    sentences = (
        (terms.title, "It has no title: the project's name stands for it."),
        (terms.summary, "Nobody has said what it is in a sentence or two."),
        (terms.language, "Its language is not told."),
        (terms.licence, "It has no licence: nobody may use it until it has one."),
        (terms.seeds_licence, "The licence of the seeds, whose tasks it repeats, is not told."),
        (
            terms.strong_terms,
            "It is not told whether the strong model's provider allows other models to be trained"
            " on its replies.",
        ),
    )
    return [sentence for said, sentence in sentences if not said.strip()]


def _methods(facts: CardFacts) -> str:
    """Which methods there are, in the order of the runs."""
    own = (NAMES.get(str(run.settings.get("strategy")), "CodecLM") for run in facts.runs)
    names = list(dict.fromkeys(own)) or ["CodecLM"]
    *most, last = names
    return f"{', '.join(most)} and {last} methods" if most else f"{last} method"


def _what_it_is(facts: CardFacts) -> Iterator[str]:
    yield "## What it is"
    if facts.terms.summary.strip():
        yield quote(facts.terms.summary)
    yield (
        f"{number(facts.pairs)} synthetic instructions with responses"
        f" ({number(facts.rows)} rows), tailored to the project {line(facts.project)} with the"
        f" {_methods(facts)}."
    )
    if facts.brief.strip():
        yield "The brief they were made for:"
        yield quote(facts.brief)
    warnings = missing(facts.terms)
    if warnings:
        yield "\n".join(f"- **Warning:** {warning}" for warning in warnings)


def _what_is_in_it(facts: CardFacts) -> Iterator[str]:
    yield "## What is in it"
    yield table(("file", "split", "rows", "size"), map(_file, facts.files), right=2)
    layout = dict(facts.layout)
    format, style = str(layout.get("format", "")), str(layout.get("style", ""))
    told = f"Format {code(format)}" + (f" in the style {code(style)}" if style else "")
    if facts.archived:
        yield (
            f"{code('project.jsonl')} has everything behind the pairs, to restore the project with"
            " its chains and reviews, names of reviewers and notes among them."
        )
    yield f"{told}. A row has these fields:"
    picked = layout.get("fields") or ()
    picked = picked.split(", ") if isinstance(picked, str) else picked
    fixed = _KEYS.get(format, () if picked else ("instruction", "response"))
    keys = facts.keys or dict.fromkeys((*fixed, *map(str, picked)))
    yield table(("field", "what it is"), ((code(key), _MEANINGS.get(key, "")) for key in keys))
    rows = [
        ("splits", ", ".join(f"{name} {share:.0%}" for name, share in facts.splits.items())),
        ("balance", facts.balance),
        *((f"filter: {name}", _said(value)) for name, value in sorted(facts.narrowed.items())),
        *(
            (f"layout: {name}", _said(value))
            for name, value in sorted(layout.items())
            if name not in ("format", "style", "fields")
        ),
        ("pairs", number(facts.pairs)),
        ("written", facts.created_at),
        ("by", f"codeclm {facts.version}"),
    ]
    yield table(("", ""), ((line(name), line(value)) for name, value in rows if value))


def _file(file: DataFile) -> tuple[str, str, str, str]:
    return code(file.path), line(file.split), number(file.rows), as_bytes(file.bytes)


def _said(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(value)


def _reviews(facts: CardFacts) -> Iterator[str]:
    reviews = facts.reviews
    yield "## Review"
    rows = [*((line(status), number(count)) for status, count in sorted(reviews.statuses.items()))]
    rows += [
        ("edited by a person", number(reviews.edited)),
        ("given the other model's response", number(reviews.swapped)),
        ("people who reviewed", number(reviews.reviewers)),
    ]
    yield table(("of the pairs that are written", ""), rows, right=1)
    if reviews.reasons:
        yield "Why pairs of the project were rejected:"
        yield table(("reason", "pairs"), ranked(reviews.reasons), right=1)
    if not reviews.reviewers:
        yield "**Nobody has looked at these pairs.**"


def _limits(facts: CardFacts) -> Iterator[str]:
    yield "## Limits and known problems"
    judged = bool(facts.gaps)
    yield _list(
        [
            "Models wrote the instructions and the responses. They can be wrong, one-sided or out"
            " of date, and sound sure of it; a review finds some of that.",
            *(
                [
                    "A model scored the responses. Judges favour a position, length and what"
                    " resembles themselves; each pair was scored in both orders and averaged, which"
                    " takes away the first bias, not the others.",
                    "Pairs are here because the models' scores lie apart: what the target already"
                    " does well is rare.",
                ]
                if judged
                else []
            ),
            "The instructions repeat the tasks of the seeds or the metadata they were made from,"
            " and what those leave out is left out here.",
            "Names, addresses and facts in them may be made up, or may not be.",
        ]
    )
    if facts.problems:
        yield "Found before writing, and written nevertheless:"
        yield table(("problem", "pairs"), ranked(facts.problems), right=1)
    if facts.left_out:
        yield "Selected, and left out:"
        yield table(("for", "pairs"), ranked(facts.left_out), right=1)
    if not facts.checked:
        yield "**Nobody has looked for problems: the rows were not checked.**"
    elif not facts.problems and not facts.left_out.keys() - REASONS:
        yield "The check before writing found no problem."


def _licences(terms: Terms) -> Iterator[str]:
    yield "## Licence and terms"
    for name, said, warning in (
        ("Licence of this data set", terms.licence, "none is told: nobody may use it."),
        ("Licence of the seeds", terms.seeds_licence, "none is told."),
        (
            "The strong model's terms on training other models",
            terms.strong_terms,
            "not told: read them before training on this.",
        ),
    ):
        if not said.strip():
            yield f"**{name}: WARNING — {warning}**"
        elif len(said) <= 80 and "\n" not in said:
            yield f"{name}: {line(said)}"
        else:
            yield f"{name}:\n\n{quote(said)}"


_BUILDERS = {"csv": "csv", "parquet": "parquet"}


def _use(facts: CardFacts) -> Iterator[str]:
    yield "## How to use it"
    if facts.files:
        paths: dict[str, str] = {}
        for file in facts.files:
            paths.setdefault(file.split or "train", file.path)
        kind = _BUILDERS.get(facts.files[0].path.rpartition(".")[2], "json")
        listed = ", ".join(f'"{_plain(split)}": "{_plain(path)}"' for split, path in paths.items())
        yield "\n".join(
            (
                "```python",
                "from datasets import load_dataset",
                "",
                f'data = load_dataset("{kind}", data_files={{{listed}}})',
                "```",
            )
        )
    trainers = sorted(trainer_files(facts, ""))
    if trainers:
        yield "Settings for trainers, each to be run from the bundle's folder:"
        yield _list(f"`{path}`" for path in trainers)
    else:
        yield "The service that tunes on this format takes its settings itself."
    yield "`manifest.json` tells the same for programs, with a digest of every data file."


def _plain(name: str) -> str:
    """A split or path of ours; what would end its quotation is left out."""
    return "".join(char for char in name if char.isalnum() or char in "._-/ ")


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)
