"""What the command line says to people: progress, how a run ended, lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from codeclm.records import Holdings, Progress, RunState, Size, Usage, as_bytes

if TYPE_CHECKING:
    from codeclm.store.views import ProjectCard


def progress(moment: Progress | None) -> str:
    """Beside the bar: what became of the instructions, and how fast it goes."""
    if moment is None:
        return ""
    counts = moment.counts
    return (
        f"kept {counts.kept} · exhausted {counts.exhausted} · failed {counts.failed}"
        f" · {moment.usage.calls} calls · {moment.rate:.0f}/s"
    )


def end(summary: dict[str, Any], state: RunState, message: str) -> str:
    """How a run ended: its sums, its cost, what is left."""
    cost = "unknown" if summary["cost_usd"] is None else f"${summary['cost_usd']:.4f}"
    lines = [
        f"Run {summary['run']}: {state}. {message}".rstrip(),
        f"  {summary['instructions']} instructions = {summary['kept']} kept"
        f" ({summary['kept_strong']} strong, {summary['kept_target']} target)"
        f" + {summary['exhausted']} exhausted + {summary['failed']} failed",
        f"  kept at iteration 1, 2, …: {summary['by_iteration']}",
        f"  {summary['calls']} calls paid, {summary['replayed']} replayed,"
        f" {summary['prompt_tokens'] + summary['completion_tokens']} tokens, cost {cost},"
        f" {summary['seconds']:.1f} s",
    ]
    left = summary["instructions"] - summary["kept"] - summary["exhausted"] - summary["failed"]
    if left:
        lines.append(f"  {left} instructions are left; 'codeclm resume' goes on.")
    return "\n".join(lines)


def unbilled(usage: Usage) -> str:
    """What calls may have cost whose bill nobody knows; empty when there are none."""
    if not usage.unbilled_tokens:
        return ""
    return (
        f"  {usage.unbilled_calls} calls without a reply and replies without token counts"
        f" may have cost up to {usage.unbilled_tokens} tokens more; caps count them."
    )


def runs(rows: Sequence[Mapping[str, Any]]) -> str:
    """Runs as a table."""
    lines = ["run  state        project               size   kept  exhausted  failed  calls"]
    lines += [
        f"{row['run']:>3}  {row['state']:<11}  {row['project'][:20]:<20}"
        f"  {row['instructions']:>5}  {row['kept']:>5}  {row['exhausted']:>9}"
        f"  {row['failed']:>6}  {row['calls']:>5}"
        for row in rows
    ]
    return "\n".join(lines)


def projects(cards: Sequence[ProjectCard]) -> str:
    """Projects as a table."""
    lines = ["project               seeds  metadata  pairs  pending  approved"]
    lines += [
        f"{card.name[:20]:<20}  {card.seeds:>5}  {card.metadata:>8}  {card.pairs:>5}"
        f"  {card.pending:>7}  {card.approved:>8}"
        for card in cards
    ]
    return "\n".join(lines)


def size(found: Size) -> str:
    """The size of the database in one line."""
    free = f", {as_bytes(found.free)} of it free" if found.free else ""
    return f"{as_bytes(found.total)} on disk{free}; raw replies take {as_bytes(found.replies)}."


def shrinking(before: Size, after: Size, unshrunk: str) -> str:
    """What became of the file."""
    told = f"The database was {as_bytes(before.total)} and is {as_bytes(after.total)}."
    if unshrunk:
        told += (
            f"\nIts space was not given back: {unshrunk}"
            "\n'codeclm prune' does that once nothing is in the way."
        )
    return told


def holdings(found: Holdings) -> str:
    """What a project holds."""
    return (
        f"{found.seeds} seeds, {found.metadata} metadata, {found.runs} runs, {found.pairs} pairs"
        f" ({found.approved} approved), {found.calls} paid calls"
    )
