"""Which fields of a file's rows are read, and the text of each row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from codeclm.errors import ImportFileError
from codeclm.ingest.chats import first_user_turn, is_chat
from codeclm.ingest.document import kind
from codeclm.ingest.fields import CHATS, GUESSES, MISSING, fields_of, guess, lookup
from codeclm.ingest.rows import SAMPLE, Rows
from codeclm.ingest.text import MAX_LINE, nul_found, too_long


@dataclass(frozen=True, slots=True)
class Mapping:
    """``path`` leads to the instruction ("" for plain lines), ``input_path`` to what it is about.

    ``chat`` says that conversations are there, so that a row may have none.
    """

    rows: Rows
    path: str
    input_path: str = ""
    chat: bool = False

    def text(self, index: int, value: Any) -> str | None:
        """The instruction with its input of one row; None for a chat without a user turn.

        Raises ``ImportFileError`` for a field that is missing or holds no text.
        """
        text = self._field(index, value) if self.path else value
        if text is None:
            return None
        if not isinstance(text, str):
            raise self.refused(index, f"{kind(text)} where a plain text was expected")
        text = text.strip()
        if self.input_path and text:
            text = self._with_input(index, value, text)
        self.check(index, text)
        return text

    def _field(self, index: int, value: Any) -> str | None:
        if isinstance(value, str):
            raise ImportFileError(
                f"{self.rows.where(index)}: a plain text without fields, so there is no"
                f" {self.path!r}.",
                "Name no field for a file of plain texts, or make every row an object.",
                line=self.rows.rows[index][0],
            )
        text = lookup(value, self.path)
        if text is MISSING:
            raise self.refused(index, f"there is no {self.path!r}")
        if is_chat(text):
            text = first_user_turn(text)
            if text is None:
                return None
        elif self.chat and (text is None or text == []):
            return None
        if not isinstance(text, str):
            problem = f"{self.path!r} holds {kind(text)} where text was expected"
            raise self.refused(index, problem)
        return text

    def _with_input(self, index: int, value: Any, text: str) -> str:
        given = lookup(value, self.input_path)
        if given is MISSING or given is None:
            return text
        if not isinstance(given, str):
            problem = f"{self.input_path!r} holds {kind(given)} where text was expected"
            raise self.refused(index, problem)
        return f"{text}\n\n{given.strip()}" if given.strip() else text

    def refused(self, index: int, problem: str) -> ImportFileError:
        """The error for a row whose field is not what it should be."""
        line, value = self.rows.rows[index]
        there = ", ".join(list(fields_of([value]))[:12])
        return ImportFileError(
            f"{self.rows.where(index)}: {problem}.",
            "Choose another field, or mend or remove that row. "
            + (f"Text fields there: {there}." if there else "No field there holds text."),
            line=line,
        )

    def check(self, index: int, text: str) -> None:
        """Raise ``ImportFileError`` for a text that cannot be kept."""
        if "\0" in text:
            raise nul_found(self.rows.where(index), self.rows.rows[index][0])
        if too_long(text):
            raise ImportFileError(
                f"{self.rows.where(index)}: the text is longer than {MAX_LINE // 1_000_000} MB.",
                "One row holds one instruction; shorten or remove this one.",
                line=self.rows.rows[index][0],
            )


def mapping(rows: Rows, path: str | None, input_path: str | None) -> Mapping:
    """The fields to read; without ``path`` the usual one is found.

    Raises ``ImportFileError`` when it cannot be told, and when no row has the input.
    """
    path = path or _found(rows)
    if input_path and all(
        lookup(value, input_path) is MISSING for _, value in rows.holding(input_path)
    ):
        raise ImportFileError(
            f"{rows.name}: no row has {input_path!r}, named as the input.",
            f"Name another field, or none. {listed(rows)}".strip(),
        )
    chat = bool(path) and any(is_chat(lookup(value, path)) for _, value in rows.rows[:SAMPLE])
    return Mapping(rows, path, input_path or "", chat)


def listed(rows: Rows) -> str:
    """A sentence with the fields there are; "" for plain lines."""
    found = list(rows.fields())
    more = f" and {len(found) - 12} more" if len(found) > 12 else ""
    return f"Text fields found: {', '.join(found[:12])}{more}." if found else ""


def _found(rows: Rows) -> str:
    if all(isinstance(value, str) for _, value in rows.rows):
        return ""
    found = rows.fields()
    path = guess(found)
    if path is None:
        several = [name for name in found if name.casefold() in {*GUESSES, *CHATS}]
        problem = (
            f"several fields may hold the instruction ({', '.join(several)})"
            if several
            else "no field has a name instructions usually have"
        )
        raise ImportFileError(
            f"{rows.name}: {problem}.", f"Name the field to read. {listed(rows)}".strip()
        )
    return path
