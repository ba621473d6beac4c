"""How long it takes to look for a benchmark's items in a data set, and whether they are found."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence

from bench.table import Cell, Size, Table
from bench.tables.duplicates import varied
from codeclm.quality.contamination import Item, Part, Row, find

ROWS: Mapping[Size, tuple[int, ...]] = {
    "full": (10_000, 100_000),
    "quick": (1_000, 10_000),
    "tiny": (200,),
}
ITEMS: Mapping[Size, int] = {"full": 1_000, "quick": 1_000, "tiny": 60}
#: All items begin so; no row is to be told for it.
OPENING = "Write a function that takes a list of whole numbers and returns"
#: One row in so many holds an item, and one in so many the opening alone.
PLANTED, OPENED = 50, 7


def rows(size: Size) -> Iterator[Sequence[Cell]]:
    texts = varied(ITEMS[size], seed=1, changed=0.0)
    items = [Item(id, f"{OPENING} {text}") for id, text in enumerate(texts)]
    for count in ROWS[size]:
        made, planted = _rows(count, items)
        began = time.perf_counter()
        found = find(items, made)
        took = time.perf_counter() - began
        told = {(hit.row, hit.part): hit for hit in found.hits}
        right = [
            place
            for place, (item, rule) in planted.items()
            if place in told and (items[told[place].item].text, told[place].rule) == (item, rule)
        ]
        yield (
            count,
            len(items),
            took,
            len(planted),
            len(right),
            len(told.keys() - planted.keys()),
            len(found.common),
        )


def _rows(
    count: int, items: Sequence[Item]
) -> tuple[list[Row], dict[tuple[int, Part], tuple[str, str]]]:
    """Rows of about 40 and 150 words, and what was planted: (row, part) → (item's text, rule)."""
    chance = random.Random(2)
    texts = varied(5 * count, seed=3)
    planted: dict[tuple[int, Part], tuple[str, str]] = {}
    made = []
    for id in range(count):
        instruction, response = texts[id], " ".join(texts[count + 4 * id : count + 4 * id + 4])
        if id % PLANTED == 0:
            item = chance.choice(items).text
            kind = id // PLANTED % 3
            if kind == 0:
                instruction, planted[id, "instruction"] = f"{item.upper()}!", (item, "exact")
            elif kind == 1:
                instruction, planted[id, "instruction"] = f"{item} now", (item, "near")
            else:
                half = " ".join(item.split()[:26])
                response = f"{response} {half} {response}"
                planted[id, "response"] = (item, "13-gram")
        elif id % OPENED == 0:
            instruction = f"{OPENING} {instruction}"
        made.append(Row(id, instruction, response))
    return made, planted


TABLE = Table(
    "contamination",
    "Expected: about a minute for 100 000 rows and 1 000 items. What was planted is found, by the"
    " rule it was planted for, and nothing else but by chance.",
    ("rows", "items", "s", "planted", "found", "others told", "phrases set aside"),
    rows,
)
