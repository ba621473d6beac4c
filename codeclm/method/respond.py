"""Respond: one model answers one instruction as it would answer a user (§3.4)."""

from __future__ import annotations

from dataclasses import replace

from codeclm.chat import Message, Reply, Request
from codeclm.errors import ReplyError
from codeclm.method.hop import Ask, Hop, Kept
from codeclm.method.reading import refuse_silence
from codeclm.records import Response, Side
from codeclm.settings import RunSettings


def request(instruction: str, settings: RunSettings) -> Request:
    """The instruction as one user message; both models get the same messages."""
    system = settings.respond_system
    return Request(
        step="respond",
        messages=(
            *((Message("system", system),) if system else ()),
            Message("user", instruction),
        ),
        temperature=settings.temperature,
        max_tokens=settings.max_tokens,
        fields={"instruction": instruction},
    )


def parse(reply: Reply, side: Side) -> Response:
    """Take the answer as it stands, cut or refusing. Raises ``ReplyError`` on silence only."""
    refuse_silence(reply)
    return Response(side, reply.text.strip(), cut=reply.finish == "length")


def hop(instruction: str, side: Side, settings: RunSettings) -> Hop[Response]:
    """Answer one instruction.

    An empty or filtered reply is asked for once more. A strong answer that was cut is asked for
    once more with twice the limit; a cut target answer is what it is.
    """
    asked = request(instruction, settings)
    reply = yield Ask(asked)
    try:
        answer = parse(reply, side)
    except ReplyError as error:
        # Naming the error would change what this model is asked and the other is not: the very
        # same question is put a second time.
        reply = yield Ask(asked, error.message, replicate=1)
        answer = parse(reply, side)
    if not (answer.cut and side == "strong"):
        return answer
    reply = yield Ask(replace(asked, max_tokens=2 * asked.max_tokens))
    try:
        return parse(reply, side)
    except ReplyError as error:
        return Kept(answer, error.message)
