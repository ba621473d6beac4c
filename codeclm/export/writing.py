"""Writing a file so that it is there whole, or as it was before."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterable, Iterator
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
    path = _allowed(path, spare)
    beside = _beside(path)
    try:
        yield beside
        beside.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise _explained(error, path) from error
    finally:
        # After a rename there is nothing to remove; after anything else, half a file.
        with contextlib.suppress(OSError):
            beside.unlink()


def check(path: Path, spare: Iterable[Path] = ()) -> None:
    """Raise the ``ExportError`` that writing to ``path`` would raise, before work is paid for."""
    path = _allowed(path, spare)
    beside = _beside(path)
    try:
        beside.touch()
    except OSError as error:
        raise _explained(error, path) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


def _allowed(path: Path, spare: Iterable[Path]) -> Path:
    """Where ``path`` really leads, unless that is no place for an export."""
    real = path.resolve()
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


def _beside(path: Path) -> Path:
    """A name of its own: two exports to one path must not write into each other's file."""
    return path.with_name(f".{path.name[:100]}.{secrets.token_hex(6)}.part")


def _written(beside: Path, lines: Iterable[bytes]) -> int:
    count = 0
    with beside.open("xb") as file:
        for line in lines:
            file.write(line)
            count += 1
        file.flush()
        os.fsync(file.fileno())
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
