"""An estimate as it is shown and stored: calls, tokens, US dollars and minutes by role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from codeclm.chat import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is expected of one role, or of all together.

    ``calls`` and tokens are expected values with re-asks; ``fewest`` and ``most`` calls are those
    of a run that keeps all at once or nothing ever, before re-asks. ``usd`` is None while a price
    is unknown. ``minutes`` is how long its model is busy; of all together, how long the run takes.
    """

    calls: int = 0
    fewest: int = 0
    most: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    usd: float | None = 0.0
    minutes: float = 0.0

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a run may take, before any reply is replayed.

    ``instructions`` are those it is likely to need, ``kept`` how many pairs are likely to come of
    them. ``rests_on`` says in our words what was observed. ``unpriced`` names models without a
    known price.
    """

    roles: Mapping[Role, Figures]
    total: Figures
    instructions: int
    kept: int
    rests_on: str
    unpriced: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read a stored estimate."""
        return cls(
            roles={role: Figures(**figures) for role, figures in values["roles"].items()},
            total=Figures(**values["total"]),
            instructions=values["instructions"],
            kept=values["kept"],
            rests_on=values["rests_on"],
            unpriced=tuple(values["unpriced"]),
        )
