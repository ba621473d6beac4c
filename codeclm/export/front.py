"""The front matter of a card: what the Hugging Face Hub lists, searches and loads a data set by."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codeclm.export.features import features
from codeclm.export.markup import scalar
from codeclm.records import CardFacts

_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?=$|[-_])")
_SPLIT = re.compile(r"\w+(\.\w+)*", re.ASCII)
#: Licences of data that the Hub knows by these names; any other one is called "other" there.
LICENCES = frozenset({
    "afl-3.0", "agpl-3.0", "apache-2.0", "bsd", "bsd-2-clause", "bsd-3-clause", "c-uda", "cc",
    "cc0-1.0", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0",
    "cc-by-sa-4.0", "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nd-4.0",
    "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0",
    "cc-by-nc-sa-4.0", "cdla-sharing-1.0", "cdla-permissive-1.0", "cdla-permissive-2.0",
    "etalab-2.0", "eupl-1.1", "eupl-1.2", "gemma", "gfdl", "gpl", "gpl-2.0", "gpl-3.0", "lgpl",
    "lgpl-3.0", "llama2", "llama3", "llama3.1", "llama3.2", "llama3.3", "mit", "mpl-2.0",
    "odbl", "odc-by", "openrail", "other", "pddl", "unknown", "unlicense", "wtfpl",
})  # fmt: skip


def front_matter(facts: CardFacts) -> str:
    """The block between two lines of ``---``; every text in it is a quoted scalar."""
    return "\n".join(["---", *_lines(facts), "---"])


def _lines(facts: CardFacts) -> Iterator[str]:
    yield f"pretty_name: {scalar(facts.terms.title or facts.project)}"
    yield from _licence(facts.terms.licence)
    language = _LANGUAGE.match(facts.terms.language.strip().lower())
    if language:
        yield from _list("language", language[0])
    yield from _list("task_categories", "text-generation")
    size = next((name for most, name in _SIZES if facts.rows < most), "10M<n<100M")
    yield from _list("size_categories", size)
    format = str(facts.layout.get("format", ""))
    kinds = {"dpo": ("preference", "dpo"), "kto": ("preference", "kto")}
    simulated = ("simulated",) if facts.simulated else ()
    tags = ("synthetic", "codeclm", "instruction-tuning", *kinds.get(format, ()), *simulated)
    yield from _list("tags", *tags)
    yield from _configs(facts)
    # A table in Parquet has its own types, and one in CSV has none.
    if facts.values and format not in ("csv", "parquet"):
        yield from features(facts.values)


def _licence(licence: str) -> Iterator[str]:
    name = licence.strip()
    if name.lower() in LICENCES:
        yield f"license: {scalar(name.lower())}"
    elif name:
        yield 'license: "other"'
        short = re.sub("[^a-z0-9.]+", "-", name.lower())[:80].strip("-.")
        yield f"license_name: {scalar(short or 'see-the-card')}"


def _configs(facts: CardFacts) -> Iterator[str]:
    splits: dict[str, list[str]] = {}
    for file in facts.files:
        split = file.split if _SPLIT.fullmatch(file.split) else "train"
        splits.setdefault(split, []).append(file.path)
    if not splits:
        return
    yield from ("configs:", '  - config_name: "default"', "    data_files:")
    for split, paths in splits.items():
        yield f"      - split: {scalar(split)}"
        yield "        path:"
        yield from (f"          - {scalar(path)}" for path in paths)


def _list(name: str, *values: str) -> Iterator[str]:
    yield f"{name}:"
    yield from (f"  - {scalar(value)}" for value in values)
