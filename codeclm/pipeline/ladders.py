"""What the chains of a run come to, one after the other: where a budget ends, at a glance.

What a run needs before any chain comes first: its seeds' metadata and its entries' rubrics. A reply
counts once, at the first chain that rests on it. Those that no chain rests on (bad ones, those of
failed chains) are shared out evenly over the chains in their order, so that all chains together
come to the spend of the whole run.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from codeclm.records import Cut, Spend
from codeclm.store.compared import Step

#: Sums of dollars differ in their last digits with the order of their parts.
_EXACT = 1 + 1e-9


@dataclass(frozen=True, slots=True)
class Ladder:
    """The chains of a run that has ``entries`` entries, in their order.

    ``places`` are theirs, slot × entries + entry; ``calls``, ``tokens`` and ``usd`` are what the
    run comes to up to each, ``whole`` what all of it does.
    """

    whole: Spend
    entries: int
    places: Sequence[int]
    calls: Sequence[float]
    tokens: Sequence[float]
    usd: Sequence[float]

    def bought(
        self, unit: Literal["calls", "tokens", "usd"], budget: float
    ) -> tuple[Cut, Spend] | None:
        """The last chain that a budget pays for, and the spend up to it; None before the first."""
        known = {"calls": self.calls, "tokens": self.tokens, "usd": self.usd}[unit]
        return self._at(bisect_right(known, budget * _EXACT))

    def spent(self, cut: Cut) -> Spend:
        """The spend up to a chain."""
        found = self._at(bisect_right(self.places, cut.slot * self.entries + cut.entry))
        return found[1] if found else Spend()

    def _at(self, count: int) -> tuple[Cut, Spend] | None:
        """The last of so many chains, and the spend up to it."""
        if not count:
            return None
        slot, entry = divmod(self.places[count - 1], self.entries)
        usd = None if self.whole.usd is None else self.usd[count - 1]
        return Cut(slot, entry), Spend(self.calls[count - 1], self.tokens[count - 1], usd)


def ladder(whole: Spend, entries: int, steps: Iterable[Step]) -> Ladder:
    """Climb the steps of a run, as ``store.compared.steps`` has them; ``whole`` is its spend."""
    before, places = Spend(), array("q")
    calls, tokens, usd = array("d"), array("d"), array("d")
    for place, *amounts in steps:
        if place < 0:
            before = Spend(*amounts)
            continue
        places.append(place)
        for column, amount in zip((calls, tokens, usd), amounts, strict=True):
            column.append(amount)
    return Ladder(
        whole,
        entries,
        places,
        _climbed(before.calls, calls, whole.calls),
        _climbed(before.tokens, tokens, whole.tokens),
        _climbed(before.usd or 0.0, usd, whole.usd or 0.0),
    )


def _climbed(before: float, amounts: Sequence[float], whole: float) -> Sequence[float]:
    """What all comes to up to each chain, with its share of what no chain rests on."""
    sums = list(accumulate(amounts, initial=before))
    unused, chains = whole - sums[-1], len(amounts)
    return array("d", (sums[at] + unused * at / chains for at in range(1, chains + 1)))
