"""A file at an address, from any of its bytes on."""

from __future__ import annotations

import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse

from codeclm.errors import ModelFileError
from codeclm.providers.local.catalogue import Web

CHUNK = 1 << 20
#: Seconds without a single byte after which a connection is given up.
SILENCE = 60.0
_ENTIRE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


@contextmanager
def read(source: Web, start: int, size: int) -> Iterator[tuple[int, Iterator[bytes]]]:
    """Where the bytes that come begin, and the bytes; of a file of ``size`` bytes.

    They begin at ``start``, or at 0 where the server knows no ranges. Fewer may come than there
    are. Proxies are those of the environment. Raises ``ModelFileError``.
    """
    with _open(source, start) as response:
        yield _begins(source, response, start, size), _chunks(source, response)


def _open(source: Web, start: int) -> HTTPResponse:
    headers = {"User-Agent": "codeclm", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    request = urllib.request.Request(source.url, headers=headers)  # noqa: S310 - http(s) alone
    try:
        return urllib.request.urlopen(request, timeout=SILENCE)  # noqa: S310
    except urllib.error.HTTPError as error:
        error.close()
        raise ModelFileError(f"{source} answers {error.code} ({error.reason})") from None
    except urllib.error.URLError as error:
        raise ModelFileError(f"{source} cannot be reached: {_why(error.reason)}") from None
    except (OSError, http.client.HTTPException) as error:
        raise ModelFileError(f"{source} broke off: {_why(error)}") from None


def _chunks(source: Web, response: HTTPResponse) -> Iterator[bytes]:
    while True:
        try:
            # read1: what has come is written before more is waited for, and kept if none comes.
            chunk = response.read1(CHUNK)
        except (OSError, http.client.HTTPException) as error:
            raise ModelFileError(f"{source} broke off: {_why(error)}") from None
        if not chunk:
            return
        yield chunk


def _begins(source: Web, response: HTTPResponse, start: int, size: int) -> int:
    """Where the bytes of an answer begin, if they can be those of the file."""
    begins, told = 0, response.headers.get("Content-Length")
    if response.status == 206:
        found = _ENTIRE.fullmatch(response.headers.get("Content-Range", ""))
        if not found or int(found[1]) != start:
            raise ModelFileError(f"{source} sends another part of the file than was asked for")
        begins, told = start, None if found[2] == "*" else found[2]
    if told is not None and told.isdigit() and int(told) != size:
        raise ModelFileError(f"{source} has a file of {int(told):,} bytes there, not of {size:,}")
    return begins


def _why(error: object) -> str:
    return str(getattr(error, "strerror", None) or error or type(error).__name__)
