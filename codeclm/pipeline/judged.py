"""Everything a project's judges have scored, counted once; slices and other θ follow from that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from codeclm.method.verdict import side_at
from codeclm.method.what_if import at_theta
from codeclm.records import AtTheta, JudgedChains, JudgedFilter, Scored

By = Literal["use case", "skill", "iteration", "strategy"]


@dataclass(frozen=True, slots=True)
class Slice:
    """Judged instructions that have something in common: how many, their mean gap, those beyond θ.

    ``strong`` and ``target`` are how many a θ keeps the response of.
    """

    name: str
    instructions: int
    mean_gap: float
    strong: int
    target: int

    @property
    def share(self) -> float:
        """The share that θ keeps, 0 to 1."""
        return (self.strong + self.target) / self.instructions


@dataclass(frozen=True, slots=True)
class Judged:
    """Scored instructions and judged chains; ``entries`` are (use case, skills) by metadata id."""

    scored: Sequence[Scored]
    chains: Sequence[JudgedChains]
    entries: Mapping[int, tuple[str, tuple[str, ...]]]

    def narrowed(
        self,
        *,
        use_case: str | None = None,
        skill: str | None = None,
        iteration: int | None = None,
        strategy: str | None = None,
    ) -> Judged:
        """What of it belongs to a slice. An iteration narrows the instructions, not the chains."""
        meant = {
            number
            for number, (name, skills) in self.entries.items()
            if use_case in (None, name) and (skill is None or skill in skills)
        }
        return Judged(
            [
                cell
                for cell in self.scored
                if cell.metadata in meant
                and iteration in (None, cell.iteration)
                and strategy in (None, cell.strategy)
            ],
            [
                chain
                for chain in self.chains
                if chain.metadata in meant and strategy in (None, chain.strategy)
            ],
            self.entries,
        )

    def gap_counts(self) -> list[tuple[float, int, int]]:
        """(gap, iteration, count), the smallest gap first."""
        counts: dict[tuple[float, int], int] = defaultdict(int)
        for cell in self.scored:
            counts[cell.gap, cell.iteration] += cell.count
        return [(gap, iteration, count) for (gap, iteration), count in sorted(counts.items())]

    def score_counts(self) -> list[tuple[float, float, int]]:
        """(strong score, target score, count)."""
        counts: dict[tuple[float, float], int] = defaultdict(int)
        for cell in self.scored:
            counts[cell.strong, cell.target] += cell.count
        return [(strong, target, count) for (strong, target), count in sorted(counts.items())]

    def mean_gaps(self) -> list[tuple[str, str, float, int]]:
        """(use case, skill, mean gap, instructions) of each combination."""
        sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0])
        for cell in self.scored:
            use_case, skills = self.entries[cell.metadata]
            for skill in skills:
                found = sums[use_case, skill]
                found[0] += cell.gap * cell.count
                found[1] += cell.count
        return [
            (use_case, skill, total / count, int(count))
            for (use_case, skill), (total, count) in sorted(sums.items())
        ]

    def falling(self, wanted: JudgedFilter) -> list[tuple[float, int]]:
        """(gap, count) of what a bar or cell selects, the largest gap first."""
        counts: dict[float, int] = defaultdict(int)
        for cell in self.scored:
            if (
                (wanted.gaps is None or cell.gap in wanted.gaps)
                and wanted.strong in (None, cell.strong)
                and wanted.target in (None, cell.target)
            ):
                counts[cell.gap] += cell.count
        return sorted(counts.items(), reverse=True)

    def at_theta(self, theta: float) -> AtTheta:
        """What the chains would come to at another θ; nothing is asked or changed."""
        return at_theta(self.chains, theta)

    def by(self, what: By, theta: float) -> list[Slice]:
        """Its slices, the one with most instructions first; iterations in their order."""
        sums: dict[str, list[float]] = defaultdict(lambda: [0, 0.0, 0, 0])
        for cell in self.scored:
            side = side_at(cell.gap, theta)
            for name in self._names(cell, what):
                found = sums[name]
                found[0] += cell.count
                found[1] += cell.gap * cell.count
                found[2] += cell.count if side == "strong" else 0
                found[3] += cell.count if side == "target" else 0
        slices = [
            Slice(name, int(count), total / count, int(strong), int(target))
            for name, (count, total, strong, target) in sums.items()
        ]
        if what == "iteration":
            return sorted(slices, key=lambda found: int(found.name))
        return sorted(slices, key=lambda found: (-found.instructions, found.name))

    def _names(self, cell: Scored, what: By) -> Sequence[str]:
        match what:
            case "use case":
                return (self.entries[cell.metadata][0],)
            case "skill":
                return self.entries[cell.metadata][1]
            case "iteration":
                return (str(cell.iteration),)
            case "strategy":
                return (cell.strategy,)
