"""Where exports lie: whether their files are there and whole, and what may be taken away."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from codeclm.errors import ImportFileError
from codeclm.export import manifest
from codeclm.export.writing import is_folder
from codeclm.pipeline.restoring import ARCHIVE, MANIFEST
from codeclm.records import DataFile, Export


def files_of(folder: Path, digest: str = "") -> tuple[str, ...]:
    """The files of a bundle that are there and that its manifest lists, itself among them.

    None where ``folder`` is no bundle, or one of other data than ``digest`` says.
    """
    try:
        told = manifest.read((folder / MANIFEST).read_bytes())
        listed = {MANIFEST, *(file["path"] for file in (*told["files"], *told["others"]))}
    except (OSError, ImportFileError, KeyError, TypeError):
        return ()
    if digest not in ("", told["digest"]):
        return ()
    found = (name for name in below(folder) if name in listed)
    return tuple(name for name in found if not (folder / name).is_symlink())


def is_whole(folder: Path, export: Export) -> bool:
    """Whether a folder is the bundle of an export, and its data files are as they were written."""
    return _holds(folder, export, lambda path, file: sha256_of(path) == file.sha256)


def is_there(place: Path, export: Export) -> bool:
    """Whether an export lies where it was written, as far as names and sizes tell."""
    if is_folder(place):
        return _holds(place, export, _is_as_long)
    with contextlib.suppress(OSError):
        return place.is_file() and _is_as_long(place, export.files[0])
    return False


def _holds(folder: Path, export: Export, same: Callable[[Path, DataFile], bool]) -> bool:
    names = files_of(folder, export.digest)
    with contextlib.suppress(OSError):
        return bool(names) and all(
            file.path in names and same(folder / file.path, file) for file in export.files
        )
    return False


def _is_as_long(path: Path, file: DataFile) -> bool:
    return path.stat().st_size == file.bytes


def remove(folder: Path, digest: str) -> None:
    """Take away the files of a bundle, as far as may be; what else is in its folder stays."""
    for name in files_of(folder, digest):
        with contextlib.suppress(OSError):
            (folder / name).unlink()
    folders = (path for path in sorted(folder.rglob("*"), reverse=True) if path.is_dir())
    for path in (*folders, folder):
        # One that still holds something is not removed.
        with contextlib.suppress(OSError):
            path.rmdir()


def may_give_way(folder: Path) -> bool:
    """Whether a folder is a bundle, and nobody has put anything into it or edited its card."""
    names = files_of(folder)
    if not names or set(names) != set(below(folder)):
        return False
    others = manifest.read((folder / MANIFEST).read_bytes())["others"]
    return all(
        sha256_of(folder / file["path"]) == file["sha256"]
        for file in others
        if file["path"] != ARCHIVE and (folder / file["path"]).is_file()
    )


def below(folder: Path) -> Iterator[str]:
    """Every file below a folder, links among them, by its path in it and in a fixed order."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix()


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
