"""How many calls of each kind a run takes, and what its longest chain waits for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from codeclm.chat import Role
from codeclm.method.decode import AVOID_AT_MOST
from codeclm.method.shares import batches, shares
from codeclm.pipeline.estimate.scope import Scope
from codeclm.pipeline.growth import Tally, first_size, next_size
from codeclm.settings import RunSettings
from codeclm.store.observed import Kind
from codeclm.strategies.codeclm import last_iteration


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """A run's decode calls: how many there are, what they ask for, how many follow each other.

    ``avoided`` counts the earlier instructions that all the calls together list as not to repeat.
    """

    calls: int = 0
    instructions: int = 0
    avoided: int = 0
    in_a_row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a run does if so many are kept at each iteration.

    ``calls`` are those of each kind before re-asks, ``kept`` the pairs that come of them,
    ``stages`` how often the run grows, ``depth`` the iterations of its longest chain. A compared
    method's ``waits`` are how many calls of a kind follow each other at most.
    """

    calls: Mapping[Kind, float]
    decoding: Decoding
    kept: float = 0.0
    stages: int = 0
    depth: int = 0
    waits: Mapping[Kind, float] = field(default_factory=dict)

    def of(self, role: Role) -> float:
        """The calls of one role."""
        return sum(count for kind, count in self.calls.items() if kind.role == role)


def work(
    settings: RunSettings, scope: Scope, kept_shares: Sequence[float], approved_share: float
) -> Work:
    """The work of a run that keeps ``kept_shares`` of what is judged at iterations 1, 2, …

    Without Contrastive Filtering all is kept after its last improvement.
    """
    entries = scope.entries or 0
    before: dict[Kind, float] = {Kind("encode", "strong"): scope.seeds}
    if settings.goal == "rejudge":
        asked = {Kind("judge", "judge"): 2.0 * settings.samples * scope.pairs}
        return Work(calls=asked, decoding=Decoding())
    if settings.goal == "evaluate":
        return Work(calls=_evaluated(settings, scope.items), decoding=Decoding())
    if settings.goal == "trial":
        before |= {Kind("decode", "strong"): 1, Kind("improve", "strong"): 1}
        return Work(calls=before, decoding=Decoding(calls=1, instructions=1, in_a_row=1))
    if not settings.has_chains:
        wanted = scope.bare if settings.goal == "rubrics" else 0
        before[Kind("rubrics", "strong")] = wanted
        return Work(calls=before, decoding=Decoding())
    last = last_iteration(settings)
    reached = [1.0]
    for share in kept_shares[: last - 1]:
        reached.append(reached[-1] * (1 - share))
    ended = 1.0 if not settings.use_filter else 1 - reached[-1] * (1 - kept_shares[last - 1])
    sizes = stages(settings, ended, approved_share)
    size, written = sizes[-1], decoding(entries, sizes, settings)
    before[Kind("rubrics", "strong")] = min(scope.bare, size) if settings.use_rubrics else 0
    before[Kind("decode", "strong")] = written.calls
    chains = _filtered(reached, size) if settings.use_filter else _unfiltered(last, size)
    return Work(
        calls=before | chains,
        decoding=written,
        kept=size * ended,
        stages=len(sizes),
        depth=sum(1 for share in reached if not settings.use_filter or size * share >= 0.5),
    )


def _evaluated(settings: RunSettings, items: int) -> dict[Kind, float]:
    asked = {
        Kind("respond", role): float(items) for role in settings.asked_roles if role != "judge"
    }
    return {**asked, Kind("assess", "judge"): 2.0 * items}


def stages(settings: RunSettings, kept: float, approved: float) -> list[int]:
    """How a run grows, if so large a share of its instructions is kept and then approved."""
    sizes = [first_size(settings)]
    while True:
        pairs = round(sizes[-1] * kept)
        good = round(pairs * approved)
        standing = Tally(kept=pairs, approved=good, rejected=pairs - good)
        wanted = next_size(settings, sizes[-1], standing)
        if wanted <= sizes[-1]:
            return sizes
        sizes.append(wanted)


def _filtered(reached: Sequence[float], size: int) -> dict[Kind, float]:
    improved = size * sum(reached[1:])
    calls: dict[Kind, float] = {Kind("improve", "strong"): improved}
    for harder, count in ((False, size), (True, improved)):
        calls[Kind("respond", "strong", harder)] = count
        calls[Kind("respond", "target", harder)] = count
        calls[Kind("judge", "judge", harder)] = 2 * count
    return calls


def _unfiltered(last: int, size: int) -> dict[Kind, float]:
    return {
        Kind("improve", "strong"): size * (last - 1),
        Kind("respond", "strong", last > 1): size,
    }


def decoding(entries: int, sizes: Sequence[int], settings: RunSettings) -> Decoding:
    """The decode calls of a run over so many entries that grows from size to size."""
    # Without weights entries differ by one instruction at most: there are few courses to look at.
    courses = Counter(
        zip(
            *(shares(entries, size, settings.seed, settings.weights) for size in sizes), strict=True
        )
    )
    calls = avoided = longest = 0
    for course, count in courses.items():
        had = own = 0
        for share in course:
            for asked in batches(share - had, settings.batch):
                own += 1
                avoided += count * min(had, AVOID_AT_MOST)
                had += asked
        calls += count * own
        longest = max(longest, own)
    instructions = sizes[-1] if entries else 0
    return Decoding(calls=calls, instructions=instructions, avoided=avoided, in_a_row=longest)
