"""What models cost: the price that is given, the endpoint's, or the shipped one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from codeclm.settings.endpoints import Endpoint
from codeclm.settings.places import APP_FOLDER


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens."""

    prompt: float
    completion: float

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        """What so many tokens cost, in US dollars."""
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / 1_000_000


def price(
    name: str, endpoint: Endpoint, given: Mapping[str, tuple[float, float]] | None = None
) -> Price | None:
    """The price of model ``name`` (``ENDPOINT:MODEL``): ``given``, the endpoint's, the shipped one.

    None while unknown. Simulated and local models cost nothing unless a price is given.
    """
    if given and name in given:
        return Price(*given[name])
    if endpoint.provider == "simulated":
        return Price(0.0, 0.0)
    if endpoint.price_in is not None and endpoint.price_out is not None:
        return Price(endpoint.price_in, endpoint.price_out)
    if endpoint.provider == "local":
        return Price(0.0, 0.0)
    listed = _price_table().get(name)
    return Price(listed["in"], listed["out"]) if listed else None


@lru_cache(maxsize=1)
def _price_table() -> dict[str, dict[str, float]]:
    text = (APP_FOLDER / "data" / "prices.json").read_text(encoding="utf-8")
    return json.loads(text)["models"]
