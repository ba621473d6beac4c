"""An estimate beside what the run then took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from codeclm.chat import ROLES, Role
from codeclm.pipeline.estimate.figures import Estimate, Figures
from codeclm.records import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What was estimated for one role, or for all together, and what it really took.

    ``minutes`` is how long the whole run took; nobody measures it for one role.
    """

    who: Role | Literal["total"]
    estimated: Figures
    real: Usage
    minutes: float | None = None


def beside(expected: Estimate, used: Mapping[Role, Usage], seconds: float) -> list[Beside]:
    """Each role that was expected or asked, then all together."""
    roles = [
        Beside(
            who=role,
            estimated=expected.roles.get(role, Figures()),
            real=used.get(role, Usage()),
        )
        for role in ROLES
        if role in expected.roles or role in used
    ]
    total = Beside(
        who="total",
        estimated=expected.total,
        real=sum(used.values(), Usage()),
        minutes=seconds / 60,
    )
    return [*roles, total]
