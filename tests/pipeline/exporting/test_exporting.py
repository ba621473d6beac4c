"""What is said before an export is what it writes: counts, previews, choices."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from typing import Any

import pyarrow.parquet as pq
import pytest
from curated import MODELS
from written import EIGHTY, data, rows_in

from codeclm.pipeline.exporting import FORMATS, KINDS
from codeclm.pipeline.synthesis import synthesize
from codeclm.records import Balance, Status

#: Ways to choose and lay out, each with every format.
WAYS: dict[str, dict[str, Any]] = {
    "plain": {},
    "split": {"splits": EIGHTY},
    "capped": {"balance": Balance(cap=9)},
    "capped by skill": {"balance": Balance(by="skill", cap=6), "splits": {"train": 3, "test": 1}},
    "weighted": {"balance": Balance(weights={"question answering": 2}), "seed": 4},
    "cleaned": {"leave_out": ("e-mail", "duplicate", "over-long", "same responses")},
    "all at once": {
        "leave_out": tuple(KINDS),
        "balance": Balance(cap=15),
        "splits": EIGHTY,
        "seed": 9,
    },
}


@pytest.mark.parametrize(
    ("format", "way"),
    [
        *((format, way) for format in ("jsonl", "dpo", "kto", "csv", "parquet") for way in WAYS),
        *((format, "all at once") for format in ("alpaca", "sharegpt", "messages", "gemini")),
        ("prompt-completion", "all at once"),
    ],
)
def test_what_is_counted_before_is_what_is_written(exports, choose, tmp_path, format, way):
    settings = choose(format, **WAYS[way])
    said = exports.parts(settings, exports.check(settings))
    done = exports.write(settings, tmp_path / "set")
    written = {
        file.split: (file.rows, rows_in(tmp_path / "set" / file.path)) for file in done.files
    }
    assert written == {part.split: (part.rows, part.rows) for part in said}
    assert (done.pairs, done.rows) == (
        sum(part.pairs for part in said),
        sum(part.rows for part in said),
    )
    assert done.pairs > 0


@pytest.mark.parametrize("status", [None, *Status])
@pytest.mark.parametrize("format", ["kto", "dpo", "jsonl"])
def test_counts_hold_whatever_the_status(exports, choose, tmp_path, format, status):
    settings = choose(format, {"status": status})
    (said,) = exports.parts(settings)
    done = exports.write(settings, tmp_path / "pairs.jsonl")
    assert (done.pairs, done.rows) == (said.pairs, said.rows)
    assert rows_in(tmp_path / "pairs.jsonl") == said.rows


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_choice_twice_is_the_same_bytes(exports, choose, tmp_path, format):
    settings = choose(format, splits=EIGHTY, balance=Balance(cap=20), leave_out=("e-mail",))
    first, second = (exports.write(settings, tmp_path / name) for name in ("one", "two"))
    assert data(tmp_path / "one") == data(tmp_path / "two")
    assert first.digest == second.digest
    for file in first.files:
        found = (tmp_path / "one" / file.path).read_bytes()
        assert (len(found), hashlib.sha256(found).hexdigest()) == (file.bytes, file.sha256)


@pytest.mark.parametrize("format", FORMATS)
def test_one_file_has_the_bytes_of_a_bundle_without_splits(exports, choose, tmp_path, format):
    settings, ending = choose(format), FORMATS[format].ending
    exports.write(settings, tmp_path / "set")
    exports.write(settings, tmp_path / f"pairs{ending}")
    lines = b"".join(exports.lines(settings))
    assert data(tmp_path / "set") == {f"train{ending}": lines}
    assert (tmp_path / f"pairs{ending}").read_bytes() == lines


@pytest.mark.parametrize("format", [name for name in FORMATS if FORMATS[name].ending == ".jsonl"])
def test_the_preview_is_the_beginning_of_the_file(exports, choose, tmp_path, format):
    settings = choose(format, splits=EIGHTY)
    done = exports.write(settings, tmp_path / "set")
    for part, file in zip(exports.parts(settings), done.files, strict=True):
        lines = (tmp_path / "set" / file.path).read_text(encoding="utf-8").split("\n")[:-1]
        assert exports.preview(settings, part, 3) == lines[:3]


def test_a_preview_of_tables_is_what_is_read_back(exports, choose):
    (part,) = exports.parts(choose("csv"))
    (text,) = exports.preview(choose("csv"), part, 3)
    assert b"".join(exports.lines(choose("csv"))).decode().startswith(text)
    rows = [json.loads(row) for row in exports.preview(choose("parquet"), part, 3)]
    table = pq.read_table(io.BytesIO(b"".join(exports.lines(choose("parquet")))))
    assert [row["instruction"] for row in rows] == table["instruction"].to_pylist()[:3]


def test_only_what_the_filter_takes_is_written(project, exports, choose, tmp_path):
    narrowed = {"use_case": "question answering", "side": "strong", "min_gap": 7.0}
    exports.write(choose(narrowed=narrowed), tmp_path / "pairs.jsonl")
    rows = list(map(json.loads, (tmp_path / "pairs.jsonl").read_text().splitlines()))
    expected = [
        pair.instruction
        for pair in project.pairs()
        if pair.status is Status.APPROVED
        and pair.use_case == "question answering"
        and pair.response_from == "strong"
        and pair.gap is not None
        and abs(pair.gap) >= 7
    ]
    assert [row["instruction"] for row in rows] == expected
    assert {row["review"]["status"] for row in rows} == {"approved"}


def test_a_preference_needs_both_responses_and_a_gap_beyond_theta_unless_one_is_named(
    shop, project, exports, choose
):
    approved = [pair for pair in project.pairs() if pair.status is Status.APPROVED]
    both = [pair for pair in approved if pair.target_response is not None]
    (part,) = exports.parts(choose("dpo"))
    assert part.pairs == len([p for p in both if p.gap is not None and abs(p.gap) > 3])
    (part,) = exports.parts(choose("dpo", {"min_gap": 8.0}))
    assert part.pairs == len([p for p in both if p.gap is not None and abs(p.gap) >= 8])
    shop.run(1).change(theta=7.0)
    (part,) = exports.parts(choose("dpo"))
    found = list(project.pairs(part.wanted))
    assert min(abs(pair.gap or 0) for pair in found if pair.run == 1) > 7
    (part,) = exports.parts(choose("dpo", {"min_gap": 3.5, "run": 1}))
    # A reviewed pair that the new θ drops stays, and its gap is its own.
    assert part.pairs == len([p for p in both if p.run == 1 and abs(p.gap or 0) >= 3.5])


def test_a_swap_and_an_edit_are_what_is_chosen(project, exports, choose):
    rows = [json.loads(line) for line in exports.lines(choose("dpo"))]
    swapped = next(pair for pair in project.pairs() if pair.swapped)
    edited = next(pair for pair in project.pairs() if pair.edited)
    (row,) = [row for row in rows if row["prompt"].endswith(swapped.instruction)]
    assert {row["chosen"], row["rejected"]} == {swapped.response, swapped.strong_response}
    assert row["chosen"] == swapped.target_response
    assert any(row["chosen"] == "As short as can be." for row in rows)
    assert edited.response == "As short as can be."


def test_splits_have_every_use_case_and_no_chain_twice(exports, choose, tmp_path):
    exports.write(choose(splits={"train": 0.7, "test": 0.3}), tmp_path / "set")
    chains: list[set[str]] = []
    for name, share in (("train", 0.7), ("test", 0.3)):
        lines = (tmp_path / "set" / "data" / f"{name}.jsonl").read_text().splitlines()
        rows = list(map(json.loads, lines))
        cases = Counter(row["use_case"] for row in rows)
        for use_case, size in (("question answering", 27), ("creative writing", 23)):
            assert cases[use_case] == pytest.approx(size * share, abs=size * 0.1 + 1)
        chains.append({row["instruction"] for row in rows})
    assert not chains[0] & chains[1]


def test_a_plan_that_was_run_again_has_its_chains_in_the_same_splits(studio, tmp_path):
    seeds = tmp_path / "hills.jsonl"
    seeds.write_text("".join(f'{{"prompt": "Which boots for hill {n}?"}}\n' for n in range(12)))
    for theta in (3.0, 2.0):
        synthesize(studio, seeds, field="prompt", size=24, theta=theta, **MODELS)
    home = studio.project("hills")
    settings = home.exports.settings(home.filter(), splits={"train": 1, "test": 1})
    home.exports.write(settings, tmp_path / "set")
    basic: list[set[str]] = []
    for name in ("train", "test"):
        written = (tmp_path / "set" / "data" / f"{name}.jsonl").read_text().splitlines()
        rows = map(json.loads, written)
        basic.append({[*row["chain"], row][0]["instruction"] for row in rows})
    assert all(basic)
    assert not basic[0] & basic[1]
