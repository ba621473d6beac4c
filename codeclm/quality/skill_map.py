"""A pool of texts as a map: texts of similar words lie near each other, in regions with names.

Texts become TF-IDF vectors without words that say little, and those 50 dimensions of latent
semantic analysis (Deerwester et al. 1990). Regions are clusters there (k-means); the map shows
the two principal axes. It is a view of words: nothing is known of what they mean, and texts of two
languages lie apart whatever they say. With ``vectors`` (embeddings) it is as good as those are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codeclm.quality.english import STOP_WORDS
from codeclm.quality.words import words

if TYPE_CHECKING:
    import numpy as np

#: Terms that are looked at, dimensions they become, regions at least and at most.
TERMS, DIMENSIONS, FEWEST, MOST = 20_000, 50, 2, 24
#: How many texts a term must be in where there are that many; a term of one text joins none.
_TEXTS_OF_A_TERM = ((10_000, 3), (100, 2), (0, 1))
#: Texts the axes are learnt from; letters of each that are looked at, and those of a term.
_LEARNT, _LETTERS, _LONGEST = 20_000, 20_000, 40
NAMELESS = "(no telling words)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """``size`` texts around (``x``, ``y``), their median, named by the terms typical of them."""

    number: int
    name: str
    terms: tuple[str, ...]
    size: int
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillMap:
    """A place and a region's number for every text, in their order; the largest region is 0.

    ``explained`` (0..1) is what part of the variance of the reduced vectors the two axes show;
    None where all texts lie in one place.
    """

    points: list[tuple[float, float]]
    region: list[int]
    regions: list[Region]
    explained: float | None


def draw(texts: Sequence[str], *, seed: int = 0, vectors: np.ndarray | None = None) -> SkillMap:
    """Lay the texts out. ``vectors`` (texts × dimensions) take the place of their words' vectors.

    Names come from words in either case. Raises ValueError when there is not one vector a text.
    """

    if vectors is not None and (vectors.ndim != 2 or len(vectors) != len(texts)):
        raise ValueError(f"{len(texts)} texts need as many vectors, not {vectors.shape}")
    if not texts:
        return SkillMap(points=[], region=[], regions=[], explained=None)
    weights, terms = _weighed(texts)
    given = weights if vectors is None else _finite(vectors)
    reduced = _reduced(given, seed)
    places, explained = _flat(reduced)
    region = _clustered(reduced, seed)
    regions = _named(region, places, weights, terms)
    return SkillMap(
        points=[(float(x), float(y)) for x, y in places],
        region=[int(number) for number in region],
        regions=regions,
        explained=explained,
    )


def _finite(vectors: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.nan_to_num(np.asarray(vectors, dtype=np.float32), posinf=0.0, neginf=0.0)


def _analyzed(text: str) -> list[str]:
    found = words(text[:_LETTERS])
    return [word for word in found if word not in STOP_WORDS and len(word) <= _LONGEST]


def _weighed(texts: Sequence[str]) -> tuple[Any, list[str]]:
    """The TF-IDF matrix (texts × terms, sparse) and its terms; both may have none."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

    if not any(_analyzed(text) for text in texts):
        return csr_matrix((len(texts), 0), dtype=np.float32), []
    # What scikit-learn takes is more than its annotations say.
    options: dict[str, Any] = {"analyzer": _analyzed, "dtype": np.float32}
    vectorizer = TfidfVectorizer(sublinear_tf=True, max_features=TERMS, **options)
    weights = vectorizer.fit_transform(texts).tocsr()
    least = next(times for size, times in _TEXTS_OF_A_TERM if len(texts) >= size)
    kept = np.flatnonzero(weights.getnnz(axis=0) >= least)
    terms = vectorizer.get_feature_names_out()
    if len(kept):
        weights, terms = weights[:, kept], terms[kept]
    return weights, [str(term) for term in terms]


def _reduced(matrix: Any, seed: int) -> np.ndarray:
    """Rows of length 1 in at most ``DIMENSIONS`` dimensions; rows of nothing stay 0."""
    import numpy as np
    from sklearn.decomposition import TruncatedSVD

    rows, columns = matrix.shape
    size = min(DIMENSIONS, rows - 1, columns - 1)
    if size < 1:
        found = matrix.toarray() if hasattr(matrix, "toarray") else matrix
        found = found if columns else np.zeros((rows, 1))
    else:
        svd = TruncatedSVD(size, random_state=seed, n_iter=4)
        learnt = np.random.default_rng(seed).permutation(rows)[:_LEARNT]
        with np.errstate(all="ignore"):
            svd.fit(matrix[np.sort(learnt)])
        found = svd.transform(matrix)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return np.divide(found, lengths, out=np.zeros_like(found), where=lengths > 1e-9)


