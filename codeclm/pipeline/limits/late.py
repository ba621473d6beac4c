"""Waits that are too long to sit through: the run ends, says so, and can be resumed."""

from __future__ import annotations

from codeclm.errors import RateLimited

#: Seconds. A server that names more than this does not want to be waited for.
LONGEST_WAIT = 3600.0


def comes_back_late(name: str, seconds: float) -> RateLimited:
    """The error that ends a run: the model ``name`` is not to be asked again for so long."""
    told = RateLimited(
        f"{name} wants to be asked again in {seconds / 3600:.1f} hours.",
        "Resume then: nothing that was paid for is asked again.",
    )
    told.stops_run = True
    return told
