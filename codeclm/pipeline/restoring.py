"""Bringing a project back: what a bundle of jsonl says of it, into this or another database.

A bundle is a folder, or a ZIP archive of one, with ``project.jsonl`` beside its data files and a
manifest that names the digest of each.
"""

from __future__ import annotations

import hashlib
import lzma
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from codeclm import __version__
from codeclm.errors import ImportFileError
from codeclm.export import manifest
from codeclm.ingest import file_name
from codeclm.records import Restored
from codeclm.store import archive
from codeclm.store.connection import Store

if TYPE_CHECKING:
    from sqlite_utils import Database

#: The file of a bundle that holds the project, and the one that says what is in it.
ARCHIVE, MANIFEST = "project.jsonl", "manifest.json"
#: Bytes of the longest line, and of the largest manifest: nothing of ours comes near.
MAX_LINE, MAX_MANIFEST = 64_000_000, 16_000_000

#: What unpacking raises beside its own error, for damaged contents and damaged names.
_UNPACKING = (zlib.error, lzma.LZMAError, EOFError, NotImplementedError, UnicodeDecodeError)

_AS_EXPORTED = "The bundle is damaged or was changed. Take it as it was exported."


def archive_lines(db: Database, ids: Iterable[int]) -> Iterator[bytes]:
    """What ``project.jsonl`` holds for these pairs of one project, a line of UTF-8 JSON at a time.

    Raises ``StoreError`` when none of them is there any more.
    """
    return archive.lines(db, ids, version=__version__)


def restore(store: Store, path: Path, *, name: str | None = None) -> Restored:
    """Add the project of a bundle: its folder, its ``project.jsonl``, or a ZIP archive of it.

    It is called ``name``, else as it was, with a number behind it where that is taken. Raises
    ``ImportFileError`` with file, line and what to do when anything is wrong with the bundle, and
    ``SettingsError`` when ``name`` is taken; nothing is added then.
    """
    with _opened(path) as bundle:
        listed = _listed(bundle)
        sha256 = _digest(bundle, listed or ())
        with bundle.open(bundle.archive) as file, store.writing() as db:
            rows = _rows(file, bundle.label)
            done = archive.restore(db, rows, name=name or "", sha256=sha256, file=bundle.label)
    return replace(done, checked=listed is not None)


@dataclass(frozen=True, slots=True)
class _Bundle:
    """A bundle whose files can be opened by their names, which raises ``KeyError`` for none.

    ``label`` is what errors, and the import, call the archive. ``whole`` says that its data files
    are looked at as well.
    """

    label: str
    archive: str
    whole: bool
    open: Callable[[str], BinaryIO]


# Opening ---------------------------------------------------------------------------------------


@contextmanager
def _opened(path: Path) -> Iterator[_Bundle]:
    """The bundle at ``path``, with what may go wrong while it is read explained."""
    # Unlike ``resolve`` this says nothing of a link that leads back to itself: it is no file.
    name = file_name(Path(os.path.realpath(path)).name)
    try:
        if path.is_dir():
            yield _folder(path, name)
        elif not path.is_file():
            # Of a pipe or a device there might be no end.
            raise ImportFileError(
                f"There is no file {path}.", "Name the folder of a bundle, or a zip of it."
            )
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                yield _packed(packed, name)
        elif path.suffix.lower() == ".zip":
            raise zipfile.BadZipFile("this is no ZIP archive, or only the beginning of one")
        else:
            yield _Bundle(name, path.name, False, lambda member: _file(path.parent, member))
    except (zipfile.BadZipFile, *_UNPACKING) as error:
        raise ImportFileError(f"{name} cannot be unpacked: {error}.", _AS_EXPORTED) from error
    except OSError as error:
        raise ImportFileError(
            f"{name} cannot be read: {error.strerror or error}.",
            "Check that the disk is well and that you may read the file.",
        ) from error


def _folder(path: Path, name: str) -> _Bundle:
    if not (path / ARCHIVE).is_file():
        raise _no_bundle(name)
    return _Bundle(f"{name}/{ARCHIVE}", ARCHIVE, True, lambda member: _file(path, member))