def _flat(reduced: np.ndarray) -> tuple[np.ndarray, float | None]:
    """The two principal axes (texts × 2), and how much of the variance they show."""
    import numpy as np

    centred = (reduced - reduced.mean(axis=0)).astype(np.float64)
    spreads, axes = np.linalg.eigh(centred.T @ centred)
    total = float(spreads.sum())
    if total < 1e-9 * len(reduced):
        return np.zeros((len(reduced), 2)), None
    shown = axes[:, ::-1][:, :2]
    # An axis has no sign of its own: its largest part points up.
    largest = shown[np.abs(shown).argmax(axis=0), range(shown.shape[1])]
    places = np.zeros((len(reduced), 2))
    places[:, : shown.shape[1]] = centred @ (shown * np.sign(largest))
    return places.round(5) + 0.0, min(1.0, float(spreads[::-1][:2].sum()) / total)


def _clustered(reduced: np.ndarray, seed: int) -> np.ndarray:
    """The cluster of each row, the largest being 0; of equals, the one that comes first."""
    import numpy as np
    from sklearn.cluster import MiniBatchKMeans

    rows = len(reduced)
    different = len(np.unique(reduced.round(4), axis=0))
    wanted = min(different, max(FEWEST, min(MOST, round((rows / 2) ** 0.5))))
    if wanted < 2:
        return np.zeros(rows, dtype=int)
    options: dict[str, Any] = {"n_init": 3, "reassignment_ratio": 0}
    means = MiniBatchKMeans(wanted, random_state=seed, batch_size=4096, max_iter=50, **options)
    found = means.fit_predict(reduced)
    numbers, firsts, sizes = np.unique(found, return_index=True, return_counts=True)
    ranked = sorted(range(len(numbers)), key=lambda at: (-sizes[at], firsts[at]))
    renumbered = np.zeros(wanted, dtype=int)
    for place, at in enumerate(ranked):
        renumbered[numbers[at]] = place
    return renumbered[found]


def _named(
    region: np.ndarray, places: np.ndarray, weights: Any, terms: Sequence[str]
) -> list[Region]:
    import numpy as np
    from scipy.sparse import csr_matrix

    count = int(region.max()) + 1
    sizes = np.bincount(region, minlength=count)
    member = csr_matrix((np.ones(len(region)), (region, np.arange(len(region)))))
    means = (member @ weights).toarray() / sizes[:, None]
    everywhere = np.asarray(weights.mean(axis=0)).ravel()
    regions, taken = [], set()
    for number in range(count):
        typical = _typical(means[number], everywhere, terms)
        name = _unique(typical, number, taken)
        taken.add(name)
        x, y = np.median(places[region == number], axis=0)
        regions.append(
            Region(
                number=number,
                name=name,
                terms=tuple(typical[:3]),
                size=int(sizes[number]),
                x=float(x),
                y=float(y),
            )
        )
    return regions


def _typical(mean: np.ndarray, everywhere: np.ndarray, terms: Sequence[str]) -> list[str]:
    """The terms that weigh more in a region than everywhere, the most typical first."""
    import numpy as np

    more = mean - everywhere
    # A region that is the whole pool is like it: then what weighs most.
    ranks = more if (more > 1e-6).any() else mean
    found = [int(at) for at in np.flatnonzero(ranks > 1e-6)]
    order = sorted(found, key=lambda at: (-round(float(ranks[at]), 6), at))
    named = [terms[at] for at in order[:40]]
    telling = [term for term in named if not term.isdigit() and (len(term) > 1 or term > "\x7f")]
    return (telling or named)[:8]


def _unique(typical: Sequence[str], number: int, taken: set[str]) -> str:
    name = ", ".join(typical[:3]) or NAMELESS
    for other in typical[3:]:
        if name not in taken:
            break
        name = ", ".join([*typical[:2], other])
    return name if name not in taken else f"{name} ({number + 1})"
