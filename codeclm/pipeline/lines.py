"""The lines to the models of a run: one for each model, shared by the roles that use it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from codeclm import providers
from codeclm.chat import Provider, Reply, Request, Role
from codeclm.errors import SettingsError, TimedOut
from codeclm.pipeline.limits import Limits
from codeclm.settings import Endpoint, Price, RunSettings, api_key, presets, price, split_model
from codeclm.store import calls, projects
from codeclm.store.connection import Store

#: Seconds an adapter gets beyond its own time-out before the call is cut from outside.
GRACE = 5.0
#: Seconds that one call for embeddings may take: a machine without a GPU reads many texts in it.
EMBEDDING_SECONDS = 120.0
#: Calls of a line that may be set aside before they have a slot: enough that no slot waits for a
#: commit.
AHEAD = 8


@dataclass(slots=True)
class Line:
    """One model: who asks it, when a call may be sent, what it costs."""

    endpoint: Endpoint
    model: str
    provider: Provider
    limits: Limits
    price: Price | None
    timeout: float
    #: Attempts that failed, and calls given up, since the last reply; its time and the first's.
    failed_attempts: int = 0
    given_up: int = 0
    answered_at: float = float("-inf")
    silent_since: float = 0.0
    #: What was said when it failed last.
    complaint: str = ""
    #: Those that are set aside against the budget and have no slot yet: a kill counts them as sent.
    ahead: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AHEAD))
    #: Until when the server has asked not to be asked.
    told_until: float = 0.0

    @property
    def waits(self) -> float:
        """Seconds for which nothing is sent because the server wants it so."""
        told = self.told_until - time.monotonic() if self.failed_attempts else 0.0
        return max(0.0, told, self.limits.wait)

    @property
    def name(self) -> str:
        return f"{self.endpoint.name}:{self.model}"

    @property
    def has_answered(self) -> bool:
        """Whether any reply has come in this session."""
        return self.answered_at > float("-inf")

    def succeeded(self, now: float) -> None:
        """There is a reply: what failed before it is forgiven. ``now`` is monotonic, in seconds."""
        self.failed_attempts = self.given_up = 0
        self.answered_at = now

    def failed(self, now: float, complaint: str) -> None:
        """An attempt got no reply, but ``complaint``."""
        if not self.failed_attempts:
            self.silent_since = now
        self.failed_attempts += 1
        self.complaint = complaint

    @property
    def silent(self) -> float:
        """Seconds since which every attempt has failed; 0 while some succeed."""
        return time.monotonic() - self.silent_since if self.failed_attempts else 0.0

    async def ask(self, request: Request) -> tuple[Reply, float]:
        """One attempt. Returns the reply and its latency in seconds; raises ``ProviderError``."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(self.timeout + GRACE):
                reply = await self.provider.ask(request)
        except TimeoutError as error:
            raise TimedOut(
                f"{self.name} did not answer within {self.timeout:g} s.",
                "Raise the time for one call if this model is slow.",
            ) from error
        return reply, time.monotonic() - began

    def cost(self, reply: Reply) -> float | None:
        """What a reply cost in US dollars, None when the price or the token counts are unknown."""
        if self.price is None or reply.prompt_tokens is None or reply.completion_tokens is None:
            return None
        return self.price.of(reply.prompt_tokens, reply.completion_tokens)


class Lines:
    """Every role's line. Close it when the run is over."""

    def __init__(self, by_role: Mapping[Role, Line]) -> None:
        self._by_role = by_role

    def __getitem__(self, role: Role) -> Line:
        return self._by_role[role]

    def __iter__(self) -> Iterator[Line]:
        """Each line once, however many roles use it."""
        return iter({id(line): line for line in self._by_role.values()}.values())

    def release(self) -> None:
        """Let everyone through who waits for a turn: nothing will be sent any more."""
        for line in self:
            line.limits.release()

    async def close(self) -> None:
        """Close each provider once, whatever happens to the others."""
        await asyncio.gather(*(line.provider.close() for line in self), return_exceptions=True)


