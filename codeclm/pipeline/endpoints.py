"""Endpoints of one's own: what makes sense, what may not be stored, and how people write them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from codeclm import providers
from codeclm.errors import SettingsError, is_storable
from codeclm.providers.templates import TEMPLATES
from codeclm.settings import Endpoint, api_key

#: The templates an endpoint may name.
TEMPLATE_NAMES = tuple(TEMPLATES)
#: The most calls in flight to one model that any run asks for.
MOST_AT_ONCE = 1024

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_SECRET_HEADER = re.compile(
    r"authori[sz]|(?:^|[-_])auth(?:$|[-_])|api[-_]?key|(?:^|[-_])key$|token$|secret|passw|cookie"
    r"|credential",
    re.IGNORECASE,
)
#: A header may be called anything: these are what keys look like.
_SECRET_VALUE = re.compile(r"\s*(?:bearer|basic)\s|\s*sk-", re.IGNORECASE)
_SECRET_FIELD = re.compile(r"authori[sz]|api[-_]?key|secret|passw", re.IGNORECASE)
#: What a call is made of; a body that fixes them would ask everything the same, or get no reply.
_OWN_FIELDS = frozenset({"model", "messages", "prompt", "stream"})


def check(endpoint: Endpoint) -> None:
    """Raise ``SettingsError`` for an endpoint that makes no sense or would store a secret."""
    if not endpoint.name.replace("-", "").replace("_", "").isalnum():
        raise SettingsError(
            f"{endpoint.name!r} is no name for an endpoint.",
            "Use letters, digits, hyphens and underscores.",
        )
    if endpoint.key_env and not re.fullmatch(r"[A-Z_][A-Z0-9_]{0,63}", endpoint.key_env):
        raise SettingsError(
            "That is no name of an environment variable.",
            "Give the variable's name, such as MY_SERVER_KEY, never the key itself.",
        )
    for name, value in endpoint.headers.items():
        _check_header(name, value)
    _check_body(endpoint.body)
    _check_numbers(endpoint)
    providers.check(endpoint)


def key_state(endpoint: Endpoint) -> str:
    """Whether the endpoint's key is there, in our words; the key itself is not read out."""
    if endpoint.provider == "simulated":
        return "needs none (simulated)"
    if not endpoint.key_env:
        return "needs none"
    try:
        api_key(endpoint)
    except SettingsError:
        return "not set"
    return "set"


def described(endpoint: Endpoint, own: bool) -> dict[str, Any]:
    """An endpoint with where it is from and whether its key is there."""
    return {**asdict(endpoint), "from": "you" if own else "preset", "key": key_state(endpoint)}


def with_headers(headers: Mapping[str, str], lines: Iterable[str]) -> dict[str, str]:
    """``headers`` changed by lines of ``NAME=VALUE``; without a value the header goes.

    Raises ``SettingsError`` for a line that is none.
    """
    changed = dict(headers)
    for name, value in _pairs(lines, "header"):
        # Names of headers know no case.
        changed = {known: old for known, old in changed.items() if known.lower() != name.lower()}
        if value:
            changed[name] = value
    return changed


def with_body(body: Mapping[str, Any], lines: Iterable[str]) -> dict[str, Any]:
    """``body`` changed by lines of ``NAME=JSON``; without a value the field goes.

    Raises ``SettingsError`` for a line that is none.
    """
    changed = dict(body)
    for name, value in _pairs(lines, "body field"):
        changed.pop(name, None)
        if value:
            changed[name] = _from_json(name, value)
    return changed


def header_lines(endpoint: Endpoint) -> list[str]:
    """The extra headers as ``with_headers`` reads them."""
    return [f"{name}={value}" for name, value in endpoint.headers.items()]


def body_lines(endpoint: Endpoint) -> list[str]:
    """The extra body fields as ``with_body`` reads them."""
    fields = endpoint.body.items()
    return [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in fields]


def _pairs(lines: Iterable[str], what: str) -> Iterator[tuple[str, str]]:
    for line in filter(None, map(str.strip, lines)):
        name, equals, value = line.partition("=")
        if not (equals and name.strip()):
            # Not quoted: it may be a key that was meant for elsewhere.
            raise SettingsError(
                f"One {what} has no name.", f"Write NAME=VALUE for each {what}, such as x-team=a."
            )
        yield name.strip(), value.strip()


def _from_json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SettingsError(
            f"The value of the body field {name!r} is not JSON.",
            f'Numbers, true and null stand as they are, a text in double quotes: {name}="low".',
        ) from error


def _check_numbers(endpoint: Endpoint) -> None:
    at_once, prices = endpoint.concurrency, (endpoint.price_in, endpoint.price_out)
    if at_once is not None and not 1 <= at_once <= MOST_AT_ONCE:
        raise SettingsError(f"Calls in flight must be between 1 and {MOST_AT_ONCE}.")
    for name, cap in (("requests", endpoint.rpm), ("tokens", endpoint.tpm)):
        if cap is not None and not 1 <= cap < 2**53:
            raise SettingsError(f"A cap on {name} a minute must be a whole number above 0.")
    if prices.count(None) == 1:
        raise SettingsError(
            "One price is missing.", "Give what tokens in and tokens out cost, or neither."
        )
    if not all(price is None or (math.isfinite(price) and price >= 0) for price in prices):
        raise SettingsError("A price must be 0 or more, in US dollars per million tokens.")


def _check_header(name: str, value: str) -> None:
    if not (_HEADER_NAME.fullmatch(name) and value.isascii() and value.isprintable()):
        raise SettingsError(
            f"The header {name!r} cannot be sent.", "Use plain letters, digits and hyphens."
        )
    if _SECRET_HEADER.search(name) or _SECRET_VALUE.match(value):
        raise SettingsError(
            f"The header {name!r} looks like a key, and headers are stored in the database.",
            "Put the key into an environment variable and name that one instead.",
        )


def _check_body(body: Mapping[str, Any]) -> None:
    for name in body:
        if name in _OWN_FIELDS:
            raise SettingsError(f"The body field {name!r} is set by each call.", "Leave it out.")
        if _SECRET_FIELD.search(name):
            raise SettingsError(
                f"The body field {name!r} looks like a key, and fields are stored in the database.",
                "Put the key into an environment variable and name that one instead.",
            )
    try:
        storable = is_storable(json.dumps(dict(body), ensure_ascii=False, allow_nan=False))
    except (TypeError, ValueError):
        storable = False
    if not storable:
        raise SettingsError(
            "A body field holds a number or character that JSON has not.", "Change or remove it."
        )
