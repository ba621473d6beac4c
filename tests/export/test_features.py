"""A card tells loaders the type of each column."""

from __future__ import annotations

import pytest
from facts import card_facts
from odd_pairs import LAYOUTS, PAIR

from codeclm.export import FORMATS
from codeclm.export.features import features
from codeclm.export.front import front_matter


def told(values: dict) -> str:
    return "\n".join(features(values))


def test_values_tell_their_types():
    assert told({"label": True, "iteration": 2, "completion": "So."}) == (
        "dataset_info:\n"
        '  config_name: "default"\n'
        "  features:\n"
        '    - name: "label"\n'
        '      dtype: "bool"\n'
        '    - name: "iteration"\n'
        '      dtype: "int64"\n'
        '    - name: "completion"\n'
        '      dtype: "string"'
    )


def test_lists_and_mappings_tell_what_is_in_them():
    lines = told({"messages": [{"role": "user", "content": "Why?"}], "review": {"tags": []}})
    assert '    - name: "messages"\n      list:\n        - name: "role"\n' in lines
    assert '      struct:\n        - name: "tags"\n          sequence: "string"' in lines


@pytest.mark.parametrize("name", ["gap", "strong_score", "target_score"])
def test_what_nobody_has_scored_is_a_number_all_the_same(name):
    assert told({name: None}).endswith('dtype: "float64"')


def test_a_chain_without_links_and_no_skills_have_types():
    lines = told({"skills": [], "chain": []})
    assert '    - name: "skills"\n      sequence: "string"\n' in lines
    assert '        - name: "gap"\n          dtype: "float64"' in lines


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: f"{layout.format}-{layout.style}")
def test_every_format_of_lines_has_a_type_for_each_of_its_keys(layout):
    (row, *_) = FORMATS[layout.format].rows(PAIR, layout)
    block = front_matter(card_facts(layout.format, values=row))
    listed = [f'    - name: "{key}"' in block for key in row]
    assert set(listed) == {layout.format not in ("csv", "parquet")}
