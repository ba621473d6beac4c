"""Pairs whose instructions are alike, and copies of seeds among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from codeclm.errors import StoreError
from codeclm.pipeline.looks import embedding, meaning
from codeclm.pipeline.looks.embedding import Vectors
from codeclm.pipeline.looks.reading import Found, Material, Told, every_so_often
from codeclm.quality import duplicates as alike
from codeclm.quality.stars import Duplicate, Likeness, Link, Texts, settle, stars
from codeclm.records import Alike, Finding, Keep, Look, PairFilter, Status
from codeclm.store import duplicates, findings, looks, pairs
from codeclm.store.connection import Store

if TYPE_CHECKING:
    from sqlite_utils import Database

#: Cosine of two vectors from which on their texts are alike.
EMBEDDING_LEAST = 0.9
#: Jaccard similarity (0..1) of runs of three words from which on texts are near-duplicates.
LEAST = 0.7

_WORDS: Mapping[Alike, str] = {
    "exact": "the same text",
    "normalised": "the same but for case, marks and spaces",
    "near": "mostly the same wording",
    "embedding": "much the same meaning",
}

#: What the number of a likeness is called in a look, where a setting has its name.
_NAMED: Mapping[Alike, str] = {"embedding": "meaning"}

#: (approved, gap, length) of a pair.
_Standing = tuple[bool, float | None, int]


def look(
    material: Material, given: Mapping[str, Any], told: Told, vectors: Vectors | None = None
) -> Found:
    """Which pairs are duplicates of which one that is kept by the rule ``keep``.

    With ``vectors``, one an instruction, what is not the same is alike by these and not by words.
    """
    numbers = [text.pair for text in material.texts]
    texts = {text.pair: text.instruction for text in material.texts}
    links: list[Link]
    if vectors:
        told("comparing texts")
        heard = every_so_often(told, "comparing vectors")
        links, meanings = meaning.compare(texts, vectors.rows, given["embedding_least"], heard)
        likeness = meanings.alike
    else:
        worded = alike.find(
            material.instructions,
            least=given["least"],
            progress=every_so_often(told, "comparing instructions"),
        )
        links = [
            (numbers[link.one], numbers[link.other], link.like, link.similarity) for link in worded
        ]
        likeness = Texts(texts, given["least"]).alike
    told("choosing what is kept")
    standing: dict[int, _Standing] = {
        text.pair: (text.approved, text.gap, text.length) for text in material.texts
    }
    found = stars(
        links,
        _rank(given["keep"], standing),
        likeness,
    )
    kinds = Counter(one.alike for one in found)
    told_of: tuple[Alike, ...] = ("exact", "normalised", "embedding" if vectors else "near")
    return Found(
        result={
            "texts": len(material.texts),
            "duplicates": len(found),
            "groups": len({one.kept for one in found}),
            **{_NAMED.get(kind, kind): kinds[kind] for kind in told_of},
            **(vectors.told if vectors else {}),
        },
        findings=[_finding(one) for one in found],
    )


def _rank(
    keep: Keep, standing: Mapping[int, _Standing], first: int | None = None
) -> Callable[[int], tuple[Any, ...]]:
    """Who is kept before whom: what a person chose, then what one approved, then by the rule."""
    rules: Mapping[Keep, Callable[[int], Any]] = {
        "highest gap": lambda pair: -abs(standing[pair][1] or 0),
        "longest": lambda pair: -standing[pair][2],
        "newest": lambda pair: -pair,
        "first": lambda pair: pair,
    }
    rule = rules[keep]
    return lambda pair: (pair != first, not standing[pair][0], rule(pair), pair)


def _finding(one: Duplicate) -> Finding:
    return Finding(
        pair=one.item,
        kind="duplicate",
        part="instruction",
        start=0,
        end=0,
        why=_WORDS[one.alike],
        similarity=one.similarity,
        like_pair=one.kept,
    )


def keep_by_hand(store: Store, project: int, pair: int) -> None:
    """Have a pair of a group kept; what is not like it is settled among itself.

    Raises ``StoreError`` where no look has found it to be like any other, or it is rejected.
    """
    with store.writing() as db:
        newest = looks.newest(db, project, "duplicates")
        group = duplicates.members(db, newest.id, pair) if newest else []
        if newest is None or not group:
            raise StoreError(f"Pair {pair} is like no other one.", "Look for duplicates again.")
        wanted = PairFilter(project=project, among=tuple(group))
        there = {one.id: one for one in pairs.matching(db, wanted, chains=False)}
        rejected = {number for number, one in there.items() if one.status is Status.REJECTED}
        if pair in rejected:
            raise StoreError(
                f"Pair {pair} is rejected: what is like it would go as its duplicate.",
                "Take its rejection back first.",
            )
        standing: dict[int, _Standing] = {
            number: (one.status is Status.APPROVED, one.gap, len(one.instruction + one.response))
            for number, one in there.items()
        }
        rank = _rank(newest.settings["keep"], standing, first=pair)
        order = sorted(there, key=lambda number: (number in rejected, rank(number)))
        texts = {number: one.instruction for number, one in there.items()}
        likeness = _likeness(db, newest, texts)
        findings.forget(db, newest.id, "duplicate", group)
        findings.add_all(db, newest.id, map(_finding, settle(order, likeness)))
        looks.turn(db, newest.id)


def _likeness(db: Database, look: Look, texts: Mapping[int, str]) -> Likeness:
    """How texts are alike by what a look went by; one that was edited since has no vector."""
    if not look.settings.get("embedding"):
        return Texts(texts, look.settings["least"]).alike
    rows = embedding.kept(db, look.result["vectors"], list(texts.values()))
    _, meanings = meaning.compare(texts, rows, look.settings["embedding_least"])
    return meanings.alike


def look_for_copies(
    material: Material, seeds: Sequence[tuple[int, str]], given: Mapping[str, Any], told: Told
) -> Found:
    """Which instructions copy one of the project's seeds, (id, text), instead of being new."""
    told("comparing instructions with seeds")
    links = alike.find_copies(
        [text for _, text in seeds], material.instructions, least=given["least"]
    )
    found = [
        Finding(
            pair=material.texts[link.other].pair,
            kind="copy of a seed",
            part="instruction",
            start=0,
            end=0,
            why=_WORDS[link.like],
            similarity=link.similarity,
            like_seed=seeds[link.one][0],
        )
        for link in links
    ]
    result = {"texts": len(material.texts), "seeds": len(seeds), "copies": len(found)}
    return Found(result=result, findings=found)
