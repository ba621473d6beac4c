"""How long a row is: in tokens of a tokenizer where one is at hand, in characters otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from codeclm.errors import ExportError

#: Characters that stand for a token where nobody counts tokens.
CHARACTERS_A_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Measure:
    """Measures texts in ``unit``; ``per_token`` of them stand for one token."""

    unit: str
    per_token: int
    tokenizer: Any = None

    def of(self, *texts: str) -> int:
        """The length of some texts together."""
        if self.tokenizer is None:
            return sum(map(len, texts))
        return sum(len(self.tokenizer.encode(text).ids) for text in texts if text)

    def told(self, length: int) -> str:
        """A length in words; limits are in tokens, so what is counted otherwise is told in both."""
        about = "" if self.per_token == 1 else f", about {length // self.per_token} tokens"
        return f"{length} {self.unit}{about}"


def can_count_tokens() -> bool:
    """Whether a library that reads tokenizers is installed."""
    return find_spec("tokenizers") is not None


def measure(tokenizer: str) -> Measure:
    """What measures rows: a ``tokenizer.json`` (as Hugging Face models have it), or characters.

    Raises ``ExportError`` when the file is no tokenizer, or nothing here can read one.
    """
    if not tokenizer:
        return Measure("characters", CHARACTERS_A_TOKEN)
    if not can_count_tokens():
        raise ExportError(
            "Counting tokens takes the package tokenizers.",
            "Install it (pip install 'codeclm[tokens]'), or let characters be counted.",
        )
    from tokenizers import Tokenizer

    path = Path(tokenizer)
    try:
        path = path.expanduser()
        path = path / "tokenizer.json" if path.is_dir() else path
        return Measure("tokens", 1, Tokenizer.from_str(path.read_text(encoding="utf-8")))
    # The library raises a bare Exception for whatever is wrong with the file, and what people type
    # may be no path at all.
    except Exception as error:
        raise ExportError(
            f"{path.name[:80]} cannot be read as a tokenizer.",
            "Name the tokenizer.json of a model, or its folder.",
        ) from error
