"""Every format, read by the library that trainers read with, gives the rows that were written."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest
from facts import card_facts
from odd_pairs import LAYOUTS, ODD_PAIRS, PAIR, written

from codeclm.export import FORMATS, checked
from codeclm.export.front import front_matter
from codeclm.records import DataFile, Layout, Row

pytestmark = pytest.mark.large

BUILDERS = {".jsonl": "json", ".csv": "csv", ".parquet": "parquet"}
Load = Callable[[Layout, bytes], list[Row]]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Read a file as ``datasets`` does, with nothing fetched and nothing left behind."""
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()

    def read(layout: Layout, data: bytes) -> list[Row]:
        ending = FORMATS[layout.format].ending
        path = tmp_path / f"pairs{ending}"
        path.write_bytes(data)
        more: dict[str, Any] = {}
        if ending == ".csv":
            text = {name: datasets.Value("string") for name in layout.fields or ()}
            more = {"keep_default_na": False, "features": datasets.Features(text)}
        found = datasets.load_dataset(
            BUILDERS[ending],
            data_files=str(path),
            split="train",
            cache_dir=str(tmp_path / "cache"),
            **more,
        )
        return list(found)

    return read


def expected(layout: Layout, data: bytes, pairs: tuple[Any, ...]) -> list[Row]:
    """What was written; of CSV its cells as text, of JSON each row with all keys of any."""
    if layout.format == "csv":
        return list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    return [row for pair in pairs for row in FORMATS[layout.format].rows(pair, layout)]


def filled(value: Any, like: Any) -> Any:
    """A value with None for each key that only other rows have, as a typed column reads it."""
    if isinstance(value, dict):
        return {key: filled(value.get(key), like[key]) for key in like}
    return value


def all_keys(rows: list[Row]) -> Row:
    """Every key of any row, and of a mapping inside one."""
    keys: Row = {}
    for row in rows:
        for key, value in row.items():
            if isinstance(value, dict):
                keys[key] = {**keys.get(key, {}), **value}
            else:
                keys.setdefault(key, None)
    return keys


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: f"{layout.format}-{layout.style}")
def test_every_row_reads_back(layout, load):
    data = written(ODD_PAIRS, layout)
    rows = expected(layout, data, ODD_PAIRS)
    like = all_keys(rows)
    assert load(layout, data) == [filled(row, like) for row in rows]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: f"{layout.format}-{layout.style}")
def test_a_thousand_rows_read_back(layout, load):
    many = tuple(islice(cycle((PAIR,)), 1_000))
    data = written(many, layout)
    assert load(layout, data) == expected(layout, data, many)


def beside_a_card(folder: Path, layout: Layout, data: bytes, values: Row) -> list[Row]:
    """The rows of a folder with a card and one data file, as ``datasets`` reads it."""
    import datasets

    name = f"train{FORMATS[layout.format].ending}"
    (folder / name).write_bytes(data)
    files = (DataFile(name, "train", 1, len(data), ""),)
    facts = card_facts(layout.format, files=files, values=values)
    (folder / "README.md").write_text(f"{front_matter(facts)}\n", encoding="utf-8")
    cache = str(folder / "cache")
    return list(datasets.load_dataset(str(folder), split="train", cache_dir=cache))


@pytest.mark.usefixtures("load")
@pytest.mark.parametrize(
    "layout",
    # A table has its own types, or none.
    [layout for layout in LAYOUTS if FORMATS[layout.format].ending == ".jsonl"],
    ids=lambda layout: f"{layout.format}-{layout.style}",
)
def test_a_card_says_the_types_of_every_row(layout, tmp_path):
    data = written(ODD_PAIRS, layout)
    rows = expected(layout, data, ODD_PAIRS)
    like = all_keys(rows)
    found = beside_a_card(tmp_path, layout, data, all_first(rows))
    assert found == [filled(row, like) for row in rows]


def all_first(rows: list[Row]) -> Row:
    """The first value of each key of any row."""
    return {key: value for row in reversed(rows) for key, value in row.items()}


@pytest.mark.usefixtures("load")
def test_a_gap_that_comes_late_is_read_by_what_the_card_says(tmp_path):
    layout = checked(Layout(format="jsonl"))
    unscored = replace(PAIR, gap=None, strong_score=None, target_score=None, skills=(), chain=())
    # Loaders take types from the first 10 MB.
    long = replace(unscored, response="so " * 4_000)
    data = written((*islice(cycle((long,)), 1_000), PAIR), layout)
    assert len(data) > 11e6
    (first,), (last,) = (FORMATS["jsonl"].rows(pair, layout) for pair in (long, PAIR))
    found = beside_a_card(tmp_path, layout, data, first)
    assert (found[0]["gap"], found[1_000]["gap"]) == (None, last["gap"])
    assert found[1_000]["chain"] == last["chain"]