def connect(settings: RunSettings, store: Store) -> Lines:
    """Open the lines a run needs. Raises ``SettingsError`` for an unknown endpoint or no key."""
    opened: dict[str, Line] = {}
    by_role: dict[Role, Line] = {}
    for role, name, endpoint, model in check(settings, store):
        if name not in opened:
            opened[name] = _line(name, endpoint, model, settings, store)
        by_role[role] = opened[name]
    return Lines(by_role)


def connect_embedder(name: str, store: Store, *, concurrency: int) -> Line:
    """Open a line to an embedding model, ``ENDPOINT:MODEL``. Raises ``SettingsError``."""
    endpoint, model = embedder(name, store)
    concurrency = min(concurrency, endpoint.concurrency or concurrency)
    provider = providers.connect_embedder(
        endpoint, model, timeout=EMBEDDING_SECONDS, concurrency=concurrency
    )
    name = f"{endpoint.name}:{model}"
    return Line(
        endpoint,
        model,
        provider,
        Limits(concurrency, endpoint.rpm, endpoint.tpm, name=name),
        price(name, endpoint),
        EMBEDDING_SECONDS,
    )


def embedder(name: str, store: Store) -> tuple[Endpoint, str]:
    """The endpoint and the embedding model that a name means; its key need not be there yet.

    Raises ``SettingsError``.
    """
    split_model(name, "openai:text-embedding-3-small or simulated:embedding")
    with store.reading() as db:
        endpoint, model = known_endpoint(name, presets() | projects.endpoints(db))
    providers.check_embeds(endpoint, model)
    return endpoint, model


def check(settings: RunSettings, store: Store) -> list[tuple[Role, str, Endpoint, str]]:
    """(role, name, endpoint, model) of every model a run asks.

    Raises ``SettingsError`` for whatever would stop the run before its first call: an unknown
    endpoint, a missing key, a local model that is not there, a cap in US dollars on a model whose
    price is unknown.
    """
    with store.reading() as db:
        endpoints = presets() | projects.endpoints(db)
    found: list[tuple[Role, str, Endpoint, str]] = []
    for role in settings.asked_roles:
        endpoint, model = known_endpoint(settings.model(role), endpoints)
        # One model is one line, however its name was spaced.
        name = f"{endpoint.name}:{model}"
        api_key(endpoint)
        providers.check_model(endpoint, model)
        if _has_money_cap(settings, role) and price(name, endpoint, settings.prices) is None:
            raise SettingsError(
                f"The price of {name} is not known, so a cap in US dollars cannot hold.",
                "Give its endpoint a price on Models, or cap calls or tokens instead"
                f" (on the command line also --price {name}=IN/OUT).",
            )
        found.append((role, name, endpoint, model))
    return found


def _has_money_cap(settings: RunSettings, role: Role) -> bool:
    return settings.budget_usd is not None or settings.caps(role).usd is not None


def known_endpoint(name: str, endpoints: Mapping[str, Endpoint]) -> tuple[Endpoint, str]:
    """The endpoint and model that ``ENDPOINT:MODEL`` names. Raises ``SettingsError``."""
    endpoint, model = split_model(name)
    if endpoint not in endpoints:
        raise SettingsError(
            f"There is no endpoint {endpoint!r}.",
            f"Known are {', '.join(sorted(endpoints))}; the Models page adds more.",
        )
    return endpoints[endpoint], model


def _line(name: str, endpoint: Endpoint, model: str, settings: RunSettings, store: Store) -> Line:
    concurrency = min(settings.concurrency, endpoint.concurrency or settings.concurrency)
    with store.reading() as db:
        refused = calls.left_out(db, endpoint.address, model)
    timeout = providers.time_for_a_call(endpoint, settings.timeout)
    provider = providers.connect(
        endpoint, model, timeout=timeout, concurrency=concurrency, left_out=refused
    )
    return Line(
        endpoint,
        model,
        provider,
        Limits(concurrency, endpoint.rpm, endpoint.tpm, name=name),
        price(name, endpoint, settings.prices),
        timeout,
    )
