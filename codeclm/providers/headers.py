"""What the headers of an answer say about waiting: when to ask again, what is still allowed."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from codeclm.allowance import Allowance

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhd])")
_DURATION = re.compile(rf"(?:{_PART.pattern})+")
#: No limit lasts longer, in seconds: a larger number is a point in time.
_LONGEST = 366 * 86400.0


def requests_left(headers: Mapping[str, str]) -> Allowance | None:
    """The requests a server still allows, None unless it says so in full."""
    return _allowance(headers, "requests")


def tokens_left(headers: Mapping[str, str]) -> Allowance | None:
    """The tokens a server still allows, None unless it says so in full."""
    return _allowance(headers, "tokens")


def retry_after(headers: Mapping[str, str], body: str) -> float | None:
    """Seconds to wait: from a header (milliseconds, seconds or a date) or Google's RetryInfo."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    header = headers.get("retry-after")
    if header:
        seconds = _number(header)
        if seconds is not None:
            return seconds
        try:
            return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
        except (ValueError, OverflowError):
            return None
    delay = re.search(r'"retryDelay":\s*"([\d.]+)s"', body)
    return _number(delay.group(1)) if delay else None


def _allowance(headers: Mapping[str, str], of: str) -> Allowance | None:
    # Most servers say nothing, and every call comes through here.
    told = headers.get(f"x-ratelimit-limit-{of}")
    if told is None:
        return None
    limit = _number(told)
    remaining = _number(headers.get(f"x-ratelimit-remaining-{of}"))
    reset = _duration(headers.get(f"x-ratelimit-reset-{of}"))
    # A limit of nothing would forbid the very call it came with.
    if not limit or remaining is None or reset is None:
        return None
    return Allowance(int(remaining), int(limit), reset)


def _duration(text: str | None) -> float | None:
    """Seconds, from ``20ms``, ``1.5s``, ``6m0s``, ``1h2m3.5s`` or a plain number."""
    text = (text or "").strip()
    seconds = _number(text)
    if seconds is None and _DURATION.fullmatch(text):
        seconds = sum(float(count) * _UNITS[unit] for count, unit in _PART.findall(text))
    return seconds if seconds is not None and seconds <= _LONGEST else None


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None
