"""What the command line says to people: progress, how a run ended, lists."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from codeclm.records import (
    Failure,
    Holdings,
    PairImport,
    Progress,
    RunState,
    Size,
    Usage,
    as_bytes,
)

if TYPE_CHECKING:
    from codeclm.pipeline.found import FoundServer
    from codeclm.store.views import ProjectCard

#: Skipped rows that are told one by one.
SHOWN = 5


def progress(moment: Progress | None) -> str:
    """Beside the bar: what became of the instructions, and how fast it goes."""
    if moment is None:
        return ""
    counts = moment.counts
    return (
        f"kept {counts.kept} · improving {counts.improving} · exhausted {counts.exhausted}"
        f" · failed {counts.failed}"
        f" · {moment.usage.calls} calls · {moment.rate:.0f}/s{' · ' if moment.waits else ''}"
        f"{moment.waits}"
    )


def rejudge_end(summary: Mapping[str, Any], state: RunState, message: str) -> str:
    """How a re-judge ended: its judgements, its cost, what is left."""
    wanted = 2 * summary["samples"] * summary["pairs"]
    return "\n".join(
        [
            f"Re-judge {summary['run']}: {state}{_because(state, message)}".rstrip(),
            f"  {summary['judgements']} of {wanted} judgements over {summary['pairs']} pairs,"
            f" {summary['failed']} samples failed",
            _paid(summary),
        ]
    )


def _dropped(by_rule: Mapping[str, int]) -> list[str]:
    told = ", ".join(f"{count} {rule}" for rule, count in by_rule.items())
    return [f"  dropped on the way: {told}"] if told else []


def evaluation_end(summary: Mapping[str, Any], state: RunState, message: str) -> str:
    """How an evaluation ended: its cost, what failed."""
    return "\n".join(
        [
            f"Evaluation {summary['run']}: {state}{_because(state, message)}".rstrip(),
            f"  {summary['items']} items, {summary['failed']} responses or assessments failed",
            _paid(summary),
        ]
    )


def end(summary: dict[str, Any], state: RunState, message: str) -> str:
    """How a run ended: its sums, its cost, what is left."""
    lines = [
        f"Run {summary['run']}: {state}{_because(state, message)}".rstrip(),
        f"  {summary['instructions']} instructions = {summary['kept']} kept"
        f" ({summary['kept_strong']} strong, {summary['kept_target']} target)"
        f" + {summary['exhausted']} exhausted + {summary['failed']} failed",
        f"  kept at iteration 1, 2, …: {summary['by_iteration']}",
        *_dropped(summary["dropped"]),
        _paid(summary),
    ]
    left = summary["instructions"] - summary["kept"] - summary["exhausted"] - summary["failed"]
    if left:
        lines.append(f"  {left} instructions are left; 'codeclm resume' goes on.")
    return "\n".join(lines)


def _paid(summary: Mapping[str, Any]) -> str:
    cost = "unknown" if summary["cost_usd"] is None else f"${summary['cost_usd']:.4f}"
    return (
        f"  {summary['calls']} calls paid, {summary['replayed']} replayed,"
        f" {summary['prompt_tokens'] + summary['completion_tokens']} tokens, cost {cost},"
        f" {summary['seconds']:.1f} s"
    )


def _because(state: RunState, message: str) -> str:
    """``paused: budget …`` reads as one; other states stand for themselves."""
    if state is RunState.PAUSED and message:
        return f": {message[0].lower()}{message[1:]}"
    return f". {message}"


def unbilled(usage: Usage) -> str:
    """What calls may have cost whose bill nobody knows; empty when there are none."""
    if not usage.unbilled_tokens:
        return ""
    return (
        f"  {usage.unbilled_calls} calls without a reply and replies without token counts"
        f" may have cost up to {usage.unbilled_tokens} tokens more; caps count them."
    )


def warnings(sentences: Sequence[str]) -> str:
    """What may be wrong with a run's replies; empty when nothing is."""
    return "\n".join(f"  Warning: {sentence}" for sentence in sentences)


def runs(rows: Sequence[Mapping[str, Any]]) -> str:
    """Runs as a table."""
    lines = [
        "run  what           state        project               size   kept  exhausted  failed"
        "  calls"
    ]
    lines += [
        f"{row['run']:>3}  {_what(row):<13}  {row['state']:<11}  {row['project'][:20]:<20}"
        f"  {_size(row):>5}  {_of_chains(row, 'kept'):>5}"
        f"  {_of_chains(row, 'exhausted'):>9}"
        f"  {row['failed']:>6}  {row['calls']:>5}"
        for row in rows
    ]
    return "\n".join(lines)


