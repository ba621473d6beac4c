"""What a run begins with: the seeds and entries of its plan, and the models it asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from codeclm.chat import Role
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
    ``items`` are to be compared in an evaluation; ``item_length`` is the mean of their instructions
    in characters, ``recorded`` that of responses which are there already, by role.
    """

    seeds: int = 0
    seed_length: float = assumed.SEED
    entries: int | None = None
    bare: int = 0
    typical: Metadata = _TYPICAL
    pairs: int = 0
    compared: float = 0.0
    items: int = 0
    item_length: float = assumed.INSTRUCTION
    recorded: Mapping[Role, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Model:
    """A role's model: its name, the endpoint it is reached through, its price if known."""

    name: str
    endpoint: Endpoint
    price: Price | None
