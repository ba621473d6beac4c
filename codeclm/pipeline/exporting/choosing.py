"""Which pairs an export writes, and to which split each of them goes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from codeclm.export import FORMATS, balance, splits
from codeclm.records import ExportSettings, PairFilter, Status
from codeclm.store import exports, pairs

if TYPE_CHECKING:
    from sqlite_utils import Database

#: What a data file is called where nothing is split.
WHOLE = splits.SPLITS[0]


@dataclass(frozen=True, slots=True)
class Part:
    """One data file: the name of its split, the pairs in it, and how many rows that will be."""

    split: str
    wanted: PairFilter
    pairs: int
    rows: int


def narrowed(settings: ExportSettings) -> PairFilter:
    """The filter of an export with what its format asks of pairs.

    A preference is there only where both models answered, and says something only where the gap
    does: above θ of the pair's run, unless another smallest gap was chosen.
    """
    wanted = settings.wanted
    if FORMATS[settings.layout.format].needs_both:
        beyond = True if wanted.min_gap is None else wanted.beyond_theta
        wanted = replace(wanted, both=True, beyond_theta=beyond)
    return wanted


def parts(
    db: Database, settings: ExportSettings, without: Collection[int] = ()
) -> tuple[Part, ...]:
    """The data files of an export, at least one; those of splits that no pair came to left out.

    ``without`` are pairs that are not written, whatever the filter says.
    """
    wanted = narrowed(settings)
    if without:
        wanted = replace(wanted, without=(*(wanted.without or ()), *without))
    if not settings.balance and not settings.splits:
        return _parts(db, settings, {WHOLE: wanted})
    members = exports.members(db, wanted)
    if settings.balance:
        known = list(members)
        stay = set(balance.balanced(known, settings.balance, settings.seed))
        members = (member for member in known if member.pair in stay)
    shares = settings.splits or {WHOLE: 1.0}
    chosen = splits.split(members, splits.checked(shares), settings.seed)
    narrow = {name: replace(wanted, among=tuple(ids)) for name, ids in chosen.items()}
    return _parts(db, settings, narrow)


def together(chosen: tuple[Part, ...]) -> PairFilter:
    """The pairs of all data files as one filter."""
    if len(chosen) == 1:
        return chosen[0].wanted
    ids = tuple(id for part in chosen for id in part.wanted.among or ())
    return replace(chosen[0].wanted, among=ids)


def _parts(
    db: Database, settings: ExportSettings, wanted: dict[str, PairFilter]
) -> tuple[Part, ...]:
    found: list[Part] = []
    for name, narrow in wanted.items():
        count = pairs.count(db, narrow)
        if count or not found:
            found.append(Part(name, narrow, count, count + _second_rows(db, settings, narrow)))
    # What comes first may be empty where another is not.
    return tuple(part for part in found if part.pairs) or tuple(found[:1])


def _second_rows(db: Database, settings: ExportSettings, wanted: PairFilter) -> int:
    """How many pairs become two rows: in KTO those whose other response is undesirable."""
    if settings.layout.format != "kto" or wanted.status is Status.REJECTED:
        return 0
    return pairs.count(db, replace(wanted, both=True, status_not=Status.REJECTED))
