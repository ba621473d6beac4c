"""A model that a local server has not got: how to get it there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

_CANNOT_CHAT = re.compile(r"(?:does|do) not support (?:chat|generate)\b", re.IGNORECASE)
#: What each server says that no other does.
_SAYS: Mapping[str, re.Pattern[str]] = {
    "ollama": re.compile(r"try pulling it", re.IGNORECASE),
    "lmstudio": re.compile(
        r"\blms load\b|developer page|valid downloaded model|no models? loaded", re.IGNORECASE
    ),
    "vllm": re.compile(r"NotFoundError"),
}
_GET: Mapping[str, str] = {
    "ollama": "get it with: ollama pull {model}",
    "lmstudio": "load it in LM Studio, or with: lms load {model}",
    "vllm": "start the server with it: vllm serve {model}",
    "llamacpp": "start the server with it: llama-server -m FILE --alias {model}",
}


def how_to_get(model: str, endpoint: str, said: str) -> str:
    """What to do about a model that is not there, by what the server said, else by its name."""
    says = next((name for name, words in _SAYS.items() if words.search(said)), endpoint)
    way = _GET.get(says, "load the model there.")
    return f"Check the model's name, or {way.format(model=shlex.quote(model))}"


def cannot_chat(said: str) -> bool:
    """Whether the server says that a model only gives embeddings."""
    return bool(_CANNOT_CHAT.search(said))
