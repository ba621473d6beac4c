"""A folder as a zip file that is sent while it is made, and is never anywhere as a whole."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, cast

_CHUNK = 1 << 18


class _Outlet:
    """What a zip file is written to; whoever sends it takes what has come."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


def zipped(folder: Path, names: Iterable[str]) -> Iterator[bytes]:
    """Some files of a folder, below its name, in chunks; the same files give the same bytes."""
    outlet = _Outlet()
    with zipfile.ZipFile(
        cast("IO[bytes]", outlet), "w", zipfile.ZIP_DEFLATED, compresslevel=1
    ) as archive:
        for name in names:
            # A date of its own would make every download another file.
            info = zipfile.ZipInfo(f"{folder.name}/{name}")
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            with (
                (folder / name).open("rb") as source,
                archive.open(info, "w", force_zip64=True) as entry,
            ):
                while chunk := source.read(_CHUNK):
                    entry.write(chunk)
                    yield outlet.taken()
    yield outlet.taken()
