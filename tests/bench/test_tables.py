"""Every table runs, and a row has a cell for each column."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from jobs import ROOT

from bench.__main__ import main
from bench.seeds import prompt
from bench.table import lines
from bench.tables import TABLES
from bench.tables.queue import over_time
from bench.tables.resume import STEPS, moments
from codeclm.method import encode
from codeclm.settings import RunSettings

SLOW = {*TABLES} - {"server", "memory"}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.large if name in SLOW else ()) for name in TABLES],
)
def test_a_table_runs(name):
    told = list(lines(TABLES[name], "tiny"))
    rows = [line for line in told if line.startswith("| ")]
    assert len(rows) > 1
    assert {line.count("|") for line in rows} == {len(TABLES[name].columns) + 1}


def test_the_readme_describes_every_table():
    readme = (ROOT / "bench" / "README.md").read_text(encoding="utf-8")
    described = readme.partition("## The tables")[2].partition("## Results")[0]
    assert re.findall(r"^### (\w+)", described, re.MULTILINE) == list(TABLES)


def test_an_unknown_table_is_refused_with_those_there_are():
    result = CliRunner().invoke(main, ["speed"])
    assert result.exit_code == 2
    assert "throughput" in result.output


def test_moments_lie_in_every_step():
    steps = [step for step in STEPS for _ in range(10)]
    found = list(moments(steps, 12))
    assert {moment.step for moment in found} == set(STEPS)
    assert all(steps[moment.replies - 1] == moment.step for moment in found)
    assert {moment.group for moment in found} == {True, False}


def test_a_crowd_is_told_part_by_part():
    assert over_time([64] * 6 + [8] * 6, 4) == [64, 64, 8, 8]
    assert over_time([5], 6) == [5]
    assert over_time([], 6) == []


def test_the_plain_script_asks_prompts_as_long_as_ours():
    ours = encode.request("x" * 80, RunSettings(strong="a:b", goal="metadata"))
    letters = sum(len(message.content) for message in ours.messages)
    assert len(prompt(7)) == pytest.approx(letters, rel=0.05)
