"""Whether a model was the same from a run's first call to its last, as far as its server says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from codeclm.settings import RunSettings
from codeclm.store.calls import Served

#: Calls before and after, from which on other fingerprints are no longer chance.
_ENOUGH = 10
#: Names that a sentence holds, and characters of each: they are the server's.
_NAMES = 4
_WIDTH = 60


@dataclass(slots=True)
class _Span:
    """Something a server said of itself: from which call to which, and how often."""

    name: str
    first: int
    last: int
    calls: int


def changes(rows: Iterable[Served], settings: RunSettings) -> list[str]:
    """A sentence for each role whose model became another in the course of the run."""
    asked = sorted(rows, key=attrgetter("role", "model"))
    sentences = []
    for (role, _), group in groupby(asked, attrgetter("role", "model")):
        found = list(group)
        models = _spans(found, "served")
        told = _of_models(models) if len(models) > 1 else _of_prints(_spans(found, "fingerprint"))
        if told:
            model = settings.model(role)
            sentences.append(f"The {role} model {model} answered {told}: its replies may differ.")
    return sentences


def _of_models(spans: Sequence[_Span]) -> str:
    parts, last = [f"as {_quoted(spans[0])}"], spans[0].last
    for span in spans[1:_NAMES]:
        also = "" if span.first > last else "also "
        parts.append(f"from call {span.first} {also}as {_quoted(span)}")
        last = max(last, span.last)
    if spans[_NAMES:]:
        parts.append(f"as {len(spans) - _NAMES} more")
    return " and ".join(parts)


def _of_prints(spans: Sequence[_Span]) -> str:
    """Only fingerprints that give way to others: a provider's replicas alternate all the time."""
    sets: list[list[_Span]] = []
    last = 0
    for span in spans:
        if not sets or span.first > last:
            sets.append([])
        sets[-1].append(span)
        last = max(last, span.last)
    sets = [found for found in sets if sum(span.calls for span in found) >= _ENOUGH]
    if len(sets) < 2:
        return ""
    parts = [f"with the fingerprint {_either(sets[0])}"]
    parts += [f"from call {found[0].first} with {_either(found)}" for found in sets[1:_NAMES]]
    return " and ".join(parts)


def _spans(rows: Iterable[Served], of: str) -> list[_Span]:
    """One span for each name, in order of its first call; what was not said is left out."""
    spans: dict[str, _Span] = {}
    for row in sorted(rows, key=attrgetter("first")):
        name = getattr(row, of)
        if not name:
            continue
        span = spans.setdefault(name, _Span(name, row.first, row.last, 0))
        span.last = max(span.last, row.last)
        span.calls += row.calls
    return list(spans.values())


def _either(spans: Sequence[_Span]) -> str:
    more = " or others" if spans[_NAMES:] else ""
    return " or ".join(map(_quoted, spans[:_NAMES])) + more


def _quoted(span: _Span) -> str:
    # As Python writes it: nothing in it reaches a terminal as an order.
    return repr(span.name[:_WIDTH])
