"""How a comparison of runs is told: what its measures are, what is cut, what is noise."""

from __future__ import annotations

from collections.abc import Mapping

from codeclm.records import Apart, Compared, ComparedRun, Equal, Measure

#: Each measure in words, its unit included, and the digits that are told.
NAMES: Mapping[Measure, tuple[str, int]] = {
    "kept_share": ("kept of ended chains (0–1)", 3),
    "words": ("words an instruction", 1),
    "pieces": ("pieces an instruction (complexity)", 2),
    "distinct_1": ("distinct-1 (0–1)", 3),
    "distinct_2": ("distinct-2 (0–1)", 3),
    "similarity": ("similarity of two instructions (0–1)", 3),
    "gap": ("gap of kept pairs (points)", 2),
    "skill_distance": ("skills: distance to the seeds' (0–1)", 3),
    "use_case_distance": ("use cases: distance to the seeds' (0–1)", 3),
}
#: What runs may be brought to the same amount of, in words.
UNITS: Mapping[Equal, str] = {
    "calls": "calls",
    "tokens": "tokens",
    "usd": "US dollars",
    "pairs": "kept pairs",
    "none": "nothing: as they are",
}


def method(run: ComparedRun) -> str:
    """A run's strategy and what of it is switched off."""
    off = [
        name
        for name, used in (("Self-Rubrics", run.use_rubrics), ("filter", run.use_filter))
        if run.strategy == "codeclm" and not used
    ]
    return f"{run.strategy} without {' or '.join(off)}" if off else run.strategy


def budget(found: Compared) -> str:
    """What the runs are cut to, and what that means, in a few sentences."""
    if found.equal == "none":
        return "Each run as it is: what they spent differs."
    unit = UNITS[found.equal]
    if found.budget is None:
        return f"No run has any {unit}: nothing is cut, each run is as it is."
    amount = f"{found.budget:,.4f}" if found.equal == "usd" else f"{found.budget:,.0f}"
    amount = amount.replace(",", "\u202f")
    if found.equal == "pairs":
        told = f"Cut to {amount} kept pairs, as many as the smallest pool has."
    else:
        told = (
            f"Cut to {amount} {unit}, the smallest spend of these runs; replayed replies count as"
            " if they had been paid."
        )
    empty = [str(run.run) for run in found.runs if not run.whole and not run.pairs]
    return (
        f"{told} Of each run its first chains count, the first of every entry, then the second,"
        " as if it had been planned smaller."
        + (f" That buys no pair yet of {_runs(empty)}." if empty else "")
    )


def part(run: ComparedRun) -> str:
    """How much of the run is compared."""
    return "all" if run.whole else "first part"


def verdict(apart: Apart | None) -> str:
    """Whether a difference is more than noise."""
    if apart is None:
        return "not measured"
    if apart.is_noise is None:
        return "too few to tell"
    return "within noise" if apart.is_noise else "larger" if apart.difference > 0 else "smaller"


def samples(found: Compared) -> str:
    """On how many pairs texts were measured."""
    drawn = ", ".join(f"{run.sampled} of run {run.run}" for run in found.runs)
    size = max((run.equal_size for run in found.runs), default=0)
    return (
        f"Instructions and gaps are measured on {drawn}, drawn by a fixed seed; distinct-n on"
        f" {size} of each, because it falls as a pool grows; similarity on at most 2\u202f000"
        " pairs of them. Distances to the seeds are larger for small pools by themselves."
        " Intervals are 95 %."
    )


def _runs(numbers: list[str]) -> str:
    return f"run {numbers[0]}" if len(numbers) == 1 else f"runs {', '.join(numbers)}"
