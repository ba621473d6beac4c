"""The types of a data set's columns, as a card tells them to who loads it.

Without them, loaders take types from a file's beginning (``datasets``: its first 10 MB), and stop
at the first gap of a file that begins with pairs nobody has scored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from codeclm.export.markup import scalar

#: A type's name, a list with the type of its items, or the types of what is in it by name.
Shape: TypeAlias = "str | list[Shape] | dict[str, Shape]"

_TEXT, _NUMBER = "string", "float64"
#: What may be missing or empty in the first row, and something in a later one.
_KNOWN: dict[str, Shape] = {
    "skills": [_TEXT],
    "gap": _NUMBER,
    "strong_score": _NUMBER,
    "target_score": _NUMBER,
    "chain": [{"iteration": "int64", "instruction": _TEXT, "action": _TEXT, "gap": _NUMBER}],
    "tags": [_TEXT],
}


def features(values: Mapping[str, Any]) -> Iterator[str]:
    """Lines of YAML with the type of each column; ``values`` has one of each."""
    shape = {key: _shape(key, value) for key, value in values.items()}
    yield from ("dataset_info:", '  config_name: "default"', "  features:")
    yield from _fields(shape, "    ")


def _shape(key: str, value: Any) -> Shape:
    if key in _KNOWN:
        return _KNOWN[key]
    match value:
        case bool():
            return "bool"
        case int():
            return "int64"
        case float():
            return _NUMBER
        case dict():
            return {name: _shape(name, inner) for name, inner in value.items()}
        case [first, *_]:
            return [_shape("", first)]
        case _:
            return _TEXT


def _fields(shape: Mapping[str, Shape], indent: str) -> Iterator[str]:
    for name, inner in shape.items():
        yield f"{indent}- name: {scalar(name)}"
        yield from _typed(inner, f"{indent}  ")


def _typed(shape: Shape, indent: str) -> Iterator[str]:
    match shape:
        case str():
            yield f"{indent}dtype: {scalar(shape)}"
        case [str(item)]:
            yield f"{indent}sequence: {scalar(item)}"
        case [dict(item)]:
            yield f"{indent}list:"
            yield from _fields(item, f"{indent}  ")
        case dict():
            yield f"{indent}struct:"
            yield from _fields(shape, f"{indent}  ")
