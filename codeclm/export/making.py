"""How a data set was made: the method, and of every run its models, settings and prompts."""

from __future__ import annotations

from collections.abc import Iterator

from codeclm.export.markup import code, line, table
from codeclm.export.methods import method, work
from codeclm.export.numbers import number
from codeclm.records import CardFacts, RunFacts

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
#: The same of each compared method: a setting that it does not have is not told of.
_COMMON = (
    ("use_filter", "Contrastive Filtering", "no"),
    ("theta", "θ", "3"),
    ("temperature", "temperature", "—"),
    ("max_tokens", "tokens of a reply at most", "2048"),
    ("seed", "seed of random choices", "—"),
    ("strategy", "strategy", "—"),
)
_POOL = ("size", "instructions accepted", "2000")
_STARTING = ("size", "starting instructions", "2000")
_ROUNDS = ("rounds", "rounds of evolution", "4")
_OWN = {
    "self-instruct": (_POOL,),
    "alpagasus": (_POOL, ("dimension", "rated on", "accuracy")),
    "wizardlm": (_STARTING, _ROUNDS),
    "wizardlm-plus": (_STARTING, ("batch", "instructions a call", "—"), _ROUNDS),
    "tree-instruct": (_STARTING, ("nodes", "nodes added", "10")),
}


def how_it_was_made(facts: CardFacts) -> Iterator[str]:
    """The section, part by part."""
    yield "## How it was made"
    yield from dict.fromkeys(map(_method, facts.runs)) or (method("codeclm", filtered=True),)
    for run in facts.runs:
        yield from _run(run)


def _method(run: RunFacts) -> str:
    return method(_strategy(run), filtered=bool(run.settings.get("use_filter")))


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
                for name, told, paper in _settings(run)
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


def _settings(run: RunFacts) -> tuple[tuple[str, str, str], ...]:
    own = _OWN.get(_strategy(run))
    if own is None:
        return _SETTINGS
    filtered = bool(run.settings.get("use_filter"))
    return (*own, *(told for told in _COMMON if filtered or told[0] != "theta"))


def _sums(run: RunFacts, imported: bool) -> str:
    if run.restored:
        return f"{number(run.kept)} of its kept pairs were restored from a bundle."
    told = "were imported" if imported else "were planned"
    return (
        f"{number(run.instructions)} instructions {told}: {number(run.kept)} kept,"
        f" {number(run.exhausted)} exhausted, {number(run.failed)} failed."
    )


def _models(run: RunFacts, imported: bool) -> Iterator[tuple[str, str, str]]:
    # Whoever is named in a CodecLM run, asked or not, is told of, and of an import all are.
    compared = _strategy(run) in _OWN
    filtered = bool(run.settings.get("use_filter")) or not compared
    for role, does in work(_strategy(run), filtered=filtered):
        model = str(run.settings.get(role) or "")
        if model:
            yield (
                role,
                code(model),
                "its responses were imported" if imported and (role != "judge") else does,
            )


def _strategy(run: RunFacts) -> str:
    return str(run.settings.get("strategy"))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
