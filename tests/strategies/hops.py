"""A hop answered by hand."""

from codeclm.chat import Reply
from codeclm.errors import ReplyError


def drive(hop, *replies):
    """Answer a hop with texts or replies in turn; returns (asks, record or error)."""
    asks = [next(hop)]
    for reply in replies:
        reply = reply if isinstance(reply, Reply) else Reply(text=reply)
        try:
            asks.append(hop.send(reply))
        except StopIteration as end:
            return asks, end.value
        except ReplyError as error:
            return asks, error
    raise AssertionError("the hop wanted more replies than it was given")


def words(count, first="Explain"):
    """A text of so many words."""
    return " ".join([first, *["so"] * (count - 1)])
