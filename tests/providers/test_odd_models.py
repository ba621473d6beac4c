"""Whole runs on models that are not quite what the protocol has in mind.

What one odd reply looks like is tested beside its adapter; here odd ones make a run.
"""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from jobs import job, pool
from places import KEY, Place, question

from bench.answers import answer, prompt_hash
from codeclm.cli import main
from codeclm.records import RunState
from codeclm.settings import Endpoint


def usual(request):
    """What the fake endpoint would have answered."""
    form = request.get("response_format") or {}
    digest = prompt_hash(request["messages"], request["model"])
    return answer(request["messages"], digest, form.get("json_schema", {}).get("schema"))


def body(text, **fields):
    """A whole body; ``fields`` go beside its message, or into it as ``message``."""
    message = {"role": "assistant", "content": text} | fields.pop("message", {})
    return {"choices": [{"message": message, "finish_reason": "stop"}], **fields}


@pytest.mark.parametrize(
    "thinks",
    [
        lambda text: body(f'<think>\n{{"score_1": 1}} or so?\n</think>\n\n{text}'),
        lambda text: body(f"Let me see.\n</think>\n{text}"),
        lambda text: body(text, message={"reasoning_content": '{"score_1": 1} or so?'}),
    ],
    ids=["block", "closing tag alone", "field of its own"],
)
def test_a_model_that_thinks_first_ends_in_the_same_pool(studio, seeds, serve, thinks):
    serve(lambda request: thinks(usual(request)))
    run = job(studio, seeds, size=12)
    assert run.state is RunState.FINISHED
    assert run.summary()["failed"] == 0
    with studio.store.reading() as db:
        assert not list(
            db.query("select id from calls where thinking = '' or reply like '%think%'")
        )
    serve()
    assert pool(studio, run) == pool(studio, job(studio, seeds, size=12))


def test_a_model_of_newer_parameters_is_asked_with_them(studio, seeds, serve):
    seen = []
    server = serve(seen.append, refuse=frozenset({"max_tokens", "temperature"}))
    run = job(studio, seeds, size=12, concurrency=1)
    assert run.summary()["failed"] == 0
    # Each of the two models refuses two questions and is asked in its own way from then on.
    refused = [request for request in seen if "max_tokens" in request or "temperature" in request]
    assert len(refused) == 4
    assert server.stats()["requests"] == run.summary()["calls"] + 4
    assert all("max_completion_tokens" in request for request in seen if request not in refused)


def test_an_endpoints_own_headers_are_sent(openai_place: Place):
    # The fake endpoint takes its key in this header as well.
    openai_place.serve(key=KEY)
    headers = {"X-Goog-Api-Key": KEY}
    assert openai_place.ask(question(), key_env="", headers=headers)[0].text


def test_a_run_on_base_models(studio, seeds, serve):
    seen = []
    server = serve(seen.append)
    base = {"name": "base", "base_url": server.base_url}
    models = {"strong": "base:big", "target": "base:small"}
    studio.save_endpoint(Endpoint(**base, template="alpaca"))
    run = job(studio, seeds, size=12, **models)
    assert run.state is RunState.FINISHED
    summary = run.summary()
    assert summary["kept"] + summary["exhausted"] == 12
    assert all(request["prompt"].endswith("### Response:\n") for request in seen)
    assert job(studio, seeds, size=12, **models).summary()["calls"] == 0
    # In another form it is another question.
    studio.save_endpoint(Endpoint(**base, template="vicuna"))
    assert job(studio, seeds, size=12, **models).summary()["calls"] > 0


def renamed(after, **says):
    """Replies whose fields change once ``after`` have gone out."""
    count = iter(range(10**6))

    def reply(request):
        late = next(count) >= after
        return body(usual(request), **{name: names[late] for name, names in says.items()})

    return reply


def test_a_model_that_becomes_another_in_mid_run_is_told(studio, seeds, serve):
    serve(renamed(15, model=("big-may", "big-august")))
    run = job(studio, seeds, size=12, concurrency=1)
    (told,) = [warning for warning in run.warnings() if "strong" in warning]
    assert re.fullmatch(
        r"The strong model openai:big answered as 'big-may' and from call 1\d as 'big-august':"
        r" its replies may differ\.",
        told,
    )
    again = job(studio, seeds, size=12)
    assert (again.summary()["calls"], again.warnings()) == (0, [])


def test_a_new_fingerprint_in_mid_run_is_told(studio, seeds, serve):
    serve(renamed(20, model=("big", "big"), system_fingerprint=("fp_1", "fp_2")))
    warnings = job(studio, seeds, size=12, concurrency=1).warnings()
    assert any("with the fingerprint 'fp_1' and from call" in told for told in warnings)


def test_the_command_line_tells_it_on_stderr_and_quotes_what_servers_say(seeds, serve, tmp_path):
    serve(renamed(12, model=("big\x1b[31m", "big-august")))
    words = ["--strong", "openai:big", "--target", "openai:small", "--size", "5", "--json"]
    db = tmp_path / "cli.db"
    found = CliRunner().invoke(
        main, ["synthesize", str(seeds), "--field", "prompt", *words, "--db", str(db)]
    )
    assert found.exit_code == 0
    assert "  Warning: The strong model openai:big answered as 'big\\x1b[31m'" in found.stderr
    assert "Warning" not in found.stdout