def _file(folder: Path, member: str) -> BinaryIO:
    path = folder / member
    if path.exists() and not path.is_file():
        raise KeyError(member)
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise KeyError(member) from error


def _packed(packed: zipfile.ZipFile, name: str) -> _Bundle:
    """The bundle in a ZIP archive: at its top, or in a folder of it."""
    places = [place for place in packed.namelist() if PurePosixPath(place).name == ARCHIVE]
    if not places:
        raise _no_bundle(name)
    if any(info.flag_bits & 1 for info in packed.infolist()):
        raise ImportFileError(f"{name} is locked with a password.", "Unpack it first.")
    top = min(places, key=lambda place: place.count("/"))[: -len(ARCHIVE)]

    def opened(member: str) -> BinaryIO:
        return cast("BinaryIO", packed.open(top + member))

    return _Bundle(f"{name}/{ARCHIVE}", ARCHIVE, True, opened)


def _no_bundle(name: str) -> ImportFileError:
    return ImportFileError(
        f"{name} is no bundle that can be brought back: it holds no {ARCHIVE}.",
        "Export the project as a bundle of jsonl with all fields.",
    )


# Checking --------------------------------------------------------------------------------------


def _digest(bundle: _Bundle, listed: Iterable[tuple[str, str]]) -> str:
    """The SHA-256 of a bundle's archive; raises where any file is not what its manifest lists."""
    with bundle.open(bundle.archive) as file:
        sha256 = _sha256(file)
    for path, expected in listed:
        if path == bundle.archive:
            found = sha256
        elif bundle.whole:
            try:
                with bundle.open(path) as file:
                    found = _sha256(file)
            except KeyError as error:
                raise ImportFileError(
                    f"{path} is missing, which {MANIFEST} lists.", _AS_EXPORTED
                ) from error
        else:
            continue
        if found != expected:
            raise ImportFileError(
                f"{path} is not the file that {MANIFEST} lists: its SHA-256 is another.",
                _AS_EXPORTED,
            )
    return sha256


def _sha256(file: BinaryIO) -> str:
    found = hashlib.sha256()
    while some := file.read(1 << 20):
        found.update(some)
    return found.hexdigest()


def _listed(bundle: _Bundle) -> list[tuple[str, str]] | None:
    """(path, SHA-256) of the files a manifest lists, None where there is no manifest."""
    try:
        with bundle.open(MANIFEST) as file:
            text = file.read(MAX_MANIFEST)
    except KeyError:
        return None
    try:
        told = manifest.read(text)
        # A card is there to be edited: of the other files only the archive matters.
        others = [entry for entry in told.get("others", []) if entry["path"] == bundle.archive]
        found = [(entry["path"], entry["sha256"].lower()) for entry in (*told["files"], *others)]
        inside = all(_is_inside(path) for path, _ in found)
    except ImportFileError as error:
        raise ImportFileError(f"{MANIFEST}: {error.message}", _AS_EXPORTED) from error
    except (TypeError, KeyError, AttributeError) as error:
        raise ImportFileError(f"{MANIFEST} cannot be read: {error}.", _AS_EXPORTED) from error
    if not inside:
        raise ImportFileError(f"{MANIFEST} lists files outside of its bundle.", _AS_EXPORTED)
    return found


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path)
    odd = any(sign in path for sign in "\\:\0")
    return bool(path) and not (odd or parts.is_absolute() or ".." in parts.parts)


# Reading ---------------------------------------------------------------------------------------


def _rows(file: BinaryIO, name: str) -> Iterator[Any]:
    """The rows of an archive, one a line."""
    from pydantic_core import from_json

    for number, line in enumerate(iter(lambda: file.readline(MAX_LINE), b""), 1):
        try:
            yield from_json(line)
        except ValueError as error:
            raise _broken(name, number, line, error) from error


def _broken(name: str, number: int, line: bytes, error: Exception) -> ImportFileError:
    if len(line) >= MAX_LINE:
        what = f"this line is longer than {MAX_LINE // 1_000_000} MB"
    elif line.endswith(b"\n"):
        what = f"broken JSON ({error})"
    else:
        what = "the file ends within this line"
    return ImportFileError(f"{name}, line {number}: {what}.", _AS_EXPORTED, line=number)
