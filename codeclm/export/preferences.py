"""Formats of preferences: DPO's chosen and rejected, KTO's good and bad."""

from __future__ import annotations

from codeclm.export.conversations import answered, asked
from codeclm.export.fields import beside, other_response, system_column
from codeclm.export.instructions import prompt
from codeclm.records import Layout, Pair, Row, Side, Status

_OTHER: dict[Side, Side] = {"strong": "target", "target": "strong"}


def dpo_rows(pair: Pair, layout: Layout) -> list[Row]:
    """``prompt``, ``chosen`` and ``rejected``; no row where only one model has responded.

    Chosen is the response as it stands, a person's edit or swap included. Two equal responses make
    a row nevertheless, so that as many are written as were counted.
    """
    rejected = other_response(pair)
    if rejected is None:
        return []
    extra = beside(pair, layout)
    if layout.style == "conversational":
        chosen, other = [answered(pair.response)], [answered(rejected)]
        return [{"prompt": asked(pair, layout), "chosen": chosen, "rejected": other, **extra}]
    texts = {"chosen": pair.response, "rejected": rejected}
    if layout.style != "llama-factory":
        return [{"prompt": prompt(pair, layout), **texts, **extra}]
    return [{"prompt": pair.instruction, **texts, **system_column(pair, layout), **extra}]


def kto_rows(pair: Pair, layout: Layout) -> list[Row]:
    """``prompt``, ``completion`` and ``label``, for each response of a pair.

    The response as it stands is good unless the pair was rejected. The other model's is bad; of a
    rejected pair it is not known to be either, and gets no row.
    """
    good = pair.status is not Status.REJECTED
    first = _judged(pair, layout, pair.response, good)
    other = other_response(pair)
    if not good or other is None:
        return [first]
    second = _judged(pair, layout, other, False)
    if "response_from" in second:
        second["response_from"] = _OTHER[pair.response_from]
    return [first, second]


def _judged(pair: Pair, layout: Layout, response: str, good: bool) -> Row:
    if layout.style == "conversational":
        parts: Row = {"prompt": asked(pair, layout), "completion": [answered(response)]}
    else:
        parts = {"prompt": prompt(pair, layout), "completion": response}
    return {**parts, "label": good, **beside(pair, layout)}
