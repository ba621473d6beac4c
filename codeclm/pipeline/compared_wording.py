"""How a comparison of runs is told: what its measures are, what is cut, what is noise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from codeclm.evaluation import paper
from codeclm.records import (
    MEASURES,
    Apart,
    Compared,
    ComparedRun,
    Equal,
    Measure,
    Measured,
    Spend,
)

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
#: The digits behind the point of what was spent, by its unit.
SPENT: Mapping[Literal["calls", "tokens", "usd"], int] = {"calls": 1, "tokens": 0, "usd": 4}


def method(run: ComparedRun) -> str:
    """A run's strategy and what of it is switched off."""
    return named(run.strategy, use_rubrics=run.use_rubrics, use_filter=run.use_filter)


def named(strategy: str, *, use_rubrics: bool, use_filter: bool) -> str:
    """A strategy and what of it is switched off; the switches of an import say nothing."""
    off = [
        name
        for name, used in (("Self-Rubrics", use_rubrics), ("filter", use_filter))
        if strategy == "codeclm" and not used
    ]
    return f"{strategy} without {' or '.join(off)}" if off else strategy


def rows(found: Compared) -> list[tuple[str, list[str]]]:
    """The numbers of a comparison as text: what each line is, its unit included, and each run's.

    Models' names in it are from outside.
    """
    told: dict[str, Callable[[ComparedRun], str]] = {
        "strategy": method,
        "strong model": lambda run: run.strong,
        "target model": lambda run: run.target or "–",
        "judge": lambda run: run.judge,
        "state": lambda run: str(run.state),
        "simulated": lambda run: "yes" if run.simulated else "no",
        "planned (instructions)": lambda run: number(run.planned),
        "compared": part,
        "kept (pairs)": lambda run: number(run.pairs),
        "kept at iteration 1 · 2 · … (pairs)": lambda run: " · ".join(map(number, run.kept)) or "–",
        "exhausted (chains)": lambda run: number(run.exhausted),
        "failed (chains)": lambda run: number(run.failed),
        "the whole run paid (calls)": lambda run: number(run.paid.calls),
        "the whole run replayed (calls)": lambda run: number(run.paid.replayed),
        "the whole run paid (tokens)": lambda run: number(run.paid.tokens),
        "the whole run paid (US dollars)": lambda run: number(run.paid.cost_usd, 4),
        **_spends("behind the pool", lambda run: run.known_spend),
        **_spends("a kept pair", lambda run: run.per_pair),
    }
    lines = [(name, [read(run) for run in found.runs]) for name, read in told.items()]
    for name in MEASURES:
        lines.append((NAMES[name][0], [measured(name, run.measures[name]) for run in found.runs]))
    for benchmark in dict.fromkeys(one.benchmark for run in found.runs for one in run.evaluations):
        lines.append((f"CRR on {benchmark} (%)", [_crr(run, benchmark) for run in found.runs]))
    return lines


def measured(name: Measure, found: Measured | None) -> str:
    """A measure with its interval."""
    if found is None:
        return "–"
    digits = NAMES[name][1]
    if found.low is None or found.high is None:
        return number(found.value, digits)
    between = f"{number(found.low, digits)} to {number(found.high, digits)}"
    return f"{number(found.value, digits)} ({between})"


def differences(found: Compared) -> list[tuple[str, list[str]]]:
    """Name and cells, one a run but for the baseline, of every measure that is told apart."""
    others = [run for run in found.runs if run.run != found.baseline]
    return [
        (NAMES[name][0], [difference(name, run.differences[name]) for run in others])
        for name in MEASURES
        if any(run.differences[name] for run in others)
    ]


def difference(name: Measure, apart: Apart | None) -> str:
    """A difference with its interval, and whether it is more than noise."""
    if apart is None:
        return verdict(apart)
    digits = NAMES[name][1]
    told = _signed(apart.difference, digits)
    if apart.low is not None and apart.high is not None:
        told += f" ({_signed(apart.low, digits)} to {_signed(apart.high, digits)})"
    return f"{told} {verdict(apart)}"


def number(value: float | None, digits: int = 0) -> str:
    """A number with its thousands apart; an en dash for an unknown one."""
    return "–" if value is None else f"{value:,.{digits}f}".replace(",", "\u202f")


def paper_crr() -> Iterator[dict[str, str | float]]:
    """The paper's Table 1, one row a method: its CRR in percent by target and benchmark."""
    for name in next(iter(paper.CRR.values())):
        columns = {f"{target} {on}": by[name] for (target, on), by in paper.CRR.items()}
        yield {"method": name, **columns}


def paper_ablation() -> Iterator[dict[str, str | float]]:
    """The paper's Table 3: the CRR in percent as each part of the method is added."""
    for name, crr in paper.ABLATION.items():
        yield {"with": name if name == "none" else f"+ {name}", "7B Evol-Instruct": crr}


def budget(found: Compared) -> str:
    """What the runs are cut to, and what that means, in a few sentences."""
    if found.equal == "none":
        return "Each run as it is: what they spent differs."
    unit = UNITS[found.equal]
    if found.budget is None:
        return f"None of these runs has any {unit}: each is as it is."
    amount = number(found.budget, SPENT["usd"] if found.equal == "usd" else 0)
    if found.equal == "pairs":
        told = f"Cut to {amount} kept pairs, as many as the smallest pool has."
    else:
        told = (
            f"Cut to {amount} {unit}, the smallest spend of these runs. Metadata and rubrics count"
            " as part of it, also where another run paid for them, and replayed replies as if they"
            " had been paid."
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
    drawn = ", ".join(f"{number(run.sampled)} of run {run.run}" for run in found.runs)
    size = max((run.equal_size for run in found.runs), default=0)
    return (
        f"Instructions and gaps are measured on {drawn}, drawn by a fixed seed; distinct-n on"
        f" {number(size)} of each, because it falls as a pool grows; similarity on at most"
        " 2\u202f000 pairs of them. Distances to the seeds are larger for small pools by"
        " themselves. Intervals are 95 %."
    )


def _spends(
    what: str, read: Callable[[ComparedRun], Spend | None]
) -> dict[str, Callable[[ComparedRun], str]]:
    def told(unit: Literal["calls", "tokens", "usd"]) -> Callable[[ComparedRun], str]:
        def cell(run: ComparedRun) -> str:
            found = read(run)
            return number(found.of(unit) if found else None, SPENT[unit])

        return cell

    return {
        f"{what} (calls)": told("calls"),
        f"{what} (tokens)": told("tokens"),
        f"{what} (US dollars)": told("usd"),
    }


def _crr(run: ComparedRun, benchmark: str) -> str:
    found = next((one for one in run.evaluations if one.benchmark == benchmark), None)
    return f"{found.crr:.1f} ({found.low:.1f} to {found.high:.1f})" if found else "–"


def _signed(value: float, digits: int) -> str:
    return f"{value:+,.{digits}f}".replace(",", "\u202f").replace("-", "−")


def _runs(numbers: list[str]) -> str:
    return f"run {numbers[0]}" if len(numbers) == 1 else f"runs {', '.join(numbers)}"
