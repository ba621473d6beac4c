"""Pairs whose texts have broken exports before, and ways to write and read them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from codeclm.export import FORMATS, checked
from codeclm.records import Ancestor, Layout, Pair, Row, Side, Status

PAIR = Pair(
    id=7,
    run=1,
    chain_id="m3.i2",
    instruction="Name three lakes.",
    response="Baikal, Tanganyika, Superior.",
    response_from="strong",
    use_case="geography",
    skills=("factual recall", "ranked lists"),
    iteration=2,
    gap=-4.5,
    strong_score=4.0,
    target_score=8.5,
    strong_response="Baikal, Tanganyika, Superior.",
    target_response="Some lakes.",
    strong_model="simulated:strong",
    target_model="simulated:target",
    judge_model="simulated:strong",
    chain=(
        Ancestor(1, "Name a lake.", "", 0.5),
        Ancestor(2, "Name three lakes.", "ask for more", -4.5),
    ),
    status=Status.APPROVED,
)

ODD_TEXTS = (
    "plain",
    "two\nlines\r\nand a lone\rreturn",
    'quotes "inside", commas, \\n and a tab\t',
    "Grüße 你好 😀 e\u0301 \u05e9\u05dc\u05d5\u05dd",
    "bidi \u202eabc\u202c \u2066x\u2069",
    "separators a\u2028b\u2029c\x85d\x0be",
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2",
    "@SUM(A1)",
    "\t=1",
    " \u200b=1",
    "NA",
    "null",
    "007",
    "nan",
    "{}",
    '{"role": "user"}',
    "'=1",
    "very long " * 12_000,
)

ODD_PAIRS = tuple(
    replace(
        PAIR,
        instruction=text,
        response=f"{text} answered",
        strong_response=f"{text} answered",
        target_response=f"{text} differs",
        use_case=text[:40],
        skills=(text[:40], "b"),
        chain=(Ancestor(1, text, "", None), Ancestor(2, text, text[:40], 1.5)),
        gap=None if place % 3 == 1 else place / 4,
        system_prompt="Be kind.\nBe brief." if place % 2 == 0 else "",
        tags=(text[:20],),
        note=text[:40],
    )
    for place, text in enumerate(ODD_TEXTS)
)

#: Every format with every style it has.
LAYOUTS = tuple(
    checked(Layout(format=name, style=style))
    for name, form in FORMATS.items()
    for style in form.styles or ("",)
)


def rows(pair: Pair = PAIR, **layout: Any) -> list[Row]:
    wanted = checked(Layout(**layout))
    return FORMATS[wanted.format].rows(pair, wanted)


def row(pair: Pair = PAIR, **layout: Any) -> Row:
    (only,) = rows(pair, **layout)
    return only


def written(pairs: tuple[Pair, ...], layout: Layout) -> bytes:
    form = FORMATS[layout.format]
    made = (row for pair in pairs for row in form.rows(pair, layout))
    return b"".join(form.encoded(made, layout))


def read_lines(data: bytes) -> list[Row]:
    return [json.loads(line) for line in data.split(b"\n")[:-1]]


def swapped(side: Side) -> Pair:
    """The pair with that side's response standing."""
    kept = PAIR.strong_response if side == "strong" else PAIR.target_response or ""
    return replace(PAIR, response_from=side, response=kept)
