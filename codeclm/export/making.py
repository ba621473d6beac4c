"""How a data set was made: the method, and of every run its models, settings and prompts."""

from __future__ import annotations

from collections.abc import Iterator

from codeclm.export.markup import code, line, table
from codeclm.export.numbers import number
from codeclm.records import CardFacts, RunFacts

_METHOD = (
    "CodecLM: *Aligning Language Models with Tailored Synthetic Data* (Wang et al., Findings of"
    " NAACL 2024, [arXiv:2404.05875](https://arxiv.org/abs/2404.05875)). Seeds are encoded into"
    " metadata: a use case and skills. Metadata is decoded into basic instructions. For each"
    " metadata entry the strong model writes rubrics, each with an action that makes an"
    " instruction harder (Self-Rubrics). Strong model and target answer, a judge scores both in"
    " both orders, and the gap of the averaged scores decides (Contrastive Filtering): above θ the"
    " strong response is kept, below −θ the target's; between them the instruction is improved with"
    " one action and tried again, until it has had all its iterations."
)
#: Settings beside the paper's values (§4.2 and appendix); a dash where it tells none.
_SETTINGS = (
    ("size", "basic instructions", "2000"),
    ("metadata", "metadata entries after mixing (0: nothing mixed)", "200"),
    ("rubrics", "rubrics and actions an entry", "4"),
    ("use_rubrics", "Self-Rubrics", "yes"),
    ("use_filter", "Contrastive Filtering", "yes"),
    ("iterations", "iterations at most", "4"),
    ("theta", "θ", "3"),
    ("temperature", "temperature", "0.7"),
    ("max_tokens", "tokens of a reply at most", "2048"),
    ("repeat_actions", "an action may come again", "yes"),
    ("batch", "instructions a call", "—"),
    ("seed", "seed of random choices", "—"),
    ("strategy", "strategy", "codeclm"),
)
_ROLES = (
    ("strong", "strong", "encodes, decodes, writes rubrics, improves, answers"),
    ("target", "target", "answers"),
    ("judge", "judge", "scores"),
)


def how_it_was_made(facts: CardFacts) -> Iterator[str]:
    """The section, part by part."""
    yield "## How it was made"
    yield _METHOD
    for run in facts.runs:
        yield from _run(run)


def _run(run: RunFacts) -> Iterator[str]:
    source = f", from {line(run.source)}" if run.source.strip() else ""
    yield f"### Run {run.id}"
    imported = bool(run.settings.get("imported"))
    yield (
        f"{line(run.created_at)}{source}. {_sums(run, imported)}"
        + (" **Simulated.**" if run.simulated else "")
    )
    yield table(("role", "model", "what it does"), _models(run, imported))
    if not imported:
        yield table(
            ("setting", "this run", "paper"),
            (
                (told, line(_shown(run.settings[name])), paper)
                for name, told, paper in _SETTINGS
                if name in run.settings
            ),
            right=2,
        )
    if run.prompts:
        changed = run.settings.get("prompts") or {}
        yield table(
            ("prompt", "SHA-256", ""),
            (
                (line(name), code(digest), "changed for this run" if name in changed else "")
                for name, digest in sorted(run.prompts.items())
            ),
        )


def _sums(run: RunFacts, imported: bool) -> str:
    if run.restored:
        return f"{number(run.kept)} of its kept pairs were restored from a bundle."
    told = "were imported" if imported else "were planned"
    return (
        f"{number(run.instructions)} instructions {told}: {number(run.kept)} kept,"
        f" {number(run.exhausted)} exhausted, {number(run.failed)} failed."
    )


def _models(run: RunFacts, imported: bool) -> Iterator[tuple[str, str, str]]:
    for role, name, does in _ROLES:
        model = str(run.settings.get(role) or "")
        if model:
            yield (
                name,
                code(model),
                "its responses were imported" if imported and (role != "judge") else does,
            )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
