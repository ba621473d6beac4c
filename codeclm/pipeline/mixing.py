"""More metadata by mix-and-match, and less of it by drawing (§3.2, Fig. 4)."""

from __future__ import annotations

import random
from collections.abc import Sequence

from codeclm.method.mix import mix
from codeclm.records import Metadata, Status


def mixed(known: Sequence[Metadata], wanted: int, seed: int) -> list[Metadata]:
    """The entries that reach ``wanted`` approved and pending ones; no rejected one comes again."""
    rejected = [entry for entry in known if entry.status is Status.REJECTED]
    used = [entry for entry in known if entry.status is not Status.REJECTED]
    refused = {entry.key for entry in rejected}
    # Rejected combinations are drawn like any other and left out, so ask for that many more.
    drawn = mix(used, wanted + len(rejected), seed)[len(used) :]
    return [entry for entry in drawn if entry.key not in refused][: max(0, wanted - len(used))]


def left_out(approved: Sequence[Metadata], wanted: int, seed: int) -> list[Metadata]:
    """Those of the approved entries that are not among ``wanted`` drawn ones."""
    kept = {
        entry.id for entry in random.Random(seed).sample(list(approved), min(wanted, len(approved)))
    }
    return [entry for entry in approved if entry.id not in kept]
