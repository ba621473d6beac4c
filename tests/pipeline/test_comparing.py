"""Runs side by side: the same numbers every time, cut to the same spend, noise called noise."""

from __future__ import annotations

import shutil
from collections import Counter

import pytest

from codeclm.errors import SettingsError, StoreError
from codeclm.pipeline import sources
from codeclm.pipeline.compared_wording import rows
from codeclm.pipeline.pools import SAMPLED, Pools
from codeclm.pipeline.studio import Studio
from codeclm.pipeline.synthesis import import_pairs, read_pairs
from codeclm.quality.distance import jensen_shannon
from codeclm.quality.measures import measure
from codeclm.records import MEASURES, Apart, PairFilter, Spend
from codeclm.settings import RunSettings

MODELS = {"strong": "simulated:strong", "target": "simulated:target"}
#: Runs of the database below.
METADATA, FULL, TWIN, PLAIN, BASIC, TINY = range(1, 7)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """One project, five runs to pairs of it with different switches and sizes."""
    path = tmp_path_factory.mktemp("compared") / "made.db"
    with Studio(path) as studio:
        project = sources.try_it(studio)
        project.plan_from_seeds(RunSettings(goal="metadata", **MODELS)).bring()
        for settings in (
            {"size": 80},
            {"size": 80, "seed": 8},
            {"size": 80, "use_filter": False},
            {"size": 40, "use_rubrics": False, "seed": 5},
            {"size": 2, "use_rubrics": False, "use_filter": False},
        ):
            project.plan_from_metadata(RunSettings(**settings, **MODELS)).bring()
    return path


@pytest.fixture
def compared(made, tmp_path):
    shutil.copy(made, tmp_path / "compared.db")
    with Studio(tmp_path / "compared.db") as studio:
        yield studio


def by_run(found):
    return {one.run: one for one in found.runs}


def test_a_run_is_told_as_it_is_where_nothing_is_cut(compared):
    found = compared.compare([FULL, PLAIN], equal="none")
    one = by_run(found)[FULL]
    run = compared.run(FULL)
    counts = run.counts()
    assert (found.budget, found.baseline) == (None, FULL)
    assert (one.strategy, one.use_rubrics, one.use_filter) == ("codeclm", True, True)
    assert one.simulated
    assert one.planned == 80
    assert one.whole
    assert one.pairs == sum(one.kept) == counts.kept
    assert one.kept == counts.by_iteration
    assert (one.exhausted, one.failed) == (counts.exhausted, counts.failed)
    assert one.paid == run.usage()
    assert one.per_pair.calls == pytest.approx(one.spend.calls / one.pairs)
    assert one.evaluations == ()


def test_measures_are_those_of_the_pool(compared):
    one = by_run(compared.compare([FULL, PLAIN], equal="none"))[FULL]
    project = compared.project_of(one.project)
    pairs = list(project.pairs(PairFilter(project=one.project, run=FULL)))
    whole = measure([pair.instruction for pair in pairs])
    assert one.sampled == whole.n == one.pairs
    assert one.measures["words"].value == pytest.approx(whole.words.mean)
    assert one.measures["pieces"].value == pytest.approx(whole.pieces.mean)
    assert one.measures["similarity"].value == pytest.approx(whole.similarity, rel=0.05)
    mean = sum(pair.gap for pair in pairs) / len(pairs)
    assert one.measures["gap"].value == pytest.approx(mean)
    assert sum(count for _, count in one.lengths) == one.sampled
    skills = Counter(skill for pair in pairs for skill in pair.skills)
    assert one.skills == skills
    assert one.measures["skill_distance"].value == pytest.approx(
        jensen_shannon(skills, one.seed_skills)
    )
    for name in MEASURES:
        found = one.measures[name]
        assert found.low <= found.value <= found.high
    assert one.measures["skill_distance"].low >= 0


def test_distinct_words_are_counted_in_pools_of_one_size(compared):
    found = by_run(compared.compare([FULL, BASIC], equal="none"))
    sizes = {one.equal_size for one in found.values()}
    assert sizes == {min(one.sampled for one in found.values())}
    assert found[FULL].sampled != found[BASIC].sampled


def test_without_the_filter_there_are_no_gaps(compared):
    one = by_run(compared.compare([FULL, PLAIN]))[PLAIN]
    assert one.gaps == ()
    assert one.measures["gap"] is None
    assert one.differences["gap"] is None


def test_the_same_runs_give_the_same_numbers(compared, tmp_path):
    before = compared.compare([FULL, PLAIN, BASIC])
    assert compared.compare([FULL, PLAIN, BASIC]) == before
    shutil.copy(compared.path, tmp_path / "other.db")
    with Studio(tmp_path / "other.db") as other:
        assert other.compare([FULL, PLAIN, BASIC]) == before


def test_what_differs_by_nothing_but_the_seed_is_noise_and_what_is_improved_is_longer(compared):
    found = by_run(compared.compare([FULL, TWIN, PLAIN], equal="none"))
    assert found[TWIN].differences["words"].is_noise
    longer = found[PLAIN].differences["words"]
    assert longer.is_noise is False
    assert longer.low > 0
    assert longer.difference == pytest.approx(
        found[PLAIN].measures["words"].value - found[FULL].measures["words"].value
    )
    assert found[FULL].differences == {}


