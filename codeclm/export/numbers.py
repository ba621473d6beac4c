"""The numbers of a card: how its pairs lie over use cases, skills, gaps and iterations."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from codeclm.export.markup import line, table
from codeclm.records import CardFacts

#: Rows of a table before the rest is folded into one.
TOP = 15


def distribution(facts: CardFacts, pictures: Mapping[str, str]) -> Iterator[str]:
    """The section with every picture, and a small table for each thing that is counted."""
    yield "## Distribution"
    for path, said in pictures.items():
        yield f"![{line(said, 600)}]({_address(path)})"
    for name, counts in (("use case", facts.use_cases), ("skill", facts.skills)):
        if counts:
            yield table(
                (name, "pairs", "share"), _shared(ranked(counts), sum(counts.values())), right=2
            )
    if facts.gaps:
        total = sum(facts.gaps.values())
        yield table(
            ("gap (strong − target)", "pairs", "share"), _shared(_steps(facts.gaps), total), right=2
        )
    if facts.iterations:
        yield table(
            ("iteration", "strong responses", "target responses", "share"),
            _iterations(facts.iterations),
            right=3,
        )
        if _improves(facts):
            yield "In the paper over 70 % of what is kept comes from the first iteration (Fig. 3)."


def _improves(facts: CardFacts) -> bool:
    """Whether any of its runs improves instructions, or nobody knows of what runs it is."""
    settings = [run.settings for run in facts.runs]
    return not settings or any(one.get("strategy", "codeclm") == "codeclm" for one in settings)


def number(count: int) -> str:
    """A count with its thousands apart."""
    return f"{count:,}".replace(",", "\u202f")


def ranked(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Names as Markdown with their counts, the largest first, the rest as ``other (k)``."""
    order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = [(line(name, 120) or "(empty)", number(count)) for name, count in order[:TOP]]
    rest = order[TOP:]
    if rest:
        rows.append((f"other ({len(rest)})", number(sum(count for _, count in rest))))
    return rows


def _shared(rows: Iterable[tuple[str, str]], total: int) -> Iterator[tuple[str, str, str]]:
    for name, count in rows:
        yield name, count, _percent(int(count.replace("\u202f", "")), total)


def _steps(gaps: Mapping[float, int]) -> list[tuple[str, str]]:
    """Gaps by whole points, away from zero: one of 3.5 is above 3 and at most 4."""
    steps: Counter[int] = Counter()
    for gap, count in gaps.items():
        steps[math.ceil(gap) if gap > 0 else math.floor(gap)] += count
    return [(_step(step), number(steps[step])) for step in sorted(steps)]


def _step(step: int) -> str:
    if not step:
        return "0"
    if step < 0:
        return f"below {_signed(step + 1)}, to {_signed(step)}"
    return f"above {step - 1}, to {step}"


def _signed(value: int) -> str:
    return str(value).replace("-", "−")


def _iterations(counts: Mapping[int, tuple[int, int]]) -> Iterator[tuple[str, str, str, str]]:
    total = sum(map(sum, counts.values()))
    for iteration, (strong, target) in sorted(counts.items()):
        share = _percent(strong + target, total)
        yield str(iteration), number(strong), number(target), share


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "0 %"


def _address(path: str) -> str:
    """A path of ours as a link's address: nothing in it ends the link or leaves the bundle."""
    return "".join(char if char.isalnum() or char in "._-/" else "_" for char in path).lstrip("/")
