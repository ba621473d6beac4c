"""What the command line says of evaluations: one JSON object, or a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from codeclm.cli import telling
from codeclm.records import Evaluation, Slice

if TYPE_CHECKING:
    from codeclm.pipeline.evaluations import Difference

#: Characters of a name in a line and in a column, at most.
_LONG, _WIDE = 80, 32
_HEAD = "wins  ties  losses    CRR  95 % interval   flips  unparsable  longer wins"


def statistics(came: Evaluation, by: str | None = None) -> dict[str, Any]:
    """What came of an evaluation as one object; shares are in percent, null without comparisons."""
    found = {
        "candidate": came.candidate,
        "reference": came.reference,
        "judge": came.judge,
        "recorded": list(came.recorded),
        "simulated": came.simulated,
        "set": came.benchmark.name,
        "whole": came.whole,
        "held_out": came.benchmark.held_out,
        "export": came.export,
        "state": str(came.state),
        "items": came.items,
        "open": came.open,
        "unanswered": came.unanswered,
        **_numbers(came.total),
        "candidate_length": _rounded(came.candidate_length),
        "reference_length": _rounded(came.reference_length),
    }
    if by:
        found["slices"] = [{"name": one.name, **_numbers(one)} for one in slices(came, by)]
    return found


def slices(came: Evaluation, by: str) -> tuple[Slice, ...]:
    """The slices of an evaluation by use case or by skill."""
    return came.use_cases if by == "use-case" else came.skills


def difference(found: Difference | None) -> dict[str, Any] | None:
    """How much higher the candidate's CRR is; null where too few were compared to tell."""
    if found is None:
        return None
    return {
        "crr": _rounded(found.difference),
        "ci_low": _rounded(found.low),
        "ci_high": _rounded(found.high),
        "is_noise": found.is_noise,
    }


def table(
    came: Sequence[Evaluation], differences: Sequence[Difference | None], by: str | None
) -> str:
    """Evaluations one under the other, each with its slices, and how far apart they are."""
    first = came[0]
    lines = [
        f"Against {_name(first.reference)}, judged by {_name(first.judge)}, on"
        f" {_name(first.benchmark.name)}:",
        f"{'candidate':<{_WIDE}}  {_HEAD}",
    ]
    for one in came:
        lines.append(f"{telling.cell(one.candidate, _WIDE):<{_WIDE}}  {_row(one.total)}")
        for cut in slices(one, by) if by else ():
            name = telling.cell(cut.name, _WIDE - 2)
            lines.append(f"  {name:<{_WIDE - 2}}  {_row(cut)}")
    for one, found in zip(came[1:], differences, strict=True):
        lines.append(_apart(first, one, found))
    return "\n".join(lines)


def _apart(first: Evaluation, other: Evaluation, found: Difference | None) -> str:
    told = f"{_name(first.candidate)} less {_name(other.candidate)}:"
    if found is None:
        return f"{told} too few comparisons in common to tell."
    what = "within noise" if found.is_noise else "more than noise"
    return (
        f"{told} {found.difference:+.1f} points of CRR"
        f" ({found.low:+.1f} to {found.high:+.1f}), {what}."
    )


def _name(name: str) -> str:
    return telling.cell(name, _LONG)


def _row(one: Slice) -> str:
    between = "–" if one.low is None or one.high is None else f"{one.low:.1f} to {one.high:.1f}"
    return (
        f"{one.wins:>4}  {one.ties:>4}  {one.losses:>6}  {_percent(one.crr):>5}  {between:>13}"
        f"  {one.flips:>6}  {one.unparsable:>10}  {_percent(one.longer_share):>11}"
    )


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _numbers(one: Slice) -> dict[str, Any]:
    return {
        "wins": one.wins,
        "ties": one.ties,
        "losses": one.losses,
        "crr": _rounded(one.crr),
        "ci_low": _rounded(one.low),
        "ci_high": _rounded(one.high),
        "flips": one.flips,
        "half_ties": one.half_ties,
        "unparsable": one.unparsable,
        "flip_rate": _rounded(one.flip_rate),
        "longer_wins_share": _rounded(one.longer_share),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
