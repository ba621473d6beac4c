"""``codeclm seeds import``: every kind of file, and of every bad one a word on what is wrong."""

from __future__ import annotations

import csv
import io
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from jobs import last_object

from codeclm.pipeline.studio import Studio

TEXTS = ["Name a lake.", "Name a hill, é.", "Say when."]
ROWS = [{"instruction": text, "input": f"Nr. {n}", "id": n} for n, text in enumerate(TEXTS)]


def table(separator: str) -> bytes:
    out = io.StringIO()
    sheet = csv.DictWriter(out, list(ROWS[0]), delimiter=separator)
    sheet.writeheader()
    sheet.writerows(ROWS)
    return out.getvalue().encode()


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), out)
    return out.getvalue()


def jsonl(*rows: object) -> bytes:
    return "\n".join(map(json.dumps, rows)).encode()


@pytest.fixture
def file(tmp_path) -> Callable[[str, bytes], Path]:
    def written(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return written


@pytest.fixture
def held(tmp_path) -> Callable[[str], list[str]]:
    """The seeds of a project."""

    def texts(project: str) -> list[str]:
        with Studio(tmp_path / "cli.db") as studio:
            return [seed.text for seed in studio.project(project).seeds(2_000_000)]

    return texts


FILES = {
    "a.jsonl": jsonl(*ROWS),
    "a.json": json.dumps(ROWS, indent=1).encode(),
    "list.jsonl": json.dumps(ROWS).encode(),
    "lines.json": jsonl(*ROWS),
    "a.csv": table(","),
    "semicolons.csv": table(";"),
    "a.tsv": table("\t"),
    "a.parquet": parquet(),
    "a.txt": "\n".join(TEXTS).encode(),
    "bom.jsonl": b"\xef\xbb\xbf" + jsonl(*ROWS),
    "utf-16.csv": table(",").decode().encode("utf-16"),
    "latin-1.csv": table(",").decode().encode("latin-1"),
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_is_imported(run, file, held, name):
    words = () if name.endswith("txt") else ("--field", "instruction", "--input-field", "input")
    done = run("seeds", "import", file(name, FILES[name]), *words, "--json")
    assert done.exit_code == 0
    stem = name.rpartition(".")[0]
    assert last_object(done) == {"project": stem, "added": 3, "known": 0, "skipped": 0}
    assert len(done.stdout.splitlines()) == 1
    expected = TEXTS if not words else [f"{t}\n\nNr. {n}" for n, t in enumerate(TEXTS)]
    assert held(stem) == expected


def test_the_usual_field_needs_no_name_and_a_project_may_have_another(run, file, held):
    path = file("a.jsonl", jsonl({"turns": ["Which?", "Why?"], "n": 1}))
    assert run("seeds", "import", path, "--field", "turns.1", "--project", "mine").exit_code == 0
    assert run("seeds", "import", path, "--project", "mine").exit_code == 0
    assert held("mine") == ["Why?", "Which?"]


def test_a_file_imported_again_adds_only_what_is_new(run, file, held):
    run("seeds", "import", file("a.jsonl", jsonl(*ROWS[:2])), "--field", "instruction")
    again = run(
        "seeds", "import", file("a.jsonl", jsonl(*ROWS)), "--field", "instruction", "--json"
    )
    assert {**last_object(again), "project": "a"} | {} == last_object(again)
    assert (last_object(again)["added"], last_object(again)["known"]) == (1, 2)
    assert "1 seed added to 'a', 2 known already." in again.stderr
    assert held("a") == TEXTS


def test_a_thousand_duplicates_are_one_seed_and_are_told(run, file, held):
    path = file("a.jsonl", jsonl(*[{"prompt": "Name a lake."}] * 1001))
    done = run("seeds", "import", path, "--json")
    assert last_object(done) == {"project": "a", "added": 1, "known": 0, "skipped": 1000}
    assert "1000 rows were skipped:" in done.stderr
    assert "line 2: duplicate of line 1" in done.stderr
    assert len(done.stderr.splitlines()) < 15
    assert held("a") == ["Name a lake."]


def test_odd_texts_stay_as_they_are(run, file, held):
    odd = ["=1+1", "@SUM(A1)", "read \u202eit", "zero\u200bwidth", "<b>Hi</b> &amp;", "a\u2028b"]
    run("seeds", "import", file("a.jsonl", jsonl(*[{"prompt": text} for text in odd])))
    assert held("a") == odd
    rows = "prompt,n\n" + "".join(f'"{text}",1\n' for text in odd)
    run("seeds", "import", file("b.csv", rows.encode()))
    assert held("b") == odd


def test_lone_surrogates_are_replaced_and_told(run, file, held):
    path = file("a.jsonl", b'{"prompt": "one \\ud800 two"}\n{"prompt": "whole \\ud83d\\ude00"}')
    done = run("seeds", "import", path)
    assert done.exit_code == 0
    assert "1 broken character (a lone surrogate) was replaced by \ufffd." in done.stderr
    assert held("a") == ["one \ufffd two", "whole \U0001f600"]


GOOD = jsonl({"prompt": "Name a lake."}) + b"\n"
WIDE = b"prompt,n\nName a lake.,1\n"
#: A bad file: its name, its bytes, what is said of it.
BAD = {
    "empty": ("a.jsonl", b"", ["a.jsonl is empty"]),
    "blank": ("a.txt", b"\xef\xbb\xbf \n\n", ["a.txt is empty"]),
    "no rows": ("a.json", b"[]", ["a.json", "no row"]),
    "header only": ("a.csv", b"prompt,n\n", ["a.csv", "no row"]),
    "broken line": ("a.jsonl", GOOD * 2 + b'{"prompt": nix}\n', ["a.jsonl, line 3", "broken JSON"]),
    "cut line": ("a.jsonl", GOOD + b'{"prompt": "Na', ["a.jsonl, line 2", "broken JSON"]),
    "broken list": ("a.json", b'[{"prompt": "a"},\n{"prompt"}]', ["a.json, line 2", "broken JSON"]),
    "a list among lines": ("a.jsonl", GOOD + b'["x"]', ["a.jsonl, line 2", "a list where"]),
    "no field": ("a.jsonl", GOOD + jsonl({"text": "x"}), ["a.jsonl, line 2", "no 'prompt'"]),
    "null": ("a.jsonl", GOOD + jsonl({"prompt": None}), ["a.jsonl, line 2", "null where text"]),
    "number": ("a.jsonl", GOOD + jsonl({"prompt": 7}), ["a.jsonl, line 2", "a number where"]),
    "nested": ("a.jsonl", GOOD + jsonl({"prompt": {"a": 1}}), ["a.jsonl, line 2", "nested object"]),
    "list": ("a.jsonl", GOOD + jsonl({"prompt": ["x"]}), ["a.jsonl, line 2", "a list where"]),
    "NUL in JSON": ("a.jsonl", GOOD + jsonl({"prompt": "a\0b"}), ["a.jsonl, line 2", "NUL"]),
    "NUL bytes": ("a.txt", b"Name a lake.\nName\0 a hill.", ["a.txt, line 2", "NUL"]),
    "binary": ("a.jsonl", bytes(range(256)) * 40, ["a.jsonl", "binary"]),
    "zip": ("a.csv", b"PK\x03\x04rest", ["a.csv", "office document"]),
    "cut Parquet": ("a.parquet", parquet()[:-9], ["a.parquet"]),
    "columns": ("a.csv", WIDE + b"Name a hill.,2,3\n", ["a.csv, line 3", "3 columns where"]),
    "few columns": ("a.tsv", b"prompt\tn\nx\t1\ny\n", ["a.tsv, line 3", "1 column where"]),
    "quotes": ("a.csv", WIDE + b'"Name a hill.,2\nx,1\n', ["a.csv, line 3", "broken quotes"]),
    "cut UTF-8": ("a.txt", "Où ça ? Là.\nGar".encode() + b"\xc3\nEt.", ["a.txt, line 2", "UTF-8"]),
    "cut UTF-16": ("a.txt", "Name a lake.".encode("utf-16") + b"x", ["a.txt", "UTF-16"]),
    "a line of 50 MB": ("a.jsonl", GOOD + b'{"prompt": "' + b"x" * 50_000_000 + b'"}\n',
                        ["a.jsonl, line 2", "10 MB"]),
    "a cell of 50 MB": ("a.csv", WIDE + b"x" * 50_000_000 + b",2\n", ["a.csv, line 3", "10 MB"]),
}  # fmt: skip


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_file_is_named_with_its_line_and_nothing_is_imported(run, file, tmp_path, fault):
    name, data, says = BAD[fault]
    field = ("--field", "prompt") if not name.endswith("txt") else ()
    done = run("seeds", "import", file(name, data), *field, "--json")
    assert done.exit_code == 1
    assert all(part in done.stderr for part in says), done.stderr
    message, hint = done.stderr.splitlines()
    assert message.startswith("Error: ")
    assert hint.strip()
    assert len(done.stderr) < 1000
    assert done.stdout == ""
    assert json.loads(run("projects", "--json").stdout) == []


def test_a_bad_file_adds_nothing_to_a_project_that_is_there(run, file, held):
    run("seeds", "import", file("a.jsonl", GOOD))
    rows = [{"prompt": f"Name hill {n}."} for n in range(500)]
    done = run("seeds", "import", file("b.jsonl", jsonl(*rows, {"prompt": 7})), "--project", "a")
    assert (done.exit_code, "b.jsonl, line 501" in done.stderr) == (1, True)
    assert held("a") == ["Name a lake."]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--field", "nix"], 1, "no 'nix'"),
        (["--field", "prompt", "--input-field", "nix"], 1, "no row has 'nix'"),
        (["--project", " "], 1, "A project needs a name"),
        (["--colour", "red"], 2, "No such option"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_imported(run, file, words, code, says):
    done = run("seeds", "import", file("a.jsonl", GOOD), *words)
    assert (done.exit_code, says in done.stderr) == (code, True), done.stderr
    assert json.loads(run("projects", "--json").stdout) == []


def test_what_is_no_file_is_told(run, tmp_path):
    done = run("seeds", "import", tmp_path / "none.jsonl")
    assert (done.exit_code, "none.jsonl cannot be read" in done.stderr) == (1, True)
    assert run("seeds", "import", tmp_path).exit_code == 2
    assert run("seeds", "import").exit_code == 2


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_a_name_that_is_no_text_is_imported_nevertheless(run, tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff\x1b[31m.jsonl"))
    path.write_bytes(GOOD)
    refused = run("seeds", "import", path)
    assert (refused.exit_code, "Type another" in refused.stderr) == (1, True)
    assert run("seeds", "import", path, "--project", "a").exit_code == 0
    path.write_bytes(b"{")
    done = run("seeds", "import", path)
    assert (done.exit_code, "line 1" in done.stderr) == (1, True)


@pytest.mark.large
@pytest.mark.parametrize("ending", ["jsonl", "csv", "txt"])
def test_more_than_a_million_rows_are_imported(run, tmp_path, held, ending):
    count, start = 1_100_000, time.monotonic()
    path = tmp_path / f"many.{ending}"
    row = {"jsonl": '{{"prompt": "Name lake {}."}}\n', "csv": "Name lake {}.,1\n"}
    with path.open("w") as file:
        file.write("prompt,n\n" if ending == "csv" else "")
        file.writelines(row.get(ending, "Name lake {}.\n").format(n) for n in range(count))
    done = run("seeds", "import", path, "--json")
    assert done.exit_code in (0, 1)
    if done.exit_code == 0:
        assert last_object(done)["added"] == count
        assert len(held("many")) == count
    else:
        assert "rows" in done.stderr
        assert json.loads(run("projects", "--json").stdout) == []
    assert time.monotonic() - start < 240
