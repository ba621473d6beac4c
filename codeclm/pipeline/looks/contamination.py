"""Pairs that hold items of benchmark sets: a model tuned on them has seen what measures it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from codeclm.pipeline.looks.reading import Found, Material, Told, every_so_often
from codeclm.quality import contamination
from codeclm.records import BenchmarkItem, Finding

_WORDS = {
    "exact": "is the item",
    "near": "is mostly the item's wording",
    "13-gram": "shares 13 words in a row or more",
    "whole": "holds all of the short item",
    "8-gram": "shares most of the item's runs of 8 words",
}


def look(
    material: Material,
    sets: Mapping[int, Sequence[BenchmarkItem]],
    given: Mapping[str, Any],
    told: Told,
) -> Found:
    """What in instructions and responses stands in the items of ``sets``, by the set's id."""
    places = [
        (number, position) for number, items in sets.items() for position in range(len(items))
    ]
    every = [item for items in sets.values() for item in items]
    found = contamination.find(
        [contamination.Item(place, item.instruction) for place, item in enumerate(every)],
        [
            contamination.Row(place, text.instruction, text.response)
            for place, text in enumerate(material.texts)
        ],
        progress=every_so_often(told, "comparing with the sets"),
    )
    hits = [_finding(hit, material, places) for hit in found.hits]
    rules = Counter(hit.rule for hit in found.hits)
    return Found(
        result={
            "texts": len(material.texts),
            "items": len(every),
            "pairs": len({hit.pair for hit in hits}),
            "items hit": len({(hit.benchmark, hit.position) for hit in hits}),
            "by set": {
                str(number): len({hit.pair for hit in hits if hit.benchmark == number})
                for number in sets
            },
            "by rule": {rule: rules[rule] for rule in _WORDS if rules[rule]},
            "common": list(found.common),
        },
        findings=hits,
    )


def _finding(
    hit: contamination.Hit, material: Material, places: Sequence[tuple[int, int]]
) -> Finding:
    text = material.texts[hit.row]
    whole = text.instruction if hit.part == "instruction" else text.response
    start = max(0, whole.find(hit.shared)) if hit.shared else 0
    benchmark, position = places[hit.item]
    return Finding(
        pair=text.pair,
        kind="contamination",
        part=hit.part,
        start=start,
        end=start + len(hit.shared),
        why=_WORDS[hit.rule],
        similarity=hit.similarity,
        benchmark=benchmark,
        position=position,
    )
