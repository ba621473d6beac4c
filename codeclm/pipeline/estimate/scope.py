"""What a run begins with: the seeds and entries of its plan, and the models it asks."""

from __future__ import annotations

from dataclasses import dataclass

from codeclm.pipeline.estimate import assumptions as assumed
from codeclm.records import Metadata
from codeclm.settings import Endpoint, Price

#: An entry where the plan has none yet.
_TYPICAL = Metadata("customer email reply", ("tone control", "policy explanation"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a run is planned over.

    ``seeds`` are still to be encoded; ``seed_length`` is their mean in characters. ``entries`` are
    those of the plan, None while they are only known once the seeds are encoded; ``bare`` of them
    have no rubrics. ``typical`` is an entry as long as most. ``pairs`` are to be judged again;
    ``compared`` is the mean of their instruction and both responses together, in characters.
    """

    seeds: int = 0
    seed_length: float = assumed.SEED
    entries: int | None = None
    bare: int = 0
    typical: Metadata = _TYPICAL
    pairs: int = 0
    compared: float = 0.0


@dataclass(frozen=True, slots=True)
class Model:
    """A role's model: its name, the endpoint it is reached through, its price if known."""

    name: str
    endpoint: Endpoint
    price: Price | None
