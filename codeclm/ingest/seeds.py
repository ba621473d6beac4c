"""Rows to seeds: one text field of each row, with what was skipped and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from codeclm.errors import ImportFileError
from codeclm.ingest.document import kind
from codeclm.ingest.fields import GUESSES, MISSING, fields_of, guess, lookup
from codeclm.ingest.rows import Rows
from codeclm.ingest.text import MAX_LINE, mend, nul_found, too_long
from codeclm.records import Seed

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
    """

    seeds: tuple[Seed, ...] = field(repr=False)
    skipped: tuple[Skipped, ...] = field(repr=False)
    sha256: str
    path: str = ""
    replaced: int = 0
    notes: tuple[str, ...] = ()


def seeds(rows: Rows, fieldpath: str | None = None, *, input_path: str | None = None) -> SeedFile:
    """Make a seed of each row's text at ``fieldpath``; None or "" finds the usual field itself.

    With ``input_path``, the text there follows the instruction after a blank line; rows whose
    input is missing, null or empty have none. White space around a text is cut. Empty texts and
    exact duplicates are skipped with their reason. Raises ``ImportFileError`` for a row whose
    field is missing or no text, and when no row is left.
    """
    path = _chosen(rows, fieldpath)
    if input_path:
        _check_input(rows, input_path)
    kept: list[Seed] = []
    skipped: list[Skipped] = []
    seen: dict[str, int] = {}
    replaced = 0
    for index, (line, value) in enumerate(rows.rows):
        text, count = mend(_text(rows, index, value, path, input_path))
        replaced += count
        if not _visible(text):
            skipped.append(Skipped(line, "empty text", ""))
        elif text in seen:
            skipped.append(Skipped(line, f"duplicate of line {seen[text]}", text[:_SHOWN]))
        else:
            seen[text] = line
            kept.append(Seed(text=text, file=rows.name, line=line))
    if not kept:
        raise ImportFileError(
            f"{rows.name} holds no usable row: every text{_at(path)} is empty.",
            f"Choose another field. {_listed(rows)}".strip(),
        )
    return SeedFile(
        seeds=tuple(kept),
        skipped=tuple(skipped),
        sha256=rows.sha256,
        path=path,
        replaced=replaced,
        notes=_notes(rows, replaced),
    )


def _chosen(rows: Rows, fieldpath: str | None) -> str:
    if fieldpath:
        return fieldpath
    if all(isinstance(value, str) for _, value in rows.rows):
        return ""
    found = rows.fields()
    path = guess(found)
    if path is None:
        several = [name for name in found if name.casefold() in GUESSES]
        problem = (
            f"several fields may hold the instruction ({', '.join(several)})"
            if several
            else "no field has a name instructions usually have"
        )
        raise ImportFileError(
            f"{rows.name}: {problem}.", f"Name the field to read. {_listed(rows)}"
        )
    return path


def _visible(text: str) -> bool:
    """Whether there is anything to read: zero-width and control characters alone are nothing."""
    return any(char.isprintable() and not char.isspace() for char in text)


def _text(rows: Rows, index: int, value: Any, path: str, input_path: str | None) -> str:
    text = _field(rows, index, value, path) if path else value
    if not isinstance(text, str):
        raise _refused(rows, index, f"{kind(text)} where a plain text was expected", value)
    text = text.strip()
    if input_path and text:
        given = lookup(value, input_path)
        if given is not MISSING and given is not None:
            if not isinstance(given, str):
                problem = f"{input_path!r} holds {kind(given)} where text was expected"
                raise _refused(rows, index, problem, value)
            if given.strip():
                text = f"{text}\n\n{given.strip()}"
    _check(rows, index, text)
    return text


def _field(rows: Rows, index: int, value: Any, path: str) -> str:
    if isinstance(value, str):
        raise ImportFileError(
            f"{rows.where(index)}: a plain text without fields, so there is no {path!r}.",
            "Name no field for a file of plain texts, or make every row an object.",
            line=rows.rows[index][0],
        )
    text = lookup(value, path)
    if text is MISSING:
        raise _refused(rows, index, f"there is no {path!r}", value)
    if not isinstance(text, str):
        problem = f"{path!r} holds {kind(text)} where text was expected"
        raise _refused(rows, index, problem, value)
    return text


def _refused(rows: Rows, index: int, problem: str, value: Any) -> ImportFileError:
    there = ", ".join(list(fields_of([value]))[:12])
    return ImportFileError(
        f"{rows.where(index)}: {problem}.",
        "Choose another field, or mend or remove that row. "
        + (f"Text fields there: {there}." if there else "No field there holds text."),
        line=rows.rows[index][0],
    )


def _check(rows: Rows, index: int, text: str) -> None:
    line = rows.rows[index][0]
    if "\0" in text:
        raise nul_found(rows.name, line, f" (item {index + 1})" if rows.format == "json" else "")
    if too_long(text):
        raise ImportFileError(
            f"{rows.where(index)}: the text is longer than {MAX_LINE // 1_000_000} MB.",
            "One row holds one instruction; shorten or remove this one.",
            line=line,
        )


def _check_input(rows: Rows, input_path: str) -> None:
    if all(lookup(value, input_path) is MISSING for _, value in rows.rows):
        raise ImportFileError(
            f"{rows.name}: no row has {input_path!r}, named as the input.",
            f"Name another field, or none. {_listed(rows)}".strip(),
        )


def _at(path: str) -> str:
    return f" at {path!r}" if path else ""


def _listed(rows: Rows) -> str:
    found = list(rows.fields())
    more = f" and {len(found) - 12} more" if len(found) > 12 else ""
    return f"Text fields found: {', '.join(found[:12])}{more}." if found else ""


def _notes(rows: Rows, replaced: int) -> tuple[str, ...]:
    notes: list[str] = []
    if rows.guessed:
        notes.append(
            f"The file is not UTF-8; it was read as {rows.encoding}. Look at letters with accents."
        )
    if replaced:
        noun = "character was" if replaced == 1 else "characters were"
        notes.append(
            f"{replaced} broken {noun} (lone surrogates) replaced by \N{REPLACEMENT CHARACTER}."
        )
    return tuple(notes)
