"""Fix one, apply to similar: a phrase that is replaced or stripped in many texts alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Where = Literal["both", "instruction", "response"]
#: Anywhere in a text, or only as its first or last words.
Place = Literal["anywhere", "start", "end"]
#: Characters of a phrase that is worth looking for in other texts.
SHORTEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """``old`` becomes ``new``, letter for letter; an empty ``new`` strips it.

    Blanks that a stripped phrase would leave at either end of a text go with it.
    """

    old: str
    new: str = ""
    where: Where = "both"
    place: Place = "anywhere"

    def of(self, instruction: str, response: str) -> tuple[str, str]:
        """Both texts after the replacement."""
        return (
            self._in(instruction) if self.where != "response" else instruction,
            self._in(response) if self.where != "instruction" else response,
        )

    def _in(self, text: str) -> str:
        if not self.old or self.old not in text:
            return text
        changed = self._changed(text)
        if changed == text:
            return text
        if text.lstrip().startswith(self.old):
            changed = changed.lstrip()
        return changed.rstrip() if text.rstrip().endswith(self.old) else changed

    def _changed(self, text: str) -> str:
        match self.place:
            case "anywhere":
                return text.replace(self.old, self.new)
            case "start":
                bare = text.lstrip()
                return self.new + bare.removeprefix(self.old) if bare.startswith(self.old) else text
            case "end":
                bare = text.rstrip()
                return bare.removesuffix(self.old) + self.new if bare.endswith(self.old) else text


def change_between(before: str, after: str) -> tuple[str, str] | None:
    """The one phrase that was replaced by another, widened to whole words.

    None when nothing changed, when only words were added, or when what is gone is too short to be
    looked for.
    """
    if before == after:
        return None
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    rest = min(len(before), len(after)) - start
    while end < rest and before[-1 - end] == after[-1 - end]:
        end += 1
    while start and _inside_a_word(before, start):
        start -= 1
    while end and _inside_a_word(before, len(before) - end):
        end -= 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    return (old, new) if len(old.strip()) >= SHORTEST else None


def _inside_a_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()
