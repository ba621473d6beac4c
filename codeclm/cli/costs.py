"""What the command line says a run may take, and beside it what it took."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codeclm.chat import Role
    from codeclm.pipeline.estimate import Estimate, Figures
    from codeclm.pipeline.estimate.comparison import Beside


def expected(found: Estimate, what: str = "Estimate") -> str:
    """An estimate on a few lines: all together, by role, and what it rests on."""
    from codeclm.pipeline.estimate import wording

    total = found.total
    lines = [
        f"{what}: {_figures(total)}, about {wording.duration(total.minutes)}, before replays",
        f"  {total.fewest} to {total.most} calls before re-asks",
    ]
    if found.kept:
        lines[-1] += f"; about {found.kept} pairs of {found.instructions} instructions"
    lines += [f"  {_named(role)} {_figures(figures)}" for role, figures in found.roles.items()]
    lines.append(f"  {found.rests_on[0].upper()}{found.rests_on[1:]}.")
    if found.unpriced:
        lines.append(f"  No price is known of {', '.join(found.unpriced)}; --price gives it one.")
    return "\n".join(lines)


def beside(rows: Sequence[Beside]) -> str:
    """What was estimated and what it really took, a line for each role; empty without either."""
    from codeclm.pipeline.estimate import wording

    if not rows or not rows[-1].real.calls:
        return ""
    lines = ["  estimated / real:"]
    for row in rows:
        expected, real = row.estimated, row.real
        parts = [
            f"{expected.calls} / {real.calls} calls",
            f"{wording.amount(expected.tokens)} / {wording.amount(real.tokens)} tokens",
            f"{wording.money(expected.usd)} / {wording.money(real.cost_usd)}",
        ]
        if row.minutes is not None:
            both = wording.duration(expected.minutes), wording.duration(row.minutes)
            parts.append(" / ".join(both))
        lines.append(f"    {_named(row.who)} {', '.join(parts)}")
    return "\n".join(lines)


def _figures(figures: Figures) -> str:
    from codeclm.pipeline.estimate import wording

    tokens, cost = wording.amount(figures.tokens), wording.money(figures.usd)
    return f"{wording.count(figures.calls)} calls, {tokens} tokens, {cost}"


def _named(who: Role | str) -> str:
    return f"{who + ':':<7}"
