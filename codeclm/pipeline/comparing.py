"""Runs of any strategy side by side, cut to an equal budget, and which differences are noise.

A run's chains have an order that does not depend on how many calls were in flight: the first chain
of every entry, then the second of every entry, and so on. An equal budget takes from each run its
first chains in that order, as if it had been planned smaller:

* ``calls``, ``tokens``, ``usd``: as many chains as the smallest spend of all compared runs pays
  for. A run's spend is every reply its rows rest on, once, whether it paid for it or replayed what
  another run had paid (or the second of two runs with the same beginning would be given it), and
  the bad replies it paid for. First come its seeds' metadata and its entries' rubrics; a reply
  counts at the first chain that rests on it; what no chain rests on is shared out evenly. A chain
  whose last call reaches the budget exactly is bought. Where the budget ends before the first
  chain, nothing is bought. Runs that have spent nothing (imported, restored) set no budget and
  stay whole.
* ``pairs``: the first chains that hold as many pairs as the smallest pool has; runs without pairs
  set no number.
* ``none``: each run as it is.

Calls whose bill is unknown are in nobody's spend. The intervals tell how far a pool would move if
it had been drawn again, not how a run would go another time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from codeclm.errors import SettingsError
from codeclm.evaluation import Estimate, halved
from codeclm.pipeline.evaluations import Evaluations
from codeclm.pipeline.growth import first_size
from codeclm.pipeline.pools import SAMPLES, Pool, Pools
from codeclm.pipeline.runs import Run
from codeclm.quality.measures import distinct, drawn
from codeclm.records import (
    EQUAL,
    MEASURES,
    Apart,
    Compared,
    ComparedRun,
    Equal,
    Measure,
    Measured,
)
from codeclm.store import compared, runs
from codeclm.store.connection import Store

#: What is measured of one pool, with what it strays by.
Estimates = Mapping[Measure, Estimate | None]
#: Measures that may be any number; the others lie between 0 and 1.
_UNBOUND = ("words", "pieces", "gap")


def compare(
    store: Store,
    numbers: Sequence[int],
    *,
    equal: Equal = "calls",
    baseline: int | None = None,
    pools: Pools | None = None,
) -> Compared:
    """Put runs side by side; ``baseline`` is one of them, the first unless told.

    The same runs, as they stand, give the same numbers every time. ``pools`` reads them. Raises
    ``SettingsError`` for fewer than two runs, for one that makes no pairs, for a baseline that is
    not among them, and for US dollars where a price is unknown; ``StoreError`` for no such run.
    """
    wanted = [Run(store, number) for number in dict.fromkeys(numbers)]
    base = _checked(wanted, equal, baseline)
    pools = pools or Pools(store)
    budget = _budget(pools, wanted, equal)
    found: dict[int, Pool] = {}
    for run in wanted:
        part = pools.part(run.id, "none" if budget is None else equal, budget or 0.0)
        found[run.id] = pools.pool(run.id, *part)
    size = min((len(pool.worded) for pool in found.values() if pool.worded), default=0)
    estimates: dict[int, Estimates] = {
        number: {**pool.estimates, **_distinct(pool, size, pools.seed, number)}
        for number, pool in found.items()
    }
    told = tuple(
        replace(
            _told(store, run, found[run.id], size, estimates[run.id]),
            differences=_differences(estimates[run.id], estimates[base]) if run.id != base else {},
        )
        for run in wanted
    )
    return Compared(equal=equal, budget=budget, baseline=base, runs=told)


def names_mark(store: Store, project: int) -> tuple[int, int]:
    """Something that changes with the names that distances are measured by."""
    with store.reading() as db:
        return compared.names_mark(db, project)


def _checked(wanted: Sequence[Run], equal: Equal, baseline: int | None) -> int:
    """The baseline. Raises ``SettingsError`` for what cannot be compared."""
    if equal not in EQUAL:
        raise SettingsError(f"There is no budget of {equal!r}.", f"One of {', '.join(EQUAL)}.")
    for run in wanted:
        if run.settings.goal != "pairs":
            raise SettingsError(
                f"Run {run.id} is there for {run.settings.goal} alone: it has no pairs.",
                "'codeclm runs' lists those to pairs.",
            )
    if len(wanted) < 2:
        raise SettingsError("One run is beside nothing.", "Name two runs or more.")
    if baseline is None:
        return wanted[0].id
    if baseline not in [run.id for run in wanted]:
        raise SettingsError(
            f"The baseline, run {baseline}, is not among the compared runs.",
            "Name one of them, or none for the first.",
        )
    return baseline


def _budget(pools: Pools, wanted: Sequence[Run], equal: Equal) -> float | None:
    """The smallest pool or spend of the runs that have any; None where nothing is to be cut."""
    if equal == "none":
        return None
    if equal == "pairs":
        return min(filter(None, (pools.pairs(run.id) for run in wanted)), default=None)
    spent: list[float] = []
    for run in wanted:
        amount = pools.spend(run.id).of(equal)
        if amount is None:
            raise SettingsError(
                f"Nobody knows what run {run.id} cost: the price of a model is missing.",
                "Compare on calls or tokens.",
            )
        spent.append(amount)
    return min(filter(None, spent), default=None)


def _distinct(pool: Pool, size: int, seed: int, run: int) -> dict[Measure, Estimate | None]:
    """Distinct-1 and distinct-2 of as many instructions as the smallest sample has."""
    if not pool.worded:
        return {}
    worded = drawn(pool.worded, size, seed=seed)
    one = halved(
        size, lambda places: distinct([worded[at] for at in places], 1),
        samples=SAMPLES, seed=f"{seed}:{run}:distinct_1",
    )  # fmt: skip
    two = halved(
        size, lambda places: distinct([worded[at] for at in places], 2),
        samples=SAMPLES, seed=f"{seed}:{run}:distinct_2",
    )  # fmt: skip
    return {"distinct_1": one, "distinct_2": two}


def _told(store: Store, run: Run, pool: Pool, size: int, estimates: Estimates) -> ComparedRun:
    row = run.row
    settings = row.settings
    with store.reading() as db:
        planned = runs.sizes(db, run.id)[-1:] or [first_size(settings)]
    last = max(pool.kept, default=0)
    return ComparedRun(
        run=run.id,
        project=row.project,
        strategy="import" if settings.imported else settings.strategy,
        use_rubrics=settings.use_rubrics,
        use_filter=settings.use_filter,
        simulated=settings.simulated,
        strong=settings.strong,
        target=settings.target,
        judge=settings.judge,
        state=run.state,
        planned=planned[0],
        paid=run.usage(),
        whole=pool.cut is None,
        spend=pool.spend,
        pairs=pool.pairs,
        kept=tuple(pool.kept.get(at, 0) for at in range(1, last + 1)),
        exhausted=pool.exhausted,
        failed=pool.failed,
        sampled=len(pool.worded),
        equal_size=size if pool.worded else 0,
        measures={name: _measured(name, estimates.get(name)) for name in MEASURES},
        lengths=tuple(sorted(Counter(map(len, pool.worded)).items())),
        gaps=tuple(pool.gaps),
        skills=pool.skills,
        seed_skills=pool.seed_skills,
        evaluations=Evaluations(store, row.project).of_run(run.id),
    )


def _measured(name: Measure, estimate: Estimate | None) -> Measured | None:
    if estimate is None:
        return None
    if estimate.interval is None:
        return Measured(estimate.value)
    low, high = estimate.interval
    if name not in _UNBOUND:
        low, high = max(0.0, low), min(1.0, high)
    return Measured(estimate.value, low, high)


def _differences(own: Estimates, base: Estimates) -> dict[Measure, Apart | None]:
    return {name: _apart(own.get(name), base.get(name)) for name in MEASURES}


def _apart(own: Estimate | None, base: Estimate | None) -> Apart | None:
    """None where one of the runs has not the measure."""
    if own is None or base is None:
        return None
    found = own.less(base)
    if found is None:
        return Apart(own.value - base.value)
    return Apart(found.difference, found.low, found.high)
