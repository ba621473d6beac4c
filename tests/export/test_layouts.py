"""The registry: what there is to pick, and what a wrong pick is told."""

from __future__ import annotations

import pytest
from odd_pairs import LAYOUTS, ODD_PAIRS, PAIR, read_lines, written

from codeclm.errors import ExportError
from codeclm.export import FORMATS, checked
from codeclm.records import Layout

JSON = [layout for layout in LAYOUTS if FORMATS[layout.format].ending == ".jsonl"]


def named(layout: Layout) -> str:
    return f"{layout.format}-{layout.style}"


def test_every_format_is_told_and_has_its_own_name():
    trained = ["alpaca", "sharegpt", "messages", "prompt-completion", "dpo", "kto", "gemini"]
    assert list(FORMATS) == ["jsonl", *trained, "csv", "parquet"]
    for name, form in FORMATS.items():
        assert form.name == name
        assert form.told.endswith(".")
        assert set(form.default) <= set(form.fields)
        assert not set(form.fixed) & set(form.fields)
    assert len({form.label for form in FORMATS.values()}) == len(FORMATS)
    assert [name for name, form in FORMATS.items() if form.needs_both] == ["dpo"]


@pytest.mark.parametrize("layout", LAYOUTS, ids=named)
def test_fixed_and_picked_keys_are_in_every_row(layout):
    form = FORMATS[layout.format]
    for row in form.rows(PAIR, layout):
        assert set(form.fixed) <= row.keys()
        assert row.keys() <= {*form.fixed, *(layout.fields or ())}


@pytest.mark.parametrize("layout", JSON, ids=named)
def test_any_text_is_a_line_that_reads_back(layout):
    data = written(ODD_PAIRS, layout)
    expected = [row for pair in ODD_PAIRS for row in FORMATS[layout.format].rows(pair, layout)]
    assert read_lines(data) == expected
    assert "Grüße 你好".encode() in data


def test_nothing_picked_is_the_default_and_the_first_style():
    assert checked(Layout(format="dpo")) == Layout(format="dpo", style="standard", fields=())
    assert checked(Layout()).fields == FORMATS["jsonl"].default
    assert checked(Layout(format="alpaca")).style == ""


def test_a_checked_layout_stays_as_it_is():
    for layout in LAYOUTS:
        assert checked(layout) == layout


def test_fields_are_taken_once_and_in_the_formats_order():
    picked = checked(Layout(format="csv", fields=("gap", "instruction", "gap")))
    assert picked.fields == ("instruction", "gap")


@pytest.mark.parametrize(
    ("layout", "message", "hint"),
    [
        (Layout(format="native"), "no export format 'native'", "jsonl, alpaca, sharegpt"),
        (Layout(format="dpo", style="chat"), "dpo has no style 'chat'", "standard, conversational"),
        (Layout(format="csv", style="standard"), "csv has no style", "Leave the style out"),
        (Layout(format="alpaca", fields=("output",)), "no field 'output'", "use_case, skills"),
        (Layout(format="csv", fields=("chain",)), "no field 'chain'", "instruction, response"),
        (Layout(format="jsonl", fields=()), "No field is picked", "instruction, response"),
    ],
)
def test_a_wrong_pick_names_what_there_is(layout, message, hint):
    with pytest.raises(ExportError, match=message) as caught:
        checked(layout)
    assert hint in caught.value.hint
