"""Balance: leaving pairs out so that no use case or skill outweighs the others."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence

from codeclm.errors import ExportError
from codeclm.records import Balance, Member


def checked(balance: Balance) -> Balance:
    """The balance, if it makes sense. Raises ``ExportError`` otherwise."""
    if balance.by not in ("use_case", "skill"):
        raise ExportError(
            f"Nothing can be balanced by {balance.by!r}.", "Balance by use_case or by skill."
        )
    if balance.cap is not None and balance.cap < 1:
        raise ExportError("A cap is at least 1.", "Leave it out to take everything.")
    if balance.weights and balance.by == "skill":
        raise ExportError(
            "Weights are for use cases: a pair has several skills.", "Set a cap for skills."
        )
    if not all(0 <= weight < math.inf for weight in balance.weights.values()):
        raise ExportError("A weight is 0 or more.", "A use case without one has the weight 1.")
    return balance


def balanced(members: Iterable[Member], balance: Balance, seed: int) -> list[int]:
    """The ids of the pairs that stay, in the order they came in; which ones, ``seed`` draws.

    With weights, use cases stand to each other as their weights do (1 where none is given), as
    many of each as the scarcest of them allows, and at least one of each that weighs anything. A
    cap is the most pairs of one use case, or of one
    skill: a pair goes where any of its skills has its cap already.
    """
    known = list(members)
    drawn = known[:]
    random.Random(f"{seed}:balance").shuffle(drawn)
    if balance.weights:
        drawn = _weighted(drawn, balance)
    if balance.cap is not None:
        drawn = _capped(drawn, balance.by, balance.cap)
    kept = {member.pair for member in drawn}
    return [member.pair for member in known if member.pair in kept]


def _weighted(drawn: Sequence[Member], balance: Balance) -> list[Member]:
    there: dict[str, int] = {}
    for member in drawn:
        there[member.use_case] = there.get(member.use_case, 0) + 1
    weights = {name: balance.weights.get(name, 1.0) for name in there}
    # Of the largest: what stands for one pair would be infinite where all weights are minute.
    largest = max(weights.values(), default=0.0) or 1.0
    weights = {name: weight / largest for name, weight in weights.items()}
    unit = min((there[name] / weight for name, weight in weights.items() if weight), default=0.0)
    # A hair more, or 0.1 * 30 would be 2 for want of the last bit.
    room = {
        name: max(math.floor(unit * weight + 1e-9), int(weight > 0))
        for name, weight in weights.items()
    }
    return [member for member in drawn if _take(room, (member.use_case,))]


def _capped(drawn: Sequence[Member], by: str, cap: int) -> list[Member]:
    room: dict[str, int] = {}
    kept = []
    for member in drawn:
        names = (member.use_case,) if by == "use_case" else member.skills
        for name in names:
            room.setdefault(name, cap)
        if _take(room, names):
            kept.append(member)
    return kept


def _take(room: dict[str, int], names: Sequence[str]) -> bool:
    """Take one place of each name, if each has one left."""
    if any(room[name] < 1 for name in names):
        return False
    for name in names:
        room[name] -= 1
    return True
