"""Looks by the vectors of an embedding model: what is alike, and which settings are none."""

from __future__ import annotations

import pytest
from hills import BY, MODEL, TEXTS, bring

from codeclm.errors import (
    SettingsError,
    StoreError,
)
from codeclm.records import Status
from codeclm.settings import Endpoint

#: The first two mean the same; the last two share most words and do not.
PLANTED = {"tent": [1, 0, 0], "shelter": [0.98, 0.1, 0], "stove": [0, 1, 0], "longer": [0, 0, 1]}


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
        ({"embedding": "openai"}, "does not name a model.*or simulated:embedding"),
        ({"embedding": "gemini:m"}, "gemini-openai"),
        ({"embedding": "simulated:strong"}, "gives no embeddings"),
        ({"embedding_least": 1.5}, "0.3 to 1"),
        ({"embedding_least": float("nan")}, "0.3 to 1"),
    ],
)
def test_unusable_settings_are_told_before_anything_is_asked(project, given, told):
    with pytest.raises(SettingsError, match=told):
        project.looks.settings("duplicates", given)