def test_the_baseline_can_be_any_of_them(compared):
    found = compared.compare([FULL, PLAIN], equal="none", baseline=PLAIN)
    assert found.baseline == PLAIN
    assert by_run(found)[FULL].differences["words"].high < 0


def test_too_few_pairs_have_no_interval(compared):
    one = by_run(compared.compare([FULL, TINY], equal="none"))[TINY]
    assert 0 < one.pairs < 10
    assert one.measures["words"].low is None
    assert one.differences["words"] == Apart(
        one.measures["words"].value
        - by_run(compared.compare([FULL, TINY], equal="none"))[FULL].measures["words"].value
    )
    assert one.differences["words"].is_noise is None


@pytest.mark.parametrize("unit", ["calls", "tokens"])
def test_an_equal_budget_is_the_smallest_spend(compared, unit):
    pools = Pools(compared.store)
    spends = {run: pools.spend(run) for run in (FULL, PLAIN, BASIC)}
    least = min(spends, key=lambda run: spends[run].of(unit))
    found = compared.compare(list(spends), equal=unit)
    assert found.budget == spends[least].of(unit)
    for one in found.runs:
        assert one.whole == (one.run == least)
        assert one.spend.of(unit) <= found.budget
        assert 0 < one.pairs <= pools.pairs(one.run)
    assert by_run(found)[least].spend == spends[least]


def test_runs_of_equal_spend_are_both_whole(compared):
    pools = Pools(compared.store)
    exact = pools.spend(FULL).calls
    cut, spend = pools.part(FULL, "calls", exact)
    assert (cut, spend.calls) == (None, exact)
    cut, spend = pools.part(FULL, "calls", exact - 1)
    assert cut is not None
    assert spend.calls <= exact - 1


def test_a_budget_that_buys_nothing_yet_leaves_an_empty_pool(compared):
    # Two responses cost less than a chain that is judged.
    few = by_run(compared.compare([FULL, TINY], equal="calls"))
    assert few[TINY].whole
    assert not few[FULL].whole
    assert few[FULL].pairs == 0
    assert few[FULL].spend == Spend()
    assert few[FULL].per_pair is None
    assert few[FULL].measures["words"] is None
    assert few[TINY].differences["words"] is None


def test_an_equal_number_of_pairs(compared):
    found = compared.compare([FULL, PLAIN, BASIC], equal="pairs")
    assert {one.pairs for one in found.runs} == {found.budget}
    assert found.budget == min(compared.run(run).counts().kept for run in (FULL, PLAIN, BASIC))


def test_what_cost_nothing_sets_no_budget(compared):
    found = compared.compare([FULL, PLAIN], equal="usd")
    assert found.budget is None
    assert all(one.whole for one in found.runs)


def test_an_import_stays_whole_beside_a_run(compared, tmp_path):
    path = tmp_path / "brought.jsonl"
    path.write_text('{"prompt": "Is it cold?", "chosen": "Yes.", "rejected": "No."}\n')
    name = compared.projects()[0].name
    done = import_pairs(compared, path, read_pairs(path, {}), project=name)
    found = by_run(compared.compare([FULL, done.run], equal="calls"))
    assert found[done.run].strategy == "import"
    assert found[done.run].pairs == 1
    # What its pairs have cost elsewhere is not nothing.
    assert found[done.run].per_pair is None
    lines = dict(rows(compared.compare([FULL, done.run], equal="calls")))
    assert lines["behind the pool (calls)"][1] == lines["a kept pair (calls)"][1] == "–"
    # What it brought is on no metadata entry.
    assert found[done.run].measures["skill_distance"] is None
    assert found[FULL].whole


def test_no_price_no_equal_dollars(compared):
    with compared.store.writing() as db:
        db.conn.execute("update run_answers set priced = 0 where run_id = ?", (FULL,))
    with pytest.raises(SettingsError, match="Nobody knows what run 2 cost"):
        compared.compare([FULL, PLAIN], equal="usd")
    assert by_run(compared.compare([FULL, PLAIN]))[FULL].spend.usd is None


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        ([], "beside nothing"),
        ([FULL], "beside nothing"),
        ([FULL, FULL], "beside nothing"),
        ([METADATA, FULL], "is there for metadata alone"),
    ],
)
def test_what_cannot_be_compared_is_said(compared, runs, told):
    with pytest.raises(SettingsError, match=told):
        compared.compare(runs)


def test_a_wrong_run_baseline_or_budget_is_said(compared):
    with pytest.raises(StoreError, match="There is no run 99"):
        compared.compare([FULL, 99])
    with pytest.raises(SettingsError, match="not among the compared"):
        compared.compare([FULL, PLAIN], baseline=BASIC)
    with pytest.raises(SettingsError, match="no budget of 'euros'"):
        compared.compare([FULL, PLAIN], equal="euros")


def test_a_large_pool_is_measured_on_a_sample(compared, monkeypatch):
    monkeypatch.setattr("codeclm.pipeline.pools.SAMPLED", 20)
    one = by_run(compared.compare([FULL, PLAIN], equal="none"))[FULL]
    assert one.sampled == 20 < one.pairs
    assert sum(one.skills.values()) >= one.pairs
    assert SAMPLED == 1000
