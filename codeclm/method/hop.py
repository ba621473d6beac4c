"""How a hop asks: one request, and after a bad reply the same once more with the error named."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from codeclm import prompts
from codeclm.chat import Message, Reply, Request
from codeclm.errors import ReplyError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of a hop.

    ``because`` says why the reply before it could not be used, if so. ``replicate`` tells requests
    apart that read the same and are still two questions, such as asking a silent model again.
    """

    request: Request
    because: str = ""
    replicate: int = 0


@dataclass(frozen=True, slots=True)
class Kept(Generic[T_co]):
    """A record from earlier replies that stands although the last one could not be used."""

    record: T_co
    because: str


#: Yields requests, is sent replies, returns the record; raises ``ReplyError`` when it gives up.
Hop = Generator[Ask, Reply, T | Kept[T]]


def twice(
    request: Request, parse: Callable[[Reply], T], edited: Mapping[str, str]
) -> Generator[Ask, Reply, T]:
    """Ask; if the reply is bad, ask once more; if that is bad too, raise its ``ReplyError``.

    ``edited`` holds the prompts that do not read as they ship.
    """
    reply = yield Ask(request)
    try:
        return parse(reply)
    except ReplyError as error:
        reply = yield Ask(again(request, reply, error, edited), error.message)
    return parse(reply)


def renumbered(hop: Hop[T], replicate: int) -> Hop[T]:
    """The same hop with questions of its own: what it asks is ``replicate`` replicates further."""
    ask = next(hop)
    while True:
        reply = yield replace(ask, replicate=ask.replicate + replicate)
        try:
            ask = hop.send(reply)
        except StopIteration as end:
            return end.value


def again(request: Request, reply: Reply, error: ReplyError, edited: Mapping[str, str]) -> Request:
    """The same question with the bad reply in sight and its error named."""
    named = prompts.chosen("again", edited).messages({"error": error.message.rstrip(".")})
    bad = (Message("assistant", reply.text),) if reply.text.strip() else ()
    return replace(request, messages=(*request.messages, *bad, *named))
