"""The pool of a run, or of the part of it that a budget buys, counted and measured for itself."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codeclm.evaluation import Estimate, estimated, halved
from codeclm.pipeline.ladders import Ladder, ladder
from codeclm.quality.distance import jensen_shannon
from codeclm.quality.measures import alike, drawn, pieces
from codeclm.quality.words import words
from codeclm.records import Cut, Equal, Measure, Spend
from codeclm.store import compared, judged, runs, views
from codeclm.store.connection import Store

if TYPE_CHECKING:
    from sqlite_utils import Database

#: Pairs whose texts and gaps are measured, and how often they are drawn again.
SAMPLED, SAMPLES = 1000, 200
#: A part of a run without a chain.
NOTHING = Cut(-1, -1)

#: Names (skills, or the use case) of each metadata id.
Names = Mapping[int, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The pool of one run up to ``cut`` (all of it for None); see ``ComparedRun``.

    ``worded`` are the sampled instructions as words, in plan order. ``estimates`` lack distinct-n,
    for which pools have to be of one size.
    """

    cut: Cut | None
    spend: Spend
    kept: Mapping[int, int]
    exhausted: int
    failed: int
    gaps: Sequence[tuple[float, int]]
    worded: Sequence[Sequence[str]]
    skills: Mapping[str, int]
    seed_skills: Mapping[str, int]
    estimates: Mapping[Measure, Estimate | None]

    @property
    def pairs(self) -> int:
        return sum(self.kept.values())


class Pools:
    """Reads them from the store. A caller that remembers what it read overrides its methods."""

    def __init__(self, store: Store, *, seed: int = 0) -> None:
        self._store = store
        self.seed = seed

    def spend(self, run: int) -> Spend:
        """What the whole run rests on."""
        with self._store.reading() as db:
            return compared.spend(db, run)

    def pairs(self, run: int) -> int:
        """How many pairs the whole run keeps."""
        with self._store.reading() as db:
            return sum(compared.kept(db, run).values())

    def ladder(self, run: int) -> Ladder:
        """What its chains come to; the only thing here that looks at every call of a run."""
        whole = self.spend(run)
        with self._store.reading() as db:
            return ladder(whole, compared.entries(db, run), compared.steps(db, run))

    def part(self, run: int, equal: Equal, budget: float) -> tuple[Cut | None, Spend]:
        """What of a run a budget buys, and its spend; the cut is None for all of it."""
        whole = self.spend(run)
        if equal == "none":
            return None, whole
        if equal == "pairs":
            with self._store.reading() as db:
                cut = compared.place_of(db, run, int(budget))
            return (None, whole) if cut is None else (cut, self.ladder(run).spent(cut))
        if not whole.calls or (whole.of(equal) or 0.0) <= budget * (1 + 1e-9):
            return None, whole
        return self.ladder(run).bought(equal, budget) or (NOTHING, Spend())

    def pool(self, run: int, cut: Cut | None, spend: Spend) -> Pool:
        """A part of a run, measured on at most ``SAMPLED`` of its pairs."""
        with self._store.reading() as db:
            row = runs.get(db, run)
            project = row.project if row else 0
            kept = compared.kept(db, run, cut)
            exhausted, failed = compared.ended(db, run, cut)
            ranks = drawn(range(sum(kept.values())), SAMPLED, seed=self.seed)
            sample = compared.sample(db, run, ranks, cut)
            worded = [words(text) for text, _, _ in sample]
            skills, use_cases = _named(db, project)
            entries = compared.pairs_per_entry(db, project, run, cut)
            seeds = views.seeds_per_entry(db, project)
            measured = _Measuring(f"{self.seed}:{run}", worded, sum(kept.values()))
            current = compared.heirs(db, project)
            behind = [current.get(metadata, 0) for _, _, metadata in sample]
            return Pool(
                cut=cut,
                spend=spend,
                kept=kept,
                exhausted=exhausted,
                failed=failed,
                gaps=compared.gaps(db, run, cut),
                worded=worded,
                skills=_counts(entries, skills),
                seed_skills=_counts(seeds, skills),
                estimates={
                    "kept_share": measured.share(exhausted + failed),
                    "words": measured.mean("words", [len(each) for each in worded]),
                    "pieces": measured.mean("pieces", [pieces(text) for text, _, _ in sample]),
                    "similarity": measured.similarity(self.seed),
                    "gap": measured.mean("gap", [gap for _, gap, _ in sample if gap is not None]),
                    "skill_distance": measured.distance(behind, skills, entries, seeds),
                    "use_case_distance": measured.distance(behind, use_cases, entries, seeds),
                },
            )


@dataclass(frozen=True, slots=True)
class _Measuring:
    """Measures of a sample out of ``pairs`` pairs; ``seed`` draws it again."""

    seed: str
    worded: Sequence[Sequence[str]]
    pairs: int

    def share(self, others: int) -> Estimate | None:
        """The share of the pairs among them and ``others``."""
        if not self.pairs + others:
            return None
        ended = bytes([1]) * self.pairs + bytes(others)
        return estimated(ended, samples=SAMPLES, seed=f"{self.seed}:kept_share")

    def mean(self, name: str, values: Sequence[float]) -> Estimate | None:
        return estimated(values, samples=SAMPLES, seed=f"{self.seed}:{name}") if values else None

    def similarity(self, seed: int) -> Estimate | None:
        """The mean similarity of two instructions, over the pairs of them that are compared."""
        found = alike(self.worded, seed=seed)

        def mean(places: Sequence[int]) -> float | None:
            inside = bytearray(len(self.worded))
            for place in places:
                inside[place] = 1
            values = [value for one, other, value in found if inside[one] and inside[other]]
            return sum(values) / len(values) if values else None

        return self._halved(len(self.worded), mean, "similarity")

    def distance(
        self,
        behind: Sequence[int],
        names: Names,
        entries: Mapping[int, int],
        seeds: Mapping[int, int],
    ) -> Estimate | None:
        """How far the names of the pairs lie from those of the seeds.

        ``behind`` are the entries of the sample. The distance is that of all pairs; the sample
        only tells how far it strays, less the more pairs there are.
        """
        wanted = _counts(seeds, names)
        whole = jensen_shannon(_counts(entries, names), wanted)
        if whole is None:
            return None

        def of_some(places: Sequence[int]) -> float | None:
            return jensen_shannon(_counts(Counter(behind[at] for at in places), names), wanted)

        found = self._halved(len(behind), of_some, "distance")
        share = math.sqrt(len(behind) / self.pairs)
        return Estimate(whole, tuple(stray * share for stray in found.strays) if found else ())

    def _halved(
        self, n: int, statistic: Callable[[Sequence[int]], float | None], name: str
    ) -> Estimate | None:
        return halved(n, statistic, samples=SAMPLES, seed=f"{self.seed}:{name}") if n else None


def _named(db: Database, project: int) -> tuple[Names, Names]:
    """(skills, use case) of every entry of a project."""
    entries = judged.entries(db, project)
    return (
        {number: skills for number, (_, skills) in entries.items()},
        {number: (use_case,) for number, (use_case, _) in entries.items()},
    )


def _counts(entries: Mapping[int, int], names: Names) -> dict[str, int]:
    """How many of each name the entries have, by how many there are of each entry."""
    found: Counter[str] = Counter()
    for entry, count in entries.items():
        for name in names.get(entry, ()):
            found[name] += count
    return dict(found)
