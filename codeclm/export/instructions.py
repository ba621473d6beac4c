"""Formats of one instruction and one response: Alpaca, prompt and completion."""

from __future__ import annotations

from codeclm.export.conversations import answered, asked
from codeclm.export.fields import beside, system, system_column
from codeclm.records import Layout, Pair, Row


def alpaca_rows(pair: Pair, layout: Layout) -> list[Row]:
    """``instruction``, an empty ``input`` and ``output``; ``system`` where there is one."""
    return [
        {
            "instruction": pair.instruction,
            "input": "",
            "output": pair.response,
            **system_column(pair, layout),
            **beside(pair, layout),
        }
    ]


def prompt_completion_rows(pair: Pair, layout: Layout) -> list[Row]:
    """``prompt`` and ``completion``: texts, or lists of messages in the conversational style."""
    if layout.style == "conversational":
        parts: Row = {"prompt": asked(pair, layout), "completion": [answered(pair.response)]}
    else:
        parts = {"prompt": prompt(pair, layout), "completion": pair.response}
    return [{**parts, **beside(pair, layout)}]


def prompt(pair: Pair, layout: Layout) -> str:
    """The instruction as one text, after the system prompt and a blank line where there is one."""
    said = system(pair, layout)
    return f"{said}\n\n{pair.instruction}" if said else pair.instruction
