"""Compare: runs side by side, what is equal between them, and what of it is noise."""

from dataclasses import replace

import pytest
from screens import Visit, press, texts

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.settings import RunSettings

MODELS = {"strong": "simulated:strong", "target": "simulated:target"}
FOLDED = "The paper's numbers, not ours (Tables 1 and 3)"


def planned(project: Project, **settings):
    """A run that has been planned and has done nothing yet."""
    return project.plan_from_metadata(RunSettings(**{"size": 40, **MODELS, **settings}))


@pytest.fixture
def two(project: Project):
    """The project's run and one of another method."""
    planned(project, use_filter=False).bring()
    return project


def cells(app, at: int = 0) -> dict[str, dict[str, str]]:
    """The numbers, or in the table ``at`` 1 the differences, by line, then by column."""
    rows = app.dataframe[at].value.to_dict("records")
    return {next(iter(row.values())): row for row in rows}


def test_without_a_run_it_says_what_to_do(empty: Studio, visit: Visit) -> None:
    empty.create_project("new")
    app = visit("ship/compare")
    assert "No runs yet." in texts(app)
    press(app, "Go to Run")
    assert app.title[0].value == "Run"


def test_one_run_has_nothing_beside_it(project: Project, visit: Visit) -> None:
    app = visit("ship/compare")
    assert "There is one run." in texts(app)
    assert not app.dataframe


def test_two_runs_stand_side_by_side_on_the_same_spend(two: Project, visit: Visit) -> None:
    plain, full = two.runs()[0], two.runs()[1]
    found = cells(visit("ship/compare"))
    assert found["strategy"][f"run {full.id}"] == "codeclm"
    assert found["strategy"][f"run {plain.id}"] == "codeclm without filter"
    assert found["compared"] == {
        "result": "compared",
        f"run {full.id}": "first part",
        f"run {plain.id}": "all",
    }
    assert found["kept (pairs)"][f"run {plain.id}"] == str(plain.counts().kept)
    assert int(found["kept (pairs)"][f"run {full.id}"]) < full.counts().kept
    assert found["simulated"][f"run {full.id}"] == "yes"


def test_noise_is_said_in_words(two: Project, visit: Visit) -> None:
    plain, full = two.runs()[0], two.runs()[1]
    planned(two, seed=7).bring()
    twin = two.runs()[0]
    app = visit(
        "ship/compare",
        runs=f"{full.id},{plain.id},{twin.id}",
        equal="none",
        baseline=str(full.id),
    )
    apart = cells(app, 1)
    words, gap = apart["words an instruction"], apart["gap of kept pairs (points)"]
    assert f"run {full.id}" not in words
    assert words[f"run {plain.id}"].endswith(" larger")
    assert words[f"run {twin.id}"].endswith(" within noise")
    assert gap[f"run {plain.id}"] == "not measured"


def test_nothing_is_apart_from_an_empty_pool(two: Project, visit: Visit) -> None:
    planned(two, size=1, use_rubrics=False, use_filter=False).bring()
    tiny, full = two.runs()[0], two.runs()[2]
    app = visit("ship/compare", runs=f"{full.id},{tiny.id}", baseline=str(full.id))
    assert "one of the pools is empty or too small" in texts(app)


def test_what_is_equal_is_said_and_in_the_address(two: Project, visit: Visit) -> None:
    app = visit("ship/compare")
    calls = two.runs()[0].usage()
    assert "the smallest spend of these runs" in texts(app)
    assert calls.calls > 0
    app.selectbox("pick-equal").set_value("pairs").run()
    assert "as many as the smallest pool has" in texts(app)
    assert app.query_params["equal"] == "pairs"
    app.selectbox("pick-equal").set_value("none").run()
    assert "Each run as it is" in texts(app)


@pytest.mark.parametrize("equal", ["calls", "tokens"])
def test_a_picture_rounds_as_the_table_does(two: Project, visit: Visit, equal: str) -> None:
    app = visit("ship/compare", equal=equal)
    found = cells(app)
    for run in two.runs():
        if run.settings.goal == "pairs":
            cost = found[f"a kept pair ({equal})"][f"run {run.id}"]
            told = " ".join(texts(app).split())
            assert f"at {cost} {equal} each" in told


def test_every_picture_says_itself_in_words(two: Project, visit: Visit) -> None:
    told = texts(visit("ship/compare"))
    for words in (
        "Kept pairs: run",
        "Kept at iteration 1, 2",
        "Words an instruction, the median",
        "Gaps, the median",
        "Shares of the first skills",
    ):
        assert words in told


