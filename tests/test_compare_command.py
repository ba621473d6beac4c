"""``codeclm compare``: a table for people, one object for programs, errors as everywhere."""

import json
import shutil

import pytest
from click.testing import CliRunner

from codeclm.cli import main

TOOLS = ("tents", "boots", "stoves", "maps", "ropes", "lamps")
MODELS = ["--strong", "simulated:strong", "--target", "simulated:target"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A database with two runs, made once."""
    folder = tmp_path_factory.mktemp("compared")
    seeds = folder / "seeds.jsonl"
    seeds.write_text("".join(f'{{"prompt": "Which {tool} do I need?"}}\n' for tool in TOOLS))
    for more in ([], ["--no-filter", "--seed", "3"]):
        words = ["synthesize", str(seeds), *MODELS, "--size", "30", *more]
        done = CliRunner().invoke(main, [*words, "--db", str(folder / "made.db")])
        assert done.exit_code == 0, done.stderr
    return folder / "made.db"


@pytest.fixture
def two(made, tmp_path):
    shutil.copy(made, tmp_path / "cli.db")


@pytest.mark.usefixtures("two")
def test_a_table_tells_numbers_and_noise(run):
    result = run("compare", 1, 2)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert "smallest spend of these runs" in lines[0]
    (strategies,) = [line for line in lines if line.startswith("strategy")]
    assert strategies.split(maxsplit=2)[1:] == ["codeclm", "codeclm without filter"]
    assert "Less run 1" in result.stdout
    assert " larger" in result.stdout
    assert "SIMULATED" in result.stderr


@pytest.mark.usefixtures("two")
def test_json_is_one_object(run):
    result = run("compare", 1, 2, "--equal", "none", "--baseline", 2, "--json")
    found = json.loads(result.stdout)
    assert list(found) == ["equal", "budget", "baseline", "runs"]
    assert (found["equal"], found["budget"], found["baseline"]) == ("none", None, 2)
    one, other = found["runs"]
    assert one["differences"]["words"]["noise"] is False
    assert other["differences"] == {}
    assert one["measures"]["words"]["low"] < one["measures"]["words"]["value"]
    assert one["per_pair"]["calls"] == pytest.approx(one["spend"]["calls"] / one["pairs"])
    assert one["evaluations"] == []


@pytest.mark.usefixtures("two")
def test_the_same_question_has_the_same_answer(run):
    asked = ("compare", 1, 2, "--equal", "tokens")
    assert run(*asked).stdout == run(*asked).stdout


@pytest.mark.usefixtures("two")
def test_an_equal_number_of_pairs(run):
    found = json.loads(run("compare", 1, 2, "--equal", "pairs", "--json").stdout)
    assert {one["pairs"] for one in found["runs"]} == {found["budget"]}


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((), 2, "Missing argument"),
        ((1,), 1, "beside nothing"),
        ((1, 9), 1, "There is no run 9."),
        ((1, 2, "--baseline", 9), 1, "not among the compared"),
        ((1, 2, "--equal", "euros"), 2, "Invalid value for '--equal'"),
        ((0, 1), 2, "Invalid value"),
    ],
)
def test_what_cannot_be_compared_is_an_error(run, words, code, told):
    result = run("compare", *words)
    assert result.exit_code == code
    assert told in result.stderr
    assert result.stdout == ""


def test_without_a_database_there_is_nothing_to_compare(run):
    result = run("compare", 1, 2)
    assert result.exit_code == 1
    assert "There is no database" in result.stderr
