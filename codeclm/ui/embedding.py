"""Choosing an embedding model for a look, and what it would be asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from codeclm.pipeline.estimate import wording
from codeclm.pipeline.projects import Project
from codeclm.records import EmbeddingEstimate, Look, LookKind
from codeclm.ui import badge, notice, session, text


def model() -> str:
    """The model whose vectors a look goes by; empty: by words."""
    given = st.text_input(
        "Embedding model",
        key="embedding",
        bind="query-params",
        placeholder="by words; openai:text-embedding-3-small",
        max_chars=200,
        width=320,
        help="Of any endpoint that answers /embeddings; simulated:embedding costs nothing. Vectors"
        " that were paid for are kept and never asked for again.",
    )
    return str(given or "").strip()


def least() -> float:
    """From which cosine on texts are alike."""
    return float(
        st.number_input(
            "Alike from",
            0.3,
            1.0,
            0.9,
            0.01,
            key="embedding-least",
            bind="query-params",
            width=130,
            help="Cosine of two vectors. What it means depends on the model.",
        )
    )


def estimate(project: Project, kind: LookKind, given: Mapping[str, Any]) -> None:
    """What a look would ask its model for, or why it cannot."""
    with notice.shown():
        found = _estimated(_mark(project, given), project, kind, given)
        cut = f", {text.counted(found.cut, 'long one')} cut" if found.cut else ""
        parts = [
            f"{text.number(found.asked)} of {text.counted(found.texts, 'text')} to ask for{cut}",
            f"{text.number(found.characters)} characters",
            f"~{wording.amount(found.tokens)} tokens",
            wording.money(found.usd),
        ]
        told = " · ".join(parts) if found.asked else "Every text's vector is there: nothing to pay."
        st.caption(told.replace("$", "\\$"))


def paid(found: Look) -> None:
    """What a look has paid; nothing of one that went by words."""
    if "paid" not in found.result:
        return
    took = found.result["paid"]
    tokens = "unknown" if took["tokens"] is None else wording.amount(took["tokens"])
    told = (
        f"paid for {text.counted(took['texts'], 'text')}: {tokens} tokens,"
        f" {wording.money(took['usd'])}"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if found.simulated:
            badge.simulated()
        st.caption(told.replace("$", "\\$"), width="content")


def _mark(project: Project, given: Mapping[str, Any]) -> tuple[Any, ...]:
    """What an estimate depends on; what a look paid that was stopped shows after a minute."""
    newest = [project.looks.newest(kind) for kind in ("duplicates", "map")]
    return (
        str(session.studio().path),
        project.id,
        given["embedding"],
        *(look.id if look else 0 for look in newest),
        *project.exports.mark(),
    )


@st.cache_resource(show_spinner="Counting …", max_entries=20, ttl=60)
def _estimated(
    mark: tuple[Any, ...], _project: Project, _kind: LookKind, _given: Mapping[str, Any]
) -> EmbeddingEstimate:
    return _project.looks.embedding_estimate(_kind, _given)
