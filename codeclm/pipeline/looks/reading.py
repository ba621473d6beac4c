"""The texts that a look is at: those of all pairs that nobody has rejected, as they are now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from codeclm.records import Finding, PairFilter, Status
from codeclm.store import looks, pairs
from codeclm.store.connection import Store
from codeclm.store.looks import Mark
from codeclm.store.points import Point

#: Hears how far a look is, and may raise to end it before anything is stored.
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A pair as looks see it; ``length`` is that of instruction and response in characters."""

    pair: int
    run: int
    instruction: str
    response: str
    use_case: str
    skills: tuple[str, ...]
    iteration: int
    gap: float | None
    approved: bool

    @property
    def length(self) -> int:
        return len(self.instruction) + len(self.response)


@dataclass(frozen=True, slots=True)
class Material:
    """The texts of a project, and what tells later whether they are the ones there are."""

    project: int
    texts: Sequence[Text]
    mark: Mark

    @property
    def instructions(self) -> list[str]:
        return [text.instruction for text in self.texts]


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a look: the numbers of it, and what is kept of which pair."""

    result: Mapping[str, Any]
    findings: Sequence[Finding] = ()
    points: Sequence[Point] = ()


def read(store: Store, project: int) -> Material:
    """The texts of a project's pairs, of one moment."""
    wanted = PairFilter(project=project, status_not=Status.REJECTED)
    with store.snapshot() as db:
        mark = looks.mark(db, project)
        found = [
            Text(
                pair=pair.id,
                run=pair.run,
                instruction=pair.instruction,
                response=pair.response,
                use_case=pair.use_case,
                skills=pair.skills,
                iteration=pair.iteration,
                gap=pair.gap,
                approved=pair.status is Status.APPROVED,
            )
            for pair in pairs.matching(db, wanted, chains=False)
        ]
    return Material(project, found, mark)


def every_so_often(told: Told, what: str) -> Callable[[int, int], None]:
    """What tells of (done, of) in words, and not at each of thousands of steps."""
    last = -1

    def heard(done: int, of: int) -> None:
        nonlocal last
        share = 100 * done // max(1, of)
        if share != last:
            last = share
            told(f"{what}: {share} %")

    return heard
