"""Rows to seeds: one text field of each row, with what was skipped and why."""

from __future__ import annotations

from dataclasses import dataclass, field

from codeclm.errors import ImportFileError
from codeclm.ingest.mapping import Mapping, listed, mapping
from codeclm.ingest.rows import Rows
from codeclm.ingest.text import mend
from codeclm.records import Seed

_NO_TURN = "no user turn"
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no seed; ``text`` is cut at 200 characters."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class SeedFile:
    """The seeds of one file in its order, and what did not become one.

    ``path`` is the field that was read ("" for plain lines). ``notes`` are sentences about what
    was changed or guessed on the way; ``replaced`` counts lone surrogates that became U+FFFD.
    ``unit`` is what the lines of seeds and skipped rows count: "line", or "row" of a Parquet file.
    """

    seeds: tuple[Seed, ...] = field(repr=False)
    skipped: tuple[Skipped, ...] = field(repr=False)
    sha256: str
    path: str = ""
    replaced: int = 0
    notes: tuple[str, ...] = ()
    unit: str = "line"


def seeds(rows: Rows, fieldpath: str | None = None, *, input_path: str | None = None) -> SeedFile:
    """Make a seed of each row's text at ``fieldpath``; None or "" finds the usual field itself.

    Of a conversation the first user turn is the text; rows that have none are skipped. With
    ``input_path``, the text there follows the instruction after a blank line; rows whose input is
    missing, null or empty have none. White space around a text is cut. Empty texts and exact
    duplicates are skipped with their reason. Raises ``ImportFileError`` for a row whose field is
    missing or no text, and when no row is left.
    """
    fields = mapping(rows, fieldpath, input_path)
    kept: list[Seed] = []
    skipped: list[Skipped] = []
    seen: dict[str, int] = {}
    replaced = 0
    for index, (line, value) in enumerate(rows.holding(fields.path, fields.input_path)):
        found = fields.text(index, value)
        text, count = mend(found or "")
        replaced += count
        if not is_visible(text):
            skipped.append(Skipped(line, _NO_TURN if found is None else "empty text", ""))
        elif text in seen:
            reason = f"duplicate of {rows.unit} {seen[text]}"
            skipped.append(Skipped(line, reason, text[:_SHOWN]))
        else:
            seen[text] = line
            kept.append(Seed(text=text, file=rows.name, line=line))
    if not kept:
        raise _nothing(fields, skipped)
    return SeedFile(
        seeds=tuple(kept),
        skipped=tuple(skipped),
        sha256=rows.sha256,
        path=fields.path,
        replaced=replaced,
        notes=notes_of(rows, replaced),
        unit=rows.unit,
    )


def _nothing(fields: Mapping, skipped: list[Skipped]) -> ImportFileError:
    place = f" at {fields.path!r}" if fields.path else ""
    why = f"every text{place} is empty"
    if any(row.reason == _NO_TURN for row in skipped):
        why = f"no conversation{place} has a user turn with text"
    return ImportFileError(
        f"{fields.rows.name} holds no usable row: {why}.",
        f"Choose another field. {listed(fields.rows)}".strip(),
    )


def is_visible(text: str) -> bool:
    """Whether there is anything to read: zero-width and control characters alone are nothing."""
    return any(char.isprintable() and not char.isspace() for char in text)


def notes_of(rows: Rows, replaced: int) -> tuple[str, ...]:
    """What a person should know of how a file was read."""
    notes: list[str] = []
    if rows.guessed:
        notes.append(
            f"The file is not UTF-8; it was read as {rows.encoding}. Look at letters with accents."
        )
    if replaced:
        what = "character (a lone surrogate) was"
        if replaced > 1:
            what = "characters (lone surrogates) were"
        notes.append(f"{replaced} broken {what} replaced by \N{REPLACEMENT CHARACTER}.")
    return tuple(notes)
