"""Splits: which pairs are trained on, and which only measure.

The shares hold in every use case as nearly as whole chains allow, so that a small use case is not
missing where it is measured. All pairs of a chain are in one split, and all chains that have an
instruction in common: a model that has trained on one of them has seen the others.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace

from codeclm.errors import ExportError
from codeclm.records import Member

SPLITS = ("train", "validation", "test")


def checked(shares: Mapping[str, float]) -> dict[str, float]:
    """The shares in the order of ``SPLITS``, adding up to 1, without those of nothing.

    Raises ``ExportError`` for a split that does not exist, a negative share, or no share at all.
    """
    if unknown := sorted(set(shares) - set(SPLITS)):
        raise ExportError(f"There is no split {unknown[0]!r}.", f"Splits are {', '.join(SPLITS)}.")
    total = sum(shares.values())
    if not all(share >= 0 for share in shares.values()) or not 0 < total < float("inf"):
        raise ExportError(
            "The shares of the splits make no sense.",
            "Give each a share of 0 or more, such as train=0.8,validation=0.1,test=0.1.",
        )
    return {name: shares[name] / total for name in SPLITS if shares.get(name)}


def split(
    members: Iterable[Member], shares: Mapping[str, float], seed: int
) -> dict[str, list[int]]:
    """The ids of the pairs of each split, in the order the pairs came in.

    ``shares`` are checked ones. Each use case is within one chain of them; which splits have more
    of it and which less is made up for by the use cases after it, so that all together are near
    them too.
    """
    known = _joined(members)
    owed = dict.fromkeys(shares, 0.0)
    home: dict[str, str] = {}
    for use_case, chains in sorted(_by_use_case(known).items()):
        names = list(chains)
        random.Random(f"{seed}:split:{use_case}").shuffle(names)
        size = sum(chains.values())
        room = {part: share * size for part, share in shares.items()}
        for part in shares:
            owed[part] += room[part]
        for name in names:
            part = _home(chains[name], room, owed)
            room[part] -= chains[name]
            owed[part] -= chains[name]
            home[name] = part
    found: dict[str, list[int]] = {name: [] for name in shares}
    for member in known:
        found[home[member.chain]].append(member.pair)
    return found


def _joined(members: Iterable[Member]) -> list[Member]:
    """The members, each of the first chain that anything ties its own to."""
    known = list(members)
    tied: dict[str, str] = {}

    def first(chain: str) -> str:
        while (before := tied.setdefault(chain, chain)) != chain:
            chain = before
        return chain

    seen: dict[bytes, str] = {}
    for member in known:
        if member.mark:
            chain = first(member.chain)
            tied[chain] = first(seen.setdefault(member.mark, chain))
    return [replace(member, chain=first(member.chain)) for member in known]


def _home(size: int, room: Mapping[str, float], owed: Mapping[str, float]) -> str:
    """The split with most room in this use case for a chain; of equals the first.

    Where it fits nowhere as a whole, of those with any room the one that is owed most over all.
    """
    # A hair less, or a share of 0.1 of 30 would have no room for the third of its three.
    if fits := [part for part in room if room[part] >= size - 1e-9]:
        return max(fits, key=lambda part: room[part])
    return max((part for part in room if room[part] > 1e-9), key=lambda part: owed[part])


def _by_use_case(members: Iterable[Member]) -> dict[str, dict[str, int]]:
    """How many pairs each chain has, by use case; a chain is where its first pair is."""
    chains: dict[str, dict[str, int]] = {}
    seen: dict[str, str] = {}
    for member in members:
        use_case = seen.setdefault(member.chain, member.use_case)
        sizes = chains.setdefault(use_case, {})
        sizes[member.chain] = sizes.get(member.chain, 0) + 1
    return chains
