"""Personal data: addresses, numbers and secrets of a known shape, in either part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codeclm.quality.checks.reading import Pair, Seen
from codeclm.quality.sensitive import Kind, find, masked

_NAMES: Mapping[Kind, str] = {
    "secret": "A secret",
    "e-mail": "An e-mail address",
    "phone": "A telephone number",
    "card number": "The number of a card",
    "IBAN": "An IBAN",
}


def look(pair: Pair) -> Iterator[Seen]:
    for part, reading in pair.parts:
        if found := find(reading.text):
            first = found[0]
            why = f"{_NAMES[first.kind]} stands here: {masked(reading.text, first)}."
            yield Seen(part, first.start, first.end, why)
