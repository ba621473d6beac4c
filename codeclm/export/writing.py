"""Writing a file so that it is there whole, or as it was before."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from codeclm.errors import ExportError

_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_PERMISSION = {errno.EACCES, errno.EPERM, errno.EROFS}


def write(path: Path, lines: Iterable[bytes], spare: Iterable[Path] = ()) -> int:
    """Write ``lines`` to ``path`` through a temporary file beside it; returns how many.

    A file that was there stays as it was until the new one is whole and on disk. The files of
    ``spare`` are never written over. Raises
    ``ExportError`` for a missing folder, no permission, a full disk and whatever else the system
    says. Errors of ``lines`` itself pass through; nothing is left behind then either.
    """
    with whole(path, spare) as beside:
        return _written(beside, lines)


@contextlib.contextmanager
def whole(path: Path, spare: Iterable[Path] = ()) -> Iterator[Path]:
    """A place beside ``path`` to write to; what is there at the end takes the place of ``path``.

    Raises ``ExportError`` as ``write`` does.
    """
    beside = _beside(_real(path))
    try:
        path = _allowed(path, spare)
        yield beside
        _sync(beside)
        beside.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise _explained(error, path) from error
    finally:
        # After a rename there is nothing to remove; after anything else, half a file.
        with contextlib.suppress(OSError):
            beside.unlink()


@contextlib.contextmanager
def whole_folder(path: Path, mine: Callable[[Path], bool]) -> Iterator[Path]:
    """A folder beside ``path`` to write into; at the end it takes the place of ``path``.

    A folder that is there already gives way only if it is empty or ``mine`` says that it is an
    earlier one of these; until the new one is whole it stays as it was. Raises ``ExportError``.
    """
    path = _real(path)
    beside, before = _beside(path), _beside(path)
    try:
        _refuse_others(path, mine)
        beside.mkdir(parents=True)
        yield beside
        _sync_tree(beside)
        # Writing takes its time, in which somebody may have put something there.
        _refuse_others(path, mine)
        if path.is_dir():
            path.rename(before)
        beside.rename(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise _explained(error, path) from error
    finally:
        # Whatever came between the two names, Ctrl+C included: the earlier folder is the one again.
        if before.is_dir() and not path.exists():
            before.rename(path)
        for left in (beside, before):
            shutil.rmtree(left, ignore_errors=True)


def is_folder(path: Path) -> bool:
    """Whether there is a folder at ``path``; no where the system cannot even look."""
    with contextlib.suppress(OSError):
        return path.is_dir()
    return False


def _refuse_others(path: Path, mine: Callable[[Path], bool]) -> None:
    """Raise ``ExportError`` for what is at ``path`` and may not give way."""
    if path.exists() and not path.is_dir():
        raise ExportError(
            f"{path.name} cannot be written: there is a file of this name.", "Choose another name."
        )
    if path.is_dir() and any(path.iterdir()) and not mine(path):
        raise ExportError(
            f"{path.name} cannot be written: the folder holds other things.",
            "Name a folder that is empty or not there yet.",
        )


def _sync_tree(folder: Path) -> None:
    """Have every file of a folder on disk before its name says that it is whole."""
    for found in (folder, *folder.rglob("*")):
        if found.is_file():
            _sync(found)
        else:
            _sync_folder(found)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def check(path: Path, spare: Iterable[Path] = ()) -> None:
    """Raise the ``ExportError`` that writing to ``path`` would raise, before work is paid for."""
    try:
        beside = _beside(_allowed(path, spare))
        beside.touch()
    except OSError as error:
        raise _explained(error, path) from error
    with contextlib.suppress(OSError):
        beside.unlink()


def _allowed(path: Path, spare: Iterable[Path]) -> Path:
    """Where ``path`` really leads, unless that is no place for an export."""
    real = _real(path)
    if real in {kept.resolve() for kept in spare}:
        raise ExportError(
            f"{path.name} cannot be written: it is a file this job needs.", "Choose another name."
        )
    if real.is_dir():
        raise ExportError(
            f"{path.name} cannot be written: {path} is a folder.", "Name a file inside it."
        )
    if real.exists() and not real.is_file():
        raise ExportError(
            f"{path.name} cannot be written: it is not a regular file.", "Choose another name."
        )
    return real


def _real(path: Path) -> Path:
    """Where a path really leads. Raises ``ExportError`` where its links go round in a circle."""
    try:
        return path.resolve()
    except RuntimeError as error:
        raise ExportError(
            f"{path.name} cannot be written: it is a link that leads back to itself.",
            "Choose another name.",
        ) from error


def _beside(path: Path) -> Path:
    """A name of its own: two exports to one path must not write into each other's file."""
    return path.with_name(f".{path.name[:100]}.{secrets.token_hex(6)}.part")


def _written(beside: Path, lines: Iterable[bytes]) -> int:
    count = 0
    with beside.open("xb") as file:
        for line in lines:
            file.write(line)
            count += 1
    return count


def _sync_folder(folder: Path) -> None:
    """Make the new name itself last; not every system lets a folder be opened, which is fine."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _explained(error: OSError, path: Path) -> ExportError:
    what = f"{path.name} cannot be written"
    folder = str(path.parent)
    if error.errno in _DISK_FULL:
        return ExportError(f"{what}: the disk is full.", f"Make room in {folder}, then try again.")
    if error.errno in _NO_PERMISSION:
        return ExportError(f"{what}: no permission to write in {folder}.", "Choose another folder.")
    if not path.parent.is_dir():
        return ExportError(
            f"{what}: there is no folder {folder}.", "Create it, or choose another folder."
        )
    return ExportError(f"{what}: {error.strerror or error}.", "Choose another name or folder.")
