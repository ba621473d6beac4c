"""Looks by the vectors of an embedding model: what is alike, what is paid, what goes wrong."""

from __future__ import annotations

import json
import signal
import subprocess
import time

import pytest
from jobs import command

from bench.answers import vector
from bench.service import Fault
from codeclm.errors import (
    AuthenticationFailed,
    ModelUnknown,
    ReplyError,
    RequestRefused,
    SettingsError,
    StoreError,
)
from codeclm.pipeline import worker
from codeclm.pipeline.looks import paying
from codeclm.pipeline.ownership import owned
from codeclm.pipeline.synthesis import import_pairs, read_pairs
from codeclm.records import Status
from codeclm.settings import Endpoint

MODEL = "openai:vectors"
SNOW = "Which stove melts snow fastest at four thousand metres?"
TEXTS = {
    "tent": "How do I put up a tent in strong wind?",
    "shelter": "What is the way to pitch a shelter during a gale?",
    "louder": "HOW DO I PUT UP A TENT IN STRONG WIND",
    "stove": SNOW,
    "longer": f"{SNOW} Say why.",
}
#: The first two mean the same; the last two share most words and do not.
PLANTED = {"tent": [1, 0, 0], "shelter": [0.98, 0.1, 0], "stove": [0, 1, 0], "longer": [0, 0, 1]}


