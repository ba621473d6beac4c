"""The form for an endpoint of one's own: a new one, or what there is with something changed."""

from __future__ import annotations

import zlib
from typing import Any

import streamlit as st

from codeclm.pipeline.endpoints import (
    MOST_AT_ONCE,
    TEMPLATE_NAMES,
    body_lines,
    header_lines,
    with_body,
    with_headers,
)
from codeclm.settings import Endpoint
from codeclm.ui import keys, notice, session, text

PROVIDERS = ("openai", "gemini")


def draw() -> None:
    """Which endpoint, its settings, and saving them."""
    studio = session.studio()
    known = {
        name: endpoint
        for name, endpoint in studio.endpoints().items()
        if endpoint.provider in PROVIDERS
    }
    chosen = st.selectbox(
        "Endpoint to change",
        [None, *known],
        format_func=lambda name: "none: add a new one" if name is None else text.line(name, 40),
        key="endpoint-to-change",
    )
    start = known[chosen] if chosen in known else Endpoint(name="")
    # What is saved, here or elsewhere, is what the form begins with from then on.
    mark = zlib.crc32(repr((start, len(known))).encode())
    with st.form(keys.of("endpoint", mark), border=False):
        columns = _address(start, mark) | _protocol(start, mark) | _caps_and_prices(start, mark)
        extra = _extra(start, mark)
        saved = st.form_submit_button("Save endpoint")
    if saved:
        headers, body = with_headers({}, extra[0]), with_body({}, extra[1])
        studio.save_endpoint(Endpoint(**columns, headers=headers, body=body))
        notice.say("Endpoint saved.")
        st.rerun()


def removals() -> None:
    """Those a person added, each with a way to remove it."""
    studio = session.studio()
    for name in studio.own_endpoints():
        with st.container(horizontal=True, vertical_alignment="center"):
            text.word(name)
            if st.button("Remove", key=keys.of("remove", name)):
                studio.delete_endpoint(name)
                notice.say("Endpoint removed.")
                st.rerun()


def _address(start: Endpoint, mark: int) -> dict[str, Any]:
    texts = (
        ("name", "Name", "my-server", "Under another name it is saved as another endpoint."),
        ("base_url", "Base URL", "http://127.0.0.1:8000/v1", "Where its server is."),
        (
            "key_env",
            "Environment variable of its key",
            "MY_SERVER_KEY",
            "The name of the variable, never the key: it is read from the environment or"
            " from .streamlit/secrets.toml.",
        ),
    )
    found: dict[str, Any] = {}
    for column, (name, label, example, meaning) in zip(st.columns(3), texts, strict=True):
        typed = column.text_input(
            label,
            getattr(start, name),
            placeholder=example,
            help=meaning,
            key=keys.of(f"endpoint-{name}", mark),
        )
        found[name] = (typed or "").strip()
    return found


def _protocol(start: Endpoint, mark: int) -> dict[str, Any]:
    left, right = st.columns(2)
    provider = left.selectbox(
        "Protocol",
        PROVIDERS,
        index=PROVIDERS.index(start.provider),
        key=keys.of("endpoint-provider", mark),
    )
    options = ("", *TEMPLATE_NAMES)
    template = right.selectbox(
        "Template",
        options,
        index=options.index(start.template) if start.template in options else 0,
        format_func=lambda name: name or "none: its models chat",
        help="How an instruction is put to base models, which complete a prompt.",
        key=keys.of("endpoint-template", mark),
    )
    return {"provider": provider, "template": template}


def _caps_and_prices(start: Endpoint, mark: int) -> dict[str, Any]:
    caps = (
        ("concurrency", "Calls in flight at most", MOST_AT_ONCE),
        ("rpm", "Requests a minute", None),
        ("tpm", "Tokens a minute", None),
    )
    prices = (
        ("price_in", "USD per million tokens in"),
        ("price_out", "USD per million tokens out"),
    )
    found: dict[str, Any] = {}
    columns = st.columns(5)
    for column, (name, label, most) in zip(columns, caps, strict=False):
        key = _begin(name, mark, getattr(start, name))
        found[name] = column.number_input(label, 1, most, None, placeholder="no cap", key=key)
    for column, (name, label) in zip(columns[3:], prices, strict=True):
        price = getattr(start, name)
        key = _begin(name, mark, None if price is None else float(price))
        found[name] = column.number_input(label, 0.0, None, None, placeholder="unknown", key=key)
    return found


def _begin(name: str, mark: int, value: float | None) -> str:
    """The key of a number field that begins with ``value``.

    A field whose value is given as its default cannot be emptied again in the browser.
    """
    key = keys.of(f"endpoint-{name}", mark)
    st.session_state.setdefault(key, value)
    return key


def _extra(start: Endpoint, mark: int) -> tuple[list[str], list[str]]:
    """The lines of headers and of body fields."""
    left, right = st.columns(2)
    headers = left.text_area(
        "Extra headers, one NAME=VALUE a line",
        "\n".join(header_lines(start)),
        height=80,
        help="They are stored in the database: a key has no place here.",
        key=keys.of("endpoint-headers", mark),
    )
    body = right.text_area(
        "Extra body fields, one NAME=JSON a line",
        "\n".join(body_lines(start)),
        height=80,
        placeholder='top_k=40\nreasoning_effort="low"',
        key=keys.of("endpoint-body", mark),
    )
    return (headers or "").splitlines(), (body or "").splitlines()
