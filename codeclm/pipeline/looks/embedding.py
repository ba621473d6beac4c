"""Vectors of texts from an embedding model: those that are kept, and those still to be paid for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from codeclm.pipeline import lines
from codeclm.pipeline.limits import BYTES_A_TOKEN
from codeclm.pipeline.looks.paying import AT_ONCE, Paying
from codeclm.pipeline.looks.reading import Told
from codeclm.records import EmbeddingEstimate, text_mark
from codeclm.settings import Endpoint, price
from codeclm.store import embeddings
from codeclm.store.connection import Store

if TYPE_CHECKING:
    import numpy as np
    from sqlite_utils import Database

#: What is sent of one text: so many characters, and bytes, of which the usual models read as many
#: in any script.
LONGEST, LONGEST_BYTES = 8_000, 16_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Vectors:
    """A row of 32-bit numbers a text, zeros for one of blanks alone.

    ``source`` is what the rows are kept under, ``paid`` what was asked for now and what it cost.
    """

    rows: np.ndarray
    source: str
    paid: Mapping[str, Any]

    @property
    def told(self) -> dict[str, Any]:
        """What a look that went by them tells of them."""
        return {"vectors": self.source, "numbers": self.rows.shape[1], "paid": dict(self.paid)}


class _Sent(NamedTuple):
    """What is sent of a text, and whether it is only its beginning."""

    text: str
    is_cut: bool


def estimate(store: Store, name: str, texts: Iterable[str]) -> EmbeddingEstimate:
    """What it takes to have the vectors of ``texts``. Raises ``SettingsError``."""
    endpoint, model = lines.embedder(name, store)
    wanted = _wanted(texts)
    missing = _missing(store, _source(endpoint, model), wanted)
    size = sum(len(sent.text.encode()) for sent in missing.values())
    tokens = -(-size // BYTES_A_TOKEN)
    known = price(f"{endpoint.name}:{model}", endpoint)
    return EmbeddingEstimate(
        model=f"{endpoint.name}:{model}",
        texts=len(wanted),
        asked=len(missing),
        cut=sum(sent.is_cut for sent in missing.values()),
        characters=sum(len(sent.text) for sent in missing.values()),
        tokens=tokens,
        usd=known.of(tokens, 0) if known else None,
    )


def embed(store: Store, name: str, texts: Sequence[str], told: Told) -> Vectors:
    """The vectors of ``texts``, which are asked for as far as they are not there. Blocks.

    ``told`` may raise to end it: what is in flight is kept, and nothing more is asked. Raises
    ``SettingsError``, ``ProviderError``, ``ReplyError``.
    """
    endpoint, model = lines.embedder(name, store)
    source = _source(endpoint, model)
    wanted = _wanted(texts)
    missing = _missing(store, source, wanted)
    paid: dict[str, Any] = {"texts": 0, "tokens": 0, "usd": 0.0}
    if missing:
        line = lines.connect_embedder(name, store, concurrency=AT_ONCE)
        marked = {mark: sent.text for mark, sent in missing.items()}
        paying = Paying(store, line, source, marked, told)
        asyncio.run(paying.ask_all())
        paid = {"texts": paying.texts, "tokens": paying.tokens, "usd": paying.usd}
    told("reading vectors")
    cut = sum(sent.is_cut for sent in wanted.values())
    with store.reading() as db:
        rows = kept(db, source, texts)
    return Vectors(rows=rows, source=source, paid={**paid, "cut": cut})


def kept(db: Database, source: str, texts: Sequence[str]) -> np.ndarray:
    """The vectors that are there (texts × numbers); zeros for the other texts."""
    import numpy as np

    places: dict[bytes, list[int]] = {}
    for place, text in enumerate(texts):
        places.setdefault(text_mark(_sent(text).text), []).append(place)
    rows = np.zeros((len(texts), embeddings.length(db, source)), dtype=np.float32)
    for mark, vector in embeddings.vectors(db, source, places):
        rows[places[mark]] = np.frombuffer(vector, dtype="<f4")
    return rows


def _source(endpoint: Endpoint, model: str) -> str:
    """What makes vectors those of one model: where it is, and what is sent with every text."""
    body = f" {json.dumps(dict(endpoint.body), sort_keys=True)}" if endpoint.body else ""
    return f"{endpoint.address} {model}{body}"


def _wanted(texts: Iterable[str]) -> dict[bytes, _Sent]:
    """What is sent of the texts, by its mark; nothing of those that are blank."""
    sent = map(_sent, texts)
    return {text_mark(one.text): one for one in sent if one.text.strip()}


def _missing(store: Store, source: str, wanted: Mapping[bytes, _Sent]) -> dict[bytes, _Sent]:
    with store.reading() as db:
        known = embeddings.known(db, source, wanted)
    return {mark: sent for mark, sent in wanted.items() if mark not in known}


def _sent(text: str) -> _Sent:
    sent = text[:LONGEST]
    if not sent.isascii():
        sent = sent.encode("utf-8", "replace")[:LONGEST_BYTES].decode("utf-8", "ignore")
    return _Sent(sent, len(sent) < len(text))
