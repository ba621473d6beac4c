"""Model servers that run on this machine already: asked for their models, offered by name."""

from __future__ import annotations

import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from codeclm.errors import SettingsError
from codeclm.settings import Endpoint, api_key

#: Seconds that a server has for its whole answer.
SECONDS = 0.5
#: Bytes of an answer that are read, models that are kept, characters of a model's name.
MOST_BYTES, MOST_MODELS, LONGEST_NAME = 1_000_000, 200, 200

#: How models that give vectors or ranks are called: they cannot write.
_EMBEDS = re.compile(
    r"embed|rerank|(?:^|[/_:-])(?:(?:bge|gte|e5|paraphrase|sentence)[-_.]|all-minilm)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FoundServer:
    """A server that answers: ``models`` by the names it gives, or what is the ``problem``.

    ``endpoint`` is the name it is asked under, ``address`` its base URL.
    """

    endpoint: str
    address: str
    models: tuple[str, ...] = ()
    problem: str = ""

    @property
    def writers(self) -> tuple[str, ...]:
        """The models that can be strong, target or judge, as far as their names tell."""
        return tuple(name for name in self.models if not embeds(name))

    @property
    def embedders(self) -> tuple[str, ...]:
        """The models that only give embeddings, as far as their names tell."""
        return tuple(filter(embeds, self.models))


def embeds(model: str) -> bool:
    """Whether a model's name says that it gives vectors and writes nothing."""
    return bool(_EMBEDS.search(model))


def find_servers(endpoints: Iterable[Endpoint], seconds: float = SECONDS) -> list[FoundServer]:
    """Which of ``endpoints`` answer on this machine, in their order; each address once.

    Only loopback addresses of OpenAI's protocol are asked, all at once, and none for longer than
    ``seconds``. Nobody listening, or something that is no model server, is left out.
    """
    looks: list[_Look] = []
    for endpoint in endpoints:
        known = {look.endpoint.address for look in looks}
        if endpoint.provider == "openai" and endpoint.address not in known:
            where = _on_loopback(endpoint.base_url)
            looks += [_Look(endpoint, where, seconds)] if where else []
    until = time.monotonic() + seconds
    for look in looks:
        look.start()
    for look in looks:
        look.end_by(until)
    return [look.found for look in looks if look.found]


def _on_loopback(url: str) -> SplitResult | None:
    try:
        where = urlsplit(url)
        host = where.hostname or ""
        is_loopback = host == "localhost" or ip_address(host).is_loopback
        usable = where.scheme in ("http", "https") and is_loopback and where.port != 0
    except ValueError:
        return None
    return where if usable else None


class _Look(threading.Thread):
    """One server asked, in a thread of its own that nobody has to wait for."""

    def __init__(self, endpoint: Endpoint, where: SplitResult, seconds: float) -> None:
        super().__init__(daemon=True)
        self.endpoint = endpoint
        self.found: FoundServer | None = None
        self._path = f"{where.path.rstrip('/')}/models"
        # Neither follows redirects or reads the environment's proxies.
        kind = HTTPSConnection if where.scheme == "https" else HTTPConnection
        self._connection = kind(where.hostname or "", where.port, timeout=seconds)
        self._socket: socket.socket | None = None

    def run(self) -> None:
        try:
            self._connection.connect()
        except ssl.SSLError:
            self._tell("does not speak TLS as its base URL says, or its certificate is not trusted")
            return
        except (OSError, HTTPException, ValueError):
            return
        self._socket = self._connection.sock
        try:
            self._connection.request("GET", self._path, headers=_headers(self.endpoint))
            response = self._connection.getresponse()
            body = response.read(MOST_BYTES + 1)
        except TimeoutError:
            self._tell("did not answer in time")
        except (OSError, HTTPException, ValueError):
            pass
        else:
            self._read(response, body)
        finally:
            self._connection.close()

    def end_by(self, until: float) -> None:
        """Wait for the answer until then; what drips in more slowly is cut off."""
        self.join(max(0.0, until - time.monotonic()))
        if self.is_alive() and self._socket is not None:
            self._tell("did not answer in time")
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

    def _read(self, response: HTTPResponse, body: bytes) -> None:
        if response.status in (401, 403):
            self._tell("wants a key: give its endpoint the name of the variable the key is in")
        elif response.status == 503:
            self._tell("is still loading its model, or too busy to answer")
        elif len(body) > MOST_BYTES:
            self._tell("answers with more than a list of models")
        elif response.status == 200 and (names := model_names(body)) is not None:
            self._tell("" if names else "has no model yet", names)

    def _tell(self, problem: str, models: tuple[str, ...] = ()) -> None:
        # The first word stands: a thread that was cut off has nothing to add.
        if self.found is None:
            self.found = FoundServer(self.endpoint.name, self.endpoint.address, models, problem)


def _headers(endpoint: Endpoint) -> dict[str, str]:
    """What a call to the endpoint would carry, so that it is let in like one."""
    try:
        key = api_key(endpoint)
    except SettingsError:
        key = ""
    bearer = {"Authorization": f"Bearer {key}"} if key.isascii() and key else {}
    return {"Accept": "application/json", "Connection": "close", **bearer, **endpoint.headers}


def model_names(body: bytes) -> tuple[str, ...] | None:
    """The names in a list of models as OpenAI's protocol writes it; None for anything else.

    Ollama without a model writes null for the list.
    """
    try:
        data: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or "data" not in data:
        return None
    rows = data["data"]
    if rows is None and data.get("object") == "list":
        return ()
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return None
    names = [row.get("id") for row in rows]
    if rows and not any(isinstance(name, str) for name in names):
        return None
    return tuple(dict.fromkeys(filter(_is_name, names)))[:MOST_MODELS]


def _is_name(name: Any) -> bool:
    """Whether a model can be called so: one line without controls or hidden characters."""
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
        return False
    return name.isprintable() and name == name.strip()
