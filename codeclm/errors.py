"""Everything that can go wrong for a reason a person can act on.

CodeclmError                 message: what happened; hint: what to do next
├── SettingsError            a setting, a model name or a key is missing or makes no sense
├── ProviderError            a model could not be asked or did not answer
│   ├── RateLimited          429: too many requests (retried; retry_after in seconds and what
│   │                        is left of requests and tokens, when told)
│   ├── ServerFailed         5xx (retried)
│   ├── ServerAway           starting, restarting or overloaded (retried, and waited for)
│   │   └── ServerBusy       one that says it is busy or loading: it is there and will answer
│   ├── ConnectionFailed     refused or never made: nothing was sent (retried, and waited for)
│   ├── ConnectionLost       reset or cut before the answer came (retried)
│   ├── TimedOut             no answer within the time for one call (retried)
│   ├── BodyBroken           a 200 whose body is not what the protocol says (retried)
│   ├── RequestRefused       4xx: the request itself is refused (not retried)
│   ├── AuthenticationFailed the key is missing, wrong or not allowed (the run stops)
│   ├── ModelUnknown         the endpoint has no such model (the run stops)
│   ├── QuotaSpent           the account has no credit left (the run stops)
│   └── ModelNotServed       a model on this machine does not start, or keeps ending (the run stops)
├── ModelFileError           the file of a local model cannot be fetched whole, kept or removed
├── ReplyError               a reply that does not say what was asked for; carries the raw text
├── StoreError               the database cannot be opened, read or written
│   └── WorkTaken            another live process owns this database's work
├── ImportFileError          a file cannot be read as what it claims to be; carries the line
├── ExportError              an export cannot be written
└── BudgetSpent              the next call does not fit under the run's cap
"""

from __future__ import annotations

import re

from codeclm.allowance import Allowance

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def without_surrogates(text: str) -> str:
    """The text with U+FFFD for each half of a surrogate pair, which nothing can store or show."""
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


def is_storable(text: str) -> bool:
    """Whether a text holds no half of a surrogate pair and no NUL."""
    return text == without_surrogates(text) and "\0" not in text


class CodeclmError(Exception):
    """What happened (``message``) and what to do next (``hint``)."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = without_surrogates(message)
        self.hint = without_surrogates(hint)

    def __str__(self) -> str:
        # What a server said rarely ends in a full stop.
        stop = "." if self.hint and not self.message.endswith((".", "!", "?", "…", ":")) else ""
        return f"{self.message}{stop} {self.hint}".strip()


class SettingsError(CodeclmError):
    """A setting, a model name or a key is missing or makes no sense."""


class ProviderError(CodeclmError):
    """A model could not be asked, or did not answer.

    ``retryable`` says whether the same request may succeed later; ``stops_run`` whether every
    other request to the same model would fail the same way.
    """

    retryable = False
    stops_run = False

    def __init__(self, message: str, hint: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(message, hint)
        self.retry_after = retry_after


class RateLimited(ProviderError):
    """429: too many requests. ``retry_after`` is in seconds, when the server said it.

    ``requests_left`` and ``tokens_left`` are its limits, where its headers tell them.
    """

    retryable = True

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        retry_after: float | None = None,
        requests_left: Allowance | None = None,
        tokens_left: Allowance | None = None,
    ) -> None:
        super().__init__(message, hint, retry_after=retry_after)
        self.requests_left = requests_left
        self.tokens_left = tokens_left


class ServerFailed(ProviderError):
    """5xx: the server failed over this request."""

    retryable = True


class ServerAway(ProviderError):
    """5xx of a server that is starting, restarting or overloaded, whatever it is asked."""

    retryable = True


class ServerBusy(ServerAway):
    """5xx of a server that says it works on other calls, or loads its model, and will answer."""


class ConnectionFailed(ProviderError):
    """The connection was refused or could not be made: nothing was sent."""

    retryable = True


class ConnectionLost(ProviderError):
    """The connection was reset or cut before the answer came; the call may have been billed."""

    retryable = True


class TimedOut(ProviderError):
    """No answer within the time allowed for one call."""

    retryable = True


class BodyBroken(ProviderError):
    """A successful status with a body that is truncated or not the protocol's."""

    retryable = True


class RequestRefused(ProviderError):
    """The endpoint refuses this request and would refuse it again."""


class AuthenticationFailed(ProviderError):
    """The key is missing, wrong, or not allowed to use this model."""

    stops_run = True


class ModelUnknown(ProviderError):
    """The endpoint has no model of this name."""

    stops_run = True


class QuotaSpent(ProviderError):
    """The account behind the key has no credit left."""

    stops_run = True


class ModelNotServed(ProviderError):
    """The server of a model on this machine does not start, or ends again and again."""

    stops_run = True


class ModelFileError(CodeclmError):
    """The file of a local model cannot be fetched whole, kept or removed."""


class ReplyError(CodeclmError):
    """A reply that does not say what was asked for; ``raw`` is the reply as it came."""

    def __init__(self, message: str, raw: str = "") -> None:
        super().__init__(message)
        self.raw = raw


class StoreError(CodeclmError):
    """The database cannot be opened, read or written."""


class WorkTaken(StoreError):
    """Another live process owns this database's work."""


class ImportFileError(CodeclmError):
    """A file cannot be read as what it claims to be; ``line`` counts from 1, 0: the whole file."""

    def __init__(self, message: str, hint: str = "", *, line: int = 0) -> None:
        super().__init__(message, hint)
        self.line = line


class ExportError(CodeclmError):
    """An export cannot be written."""


class BudgetSpent(CodeclmError):
    """The next call does not fit under the run's cap."""
