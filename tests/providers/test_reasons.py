"""Why a connection fails, in words that say what to do about it."""

from __future__ import annotations

import pytest
from places import Place, complaint, question

from codeclm.errors import BodyBroken, ConnectionFailed, ProviderError, SettingsError
from codeclm.providers.failures import not_connected


def test_nobody_listens(openai_place: Place):
    with pytest.raises(ConnectionFailed) as caught:
        openai_place.ask(question(), base_url="http://127.0.0.1:9/v1")
    assert "nothing listens at its address. Start it, or correct its base URL." in str(caught.value)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("[Errno -2] Name or service not known", "host's name is not known"),
        ("[Errno 8] nodename nor servname provided, or not known", "host's name is not known"),
        ("[Errno 11001] getaddrinfo failed", "host's name is not known"),
        ("[Errno -3] Temporary failure in name resolution", "host's name is not known"),
        ("[WinError 1225] The remote computer refused the network connection", "refused"),
        ("[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)", "does not speak TLS"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate", "certificate is not accepted"),
        ("[Errno 113] No route to host", "no way leads to its host"),
        ("something new", "something new"),
    ],
)
def test_what_the_system_says_is_said_plainly(said, told):
    error = not_connected("here", said)
    assert told in error.message
    assert error.hint


def test_a_web_page_is_told_from_an_api(openai_place: Place):
    openai_place.serve(lambda request: (200, {}, "<!doctype html><html>Welcome</html>"))
    with pytest.raises(BodyBroken, match=r"a web page instead of JSON\. Check its base URL"):
        openai_place.ask(question())


@pytest.mark.parametrize(
    ("status", "said", "hint"),
    [
        (401, "Incorrect API key provided", "Check the key"),
        (404, "The model 'x' does not exist", "Check the model's name"),
        (405, "Method Not Allowed", "base URL"),
        (429, "Slow down", "Try again in a moment"),
        (500, "oops", "Its log may say why"),
        (503, "Loading model", "It may still be starting"),
    ],
)
def test_every_refusal_says_what_to_do_after_a_full_stop(openai_place: Place, status, said, hint):
    openai_place.serve(complaint(status, said))
    with pytest.raises(ProviderError) as caught:
        openai_place.ask(question())
    assert f"{said}. {caught.value.hint}" in str(caught.value)
    assert hint in caught.value.hint


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/completions/"])
def test_a_base_url_that_goes_too_far_is_refused(openai_place: Place, path):
    with pytest.raises(SettingsError, match="stands before /chat/completions"):
        openai_place.connect(base_url=f"http://127.0.0.1:8000{path}")
