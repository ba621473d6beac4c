"""The fake endpoint the tests and measurements trust."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from bench.answers import answer, prompt_hash
from bench.server import FakeServer
from bench.service import Fault, Faults
from codeclm.chat import Reply
from codeclm.method import assess
from codeclm.settings import RunSettings
from codeclm.strategies import alpagasus, self_instruct, tree_instruct, wizardlm

SETTINGS = RunSettings(strong="a:b", target="a:c")


def post(url: str, content: str, **more: Any) -> dict[str, Any]:
    body = {"model": "m", "messages": [{"role": "user", "content": content}], **more}
    request = urllib.request.Request(f"{url}/chat/completions", json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


def text(url: str, content: str, **more: Any) -> str:
    return post(url, content, **more)["choices"][0]["message"]["content"]


def test_it_counts_what_is_paid_twice():
    with FakeServer() as server:
        first, again, other = (text(server.base_url, prompt) for prompt in ("a", "a", "b"))
        stats = server.stats()
    assert first == again != other
    assert (stats["requests"], stats["billed"], stats["distinct"], stats["repaid"]) == (3, 3, 2, 1)
    assert stats["statuses"] == {"200": 3}


@pytest.mark.parametrize(
    ("prompt", "keys", "count"),
    [
        ('Write exactly 7 instructions as {"instructions": ["…"]}', {"instructions"}, 7),
        ('Write four rubrics: {"rubrics": [{"rubric": "", "action": ""}]}', {"rubrics"}, 4),
        ('Reply {"use_case": "…", "skills": ["…"]}', {"use_case", "skills"}, None),
        ('Reply {"instruction": "…"}', {"instruction"}, None),
        ('From 1 to 10: {"score_1": …, "score_2": …}', {"score_1", "score_2"}, None),
    ],
)
def test_without_a_schema_the_prompts_words_give_the_shape(prompt, keys, count):
    with FakeServer() as server:
        data = json.loads(text(server.base_url, prompt))
    assert set(data) == keys
    if count:
        assert len(next(iter(data.values()))) == count


@pytest.mark.parametrize(
    ("asked", "parse"),
    [
        (
            assess.request("Plan a day.", "A", "B", 0, SETTINGS),
            partial(assess.parse, order=0),
        ),
        (self_instruct.request(["Plan a day."], SETTINGS), self_instruct.parse),
        (wizardlm.request("Plan a day.", "deepen", SETTINGS), wizardlm.parse),
        (wizardlm.gain_request("Plan a day.", "Plan two.", SETTINGS), wizardlm.parse_gain),
        (tree_instruct.request("Plan a day.", 10, SETTINGS), tree_instruct.parse),
        (alpagasus.request("Plan a day.", "Rise.", "accuracy", SETTINGS), alpagasus.parse),
    ],
    ids=lambda value: getattr(value, "step", ""),
)
def test_the_other_methods_prompts_are_answered_with_and_without_a_schema(asked, parse):
    messages = [{"role": one.role, "content": one.content} for one in asked.messages]
    for schema in (asked.schema, None):
        assert parse(Reply(text=answer(messages, prompt_hash(messages, "m"), schema))) is not None


def test_gaps_spread_over_every_verdict():
    with FakeServer() as server:
        gaps = set()
        for number in range(150):
            scores = json.loads(text(server.base_url, f'{{"score_1": 1, "score_2": 2}} {number}'))
            gaps.add(scores["score_1"] - scores["score_2"])
    assert min(gaps) < -5
    assert max(gaps) > 5
    assert 0 in gaps


def test_the_same_seed_breaks_the_same_arrivals():
    def statuses() -> list[int]:
        faults = Faults(rates={Fault.FAILED: 0.3, Fault.SLOW_DOWN: 0.2}, seed=4)
        seen = []
        with FakeServer(faults) as server:
            for number in range(20):
                try:
                    post(server.base_url, str(number))
                    seen.append(200)
                except urllib.error.HTTPError as error:
                    error.close()
                    seen.append(error.code)
        return seen

    first = statuses()
    assert first == statuses()
    assert {200, 429, 500} == set(first)


def test_a_limit_a_minute_says_how_long_to_wait():
    with FakeServer(Faults(rpm=2, burst=2)) as server:
        post(server.base_url, "a")
        post(server.base_url, "b")
        with pytest.raises(urllib.error.HTTPError) as caught:
            post(server.base_url, "c")
        with caught.value as error:
            assert error.code == 429
            # Refilled continuously: one of two a minute is back after half of it.
            assert 25 < float(error.headers["retry-after"]) <= 30


def test_what_is_told_of_a_limit_is_chosen():
    told = {}
    for headers in ("none", "retry-after", "full"):
        with FakeServer(Faults(rpm=60, burst=1, headers=headers)) as server:
            post(server.base_url, "a")
            with pytest.raises(urllib.error.HTTPError) as caught:
                post(server.base_url, "b")
            with caught.value as error:
                told[headers] = {name.lower(): value for name, value in error.headers.items()}
            assert server.stats()["statuses"] == {"200": 1, "429": 1}
    assert not any(name.startswith(("retry", "x-rate")) for name in told["none"])
    assert 0.5 < float(told["retry-after"]["retry-after"]) <= 1
    assert "x-ratelimit-limit-requests" not in told["retry-after"]
    assert told["full"]["x-ratelimit-limit-requests"] == "60"
    assert told["full"]["x-ratelimit-remaining-requests"] == "59"
    assert told["full"]["x-ratelimit-reset-requests"].endswith("ms")


def test_a_queue_refuses_nobody_and_keeps_them_waiting():
    with FakeServer(Faults(slots=1, hold=0.1)) as server, ThreadPoolExecutor(4) as pool:
        began = time.monotonic()
        done = pool.map(lambda prompt: (post(server.base_url, prompt), time.monotonic()), "abcd")
        ends = sorted(end - began for _, end in done)
        stats = server.stats()
    assert stats["peak"] == 4
    assert stats["statuses"] == {"200": 4}
    assert all(end >= 0.1 * place for place, end in enumerate(ends, 1))


def test_it_knows_when_its_calls_came_and_for_which_model():
    with FakeServer(Faults(latency=0.05)) as server:
        assert server.stats()["first_arrival"] is None
        began = time.time()
        post(server.base_url, "a")
        post(server.base_url, "b", model="n")
        stats = server.stats()
    first, last, answered = (stats[f] for f in ("first_arrival", "last_arrival", "last_answer"))
    assert began <= first < last < answered <= time.time()
    assert answered - first >= 0.1
    assert stats["models"] == {"m": 1, "n": 1}
    assert stats["in_flight"] == 0


def test_a_mistake_in_a_script_comes_back_as_an_error():
    def reply(_request):
        raise ValueError("no such step")

    with (
        FakeServer(replies=reply) as server,
        pytest.raises(urllib.error.HTTPError) as caught,
    ):
        post(server.base_url, "a")
    with caught.value as error:
        assert b"no such step" in error.read()


def test_it_serves_as_a_program(tmp_path):
    script = tmp_path / "script.json"
    script.write_text('["first", [503, {}, {"error": "x"}], {"fault": "malformed"}]')
    command = [sys.executable, "-m", "bench.server", "--port", "0", "--script", str(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = process.stdout.readline().split()[-1]
            assert text(url, "a") == "first"
            with pytest.raises(urllib.error.HTTPError) as caught:
                post(url, "b")
            caught.value.close()
            with pytest.raises(json.JSONDecodeError):
                json.loads(text(url, '{"instruction": "…"}'))
            assert len(text(url, "d")) > 20
            root = url.removesuffix("/v1")
            with urllib.request.urlopen(f"{root}/stats", timeout=30) as answer:
                assert json.loads(answer.read())["billed"] == 3
        finally:
            process.terminate()
