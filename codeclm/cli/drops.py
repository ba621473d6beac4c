"""What the command line says of what a strategy has dropped and accepted: rows of JSON, or text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from codeclm.cli.telling import printable
from codeclm.records import Accepted, Drop, Likeness


def dropped_rows(found: Sequence[Drop]) -> list[dict[str, Any]]:
    """What was dropped, as rows of JSON."""
    return [
        {
            "run": drop.run,
            "step": drop.step,
            "item": drop.item,
            "rule": drop.rule,
            "text": drop.text,
            "score": drop.score,
            "explanation": drop.explanation,
            "neighbours": _like_rows(drop.neighbours),
        }
        for drop in found
    ]


def accepted_rows(found: Sequence[Accepted]) -> list[dict[str, Any]]:
    """What a pool has accepted, as rows of JSON."""
    return [
        {"item": _slot(one.slot), "text": one.text, "neighbours": _like_rows(one.neighbours)}
        for one in found
    ]


def _like_rows(neighbours: Sequence[Likeness]) -> list[dict[str, Any]]:
    return [{"score": like.score, "of": _whose(like), "text": like.text} for like in neighbours]


def dropped(found: Sequence[Drop]) -> str:
    """What was dropped, each with its reason and what it was most like."""
    if not found:
        return "Nothing was dropped."
    lines: list[str] = []
    for drop in found:
        score = "" if drop.score is None else f" ({drop.score:.3g})"
        because = f": {drop.explanation}" if drop.explanation else ""
        lines.append(printable(f"{drop.step}  {drop.item}  {drop.rule}{score}{because}"))
        lines += _with_neighbours(drop.text, drop.neighbours)
    return "\n".join(lines)


def accepted(found: Sequence[Accepted]) -> str:
    """What a pool has accepted, each with what it was most like."""
    if not found:
        return "Nothing was accepted: no instructions of this run are sampled from a pool."
    lines: list[str] = []
    for one in found:
        lines += [_slot(one.slot), *_with_neighbours(one.text, one.neighbours)]
    return "\n".join(lines)


def _with_neighbours(text: str, neighbours: Sequence[Likeness]) -> list[str]:
    return [
        *(f"    {printable(line)}" for line in text.splitlines()),
        *(
            f"      {like.score:.3f}  {_whose(like)}: {printable(' '.join(like.text.split()))}"
            for like in neighbours
        ),
    ]


def _whose(like: Likeness) -> str:
    return _slot(like.slot or 0) if like.seed is None else f"seed {like.seed + 1}"


def _slot(slot: int) -> str:
    return f"m1.i{slot + 1}"
