"""Vectors of texts that are alike by their cosine, in blocks: memory does not grow with the square.

Products are of 32-bit numbers; a cosine may be off by ``MARGIN``, and so much below ``least`` still
counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

from codeclm.quality.duplicates import MOST, Link
from codeclm.quality.joining import Joined, Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Flags = NDArray[np.bool_]
    Places = NDArray[np.int64]

#: How far a cosine of 32-bit numbers may be off.
MARGIN = 1e-6
#: Vectors of one block, and how many of those before them each block is held against at once.
_ROWS, _COLUMNS = 256, 8192


def find(
    vectors: Sequence[Sequence[float]] | NDArray[np.floating],
    *,
    least: float = 0.9,
    most: int = MOST,
    progress: Progress | None = None,
) -> list[Link]:
    """The pairs of vectors, one a text and all of one length, with a cosine of at least ``least``.

    A vector that is the same as one before is linked with the first of these alone. All other pairs
    are found where a vector has at most ``most`` like it among those before it; of more, the first
    ``most`` are told, and others that join what was not joined. A vector of zeros, or with a number
    that is none or not finite, is like no other. ``progress`` is told (done, of) now and then, in
    products of two vectors.

    Raises ValueError when ``least`` is not above 0 and at most 1, or lengths differ.
    """
    import numpy as np

    if not 0 < least <= 1:
        raise ValueError(f"the least similarity must be above 0 and at most 1, not {least}")
    given = np.asarray(vectors)
    if not len(given):
        return []
    if given.dtype not in (np.float32, np.float64):
        given = given.astype(np.float64)
    if given.ndim != 2:
        raise ValueError("vectors must be rows of one length")
    places, links = _first(given)
    units = _units(given, places)
    for one, other, cosine in _pairs(units, least, most, progress):
        links.append(Link(int(places[one]), int(places[other]), "embedding", cosine))
    links.sort(key=lambda link: (link.one, link.other))
    return links


def _first(given: NDArray[np.floating]) -> tuple[Places, list[Link]]:
    """The places of the vectors that are the first of their kind, and the links of the others."""
    import numpy as np

    firsts: dict[bytes, int] = {}
    links = []
    for place, row in enumerate(given):
        if not (row.any() and np.isfinite(row).all()):
            continue
        # Nought and minus nought are the same number in other bytes.
        digest = blake2b((row + 0.0).tobytes(), digest_size=16).digest()
        first = firsts.setdefault(digest, place)
        if first != place:
            links.append(Link(first, place, "embedding", 1.0))
    return np.array(list(firsts.values()), dtype=np.int64), links


def _units(given: NDArray[np.floating], places: Places) -> Floats:
    """These vectors at length 1."""
    import numpy as np

    units = np.empty((len(places), given.shape[1]), dtype=np.float32)
    for start in range(0, len(places), _COLUMNS):
        rows = given[places[start : start + _COLUMNS]].astype(np.float64)
        # Brought to 1 at most, no number's square is too large or too small.
        rows /= np.abs(rows).max(axis=1, keepdims=True)
        units[start : start + _COLUMNS] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return units


def _pairs(
    units: Floats, least: float, most: int, progress: Progress | None
) -> Iterator[tuple[int, int, float]]:
    """(one, other, cosine), ``one`` before ``other``."""
    import numpy as np

    joined = Joined(len(units))
    for top in range(0, len(units), _ROWS):
        if progress:
            progress(top * top // 2, len(units) ** 2 // 2)
        rows = units[top : top + _ROWS]
        counts = np.zeros(len(rows), dtype=np.int64)
        for left in range(0, top + len(rows), _COLUMNS):
            columns = units[left : min(left + _COLUMNS, top + len(rows))]
            cosines = rows @ columns.T
            like = cosines >= least - MARGIN
            if left + len(columns) > top:
                like &= np.arange(len(columns)) + left < np.arange(len(rows))[:, None] + top
            if not like.any():
                continue
            for other, one in _told(like, counts, most, joined, top, left):
                yield one + left, other + top, min(1.0, float(cosines[other, one]))
            counts += like.sum(axis=1)


def _told(
    like: Flags, counts: Places, most: int, joined: Joined, top: int, left: int
) -> Iterator[tuple[int, int]]:
    """The (row, column) of a block to tell of, those first of which rows have not enough yet."""
    import numpy as np

    fits = like
    if (crowded := counts + like.sum(axis=1) > most).any():
        fits = like.copy()
        fits[crowded] &= np.cumsum(like[crowded], axis=1) <= (most - counts[crowded])[:, None]
    for row, column in np.argwhere(fits).tolist():
        joined.join(row + top, column + left)
        yield row, column
    if not crowded.any():
        return
    rows, columns = (
        np.array([joined.root(place) for place in range(start, start + length)], dtype=np.int64)
        for start, length in zip((top, left), like.shape, strict=True)
    )
    for row, column in np.argwhere(like & ~fits & (rows[:, None] != columns)).tolist():
        if joined.join(row + top, column + left):
            yield row, column
