"""A brief that a person wrote into a file: its parts as TOML, or plain text."""

from __future__ import annotations

import tomllib
from dataclasses import fields

from codeclm.errors import ImportFileError
from codeclm.ingest.text import file_name, mend, to_text
from codeclm.records import Brief

_PARTS = tuple(part.name for part in fields(Brief))


def brief(data: bytes, name: str) -> Brief:
    """Read a ``.toml`` file with some of the brief's parts; any other text says what it is about.

    Raises ``ImportFileError`` for a part that is unknown or no text.
    """
    name = file_name(name)
    text, _ = to_text(data, name)
    if not name.casefold().endswith(".toml"):
        return Brief(mend(text)[0].strip())
    try:
        read = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ImportFileError(
            f"{name} is not valid TOML: {error}.", 'Write lines such as language = "German".'
        ) from error
    for part, value in read.items():
        if part not in _PARTS or not isinstance(value, str):
            raise ImportFileError(
                f"{name}: {part!r} is no part of a brief, or no text.",
                f"The parts are {', '.join(_PARTS)}, each a text.",
            )
    return Brief(**{part: mend(value)[0].strip() for part, value in read.items()})