def bring(studio, tmp_path, texts, name="hills"):
    path = tmp_path / f"{name}.jsonl"
    rows = [
        {"prompt": text, "chosen": f"An answer to {key}.", "rejected": "No."}
        for key, text in texts.items()
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    import_pairs(studio, path, read_pairs(path, {}), project=name)
    return studio.project(name)


@pytest.fixture
def project(studio, tmp_path):
    return bring(studio, tmp_path, TEXTS)


@pytest.fixture
def many(studio, tmp_path):
    """Ten batches of texts, no two of which are alike."""
    return bring(studio, tmp_path, {str(n): f"word{n} other{n} third{n}" for n in range(640)})


def planted(request):
    """Vectors by the meaning of each text; another letter case is another vector for a model."""
    known = {text: PLANTED.get(key, [0.5, 0.5, 0.7]) for key, text in TEXTS.items()}
    data = [{"index": i, "embedding": known[text]} for i, text in enumerate(request["input"])]
    return {"data": data, "usage": {"prompt_tokens": 10 * len(data)}}


def ids(project):
    return {
        key: pair.id
        for pair in project.pairs()
        for key in TEXTS
        if pair.response == f"An answer to {key}."
    }


def found(project):
    return {
        (one.finding.pair, one.finding.like_pair): one.finding.why
        for one in project.looks.evidence("duplicate", 100)
    }


def kept(project):
    with project._store.reading() as db:
        return db.conn.execute("select count(*) from embeddings").fetchone()[0]


BY = {"embedding": MODEL, "keep": "first"}


def test_what_means_the_same_is_a_duplicate_and_what_shares_words_is_none(project, serve):
    serve(planted)
    look = project.looks.look("duplicates", BY)
    pair = ids(project)
    assert found(project) == {
        (pair["shelter"], pair["tent"]): "much the same meaning",
        (pair["louder"], pair["tent"]): "the same but for case, marks and spaces",
    }
    assert look.settings["embedding_least"] == 0.9
    assert (look.result["meaning"], look.result["normalised"], look.result["exact"]) == (1, 1, 0)
    assert "near" not in look.result
    assert look.result["numbers"] == 3
    assert look.result["vectors"].endswith("/v1 vectors")


def test_a_look_tells_what_it_paid_and_the_next_one_pays_nothing(project, studio, serve):
    server = serve(planted)
    studio.save_endpoint(
        Endpoint(
            name="priced",
            base_url=server.base_url,
            price_in=2.0,
            price_out=9.0,
            key_env="OPENAI_API_KEY",
        )
    )
    by = {**BY, "embedding": "priced:vectors"}
    paid = project.looks.look("duplicates", by).result["paid"]
    assert paid == {"texts": 5, "tokens": 50, "usd": pytest.approx(1e-4), "cut": 0}
    again = project.looks.look("duplicates", by).result["paid"]
    assert again == {"texts": 0, "tokens": 0, "usd": 0.0, "cut": 0}
    # The same address and model is the same question, whatever its endpoint is called.
    project.looks.look("map", {"embedding": MODEL})
    assert server.stats()["requests"] == 1


def test_unknown_prices_and_counts_stay_unknown(project, serve):
    serve(lambda request: {"data": planted(request)["data"]})
    paid = project.looks.look("duplicates", BY).result["paid"]
    assert (paid["texts"], paid["tokens"], paid["usd"]) == (5, None, None)


def test_only_a_text_that_is_new_is_asked_for(project, serve):
    seen = []
    serve(lambda request: seen.append(request["input"]))
    project.looks.look("duplicates", BY)
    pair = project.pair(ids(project)["stove"])
    project.reviews.edit(pair, "Something else, about boots.", pair.response)
    project.looks.look("duplicates", BY)
    assert seen[1:] == [["Something else, about boots."]]


def test_a_pair_of_a_group_is_kept_by_hand_without_asking(project, serve):
    server = serve(planted)
    project.looks.look("duplicates", BY)
    pair = ids(project)
    project.looks.keep(pair["shelter"])
    assert set(found(project)) == {
        (pair["tent"], pair["shelter"]),
        (pair["louder"], pair["shelter"]),
    }
    assert server.stats()["requests"] == 1
    with pytest.raises(StoreError, match="no other one"):
        project.looks.keep(pair["stove"])


def test_the_least_cosine_is_a_setting(project, serve):
    serve(planted)
    project.looks.look("duplicates", {**BY, "embedding_least": 0.999})
    pair = ids(project)
    assert set(found(project)) == {(pair["louder"], pair["tent"])}


def test_the_map_goes_by_vectors_and_names_regions_by_words(project, serve):
    serve(planted)
    look = project.looks.look("map", {"embedding": MODEL})
    regions = {pair: region for pair, _, _, region, *_ in project.looks.points()}
    pair = ids(project)
    assert regions[pair["tent"]] == regions[pair["shelter"]]
    assert look.result["paid"]["texts"] == 5
    words = " ".join(TEXTS.values()).lower()
    assert all(term in words for one in look.result["regions"] for term in one["terms"])


def test_simulated_vectors_cost_nothing_and_need_no_key(project):
    look = project.looks.look("duplicates", {**BY, "embedding": "simulated:embedding"})
    assert look.result["paid"]["usd"] == 0.0
    assert look.result["normalised"] == 1


def test_blank_texts_are_not_sent_and_long_ones_are_cut(studio, tmp_path, serve):
    seen = []
    serve(lambda request: seen.extend(request["input"]))
    long = "word " * 5000
    project = bring(studio, tmp_path, {"long": long, "雨": "雨" * 9000, "short": "a tent"})
    look = project.looks.look("duplicates", BY)
    # 8 000 characters, or 16 000 bytes of a script that takes three for each.
    assert sorted(map(len, seen)) == [6, 16_000 // 3, 8_000]
    assert look.result["paid"]["cut"] == 2


# Before it is paid --------------------------------------------------------------------------------


def test_an_estimate_asks_nobody_and_counts_what_is_missing(project, studio, serve):
    server = serve(planted)
    studio.save_endpoint(
        Endpoint(name="priced", base_url=server.base_url, price_in=2.0, price_out=9.0)
    )
    by = {"embedding": "priced:vectors"}
    before = project.looks.embedding_estimate("duplicates", by)
    size = sum(map(len, TEXTS.values()))
    assert (before.asked, before.texts, before.cut, before.characters) == (5, 5, 0, size)
    assert before.tokens == -(-size // 4)
    assert before.usd == pytest.approx(before.tokens * 2e-6)
    assert server.stats()["requests"] == 0
    project.reviews.decide(ids(project)["longer"], Status.REJECTED)
    assert project.looks.embedding_estimate("map", by).asked == 4
    project.looks.look("duplicates", by)
    after = project.looks.embedding_estimate("duplicates", by)
    assert (after.asked, after.characters, after.tokens, after.usd) == (0, 0, 0, 0.0)


def test_an_estimate_needs_a_model_and_no_key(project):
    found = project.looks.embedding_estimate("map", {"embedding": MODEL})
    assert (found.asked, found.usd) == (5, None)
    with pytest.raises(SettingsError, match="No embedding model is named"):
        project.looks.embedding_estimate("map", {})
    with pytest.raises(SettingsError, match="knows no 'embedding'"):
        project.looks.embedding_estimate("checks", {"embedding": MODEL})


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"embedding": "nowhere:m"}, "no endpoint 'nowhere'"),
        ({"embedding": "openai"}, "does not name a model"),
        ({"embedding": "gemini:m"}, "gemini-openai"),
        ({"embedding": "simulated:strong"}, "gives no embeddings"),
        ({"embedding_least": 1.5}, "0.3 to 1"),
        ({"embedding_least": float("nan")}, "0.3 to 1"),
    ],
)
def test_unusable_settings_are_told_before_anything_is_asked(project, given, told):
    with pytest.raises(SettingsError, match=told):
        project.looks.settings("duplicates", given)