def counted(count: int, noun: str) -> str:
    """A count with its noun, in the plural unless it is one."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _what(row: Mapping[str, Any]) -> str:
    """The strategy of a run to pairs, else what it is there for."""
    if row["source"] == "import":
        return "import"
    return row["strategy"] if row["goal"] == "pairs" else row["goal"]


def imported(done: PairImport) -> str:
    """What an import of pairs did."""
    told = f"Run {done.run}: {counted(done.imported, 'pair')} imported, {done.kept} kept"
    if done.exhausted:
        told += f", {done.exhausted} with too small a gap"
    if done.unscored:
        told += f"; {done.unscored} without scores"
    return f"{told}."


def skipped(rows: Sequence[tuple[int, str]], unit: str = "line") -> str:
    """How many rows were skipped, and the first of them with their reasons."""
    count = "1 row was" if len(rows) == 1 else f"{len(rows)} rows were"
    lines = [f"{count} skipped:"]
    lines += [f"  {unit} {line}: {reason}" for line, reason in rows[:SHOWN]]
    if len(rows) > SHOWN:
        lines.append(f"  and {len(rows) - SHOWN} more")
    return "\n".join(lines)


def _size(row: Mapping[str, Any]) -> int:
    """How much a run is about: its pairs, its items or its instructions."""
    return row.get("pairs") or row.get("items") or row["instructions"]


def _of_chains(row: Mapping[str, Any], name: str) -> str:
    """A number that only runs with chains have."""
    return "–" if row["goal"] in ("rejudge", "evaluate") else str(row[name])


def failure_rows(found: Sequence[Failure]) -> list[dict[str, Any]]:
    """Failures as objects, raw replies included."""
    names = ("id", "run", "step", "item", "kind", "message", "raw")
    return [{name: getattr(failure, name) for name in names} for failure in found]


def failures(found: Sequence[Failure]) -> str:
    """Failures one under the other, each with its raw reply indented below it.

    A reply comes from outside: control characters are shown as escapes, so that a terminal obeys
    none of them.
    """
    if not found:
        return "Nothing failed."
    lines = []
    for failure in found:
        lines.append(f"{failure.step} {failure.item}  {failure.kind}: {failure.message}")
        lines += [f"    {printable(line)}" for line in failure.raw.splitlines()]
    return "\n".join(lines)


def cell(name: str, width: int) -> str:
    """A cell, which may be a name from outside, on one line, without what a terminal would obey."""
    # Our own numbers have their thousands apart by a narrow space.
    seen = (sign if sign.isprintable() or sign == "\u202f" else "\ufffd" for sign in name)
    shown = "".join(seen)
    return shown if len(shown) <= width else f"{shown[: width - 1]}…"


def printable(line: str) -> str:
    """A line from outside with escapes in the place of what a terminal would obey."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line)


def projects(cards: Sequence[ProjectCard]) -> str:
    """Projects as a table."""
    lines = ["project               seeds  metadata  pairs  pending  approved"]
    lines += [
        f"{card.name[:20]:<20}  {card.seeds:>5}  {card.metadata:>8}  {card.pairs:>5}"
        f"  {card.pending:>7}  {card.approved:>8}"
        for card in cards
    ]
    return "\n".join(lines)


def endpoints(rows: Sequence[Mapping[str, Any]]) -> str:
    """Endpoints as a table."""
    lines = [
        "name            from    provider   key                        in flight     rpm       tpm"
        "  $/M in  $/M out  template  base URL"
    ]
    lines += [
        f"{row['name'][:14]:<14}  {row['from']:<6}  {row['provider']:<9}  {_key(row)[:25]:<25}"
        f"  {_or_dash(row['concurrency']):>9}  {_or_dash(row['rpm']):>6}  {_or_dash(row['tpm']):>8}"
        f"  {_or_dash(row['price_in']):>6}  {_or_dash(row['price_out']):>7}"
        f"  {row['template'] or '–':<8}  {row['base_url'] or '–'}"
        for row in rows
    ]
    return "\n".join(lines)


def found_servers(servers: Sequence[FoundServer]) -> str:
    """Servers of this machine, each with its models as they are named."""
    lines: list[str] = []
    for server in servers:
        problem = f"  {server.problem}" if server.problem else ""
        lines.append(f"{server.endpoint}  {server.address}{problem}")
        lines += [f"  {server.endpoint}:{name}" for name in server.writers]
        lines += [f"  {server.endpoint}:{name}  (embeddings)" for name in server.embedders]
    return "\n".join(lines)


def endpoint(row: Mapping[str, Any]) -> str:
    """One endpoint, a line for each of its settings."""
    prices = f"{_or_dash(row['price_in'])} in, {_or_dash(row['price_out'])} out"
    settings = {
        "name": f"{row['name']} (from {row['from']})",
        "provider": row["provider"],
        "base URL": row["base_url"] or "–",
        "key": _key(row),
        "calls in flight": _or_dash(row["concurrency"]),
        "requests a minute": _or_dash(row["rpm"]),
        "tokens a minute": _or_dash(row["tpm"]),
        "US dollars per million tokens": prices,
        "template": row["template"] or "none: its models chat",
        "headers": ", ".join(f"{name}={value}" for name, value in row["headers"].items()) or "–",
        "body": json.dumps(row["body"]) if row["body"] else "–",
    }
    return "\n".join(f"{name + ':':<31}{value}" for name, value in settings.items())


def _key(row: Mapping[str, Any]) -> str:
    return f"{row['key_env']}: {row['key']}" if row["key_env"] else row["key"]


def _or_dash(value: float | None) -> str:
    return "–" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


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
