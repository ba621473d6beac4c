"""The security headers: on every HTTP reply, once, and tight."""

import asyncio
from typing import Any

from codeclm.ui.headers import SecurityHeaders, inline_digests, policy


def reply_of(kind: str, given: list[tuple[bytes, bytes]]) -> list[dict[str, Any]]:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": given})
        await send({"type": "http.response.body", "body": b"x"})

    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {}

    asyncio.run(SecurityHeaders(app)({"type": kind}, receive, send))
    return sent


def test_a_reply_carries_each_header_once() -> None:
    start = reply_of("http", [(b"X-Content-Type-Options", b"other"), (b"etag", b"1")])[0]
    names = [name.lower() for name, _ in start["headers"]]
    assert sorted(names) == sorted(set(names))
    headers = {name.lower(): value for name, value in start["headers"]}
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"etag"] == b"1"
    assert headers[b"content-security-policy"].startswith(b"default-src 'none'")


def test_other_connections_pass_untouched() -> None:
    assert reply_of("websocket", [])[0]["headers"] == []


def test_the_policy_names_no_other_host_and_no_inline_script() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in policy().split(";"))
    assert rules["frame-ancestors"] == "'none'"
    assert "http" not in policy()
    assert "*" not in policy()
    assert "unsafe" not in rules["script-src"]
    assert inline_digests()
