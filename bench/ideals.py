"""The arithmetic ideals that wall times are compared with, all in seconds."""

from __future__ import annotations

from collections.abc import Mapping

from bench.service import Fault

#: What the promise about faults names: shares of all arrivals, at once.
FAULTS: Mapping[Fault, float] = {
    Fault.FAILED: 0.05,
    Fault.SLOW_DOWN: 0.05,
    Fault.RESET: 0.02,
    Fault.HANG: 0.01,
    Fault.TRUNCATE: 0.02,
    Fault.MALFORMED: 0.02,
}
#: Decode, respond, judge, and three times improve, respond, judge.
LONGEST_CHAIN = 12


def in_slots(calls: float, latency: float, concurrency: int) -> float:
    """Every slot busy from the first call to the last: calls × latency / concurrency."""
    return calls * latency / concurrency


def method(calls: Mapping[str, int], encoded: int, latency: float, concurrency: int) -> float:
    """The whole method over several models, each with slots of its own.

    ``calls`` are those to each model. Nothing can be decoded before all ``encoded`` seeds have
    their metadata from the strong model ``big``; from then on the busiest model sets the pace, or
    in a small run the longest chain, of ``LONGEST_CHAIN`` calls one after the other.
    """
    later = max(count - (encoded if model == "big" else 0) for model, count in calls.items())
    first = max(latency, in_slots(encoded, latency, concurrency))
    return first + max(LONGEST_CHAIN * latency, in_slots(later, latency, concurrency))


def with_faults(
    items: int,
    latency: float,
    concurrency: int,
    deadline: float,
    rates: Mapping[Fault, float] = FAULTS,
) -> float:
    """``items`` calls of which some have to be made again, each at its own price on its slot.

    A share p of all arrivals goes wrong, so n items take n / (1 - p) arrivals. Of these a 429 or
    a 500 comes back at once and costs nothing, a hang costs the call's deadline, and everything
    else, good or broken, the latency:

        n / (1 - p) × ((1 - p429 - p500 - phang) × latency + phang × deadline) / concurrency

    Pauses before an attempt hold no slot and are not in it.
    """
    at_once = rates.get(Fault.SLOW_DOWN, 0.0) + rates.get(Fault.FAILED, 0.0)
    hang = rates.get(Fault.HANG, 0.0)
    arrivals = items / (1 - sum(rates.values()))
    return in_slots(arrivals, (1 - at_once - hang) * latency + hang * deadline, concurrency)


def under_limit(calls: int, rpm: int, burst: int = 0) -> float:
    """Until the last call is admitted under a limit of ``rpm`` requests a minute, all of it used.

    What may come at once comes at the start and waits for nothing.
    """
    return max(0, calls - burst) * 60 / rpm


def in_queue(calls: int, hold: float, slots: int) -> float:
    """A server whose ``slots`` are never idle, each call taking ``hold``."""
    return calls * hold / slots
