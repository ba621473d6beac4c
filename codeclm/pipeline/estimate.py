"""How many calls a run may take, before any is made."""

from __future__ import annotations

from codeclm.method.shares import batches, shares
from codeclm.records import Estimate
from codeclm.settings import RunSettings


def estimate(settings: RunSettings, *, seeds: int, entries: int, without_rubrics: int) -> Estimate:
    """The fewest and the most calls by role, re-asks after bad replies not counted.

    ``seeds`` are those still to be encoded, ``without_rubrics`` the entries whose rubrics are still
    to be written (those without a share need none). Fewest: everything is kept at
    its first iteration. Most: nothing ever is.
    """
    size = settings.size
    decoding = sum(
        len(batches(share, settings.batch)) for share in shares(entries, size, settings.seed)
    )
    rubrics = min(without_rubrics, size) if settings.use_rubrics else 0
    before = seeds + rubrics + decoding
    last = settings.iterations if settings.use_rubrics else 1
    if not settings.use_filter:
        strong = before + size * last
        return Estimate(strong=(strong, strong), target=(0, 0), judge=(0, 0))
    return Estimate(
        strong=(before + size, before + size * (2 * last - 1)),
        target=(size, size * last),
        judge=(2 * size, 2 * size * last),
    )
