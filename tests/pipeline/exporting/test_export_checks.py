"""What is looked at before an export, told, and left out."""

from __future__ import annotations

import json

import pytest
from curated import FOUND, TWICE

from codeclm.errors import ExportError
from codeclm.pipeline.synthesis import import_pairs, read_pairs
from codeclm.records import Balance, Status


def test_a_look_lists_the_rows_with_what_is_wrong(project, exports, choose):
    report = exports.check(choose("dpo"))
    assert report.counts == dict.fromkeys(FOUND, 1) | {"duplicate": 1}
    for kind, (instruction, _) in FOUND.items():
        (problem,) = report.listed[kind]
        assert project.pair(problem.pair).instruction == instruction
        assert report.flagged[kind] == [problem.pair]
    assert "11715 characters" in report.listed["over-long"][0].told
    (twice,) = report.listed["duplicate"]
    assert twice.told.endswith("again")
    # What was found is masked: a list of secrets is a secret.
    told = " ".join(problem.told for found in report.listed.values() for problem in found)
    assert "lovelace" not in told
    assert "sk-proj-a8Zq3" not in told


def test_what_is_left_out_is_just_what_was_found(project, exports, choose, tmp_path):
    settings = choose(leave_out=("e-mail", "duplicate"))
    report = exports.check(settings)
    done = exports.write(settings, tmp_path / "pairs.jsonl")
    lines = (tmp_path / "pairs.jsonl").read_text().splitlines()
    written = [json.loads(line)["instruction"] for line in lines]
    assert FOUND["e-mail"][0] not in written
    assert written.count(TWICE) == 1
    assert done.left_out == {"duplicate": 1, "e-mail": 1}
    assert done.problems == {"over-long": 1, "secret": 1, "phone": 1, "card number": 1}
    assert done.pairs == report.pairs - 2


KEY = "sk-proj-a8Zq3LmX91bTTyWv04KcRd7PfQe2"
RESPONSES = {"prompt": "Which key?", "chosen": "None I give away.", "strong_score": 9}


@pytest.mark.parametrize("format", ["dpo", "kto", "jsonl", "csv", "parquet"])
def test_a_secret_is_left_out_whichever_text_of_a_row_it_is_in(
    shop, project, exports, choose, tmp_path, format
):
    given = tmp_path / "given.jsonl"
    given.write_text(json.dumps({**RESPONSES, "rejected": f"key: {KEY}", "target_score": 2}))
    import_pairs(shop, given, read_pairs(given, {}), project="outdoor")
    project.reviews.decide_all(project.filter(), Status.APPROVED)
    noted, *_ = project.pair_ids(project.filter(status=Status.APPROVED, run=2), 1)
    project.reviews.note(noted, f"Ask with {KEY}.")
    settings = choose(format, leave_out=("secret",))
    done = exports.write(settings, tmp_path / "set")
    assert "secret" not in done.problems
    for path in (tmp_path / "set").rglob("*.*"):
        assert KEY.encode() not in path.read_bytes()


def test_a_secret_in_an_earlier_iteration_is_found(project, exports, choose):
    longer = next(pair for pair in project.pairs() if pair.iteration > 1)
    basic = longer.chain[0].instruction
    with project._store.writing() as db:
        db.conn.execute("update instructions set text = text || ? where text = ?", (KEY, basic))
    assert longer.id in exports.check(choose(narrowed={"status": None})).flagged["secret"]


def test_a_rejected_response_may_be_over_long_as_well(shop, project, exports, choose, tmp_path):
    given = tmp_path / "given.jsonl"
    given.write_text(json.dumps({**RESPONSES, "rejected": "No. " * 5000, "target_score": 2}))
    import_pairs(shop, given, read_pairs(given, {}), project="outdoor")
    project.reviews.decide_all(project.filter(), Status.APPROVED)
    assert len(exports.check(choose("dpo")).flagged["over-long"]) == 2
    assert len(exports.check(choose("alpaca")).flagged["over-long"]) == 1


def test_over_long_is_what_a_tokenizer_says(exports, choose, tmp_path):
    tokenizers = pytest.importorskip("tokenizers")
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    made = tokenizers.Tokenizer(WordLevel({"?": 0}, unk_token="?"))
    made.pre_tokenizer = Whitespace()
    made.save(str(tmp_path / "tokenizer.json"))
    settings = choose(tokenizer=str(tmp_path), longest=2000)
    (problem,) = exports.check(settings).listed["over-long"]
    # Eight words and a full stop, 300 times, after three words and one.
    assert problem.told == "2704 tokens"
    assert "over-long" not in exports.check(choose(tokenizer=str(tmp_path), longest=2704)).counts


def test_an_empty_response_is_found(project, exports, choose):
    (number, *_) = project.pair_ids(project.filter(status=Status.APPROVED), 1)
    seen = project.pair(number)
    project.reviews.edit(seen, seen.instruction, " \n")
    assert exports.check(choose()).flagged["empty"] == [number]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"format": "xml"}, "no export format 'xml'"),
        ({"style": "fancy", "format": "dpo"}, "no style 'fancy'"),
        ({"style": "standard"}, "no style 'standard'"),
        ({"fields": ("nothing",)}, "no field 'nothing'"),
        ({"fields": ()}, "No field is picked"),
        ({"leave_out": ("typos",)}, "no kind of problem 'typos'"),
        ({"longest": 0}, "at least 1"),
        ({"splits": {"dev": 1}}, "no split 'dev'"),
        ({"balance": Balance(cap=0)}, "at least 1"),
        ({"system": "\udcff"}, "are no text"),
    ],
)
def test_settings_that_make_no_sense_are_refused_with_what_to_do(choose, more, says):
    with pytest.raises(ExportError, match=says) as caught:
        choose(**more)
    assert caught.value.hint


def test_a_duplicate_stays_where_its_first_copy_goes_for_another_reason(
    shop, project, exports, choose, tmp_path
):
    given = tmp_path / "given.jsonl"
    copies = [f"Of course: {KEY}.", "None I give away.", "None that I know of."]
    rows = (
        {"prompt": "Which key opens it?", "chosen": copy, "strong_score": 9, "target_score": 2}
        for copy in copies
    )
    given.write_text("".join(json.dumps(row | {"rejected": "?"}) + "\n" for row in rows))
    brought = import_pairs(shop, given, read_pairs(given, {}), project="outdoor")
    project.reviews.decide_all(project.filter(run=brought.run), Status.APPROVED)
    settings = choose("alpaca", {"run": brought.run}, leave_out=("secret", "duplicate"))
    exports.write(settings, tmp_path / "set.jsonl")
    (line,) = (tmp_path / "set.jsonl").read_text().splitlines()
    assert json.loads(line)["output"] == copies[1]
