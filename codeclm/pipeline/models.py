"""Models on this machine: what there is of each, fetching one with its progress told, removing."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codeclm.errors import SettingsError
from codeclm.providers.local import fetching
from codeclm.providers.local.catalogue import Model, catalogue, find
from codeclm.records import as_bytes
from codeclm.settings import RunSettings, split_model

#: Seconds between two words about how far a fetch is.
TICK = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A model of the catalogue and what there is of it here.

    ``bytes``, ``memory`` (of its server, at most) and ``fetched`` are in bytes; ``path`` is where
    its file lies, or will lie.
    """

    name: str
    title: str
    licence: str
    bytes: int
    memory: int
    sha256: str
    fetched: int
    path: Path

    @property
    def state(self) -> str:
        """``here``, ``not here``, or how much of it is."""
        if self.fetched == self.bytes and self.path.exists():
            return "here"
        return f"{self.fetched / self.bytes:.0%} here" if self.fetched else "not here"

    def to_dict(self) -> dict[str, Any]:
        """As the command line prints it."""
        shown = {name: getattr(self, name) for name in self.__slots__}
        return {**shown, "path": str(self.path), "state": self.state}


def listed() -> list[Known]:
    """Every model that can be fetched. Raises ``SettingsError`` for senseless further sources."""
    return [_known(model) for model in catalogue().values()]


def can_serve() -> bool:
    """Whether what serves local models is installed: ``pip install 'codeclm[local]'``."""
    return importlib.util.find_spec("xllamacpp") is not None


def lacking(settings: RunSettings) -> list[str]:
    """The models of the catalogue that a run asks and that are not on this machine."""
    named = [split_model(settings.model(role)) for role in settings.asked_roles]
    wanted = {model for endpoint, model in named if endpoint == "local"}
    return [model.name for model in listed() if model.name in wanted and model.state != "here"]


def refuse_without_server() -> None:
    """Raise ``SettingsError`` where nothing is installed that could serve a local model."""
    if not can_serve():
        raise SettingsError(
            "What serves local models is not installed.",
            "pip install 'codeclm[local]' installs it; then start the app again.",
        )


def pull(name: str, told: Callable[[str], None] = lambda words: None) -> Known:
    """Fetch a model unless it is here. Blocks.

    ``told`` hears how far it is, at most twice a second; what it raises stops the fetch, and the
    next one goes on from there. Raises ``SettingsError`` for an unknown name, ``ModelFileError``.
    """
    model = find(name)
    fetching.fetch(model, _Teller(model, told))
    return _known(model)


def remove(name: str) -> int:
    """Delete what there is of a model's file and return how many bytes that were.

    Raises ``SettingsError`` for an unknown name, ``ModelFileError``.
    """
    return fetching.remove(find(name))


def _known(model: Model) -> Known:
    return Known(
        name=model.name,
        title=model.title,
        licence=model.licence,
        bytes=model.bytes,
        memory=model.memory,
        sha256=model.sha256,
        fetched=model.fetched,
        path=model.path,
    )


class _Teller:
    """Words for how many bytes have come: ``42 %, 469 MB of 1.1 GB, 12 MB a second``."""

    def __init__(self, model: Model, told: Callable[[str], None]) -> None:
        self._model = model
        self._told = told
        self._began = self._last = time.monotonic()
        self._first: int | None = None

    def __call__(self, come: int) -> None:
        now = time.monotonic()
        if self._first is None:
            self._first = come
        if now - self._last < TICK:
            return
        self._last = now
        words = f"{come / self._model.bytes:.0%}, {as_bytes(come)} of {as_bytes(self._model.bytes)}"
        if come > self._first:
            words += f", {as_bytes(round((come - self._first) / (now - self._began)))} a second"
        self._told(words)