def test_the_papers_numbers_are_folded_and_called_the_papers(two: Project, visit: Visit) -> None:
    app = visit("ship/compare")
    (folded,) = [one for one in app.expander if one.label == FOLDED]
    table = folded.dataframe[0].value
    assert list(table["method"])[-1] == "CodecLM"
    assert table["7B Evol-Instruct"].iloc[-1] == 79.82
    assert "Nothing of it was measured here." in texts(app)


def test_simulated_runs_are_called_so(two: Project, visit: Visit) -> None:
    assert "Simulated, no real model was asked" in texts(visit("ship/compare"))


def test_runs_without_pairs_are_compared_all_the_same(project: Project, visit: Visit) -> None:
    one, other = planned(project), planned(project, seed=3)
    app = visit("ship/compare", runs=f"{one.id},{other.id}")
    assert "None of these runs has any calls" in texts(app)
    assert "No pairs yet." in texts(app)
    found = cells(app)
    assert found["kept (pairs)"][f"run {one.id}"] == "0"
    assert found["words an instruction"][f"run {one.id}"] == "–"
    assert found["a kept pair (calls)"][f"run {one.id}"] == "–"


def test_one_chosen_run_is_too_few(two: Project, visit: Visit) -> None:
    app = visit("ship/compare", runs=str(two.runs()[0].id))
    assert "Choose two runs or more." in texts(app)
    assert not app.exception


def test_an_unknown_price_is_told_with_what_to_do(full: Studio, two: Project, visit: Visit) -> None:
    with full.store.writing() as db:
        db.conn.execute("update run_answers set priced = 0")
    app = visit("ship/compare", equal="usd")
    assert "Nobody knows what run" in texts(app)
    assert "Compare on calls or tokens." in texts(app)


def test_names_from_outside_are_only_names(full: Studio, two: Project, visit: Visit) -> None:
    hostile = "![x](http://127.0.0.1:9/x.png)\u202e<b>"
    run = two.runs()[0]
    with full.store.writing() as db:
        db.conn.execute(
            "update runs set settings = json_set(settings, '$.strong', ?) where id = ?",
            (f"openai:{hostile}", run.id),
        )
        db.conn.execute(
            "update metadata set skills = json_array(?) where id = (select min(id) from metadata)",
            (hostile,),
        )
    app = visit("ship/compare")
    assert "⟨U+202E⟩" in cells(app)["strong model"][f"run {run.id}"]
    assert not any("127.0.0.1" in str(item.value) for item in [*app.markdown, *app.caption])


def test_a_comparison_follows_what_changes(two: Project, visit: Visit) -> None:
    full = two.runs()[1]
    app = visit("ship/compare", equal="none")
    before = int(cells(app)["kept (pairs)"][f"run {full.id}"])
    full.change(theta=6.0)
    app.run()
    assert int(cells(app)["kept (pairs)"][f"run {full.id}"]) < before


def test_settings_are_told_where_they_differ(two: Project, visit: Visit) -> None:
    first = two.runs()[1]
    second = two.plan_from_metadata(replace(first.settings, theta=2.0, size=20, budget_calls=900))
    second.bring()
    app = visit("ship/compare", runs=f"{second.id},{first.id}")
    told = settings_of(app)
    assert {name: (row["differs"], row[f"run {second.id}"]) for name, row in told.items()} == {
        "size": ("≠", "20"),
        "θ": ("≠", "2"),
        "cap: calls": ("≠", "900"),
    }
    app.toggle("compare-all").set_value(True).run()
    everything = settings_of(app)
    assert len(everything) > 20
    assert everything["judge"]["differs"] == ""


def settings_of(app) -> dict[str, dict[str, str]]:
    (found,) = [frame.value for frame in app.dataframe if "setting" in frame.value]
    return {row["setting"]: row for row in found.to_dict("records")}


def test_the_runs_are_in_the_address_at_most_six_and_each_once(two: Project, visit: Visit) -> None:
    plain, full = two.runs()[0], two.runs()[1]
    numbers = [full.id, plain.id, *(planned(two).id for _ in range(6))]
    app = visit("ship/compare", runs=f"{full.id},{plain.id},x,999")
    assert app.multiselect[0].value == [full.id, plain.id]
    app.multiselect[0].set_value([plain.id]).run()
    assert app.query_params["runs"] == str(plain.id)
    assert "Choose two runs or more." in texts(app)
    chosen = ",".join(map(str, [numbers[0], *numbers]))
    assert visit("ship/compare", runs=chosen).multiselect[0].value == numbers[:6]
