"""How much the instructions of a project differ, in all and by iteration and strategy."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from codeclm.pipeline.looks.reading import Found, Material, Text, Told
from codeclm.quality import diversity, openings
from codeclm.quality.words import words

#: Instructions of each group that are measured: most measures change with the size of a pool.
SAMPLED = 1000
#: Groups smaller than this are not measured: nothing can be said of a handful.
FEWEST = 10
#: Openings and outliers that are kept.
LISTED = 200


def look(material: Material, strategies: Mapping[int, str], told: Told) -> Found:
    """Measures of the pool and of its parts; ``strategies`` are those of the runs by their id."""
    texts = material.texts
    told("measuring the pool")
    result: dict[str, Any] = {
        "texts": len(texts),
        "all": asdict(diversity.describe(material.instructions, size=SAMPLED)),
    }
    told("measuring its parts")
    result["by iteration"] = _by(texts, lambda text: str(text.iteration))
    result["by strategy"] = _by(texts, lambda text: strategies.get(text.run, "imported"))
    told("reading openings")
    result["openings"] = [asdict(one) for one in openings.openings(material.instructions)[:LISTED]]
    told("looking for outliers")
    found = diversity.outliers(material.instructions)
    result["outliers"] = len(found)
    result["outlying"] = [
        {"pair": texts[one.place].pair, "kind": one.kind, "value": one.value, "limit": one.limit}
        for one in found[:LISTED]
    ]
    limits = diversity.fences([len(words(text.instruction)) for text in texts])
    result["fences"] = list(limits) if limits else None
    parts: dict[str, Counter[int]] = defaultdict(Counter)
    for text in texts:
        length = _length(text.instruction)
        parts["all"][length] += 1
        parts[f"iteration {text.iteration}"][length] += 1
    result["lengths"] = {name: sorted(parts[name].items()) for name in sorted(parts)}
    return Found(result=result)


def _by(texts: Sequence[Text], named: Callable[[Text], str]) -> dict[str, dict[str, Any]]:
    """The parts of a pool by name, all measured at the size of the smallest one."""
    parts: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        parts[named(text)].append(text.instruction)
    large = {name: part for name, part in sorted(parts.items()) if len(part) >= FEWEST}
    size = min([SAMPLED, *map(len, large.values())])
    return {name: asdict(diversity.describe(part, size=size)) for name, part in large.items()}


def _length(text: str) -> int:
    """Words, some together where there are many: a text of 505 words is drawn like one of 500."""
    n = len(words(text))
    return n if n < 100 else n // 10 * 10 if n < 1000 else n // 100 * 100
