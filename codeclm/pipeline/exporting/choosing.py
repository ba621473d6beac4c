"""Which pairs an export writes, to which split each of them goes, and why others stay out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from codeclm.errors import ExportError
from codeclm.export import FORMATS, balance, splits
from codeclm.records import BALANCE, NO_PREFERENCE, ExportSettings, PairFilter, Status
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
    does: above θ of the pair's run, unless another smallest gap was chosen. What was imported
    without scores is as its file has it.
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


def unwritten(
    db: Database, settings: ExportSettings, chosen: tuple[Part, ...], without: int
) -> dict[str, int]:
    """How many pairs of the filter are not written, by ``REASONS``; ``without`` have a problem."""
    needs_both = FORMATS[settings.layout.format].needs_both
    if not (needs_both or settings.balance):
        return {}
    taken = pairs.count(db, narrowed(settings))
    lost = {
        NO_PREFERENCE: pairs.count(db, settings.wanted) - taken if needs_both else 0,
        BALANCE: taken - without - sum(part.pairs for part in chosen),
    }
    return {reason: count for reason, count in lost.items() if count}


_LEAVE_LESS_OUT = {
    NO_PREFERENCE: "Preferences need two responses, and a gap above θ or the smallest one chosen.",
    BALANCE: "Give its use cases a weight above 0.",
}


def nothing(db: Database, settings: ExportSettings, left_out: Mapping[str, int]) -> ExportError:
    """Why an export would have no pair, and what would give it some."""
    if left_out:
        told = ", ".join(f"{count} for {reason}" for reason, count in left_out.items())
        most = max(left_out, key=lambda reason: left_out[reason])
        return ExportError(
            f"There is no pair to write: left out are {told}.",
            _LEAVE_LESS_OUT.get(most, "Leave less of it out."),
        )
    wanted = settings.wanted
    others = pairs.count(db, replace(wanted, status=None)) if wanted.status else 0
    if others:
        names = " or ".join(status for status in Status if status is not wanted.status)
        return ExportError(
            f"There is no pair to write: none is {wanted.status}, {others} are {names}.",
            "Review them, or choose the status 'any'.",
        )
    if wanted.min_gap and pairs.count(db, replace(wanted, min_gap=None)):
        return ExportError(
            f"There is no pair to write: no gap is {wanted.min_gap:g} or more.",
            "Choose a smaller smallest gap.",
        )
    return ExportError("There is no pair to write.", "Choose another status or filter.")


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