# Paid once ----------------------------------------------------------------------------------------


def test_texts_are_asked_in_batches_a_few_at_once(many, serve):
    server = serve(latency=0.05)
    many.looks.look("duplicates", BY)
    assert server.stats()["requests"] == 10
    assert server.stats()["peak"] == paying.AT_ONCE


def test_one_that_is_stopped_keeps_what_was_paid_and_the_next_asks_for_the_rest(many, serve):
    server = serve()

    def told(words):
        if words.startswith("asking") and not words.startswith("asking for vectors: 0 "):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        many.looks.look("duplicates", BY, told)
    asked = server.stats()["requests"]
    assert 1 <= asked <= paying.AT_ONCE + 1
    assert kept(many) == 64 * asked
    assert many.looks.newest("duplicates") is None
    look = many.looks.look("duplicates", BY)
    assert server.stats()["requests"] == 10
    assert server.stats()["repaid"] == 0
    assert look.result["paid"]["texts"] == 640 - 64 * asked


def test_one_that_is_stopped_while_it_compares_keeps_nothing(many, serve):
    serve()

    def told(words):
        if words.startswith("comparing vectors"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        many.looks.look("duplicates", BY, told)
    assert kept(many) == 640
    assert many.looks.newest("duplicates") is None


def test_killed_at_any_moment_only_what_was_in_flight_is_paid_again(studio, many, serve):
    server = serve(latency=0.1)
    process = subprocess.Popen(
        command("quality", "duplicates", "--embedding", MODEL, "--db", studio.store.path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while not 1 <= kept(many) < 640:
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.005)
    process.kill()
    process.wait(10)
    there = kept(many)
    assert there % 64 == 0
    time.sleep(0.3)
    server.reset()
    look = many.looks.look("duplicates", BY)
    assert look.result["paid"]["texts"] == 640 - there
    assert server.stats()["requests"] == (640 - there) // 64


def test_ctrl_c_keeps_what_is_in_flight(studio, many, serve):
    server = serve(latency=0.3)
    process = subprocess.Popen(
        command("quality", "map", "--embedding", MODEL, "--db", studio.store.path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while not server.stats()["requests"]:
        assert time.monotonic() < until
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) != 0
    asked = server.stats()["requests"]
    assert asked <= paying.AT_ONCE
    assert kept(many) == 64 * asked


def test_faults_that_pass_are_asked_again_and_nothing_is_lost(many, serve):
    server = serve(rates={Fault.SLOW_DOWN: 0.2, Fault.RESET: 0.1, Fault.FAILED: 0.1}, seed=3)
    look = many.looks.look("duplicates", BY)
    assert look.result["paid"]["texts"] == 640
    assert server.stats()["requests"] > 10
    assert server.stats()["repaid"] == 0


@pytest.mark.parametrize(
    ("reply", "kind", "told"),
    [
        ((401, {}, '{"error": {"message": "Bad key"}}'), AuthenticationFailed, "key"),
        (
            (404, {}, '{"error": {"message": "The model `vectors` does not exist"}}'),
            ModelUnknown,
            "no model 'vectors'",
        ),
        ((404, {}, '{"detail": "Not Found"}'), RequestRefused, "has no embeddings"),
        ((405, {}, ""), RequestRefused, "has no embeddings"),
        ({"data": [{"index": 0, "embedding": [1.0]}]}, ReplyError, "1 vectors for 5 texts"),
        ({"data": [{"embedding": [float("nan")]}] * 5}, ReplyError, "not finite"),
    ],
)
def test_what_is_of_no_use_ends_a_look_with_one_error(project, serve, reply, kind, told):
    server = serve(lambda _: reply)
    with pytest.raises(kind, match=told):
        project.looks.look("duplicates", BY)
    assert server.stats()["requests"] == 1
    assert kept(project) == 0
    assert project.looks.newest("duplicates") is None


def test_without_its_key_a_look_asks_nobody(project, serve, monkeypatch):
    server = serve()
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(SettingsError, match="No key"):
        project.looks.look("duplicates", BY)
    assert server.stats()["requests"] == 0


def lengthened(after, length):
    """Vectors of 64 numbers, and of another length from the request after so many on."""
    asked = 0

    def reply(request):
        nonlocal asked
        asked += 1
        size = length if asked > after else 64
        data = [
            {"index": i, "embedding": vector(text, size)} for i, text in enumerate(request["input"])
        ]
        return {"data": data}

    return reply


def test_another_length_in_mid_look_ends_it_and_what_fits_stays(many, serve):
    server = serve(lengthened(3, 32))
    with pytest.raises(ReplyError, match="32 numbers after some of 64"):
        many.looks.look("duplicates", BY)
    assert kept(many) == 3 * 64
    before = server.stats()["requests"]
    assert before <= 3 + paying.AT_ONCE


def test_a_model_that_became_another_one_is_told_and_asked_anew(many, serve):
    changed = {"length": 64}

    def reply(request):
        return lengthened(0, changed["length"])(request)

    serve(reply)
    many.looks.look("duplicates", BY)
    changed["length"] = 32
    pair = next(iter(many.pairs()))
    many.reviews.edit(pair, "A new text.", pair.response)
    with pytest.raises(ReplyError, match="32 numbers now, and gave 64 before"):
        many.looks.look("duplicates", BY)
    assert kept(many) == 1
    assert many.looks.newest("duplicates").result["numbers"] == 64
    look = many.looks.look("duplicates", BY)
    assert (look.result["numbers"], look.result["paid"]["texts"]) == (32, 639)


# The worker's job ---------------------------------------------------------------------------------


@pytest.fixture
def _no_process(monkeypatch):
    monkeypatch.setattr("codeclm.pipeline.jobs.ensure_worker", lambda store: None)


@pytest.mark.usefixtures("_no_process")
def test_the_worker_looks_by_vectors_and_is_stopped_between_batches(studio, many, serve):
    numbers = []

    def stop(_request):
        studio.jobs.stop(studio.jobs.get(numbers[0]))

    server = serve(stop, latency=0.2)
    numbers.append(studio.jobs.submit_look(many, "duplicates", BY))
    worker.work(studio.store, idle=0.0)
    assert studio.jobs.get(numbers[0]).state == "stopped"
    asked = server.stats()["requests"]
    assert asked == paying.AT_ONCE
    assert kept(many) == 64 * asked
    again = studio.jobs.submit_look(many, "duplicates", BY)
    worker.work(studio.store, idle=0.0)
    assert studio.jobs.get(again).state == "finished"
    assert server.stats()["repaid"] == 0


@pytest.mark.usefixtures("_no_process")
def test_a_job_that_fails_says_why(studio, project, serve):
    serve(lambda _: (404, {}, '{"detail": "Not Found"}'))
    number = studio.jobs.submit_look(project, "map", {"embedding": MODEL})
    worker.work(studio.store, idle=0.0)
    job = studio.jobs.get(number)
    assert (job.state, "has no embeddings" in job.message) == ("failed", True)


@pytest.mark.usefixtures("_no_process")
def test_where_a_command_line_is_at_work_only_looks_by_words_are_done_at_once(studio, project):
    with owned(studio.store):
        by_words = studio.jobs.submit_look(project, "map", {})
        waiting = studio.jobs.submit_look(project, "map", {"embedding": "simulated:embedding"})
        assert studio.jobs.get(by_words).state == "finished"
        assert studio.jobs.get(waiting).state == "queued"
    worker.work(studio.store, idle=0.0)
    assert studio.jobs.get(waiting).state == "finished"
