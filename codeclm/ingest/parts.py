"""The parts of a row that are not its own text: responses, a use case, skills."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from codeclm.ingest.chats import is_chat, turns_of
from codeclm.ingest.document import kind
from codeclm.ingest.fields import MISSING, lookup
from codeclm.ingest.hand import MOST_SKILLS
from codeclm.ingest.mapping import Mapping
from codeclm.ingest.rows import Rows
from codeclm.ingest.seeds import is_visible
from codeclm.ingest.text import mend


class Unusable(Exception):
    """Why a row cannot be used."""


class Parts:
    """Reads the parts of one row after the other, and counts what was changed on the way.

    Raises ``Unusable`` where a row lacks what it needs, ``ImportFileError`` where a field holds
    something else than it should.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.replaced = 0
        self._cut = 0
        self._under = 0

    def notes(self) -> Iterator[str]:
        """Sentences about what was left out."""
        if self._under:
            rows = "conversation has" if self._under == 1 else "conversations have"
            yield f"{self._under} {rows} a system turn, which was left out."
        if self._cut:
            rows = "row has" if self._cut == 1 else "rows have"
            yield f"{self._cut} {rows} more than {MOST_SKILLS} skills; the first ones were taken."

    def text(self, index: int, value: Any, path: str, what: str) -> str:
        """The text at a path; of a conversation, the one turn of its side."""
        found = lookup(value, path)
        if is_chat(found):
            turns = turns_of(found, "user" if what == "instruction" else "assistant")
            if len(turns) > 1:
                raise Unusable(f"a conversation of several turns where its {what} was expected")
            self._under += what == "instruction" and bool(turns_of(found, "system"))
            found = turns[0] if turns else None
        if found is MISSING or found is None or found == []:
            raise Unusable(f"no {what}")
        text = self._plain(index, path, found).strip()
        if not is_visible(text):
            raise Unusable(f"empty {what}")
        return text

    def _plain(self, index: int, path: str, found: Any) -> str:
        place = Mapping(self._rows, path)
        if not isinstance(found, str):
            raise place.refused(index, f"{path!r} holds {kind(found)} where text was expected")
        place.check(index, found)
        text, count = mend(found)
        self.replaced += count
        return text

    def name(self, index: int, value: Any, path: str) -> str:
        """A short text on one line; "" where there is none."""
        found = lookup(value, path) if path else None
        if found is MISSING or found is None:
            return ""
        return " ".join(self._plain(index, path, found).split())

    def skills(self, index: int, value: Any, path: str) -> tuple[str, ...]:
        """Different names from a list, or from one text with commas between, three at most."""
        found = lookup(value, path) if path else None
        if found is MISSING or found is None:
            return ()
        if isinstance(found, str):
            found = _listed(found)
        if not isinstance(found, list):
            raise Mapping(self._rows, path).refused(
                index, f"{path!r} holds {kind(found)} where a list of skills was expected"
            )
        names = [" ".join(self._plain(index, path, name).split()) for name in found]
        distinct = list({name.casefold(): name for name in reversed(names) if name}.values())[::-1]
        self._cut += len(distinct) > MOST_SKILLS
        return tuple(distinct[:MOST_SKILLS])


def _listed(text: str) -> Any:
    """The skills in one text: a JSON list, or names with commas between."""
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            pass
    return re.split(r"[,;]", text)
