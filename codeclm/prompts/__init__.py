"""The prompts: one Markdown file each, rendered the same way every time.

A file has a ``# User`` part and may have a ``# System`` part before it. ``$name`` stands for a
value. Values that come from people or models are fenced by a mark computed from the texts
themselves, so that the same inputs always render the same prompt and no text can end its own fence.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from string import Template

from codeclm.chat import Message
from codeclm.errors import SettingsError

_LONE_VARIABLE = re.compile(r"\$\{?(\w+)\}?")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt; ``digest`` (16 hex digits) names its exact wording in the journal."""

    name: str
    system: str
    user: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.system}\0{self.user}".encode()).hexdigest()[:16]

    def messages(
        self, plain: Mapping[str, object] | None = None, **texts: str
    ) -> tuple[Message, ...]:
        """Render the prompt: ``plain`` values as they are, ``texts`` fenced.

        A paragraph that consists of one variable alone disappears when its value is empty.
        """
        values = {name: str(value) for name, value in (plain or {}).items()}
        values |= fenced(texts)
        user = Message("user", _fill(self.user, values))
        return (Message("system", _fill(self.system, values)), user) if self.system else (user,)


def fenced(texts: Mapping[str, str]) -> dict[str, str]:
    """Put every non-empty text between two marks longer than any run of tildes in any of them."""
    longest = max(
        (len(run) for text in texts.values() for run in re.findall("~+", text)), default=0
    )
    mark = "~" * max(3, longest + 1)
    return {name: f"{mark}\n{text}\n{mark}" if text else "" for name, text in texts.items()}


def _fill(template: str, values: Mapping[str, str]) -> str:
    paragraphs = []
    for paragraph in template.split("\n\n"):
        lone = _LONE_VARIABLE.fullmatch(paragraph.strip())
        if lone and not values.get(lone[1], "-"):
            continue
        paragraphs.append(paragraph)
    return Template("\n\n".join(paragraphs)).substitute(values)


@lru_cache(maxsize=64)
def shipped(name: str) -> Prompt:
    """The prompt of this name as it ships."""
    path = resources.files("codeclm.prompts") / f"{name}.md"
    return read(name, path.read_text(encoding="utf-8"))


def background(brief: str) -> str:
    """The paragraph that tells a prompt what the project is about; empty without a brief."""
    brief = brief.strip()
    return shipped("brief").messages(brief=brief)[0].content if brief else ""


def read(name: str, text: str) -> Prompt:
    """Read a prompt file's text. Raises ``SettingsError`` when it has no ``# User`` part."""
    parts = re.split(r"^# (System|User)\s*$", text, flags=re.MULTILINE)
    named = dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))
    if not named.get("User"):
        raise SettingsError(f"The prompt {name!r} has no '# User' part.", "Add the heading back.")
    return Prompt(name, named.get("System", ""), named["User"])
